// The octets of a message as they stand on the wire: lines ended by CRLF and nothing else, dots doubled.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mail/line_endings.hpp"

namespace smtp {

enum class Dots : std::uint8_t {
    doubled,  // behind DATA (RFC 5321 section 4.5.2)
    plain,    // behind BDAT, which counts octets (RFC 3030 section 2)
};

// Fed a message in any chunking. A bare CR or LF never passes: a server that took one for a line end would
// see another message behind it (SMTP smuggling, CVE-2023-51764).
class MailData {
  public:
    explicit MailData(Dots dots) : dots_(dots) {}

    // Points into `chunk` or into a buffer that lives until the next call.
    std::string_view feed(std::string_view chunk);
    // The rest, and the CRLF that the last line lacks. The final "." is not in it. Call it once.
    std::string_view finish();

    std::uint64_t octets() const { return octets_; }  // so far, as they were given out

  private:
    std::string_view take(std::string_view text);

    Dots dots_;
    mail::LineNormaliser lines_{mail::LineEndings::normalise};
    std::string buffer_;
    std::uint64_t octets_ = 0;
    bool at_line_start_ = true;
};

}  // namespace smtp
