#include "smtp/reply.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace smtp {

namespace {

constexpr std::size_t code_size = 3;

int read_code(std::string_view line) {
    int code = 0;
    for (const char c : line.substr(0, code_size))
        code = code * 10 + (c - '0');
    return code;
}

}  // namespace

std::string Reply::text() const {
    return base::join(lines, " ");
}

std::string Reply::to_string() const {
    const std::string words = text();
    return words.empty() ? std::to_string(code) : std::to_string(code) + " " + words;
}

std::string_view to_string(ReplyFault fault) {
    switch (fault) {
        case ReplyFault::not_smtp:
            return "not an SMTP reply";
        case ReplyFault::line_too_long:
            return "a line longer than 4096 octets";
        case ReplyFault::too_many_lines:
            return "a reply of more than 128 lines";
        case ReplyFault::reply_too_long:
            return "a reply longer than 64 KiB";
    }
    return "?";
}

std::size_t ReplyParser::feed(std::string_view bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size() && state_ == State::more)
        take_octet(bytes[taken++]);
    return taken;
}

void ReplyParser::take_octet(char c) {
    ++octets_;
    if (c == '\n') {
        finish_line();
        return;
    }
    line_.push_back(c);
    // One CR more than the limit is allowed: it may be the line end's.
    if (line_.size() > max_line() + (c == '\r' ? 1U : 0U)) {
        fail(ReplyFault::line_too_long);
    } else if (octets_ > max_reply_octets) {
        fail(ReplyFault::reply_too_long);
    } else if (!can_begin_line()) {
        fail(ReplyFault::not_smtp);
    }
}

std::size_t ReplyParser::max_line() const {
    const bool is_challenge = line_.compare(0, code_size, "334") == 0;
    return is_challenge ? code_size + 1 + max_challenge_octets : max_line_octets;
}

// Fails at the first impossible octet: a peer that speaks something else need never send a line end.
bool ReplyParser::can_begin_line() const {
    const std::size_t last = line_.size() - 1;
    const char c = line_[last];
    switch (last) {
        case 0:
            return c >= '2' && c <= '5';
        case 1:
        case 2:
            return base::is_digit(c);
        case 3:
            return c == ' ' || c == '-' || c == '\r';
        case 4:
            return line_[3] != '\r';
        default:
            return true;
    }
}

void ReplyParser::finish_line() {
    if (!line_.empty() && line_.back() == '\r') {
        line_.pop_back();
    } else {
        reply_.bare_line_feed = true;
    }
    if (line_.size() < code_size) {
        fail(ReplyFault::not_smtp);
        return;
    }
    if (reply_.lines.size() == max_reply_lines) {
        fail(ReplyFault::too_many_lines);
        return;
    }
    const int code = read_code(line_);
    // RFC 5321 section 4.2.1: the codes of one reply are the same. Where they are not, the last one counts.
    if (!reply_.lines.empty() && code != reply_.code) reply_.mixed_codes = true;
    reply_.code = code;
    const bool goes_on = line_.size() > code_size && line_[code_size] == '-';
    reply_.lines.push_back(line_.size() > code_size ? line_.substr(code_size + 1) : std::string());
    line_.clear();
    if (!goes_on) state_ = State::complete;
}

void ReplyParser::fail(ReplyFault fault) {
    state_ = State::failed;
    fault_ = fault;
}

Reply ReplyParser::take() {
    Reply reply = std::move(reply_);
    *this = ReplyParser();
    return reply;
}

std::string_view recognise_service(std::string_view first_octets) {
    struct Signature {
        std::string_view beginning;
        std::string_view service;
    };
    static constexpr std::array signatures = {
        // A web server that could not read the request at all may leave out its status line.
        Signature{"<!DOCTYPE", "HTTP"},
        Signature{"<!doctype", "HTTP"},
        Signature{"<html", "HTTP"},
        Signature{"<HTML", "HTTP"},
        Signature{"HTTP/", "HTTP"},
        Signature{"SSH-", "SSH"},
        Signature{"* OK", "IMAP"},
        Signature{"* BYE", "IMAP"},
        Signature{"* PREAUTH", "IMAP"},
        Signature{"+OK", "POP3"},
        Signature{"-ERR", "POP3"},
        Signature{"\x15\x03", "TLS"},  // an alert record (RFC 8446 section 5.1)
        Signature{"\x16\x03", "TLS"},  // a handshake record
    };
    for (const auto& [beginning, service] : signatures)
        if (first_octets.substr(0, beginning.size()) == beginning) return service;
    return {};
}

std::string tell_service(std::string_view service, std::string_view quoted_line) {
    return fmt::format("{} answers, not SMTP: {}", service.empty() ? "something" : service, quoted_line);
}

}  // namespace smtp
