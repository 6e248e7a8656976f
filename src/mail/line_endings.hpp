// CRLF and what stands for it. RFC 5322 section 2.3: CR and LF occur in a message only together, as CRLF;
// files and pipes have other habits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mail {

enum class LineEndings : std::uint8_t {
    normalise,     // a bare LF and a bare CR become CRLF: what a signer must do (RFC 6376 section 5.3)
    normalise_lf,  // a bare LF becomes CRLF, a bare CR stays: what a verifier wants, whose signer may have
                   // kept it
    strict,        // a bare LF, a bare CR and a NUL are errors
};

// What was seen on the way. Counts are of octets.
struct LineEndingCounts {
    std::uint64_t bare_lf = 0;
    std::uint64_t bare_cr = 0;
    std::uint64_t nul = 0;  // kept as it is (obs-body of RFC 5322 section 4.1), unless strict
    bool operator==(const LineEndingCounts&) const = default;
};

// Fed a text in any chunking, gives the text with its lines ended as asked for. Of CR CR LF the first CR is
// bare.
class LineNormaliser {
  public:
    explicit LineNormaliser(LineEndings endings) : endings_(endings) {}

    // The text of this chunk, but for a CR at its end, which waits for what follows. Points into `chunk`
    // where nothing had to be changed, else into a buffer that lives until the next call. Error: usage, when
    // strict, with the octet's number from the start of the text, counted from 0, in the message and as
    // offset.
    base::Result<std::string_view> feed(std::string_view chunk);
    // The CR that waited. Call it once.
    base::Result<std::string_view> finish();

    const LineEndingCounts& counts() const { return counts_; }

  private:
    base::Result<std::string_view> rewrite(std::string_view chunk);
    base::Result<void> rewrite_line(std::string_view text, std::uint64_t at);
    base::Result<void> add_bare(char c, std::uint64_t offset);

    LineEndings endings_;
    LineEndingCounts counts_;
    std::string buffer_;
    std::uint64_t offset_ = 0;  // of the chunk
    bool cr_waits_ = false;
};

}  // namespace mail
