#include "mail/message.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace mail {

namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

// ftext of RFC 5322 section 3.6.8; the colon ends the name.
bool is_field_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// The name before the colon, without the white space that section 4.5 allows there; empty when it is none.
std::string_view field_name(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return {};
    auto name = line.substr(0, colon);
    while (!name.empty() && is_blank(name.back()))
        name.remove_suffix(1);
    return is_field_name(name) ? name : std::string_view();
}

}  // namespace

Field Header::operator[](std::size_t index) const {
    const auto& place = places_[index];
    const auto raw = std::string_view(text_).substr(place.start, place.size);
    auto value = raw.substr(place.colon + 1);
    value.remove_suffix(2);
    return {.raw = raw, .name = raw.substr(0, place.name_size), .value = value};
}

std::size_t Header::count(std::string_view name) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < size(); ++i)
        if (base::equals_ignoring_case((*this)[i].name, name)) ++count;
    return count;
}

base::Result<void> MessageReader::check_caps(std::size_t field_start) const {
    const auto size = header_.text_.size();
    if (size > options_.longest_header)
        return base::usage_error(
            fmt::format("the header of the message is longer than {} octets", options_.longest_header));
    if (size - field_start > options_.longest_field)
        return base::usage_error(fmt::format("a field of the header is longer than {} octets, at line {}",
                                             options_.longest_field, line_));
    if (header_.places_.size() > options_.most_fields)
        return base::usage_error(
            fmt::format("the header of the message has more than {} fields", options_.most_fields));
    return {};
}

// A whole line stands at line_start_.
base::Result<void> MessageReader::end_line() {
    auto& text = header_.text_;
    const auto line = std::string_view(text).substr(line_start_);
    const auto wrong = [&](std::string_view what) {
        return base::usage_error(
            fmt::format("line {} of the message {}: {}", line_, what,
                        base::quoted(line.substr(0, std::min<std::size_t>(60, line.size() - 2)))),
            "a message begins with its header, and an empty line stands before the body");
    };
    if (line == "\r\n") {
        text.resize(line_start_);
        in_body_ = true;
        return {};
    }
    if (is_blank(line.front())) {
        if (header_.empty()) return wrong("is a folded line with no header field before it");
        header_.places_.back().size += static_cast<std::uint32_t>(line.size());
    } else if (const auto name = field_name(line); !name.empty()) {
        header_.places_.push_back({.start = static_cast<std::uint32_t>(line_start_),
                                   .size = static_cast<std::uint32_t>(line.size()),
                                   .name_size = static_cast<std::uint32_t>(name.size()),
                                   .colon = static_cast<std::uint32_t>(line.find(':'))});
    } else if (line_ == 1 && line.starts_with("From ")) {
        had_mbox_line_ = true;
        text.clear();
    } else {
        return wrong("is not a header field");
    }
    TRY_VOID(check_caps(line_start_));
    line_start_ = text.size();
    ++line_;
    return {};
}

base::Result<std::string_view> MessageReader::read_header(std::string_view text) {
    while (!text.empty() && !in_body_) {
        const auto end = text.find('\n');
        const auto piece = text.substr(0, end == std::string_view::npos ? text.size() : end + 1);
        header_.text_ += piece;
        text.remove_prefix(piece.size());
        const bool folded = is_blank(header_.text_[line_start_]) && !header_.empty();
        TRY_VOID(check_caps(folded ? header_.places_.back().start : line_start_));
        if (end != std::string_view::npos) TRY_VOID(end_line());
    }
    return text;
}

base::Result<std::string_view> MessageReader::feed(std::string_view chunk) {
    TRY(const auto text, lines_.feed(chunk));
    if (in_body_) return text;
    return read_header(text);
}

base::Result<std::string_view> MessageReader::finish() {
    TRY(auto text, lines_.finish());
    if (!in_body_) {
        TRY(text, read_header(text));
    }
    if (in_body_) return text;
    if (header_.text_.size() > line_start_) {
        header_.text_ += "\r\n";
        TRY_VOID(end_line());
    }
    in_body_ = true;
    return std::string_view();
}

}  // namespace mail
