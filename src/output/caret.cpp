#include "output/caret.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "output/characters.hpp"

namespace output {
namespace {

constexpr std::string_view indent = "  ";
constexpr std::size_t lines_around = 2;  // shown before and after the caret's line
constexpr std::size_t narrowest = 10;

struct Folded {
    std::vector<std::string> lines = {""};
    std::size_t caret_line = 0;
    std::size_t caret_column = 0;
};

Folded fold(std::string_view text, std::size_t offset, std::size_t width) {
    Folded folded;
    std::size_t column = 0;
    std::size_t at = 0;
    for (const auto cluster : clusters(text)) {
        const auto piece = measurable(base::printable(cluster));
        const auto piece_width = display_width(piece);
        if (column > 0 && column + piece_width > width) {
            folded.lines.emplace_back();
            column = 0;
        }
        if (offset >= at) {
            folded.caret_line = folded.lines.size() - 1;
            folded.caret_column = column;
        }
        folded.lines.back() += piece;
        column += piece_width;
        at += cluster.size();
    }
    if (offset >= text.size()) folded.caret_column = column;
    return folded;
}

}  // namespace

std::string render_caret(std::string_view text, std::size_t offset, unsigned width) {
    // One column stays free for a caret behind the last character.
    const auto room = width == 0
                          ? std::string_view::npos
                          : std::max(narrowest, width - std::min<std::size_t>(width, indent.size() + 1));
    const auto folded = fold(text, offset, room);
    const auto first = folded.caret_line - std::min(folded.caret_line, lines_around);
    const auto last = std::min(folded.lines.size() - 1, folded.caret_line + lines_around);

    std::string result;
    const auto append = [&](std::string_view line) {
        result += indent;
        result += line;
        result += '\n';
    };
    if (first > 0) append("...");
    for (auto i = first; i <= last; ++i) {
        append(folded.lines[i]);
        if (i == folded.caret_line) append(std::string(folded.caret_column, ' ') + "^");
    }
    if (last + 1 < folded.lines.size()) append("...");
    return result;
}

}  // namespace output
