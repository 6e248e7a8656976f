#include "dns/random.hpp"

#include <array>
#include <stdexcept>

#include <sys/random.h>

namespace dns {

std::uint16_t random_bits() {
    thread_local std::array<std::uint16_t, 128> store;  // 256 bytes come whole, and one call serves 128
    thread_local std::size_t left = 0;
    if (left == 0) {
        if (::getrandom(store.data(), sizeof store, 0) != static_cast<ssize_t>(sizeof store))
            throw std::runtime_error("no random numbers from the kernel");
        left = store.size();
    }
    return store[--left];
}

}  // namespace dns
