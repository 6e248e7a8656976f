#include "mail/mbox.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace mail {

namespace {

constexpr std::string_view from = "From ";
constexpr std::size_t longest_special = 1000;  // octets of a line that is looked at

// What a line that means something here begins with: a separator, a quoted one, or nothing at all.
bool may_be_special(char first) {
    return first == 'F' || first == '>' || first == '\n' || first == '\r';
}

bool is_empty_line(std::string_view line) {
    return line == "\n" || line == "\r\n";
}

bool is_quoted(std::string_view line) {
    const auto text = line.find_first_not_of('>');
    return text != 0 && text != std::string_view::npos && line.substr(text).starts_with(from);
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), base::is_digit);
}

}  // namespace

bool is_mbox_separator(std::string_view line) {
    if (!line.starts_with(from)) return false;
    bool time = false;
    for (auto word : base::split(base::trim(line.substr(from.size())), ' ')) {
        const auto colon = word.find(':');
        if (colon != std::string_view::npos)
            time = time || (colon > 0 && colon <= 2 && all_digits(word.substr(0, colon)) &&
                            all_digits(word.substr(colon + 1, 2)));
        else if (time && word.size() == 4 && all_digits(word) && (word[0] == '1' || word[0] == '2'))
            return true;
    }
    return false;
}

// The plain lines at the front of what was fed, and the begun one behind them.
std::string_view MboxSplitter::take_plain() {
    std::size_t size = 0;
    while (size < rest_.size() && !(at_line_start_ && may_be_special(rest_[size]))) {
        const auto end = rest_.find('\n', size);
        at_line_start_ = end != std::string_view::npos;
        size = at_line_start_ ? end + 1 : rest_.size();
    }
    const auto plain = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return plain;
}

// Gathers a line that may be special; true when it is whole, or too long to be one.
bool MboxSplitter::gather() {
    const auto end = rest_.find('\n');
    const auto size = std::min(end == std::string_view::npos ? rest_.size() : end + 1,
                               longest_special - std::min(longest_special, line_.size()));
    line_ += rest_.substr(0, size);
    rest_.remove_prefix(size);
    return line_.ends_with('\n') || line_.size() >= longest_special || (ended_ && rest_.empty());
}

MboxSplitter::Piece MboxSplitter::give(std::string_view text) {
    if (!begun_) {
        foreign_ = true;
        return {.kind = Kind::foreign};
    }
    if (blank_.empty()) return {.kind = Kind::text, .text = text};
    out_ = std::exchange(blank_, {});
    out_ += text;
    return {.kind = Kind::text, .text = out_};
}

MboxSplitter::Piece MboxSplitter::give_line() {
    const auto line = std::exchange(line_, {});
    at_line_start_ = line.ends_with('\n');
    if (is_empty_line(line)) {
        const auto before = std::exchange(blank_, line);
        if (before.empty() || !begun_) return {.kind = Kind::text};
        out_ = before;
        return {.kind = Kind::text, .text = out_};
    }
    if ((!begun_ || !blank_.empty()) && is_mbox_separator(line)) {
        blank_.clear();
        begun_ = true;
        return {.kind = Kind::message};
    }
    std::string text = line;
    if (is_quoted(line)) text.erase(0, 1);
    const auto piece = give(text);
    if (piece.kind != Kind::text || piece.text.data() == out_.data()) return piece;
    out_ = std::move(text);
    return {.kind = Kind::text, .text = out_};
}

MboxSplitter::Piece MboxSplitter::next() {
    for (;;) {
        if (foreign_) return {.kind = Kind::foreign};
        if (line_.empty() && rest_.empty()) return {.kind = ended_ ? Kind::end : Kind::hungry};
        if (line_.empty()) {
            if (const auto plain = take_plain(); !plain.empty()) return give(plain);
        }
        if (!gather()) return {.kind = Kind::hungry};
        const auto piece = give_line();
        if (piece.kind != Kind::text || !piece.text.empty()) return piece;
    }
}

}  // namespace mail
