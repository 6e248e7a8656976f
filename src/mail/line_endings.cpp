#include "mail/line_endings.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace mail {

namespace {

// Whether CR and LF of the text stand only together, and there is no NUL. The last octet may be a CR. Written
// as one sum over a block, which the compiler makes vector instructions of.
bool is_clean(std::string_view text) {
    if (text.empty()) return true;
    if (text.front() == '\n' || text.front() == '\0') return false;
    const char* place = text.data() + 1;
    const char* const end = text.data() + text.size();
    constexpr std::ptrdiff_t block = 64;
    const auto is_wrong = [](const char* at) {
        return static_cast<unsigned char>(((at[-1] == '\r') != (at[0] == '\n')) | (at[0] == '\0'));
    };
    for (; end - place >= block; place += block) {
        unsigned char wrong = 0;
        for (std::ptrdiff_t i = 0; i < block; ++i)
            wrong = static_cast<unsigned char>(wrong | is_wrong(place + i));
        if (wrong != 0) return false;
    }
    return std::none_of(place, end, [&](const char& c) { return is_wrong(&c) != 0; });
}

}  // namespace

base::Result<void> LineNormaliser::add_bare(char c, std::uint64_t offset) {
    ++(c == '\n' ? counts_.bare_lf : c == '\r' ? counts_.bare_cr : counts_.nul);
    if (endings_ == LineEndings::strict) {
        auto error = base::usage_error(
            c == '\0' ? fmt::format("octet {} is a NUL", offset)
                      : fmt::format("octet {} is a bare {}: lines end in CRLF (RFC 5322 section 2.3)", offset,
                                    c == '\n' ? "LF" : "CR"));
        error.offset = offset;
        return error;
    }
    if (c == '\0' || (c == '\r' && endings_ == LineEndings::normalise_lf))
        buffer_ += c;
    else
        buffer_ += "\r\n";
    return {};
}

// A line without its LF or CRLF; `at` is its offset in the whole text.
base::Result<void> LineNormaliser::rewrite_line(std::string_view text, std::uint64_t at) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' || text[i] == '\0') {
            TRY_VOID(add_bare(text[i], at + i));
        } else {
            buffer_ += text[i];
        }
    }
    return {};
}

base::Result<std::string_view> LineNormaliser::rewrite(std::string_view chunk) {
    buffer_.clear();
    // Room for what a text with an LF for every line needs.
    buffer_.reserve(chunk.size() + chunk.size() / 16 + 2);
    std::size_t place = 0;
    if (std::exchange(cr_waits_, false)) {
        if (chunk.front() == '\n') {
            buffer_ += "\r\n";
            place = 1;
        } else {
            TRY_VOID(add_bare('\r', offset_ - 1));
        }
    }
    while (place < chunk.size()) {
        const auto end = std::min(chunk.find('\n', place), chunk.size());
        auto line = chunk.substr(place, end - place);
        const bool ends_in_cr = line.ends_with('\r');
        if (ends_in_cr) line.remove_suffix(1);
        if (is_clean(line) && !line.ends_with('\r'))
            buffer_ += line;
        else
            TRY_VOID(rewrite_line(line, offset_ + place));
        place = end + 1;
        if (end == chunk.size())
            cr_waits_ = ends_in_cr;
        else if (ends_in_cr)
            buffer_ += "\r\n";
        else
            TRY_VOID(add_bare('\n', offset_ + end));
    }
    return std::string_view(buffer_);
}

base::Result<std::string_view> LineNormaliser::feed(std::string_view chunk) {
    if (chunk.empty()) return chunk;
    if (cr_waits_ || !is_clean(chunk)) {
        TRY(const auto text, rewrite(chunk));
        offset_ += chunk.size();
        return text;
    }
    offset_ += chunk.size();
    if (chunk.back() == '\r') {
        cr_waits_ = true;
        chunk.remove_suffix(1);
    }
    return chunk;
}

base::Result<std::string_view> LineNormaliser::finish() {
    buffer_.clear();
    if (std::exchange(cr_waits_, false)) TRY_VOID(add_bare('\r', offset_ - 1));
    return std::string_view(buffer_);
}

}  // namespace mail
