#include "smtp/mail_data.hpp"

namespace smtp {

namespace {

// Where the next line that begins with a dot begins, from `from` on; npos = nowhere.
std::size_t find_dotted_line(std::string_view text, std::size_t from) {
    const auto at = text.find("\n.", from);
    return at == std::string_view::npos ? at : at + 1;
}

}  // namespace

std::string_view MailData::take(std::string_view text) {
    if (text.empty()) return text;
    const bool starts_with_dot = at_line_start_ && text.front() == '.';
    at_line_start_ = text.back() == '\n';
    auto dot = starts_with_dot ? 0 : find_dotted_line(text, 0);
    if (dots_ == Dots::plain || dot == std::string_view::npos) {
        octets_ += text.size();
        return text;
    }
    std::string doubled;
    doubled.reserve(text.size() + 64);
    std::size_t done = 0;
    while (dot != std::string_view::npos) {
        doubled.append(text.substr(done, dot - done)).push_back('.');
        done = dot;
        dot = find_dotted_line(text, dot);
    }
    doubled.append(text.substr(done));
    buffer_ = std::move(doubled);
    octets_ += buffer_.size();
    return buffer_;
}

std::string_view MailData::feed(std::string_view chunk) {
    return take(*lines_.feed(chunk));  // normalising never fails
}

std::string_view MailData::finish() {
    std::string rest(*lines_.finish());
    const bool is_ended = rest.empty() ? at_line_start_ : rest.back() == '\n';
    if (!is_ended) rest += "\r\n";
    const auto wire = take(rest);
    if (wire.data() != buffer_.data()) buffer_ = wire;
    return buffer_;
}

}  // namespace smtp
