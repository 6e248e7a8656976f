// An SMTP reply and its incremental parser (RFC 5321 section 4.2), which knows no socket: fed in any chunking
// it gives the same reply. Servers are hostile until shown otherwise, so everything is bounded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smtp {

// RFC 5321 section 4.5.3.1.5 says 512 octets a line; real servers go beyond.
inline constexpr std::size_t max_line_octets = 4096;        // without the line end
inline constexpr std::size_t max_challenge_octets = 12288;  // of a 334, behind the code (RFC 4954 section 4)
inline constexpr std::size_t max_reply_lines = 128;
inline constexpr std::size_t max_reply_octets = 64UL * 1024;

struct Reply {
    int code = 0;                    // of the last line: 200 to 599
    std::vector<std::string> lines;  // the text of every line behind code and separator, raw
    bool bare_line_feed = false;     // a line ended in LF alone
    bool mixed_codes = false;        // the lines do not all carry the same code

    bool is_positive() const { return code / 100 == 2; }
    bool is_temporary() const { return code / 100 == 4; }
    bool is_permanent() const { return code / 100 == 5; }
    std::string text() const;       // the lines joined with blanks, raw
    std::string to_string() const;  // code and text: "550 5.1.1 no such user"
    bool operator==(const Reply&) const = default;
};

enum class ReplyFault {
    not_smtp,        // a line that does not begin like a reply
    line_too_long,   // more than max_line_octets, or a 334 with more than max_challenge_octets
    too_many_lines,  // more than max_reply_lines
    reply_too_long,  // more than max_reply_octets
};
std::string_view to_string(ReplyFault fault);  // "not an SMTP reply", "line too long", ...

class ReplyParser {
  public:
    enum class State { more, complete, failed };

    // Takes octets up to the end of the reply or to the fault, and says how many it took. What is left
    // belongs to what follows the reply. Takes nothing once it is complete or failed.
    std::size_t feed(std::string_view bytes);

    State state() const { return state_; }
    ReplyFault fault() const { return fault_; }  // when failed
    std::string_view current_line() const {
        return line_;
    }              // when failed: the faulty line as far as it was read
    Reply take();  // when complete: the reply; the parser starts anew

  private:
    void take_octet(char c);
    std::size_t max_line() const;
    void finish_line();
    void fail(ReplyFault fault);
    bool can_begin_line() const;

    State state_ = State::more;
    ReplyFault fault_ = ReplyFault::not_smtp;
    Reply reply_;
    std::string line_;
    std::size_t octets_ = 0;
};

// Names the service whose first octets these are, when it is not SMTP: "HTTP", "SSH", "IMAP", "POP3", "TLS";
// empty when it cannot be told.
std::string_view recognise_service(std::string_view first_octets);
// "HTTP answers, not SMTP: "HTTP/1.0 400 Bad Request"", of its first line in quotes.
std::string tell_service(std::string_view service, std::string_view quoted_line);

}  // namespace smtp
