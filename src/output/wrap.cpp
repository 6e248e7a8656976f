#include "output/wrap.hpp"

#include <cstdint>
#include <vector>

#include <unilbrk.h>

#include "output/characters.hpp"

namespace output {

namespace {

bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

// The pieces of a text that stay together; each keeps the blanks behind it.
std::vector<std::string_view> pieces(std::string_view text) {
    std::vector<char> breaks(text.size());
    u8_possible_linebreaks(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), "UTF-8",
                           breaks.data());
    std::vector<std::string_view> result;
    std::size_t begin = 0;
    for (std::size_t i = 1; i < text.size(); ++i) {
        const bool at_blank = text[i - 1] == ' ' && text[i] != ' ';
        const bool allowed = breaks[i] == UC_BREAK_POSSIBLE && (!is_ascii(text[i - 1]) || !is_ascii(text[i]));
        // UAX 14 breaks before no hyphen (LB21): not before the options of a list either.
        const bool in_list = text.substr(0, i).ends_with("、") && text[i] == '-';
        if (!at_blank && !allowed && !in_list) continue;
        result.push_back(text.substr(begin, i - begin));
        begin = i;
    }
    if (begin < text.size()) result.push_back(text.substr(begin));
    return result;
}

std::string_view without_end_blanks(std::string_view text) {
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

}  // namespace

std::string wrap(std::string_view text, std::size_t indent, std::size_t column, std::size_t width) {
    std::string result;
    for (const auto piece : pieces(text)) {
        if (column > indent && column + display_width(without_end_blanks(piece)) > width) {
            result.resize(without_end_blanks(result).size());
            result += "\n" + std::string(indent, ' ');
            column = indent;
        }
        result += piece;
        column += display_width(piece);
    }
    result.resize(without_end_blanks(result).size());
    return result + "\n";
}

}  // namespace output
