// Signing messages (RFC 6376 section 5, RFC 8301, RFC 8463). Pure: bytes in, header fields out.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/domain_name.hpp"
#include "base/result.hpp"
#include "crypto/hasher.hpp"
#include "crypto/key.hpp"
#include "crypto/sign_digest.hpp"
#include "dkim/canonical.hpp"
#include "mail/message.hpp"

namespace dkim {

struct SigningKey {
    base::DomainName domain;  // d=
    std::string selector;     // s=
    crypto::PrivateKey key;
};

inline constexpr std::uint64_t whole_body = std::numeric_limits<std::uint64_t>::max();

struct SigningOptions {
    CanonicalizationPair canonical = {Canonicalization::relaxed, Canonicalization::relaxed};
    std::optional<std::chrono::seconds> expire = {};  // x= so long after t=
    std::string identity = {};                        // i=, as encode_identity() takes it; empty = none
    // l=: octets of the canonical body that are signed, or whole_body for as many as it has. What follows
    // them anybody may add (section 8.2).
    std::optional<std::uint64_t> body_length = {};
    mail::LineEndings endings = mail::LineEndings::normalise;  // not normalise_lf
};

// The keys and options of a run: made once, used for any number of messages.
class Signer {
  public:
    // Error: usage, for no key, an identity that is of another domain than a key's, an RSA key below 1024
    // bits (RFC 8301 section 3.2), or an expiry that is not above 0.
    static base::Result<Signer> create(std::vector<SigningKey> keys, SigningOptions options);

    const std::vector<SigningKey>& keys() const { return keys_; }
    const std::vector<crypto::DigestSigner>& signers() const { return signers_; }  // one a key
    const SigningOptions& options() const { return options_; }
    const std::vector<std::string>& identities() const { return identities_; }  // one a key, encoded

  private:
    Signer(std::vector<SigningKey> keys, SigningOptions options, std::vector<std::string> identities)
        : keys_(std::move(keys)), options_(std::move(options)), identities_(std::move(identities)) {
        for (const auto& key : keys_)
            signers_.emplace_back(key.key);
    }
    std::vector<SigningKey> keys_;
    std::vector<crypto::DigestSigner> signers_ = {};
    SigningOptions options_;
    std::vector<std::string> identities_;
};

// One message on its way through: fed its bytes in any chunking, it gives the message as it must be sent, and
// at the end the fields to put before it. Memory is that of the header.
class SigningStream {
  public:
    explicit SigningStream(const Signer& signer);  // which must live on

    // The body among the bytes, its lines ended by CRLF; it lives until the next call. Errors: those of
    // MessageReader, and a message that is not to be signed, see check_signable().
    base::Result<std::string_view> feed(std::string_view chunk);
    // The rest of the body. Call it once.
    base::Result<std::string_view> finish();
    // One DKIM-Signature field a key, in the keys' order, each with its CRLF. After finish(). Errors: usage
    // (too many fields, l= beyond the body), bug.
    base::Result<std::vector<std::string>> sign(base::Time now) const;

    const mail::MessageReader& message() const { return reader_; }
    std::uint64_t body_size() const { return canonicalizer_->size(); }  // canonical; after finish()
    base::Bytes body_hash() const { return hash_->digest(); }

  private:
    base::Result<std::string_view> pass(std::string_view body);

    const Signer* signer_;
    mail::MessageReader reader_;
    bool checked_ = false;
    std::unique_ptr<crypto::Sha256> hash_;
    std::unique_ptr<BodyCanonicalizer> canonicalizer_;
};

}  // namespace dkim
