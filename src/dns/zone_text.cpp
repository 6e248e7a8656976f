#include "dns/zone_text.hpp"

#include <fmt/format.h>

namespace dns {

std::string quote_text(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
            quoted += c;
        } else if (c >= 0x20 && c < 0x7f) {
            // The semicolon needs no escape inside quotes.
            quoted += c;
        } else {
            quoted += fmt::format("\\{:03}", static_cast<unsigned char>(c));
        }
    }
    return quoted + '"';
}

}  // namespace dns
