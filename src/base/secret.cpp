#include "base/secret.hpp"

#include <string.h>
#include <strings.h>

namespace base {

void Secret::wipe(std::string& value) noexcept {
    // explicit_bzero survives the optimiser; the whole capacity, because earlier contents may be longer.
    value.resize(value.capacity());
    explicit_bzero(value.data(), value.size());
    value.clear();
}

bool operator==(const Secret& a, const Secret& b) {
    if (a.value_.size() != b.value_.size()) return false;
    unsigned char difference = 0;
    for (std::size_t i = 0; i < a.value_.size(); ++i)
        difference = static_cast<unsigned char>(difference | (a.value_[i] ^ b.value_[i]));
    return difference == 0;
}

}  // namespace base
