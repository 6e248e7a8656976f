#include "base/utf8.hpp"

#include <cstdint>

#include <unistr.h>

namespace base {

bool is_utf8(std::string_view text) {
    return u8_check(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()) == nullptr;
}

}  // namespace base
