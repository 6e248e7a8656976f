#include "output/terminal.hpp"

#include "base/text.hpp"

namespace output {

std::string_view style_begin(Style style) {
    switch (style) {
        case Style::none:
            return "";
        case Style::good:
            return "\033[32m";
        case Style::warn:
            return "\033[33m";
        case Style::bad:
            return "\033[31m";
        case Style::dim:
            return "\033[2m";
        case Style::bold:
            return "\033[1m";
    }
    return "";
}

std::string_view style_end() {
    return "\033[0m";
}

std::string paint(std::string_view text, Style style, const Terminal& terminal) {
    auto safe = base::printable(text);
    if (!terminal.color || style == Style::none || safe.empty()) return safe;
    return std::string(style_begin(style)) + safe + std::string(style_end());
}

}  // namespace output
