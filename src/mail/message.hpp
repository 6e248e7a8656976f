// A message (RFC 5322) read as a stream: the header is kept, within bounds; the body passes.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "mail/header.hpp"
#include "mail/line_endings.hpp"

namespace mail {

struct MessageOptions {
    LineEndings endings = LineEndings::normalise;
    // Beyond these a message is refused, with the cap in the error. Octets are counted as CRLF-ended text.
    std::size_t longest_header = 16'000'000;
    std::size_t most_fields = 100'000;
    std::size_t longest_field = 10'000'000;
};

// Fed the bytes of one message in any chunking. What it makes of odd ones:
// - no blank line: all is header, the body is empty; a last line without an end gets its CRLF. An empty
// message is an
//   empty header and an empty body. Neither is an error.
// - a line of the header that is no field (no colon, or a name with other than %d33-126, section 3.6.8), or a
// folded
//   line before the first field: an error. A line of white space alone is a part of the folded field before
//   it (obs-FWS, section 4.2).
// - "From joe@example.com Thu Nov 24 ..." as the first line, the separator of an mbox: left out, and noted.
// - bare LF, bare CR, NUL: as LineEndings says; the counts tell.
class MessageReader {
  public:
    explicit MessageReader(MessageOptions options = {}) : options_(options), lines_(options.endings) {}

    // Takes the next bytes and gives those of the body among them, which live until the next call and no
    // longer than `chunk`. Errors: usage. After an error the reader is of no use.
    base::Result<std::string_view> feed(std::string_view chunk);
    // The message is at its end. Gives the rest of the body. Call it once.
    base::Result<std::string_view> finish();

    bool header_is_complete() const { return in_body_; }
    const Header& header() const { return header_; }
    const LineEndingCounts& counts() const { return lines_.counts(); }
    bool had_mbox_line() const { return had_mbox_line_; }

  private:
    base::Result<std::string_view> read_header(std::string_view text);
    base::Result<void> check_caps(std::size_t field_start) const;
    base::Result<void> end_line();

    MessageOptions options_;
    LineNormaliser lines_;
    Header header_;
    std::size_t line_start_ = 0;  // in header_.text_
    std::uint64_t line_ = 1;      // its number, for errors
    bool in_body_ = false;
    bool had_mbox_line_ = false;
};

}  // namespace mail
