// The hashes of a body that the signatures of a message ask for, in one pass (RFC 6376 section 3.7).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/hasher.hpp"
#include "dkim/canonical.hpp"

namespace dkim {

struct BodyHash {
    base::Bytes digest;        // SHA-256
    std::uint64_t hashed = 0;  // octets of the canonical body that went into it
    std::uint64_t size = 0;    // of the whole canonical body
};

// One canonical form of the body and the hashes of its beginnings. The last part stays at hand, so that it
// can be tried whether the body ended earlier once.
class CanonicalBody {
  public:
    explicit CanonicalBody(Canonicalization canonicalization);
    // The canonicaliser's sink holds on to this object.
    CanonicalBody(const CanonicalBody&) = delete;
    CanonicalBody& operator=(const CanonicalBody&) = delete;

    void want(std::uint64_t limit);  // before the first feed()
    void feed(std::string_view chunk) { canonicalizer_.feed(chunk); }
    void finish() { canonicalizer_.finish(); }

    std::uint64_t size() const { return canonicalizer_.size(); }
    BodyHash hash(std::optional<std::uint64_t> limit) const;  // of a wanted limit, or of all

    const std::string& tail() const { return tail_; }            // the last octets, at most 128 kB
    const crypto::Sha256& before_tail() const { return head_; }  // the hash of all in front of them

  private:
    void take(std::string_view piece);

    struct Beginning {
        std::uint64_t limit;
        crypto::Sha256 hash = {};
        std::uint64_t hashed = 0;
    };
    BodyCanonicalizer canonicalizer_;
    std::vector<Beginning> beginnings_;
    crypto::Sha256 head_;
    std::string tail_;
};

class BodyHashes {
  public:
    // Before the first feed(). Equal wishes are met by one hash. `limit` is l=.
    void want(Canonicalization canonicalization, std::optional<std::uint64_t> limit);
    // The body of the message, in any chunking.
    void feed(std::string_view chunk);
    void finish();

    BodyHash hash(Canonicalization canonicalization, std::optional<std::uint64_t> limit) const;
    // Null: not wanted, or, of the form that nobody wanted, a body longer than 64 MB.
    const CanonicalBody* body(Canonicalization canonicalization) const;

  private:
    std::unique_ptr<CanonicalBody>& slot(Canonicalization canonicalization);

    std::unique_ptr<CanonicalBody> simple_;
    std::unique_ptr<CanonicalBody> relaxed_;
    bool wanted_simple_ = false;
    bool wanted_relaxed_ = false;
    std::uint64_t size_ = 0;
};

}  // namespace dkim
