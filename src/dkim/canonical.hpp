// Canonicalisation of header fields and bodies, and which fields h= means (RFC 6376
// sections 3.4, 3.7, 5.4.2).
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "mail/header.hpp"

namespace dkim {

enum class Canonicalization : std::uint8_t { simple, relaxed };
std::string_view to_string(Canonicalization canonicalization);  // "simple", "relaxed"

// The value of c=.
struct CanonicalizationPair {
    Canonicalization header = Canonicalization::simple;
    Canonicalization body = Canonicalization::simple;
    bool operator==(const CanonicalizationPair&) const = default;
};
// "relaxed/simple"; a word alone is that of the header, and the body is simple (section 3.5). The words are
// compared as written. Error: usage.
base::Result<CanonicalizationPair> parse_canonicalization(std::string_view text);
std::string to_string(CanonicalizationPair pair);  // always both words

// Appends the canonical form of a field, its CRLF with it. `raw` is a field as mail::Field has it: relaxed
// takes a last line without a CRLF too.
void append_canonical_field(std::string& out, std::string_view raw, Canonicalization canonicalization);

// The same for the DKIM-Signature field that is made or verified: the value of its b= counts as empty, with
// the white space around it, and the CRLF at the end of the field is left out (section 3.7).
void append_canonical_signature(std::string& out, std::string_view raw, Canonicalization canonicalization);

// A DKIM-Signature field without the value of its b= tag and the white space around that, else unchanged. Of
// two b= tags the first counts; without one the field comes back as it is.
std::string without_signature_value(std::string_view raw);

// The fields that the names of h= stand for, in the order of the names (section 5.4.2): the last of a name
// first, then the one above it; nothing when none is left, which signs that there is no more. `except` is the
// index of a field that does not count: the signature itself. The cost is that of one pass over the fields,
// and of sorting the names.
std::vector<std::optional<std::size_t>> select_fields(const mail::Header& header,
                                                      std::span<const std::string> names,
                                                      std::optional<std::size_t> except = {});

// The canonical form of a body, as a stream: fed in any chunking, it hands the canonical octets on in pieces.
// Memory is bounded whatever comes: white space and empty lines that may be at the end are counted, not kept.
// A line ends in CRLF; a bare CR or LF is an octet like any other.
//
// Where the RFC leaves room: a body of white space only, without a CRLF, is empty when relaxed.
class BodyCanonicalizer {
  public:
    using Sink = std::function<void(std::string_view)>;  // called with pieces of up to 16 kB and some

    // `limit` is l=: the octets of the canonical body beyond it are counted and not handed on.
    BodyCanonicalizer(Canonicalization canonicalization, Sink sink,
                      std::uint64_t limit = std::numeric_limits<std::uint64_t>::max());

    void feed(std::string_view chunk);
    // The body is at its end: what waits is decided. Call it once.
    void finish();

    std::uint64_t size() const {
        return size_;
    }  // of the canonical body, beyond the limit too; after finish()

  private:
    template <Canonicalization c>
    void run(std::string_view chunk);
    template <Canonicalization c>
    const char* step(const char* place);
    template <class Finder>
    const char* pass_text(const char* place, const char* last, Finder& finder);
    void release();
    void put(std::string_view piece);
    void put_over(std::string_view piece);
    void flush();

    Canonicalization canonicalization_;
    Sink sink_;
    std::uint64_t limit_;
    std::uint64_t size_ = 0;
    std::uint64_t lines_ = 0;         // CRLFs that wait: they may be at the end
    bool blank_ = false;              // white space waits behind them
    bool cr_ = false;                 // a CR waits behind that: it may be half of a CRLF
    bool empty_ = true;               // no octet but those of empty lines has come
    std::unique_ptr<char[]> buffer_;  // always of the same size, and some room behind
    std::size_t used_ = 0;            // of it
};

}  // namespace dkim
