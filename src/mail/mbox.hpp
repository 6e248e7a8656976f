// An mbox (RFC 4155) cut into its messages: pure, fed in any chunking, in bounded memory.
#pragma once

#include <string>
#include <string_view>

namespace mail {

// A line that begins a message: "From joe@example.com Thu Nov 24 12:00:00 2026". Beside the first word a time
// of day and a year behind it are asked for: a body that was not quoted has lines such as "From there on".
bool is_mbox_separator(std::string_view line);

class MboxSplitter {
  public:
    enum class Kind {
        hungry,   // nothing is left: feed more, or say that it is the end
        message,  // another message begins
        text,     // octets of it, see `text`
        foreign,  // it does not begin with a separator: this is no mbox. Nothing but this follows
        end,
    };
    struct Piece {
        Kind kind;
        std::string_view text = {};  // lives until the next call, and no longer than what was fed
    };

    void feed(std::string_view bytes) { rest_ = bytes; }  // after `hungry`
    void end() { ended_ = true; }
    // A separator counts at the beginning and behind an empty line, which goes with it; so does the empty
    // line at the end. One > of ">From ", ">>From " is taken off, which mboxrd and mboxo put there.
    // Content-Length is not believed.
    Piece next();

  private:
    std::string_view take_plain();
    bool gather();
    Piece give_line();
    Piece give(std::string_view text);

    std::string_view rest_;
    std::string line_;   // the begun line that may be a special one
    std::string blank_;  // an empty line that waits for the next
    std::string out_;    // what was given out last
    bool at_line_start_ = true;
    bool begun_ = false;  // a message has
    bool foreign_ = false;
    bool ended_ = false;
};

}  // namespace mail
