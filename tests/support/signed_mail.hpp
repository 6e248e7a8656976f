// Signs messages for tests, with any tags: what no signer of the program would write, too.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "crypto/hasher.hpp"
#include "crypto/sign_digest.hpp"
#include "dkim/canonical.hpp"
#include "mail/message.hpp"

namespace test {

inline const crypto::PrivateKey& rsa_key() {
    static const auto key = crypto::PrivateKey::generate_rsa(1024).value();
    return key;
}

inline std::string key_record(const crypto::PrivateKey& key, std::string_view tags = "v=DKIM1; k=rsa;") {
    return std::string(tags) + " p=" + base::encode_base64(key.public_key().to_dkim());
}

struct SigningTags {
    std::string tags =
        "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s1; h=from:to:subject";  // no bh=, b=
    dkim::CanonicalizationPair canonical = {dkim::Canonicalization::relaxed, dkim::Canonicalization::relaxed};
    std::vector<std::string> names = {"from", "to", "subject"};
    std::optional<std::uint64_t> length = {};
    std::string field_name = "DKIM-Signature";
};

// The message, whose lines end in CRLF, with a signature put in front.
inline std::string sign(std::string_view message, const SigningTags& tags, const crypto::PrivateKey& key) {
    mail::MessageReader reader({.endings = mail::LineEndings::normalise_lf});
    crypto::Sha256 hash;
    dkim::BodyCanonicalizer canonicalizer(
        tags.canonical.body, [&](std::string_view piece) { hash.update(piece); },
        tags.length.value_or(UINT64_MAX));
    canonicalizer.feed(reader.feed(message).value());
    canonicalizer.feed(reader.finish().value());
    canonicalizer.finish();
    std::string field =
        tags.field_name + ": " + tags.tags + "; bh=" + base::encode_base64(hash.digest()) + ";\r\n b=";
    crypto::Sha256 header_hash;
    std::string canonical;
    for (const auto& index : dkim::select_fields(reader.header(), tags.names))
        if (index)
            dkim::append_canonical_field(canonical, reader.header()[*index].raw, tags.canonical.header);
    dkim::append_canonical_signature(canonical, field, tags.canonical.header);
    header_hash.update(canonical);
    field += base::encode_base64(crypto::sign_digest(key, header_hash.digest()).value());
    return field + "\r\n" + std::string(message);
}

}  // namespace test
