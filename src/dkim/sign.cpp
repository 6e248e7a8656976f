#include "dkim/sign.hpp"

#include <limits>

#include <fmt/format.h>

#include "dkim/signature_text.hpp"
#include "dkim/signed_fields.hpp"

namespace dkim {

namespace {

constexpr unsigned least_bits = 1024;

std::string_view algorithm_of(const crypto::PrivateKey& key) {
    return key.public_key().kind() == crypto::KeyKind::rsa ? "rsa-sha256" : "ed25519-sha256";
}

// What a signature signs but for its own field (section 3.7).
std::string canonical_header(const mail::Header& header, const std::vector<std::string>& names,
                             Canonicalization canonicalization) {
    std::string text;
    text.reserve(header.text().size());
    for (const auto index : select_fields(header, names))
        if (index) append_canonical_field(text, header[*index].raw, canonicalization);
    return text;
}

}  // namespace

base::Result<Signer> Signer::create(std::vector<SigningKey> keys, SigningOptions options) {
    if (keys.empty()) return base::usage_error("there is no key to sign with");
    if (options.expire && options.expire->count() <= 0)
        return base::usage_error("a signature cannot expire before it is made");
    std::vector<std::string> identities;
    for (const auto& key : keys) {
        const auto public_key = key.key.public_key();
        if (public_key.kind() == crypto::KeyKind::rsa && public_key.bits() < least_bits)
            return base::usage_error(fmt::format(
                "the RSA key {}@{} has {} bits: signers must use at least {} (RFC 8301 section 3.2)",
                key.selector, key.domain.ascii(), public_key.bits(), least_bits));
        std::string identity;
        if (!options.identity.empty()) {
            TRY(identity, encode_identity(options.identity, key.domain.ascii()));
        }
        identities.push_back(std::move(identity));
    }
    return Signer(std::move(keys), std::move(options), std::move(identities));
}

SigningStream::SigningStream(const Signer& signer)
    : signer_(&signer),
      reader_({.endings = signer.options().endings}),
      hash_(std::make_unique<crypto::Sha256>()),
      canonicalizer_(std::make_unique<BodyCanonicalizer>(
          signer.options().canonical.body,
          [hash = hash_.get()](std::string_view piece) { hash->update(piece); },
          signer.options().body_length.value_or(std::numeric_limits<std::uint64_t>::max()))) {}

base::Result<std::string_view> SigningStream::pass(std::string_view body) {
    if (!checked_ && reader_.header_is_complete()) {
        TRY_VOID(check_signable(reader_.header()));
        checked_ = true;
    }
    canonicalizer_->feed(body);
    return body;
}

base::Result<std::string_view> SigningStream::feed(std::string_view chunk) {
    TRY(const auto body, reader_.feed(chunk));
    return pass(body);
}

base::Result<std::string_view> SigningStream::finish() {
    TRY(const auto rest, reader_.finish());
    TRY(const auto body, pass(rest));
    canonicalizer_->finish();
    return body;
}

base::Result<std::vector<std::string>> SigningStream::sign(base::Time now) const {
    const auto& options = signer_->options();
    const bool whole = options.body_length == whole_body;
    if (options.body_length && !whole && *options.body_length > body_size())
        return base::usage_error(
            fmt::format("the canonical body has {} octets, not the {} that are to be signed", body_size(),
                        *options.body_length));
    SignatureTags tags{.canonical = options.canonical,
                       .time = now.time_since_epoch().count(),
                       .length = whole ? body_size() : options.body_length,
                       .body_hash = body_hash()};
    if (options.expire) tags.expiry = tags.time + options.expire->count();
    TRY(tags.names, fields_to_sign(reader_.header()));
    const auto header = canonical_header(reader_.header(), tags.names, options.canonical.header);
    std::vector<std::string> fields;
    for (std::size_t i = 0; i < signer_->keys().size(); ++i) {
        const auto& key = signer_->keys()[i];
        tags.algorithm = algorithm_of(key.key);
        tags.domain = key.domain.ascii();
        tags.selector = key.selector;
        tags.identity = signer_->identities()[i];
        auto field = signature_without_value(tags);
        auto text = header;
        append_canonical_signature(text, field, options.canonical.header);
        crypto::Sha256 hash;
        hash.update(text);
        TRY(const auto signature, signer_->signers()[i].sign(hash.digest()));
        fields.push_back(complete_signature(std::move(field), signature));
    }
    return fields;
}

}  // namespace dkim
