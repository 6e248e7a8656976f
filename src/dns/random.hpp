// Unpredictable bits: query ids and the case of names.
#pragma once

#include <cstdint>

namespace dns {

std::uint16_t random_bits();  // 16 of them, from the kernel

}  // namespace dns
