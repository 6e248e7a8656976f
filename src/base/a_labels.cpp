#include "base/a_labels.hpp"

#include <algorithm>

#include "base/domain_name.hpp"

namespace base {

std::string to_a_labels(std::string_view text) {
    const bool ascii =
        std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii) return std::string(text);
    const auto domain = DomainName::parse(text, 1);
    return domain ? domain->ascii() : std::string(text);
}

}  // namespace base
