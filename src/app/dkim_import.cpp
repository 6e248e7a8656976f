#include "app/dkim_import.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "base/text.hpp"
#include "crypto/key.hpp"

namespace app {

namespace {

constexpr std::uint32_t least_bits = 1024;

// PKCS#8 of an Ed25519 key is a constant and the seed (RFC 8410 section 7).
base::Result<crypto::PrivateKey> make_ed25519(std::string_view seed) {
    constexpr std::string_view head("\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20", 16);
    std::string der;
    der.reserve(head.size() + seed.size());  // in one allocation: nothing of a secret is left behind
    der.append(head).append(seed);
    const base::Secret info(std::move(der));
    const base::Secret body(base::encode_base64(info.reveal()));
    std::string pem;
    pem.reserve(200);
    pem.append("-----BEGIN PRIVATE KEY-----\n").append(body.reveal()).append("\n-----END PRIVATE KEY-----\n");
    return crypto::PrivateKey::parse_pem(base::Secret(std::move(pem)));
}

base::Result<crypto::PrivateKey> read_seed(std::string_view text) {
    const auto bytes = base::decode_base64(text);
    constexpr std::size_t seed_size = 32;
    if (!bytes || (bytes->size() != seed_size && bytes->size() != 2 * seed_size))
        return base::usage_error("neither a private key in PEM nor an Ed25519 seed of 32 octets in base64");
    TRY(auto key, make_ed25519({reinterpret_cast<const char*>(bytes->data()), seed_size}));
    if (bytes->size() == 2 * seed_size &&
        !std::equal(bytes->begin() + seed_size, bytes->end(), key.public_key().to_dkim().begin()))
        return base::usage_error("the public half behind the Ed25519 seed does not belong to it");
    return key;
}

// The base64 of PKCS#1 or PKCS#8 without the lines that PEM has around it.
base::Result<crypto::PrivateKey> read_bare_pem(std::string_view base64, std::string_view kind) {
    constexpr std::size_t line = 64;
    std::string pem;
    pem.reserve(base64.size() + base64.size() / line + 100);  // in one allocation, as above
    pem.append("-----BEGIN ").append(kind).append("-----\n");
    for (std::size_t at = 0; at < base64.size(); at += line)
        pem.append(base64.substr(at, line)).append("\n");
    pem.append("-----END ").append(kind).append("-----\n");
    return crypto::PrivateKey::parse_pem(base::Secret(std::move(pem)));
}

base::Result<crypto::PrivateKey> read_private_key(const base::Secret& text) {
    if (text.reveal().find("-----BEGIN") != std::string_view::npos)
        return crypto::PrivateKey::parse_pem(text);
    // rspamadm dkim_keygen prints the key, and on the lines behind it the record.
    const auto whole = base::trim(text.reveal());
    const auto line = whole.substr(0, whole.find('\n'));
    const auto base64 = whole.find("._domainkey") == std::string_view::npos ? whole : base::trim(line);
    constexpr std::size_t longest_seed = 88;
    if (base64.size() > longest_seed || base64.starts_with("MC4CAQ"))
        for (const std::string_view kind : {"PRIVATE KEY", "RSA PRIVATE KEY"}) {
            auto key = read_bare_pem(base64, kind);
            if (key.has_value()) return key;
        }
    return read_seed(base64);
}

base::Result<ImportedKey> import_one(relay::Store& store, const base::Clock& clock,
                                     const KeyToImport& wanted) {
    TRY(auto existing, store.find_dkim_key(wanted.domain, wanted.selector));
    if (existing && existing->public_key == wanted.pair.public_key)
        return ImportedKey{.key = std::move(*existing), .changed = false};
    if (existing)
        return base::Error{.kind = base::ErrorKind::conflict,
                           .message = fmt::format("{} has another key already; a key is never overwritten",
                                                  to_string(*existing)),
                           .hint = "import it under another selector"};
    DkimKeyRequest request{
        .domain = wanted.domain, .selector = wanted.selector, .note = wanted.note, .reuse = wanted.reuse};
    auto key = store_key_pair(store, clock, request, wanted.pair);
    if (key.has_error()) {
        auto error = std::move(key).error();
        if (error.kind == base::ErrorKind::conflict)
            error.hint =
                "import it under another selector, or --force where nothing was signed with the old one";
        return error;
    }
    return ImportedKey{.key = std::move(*key)};
}

}  // namespace

base::Result<KeyPair> read_key_pair(const base::Secret& text) {
    if (text.reveal().size() > longest_key_file)
        return base::usage_error("the private key's text is longer than 65536 octets");
    TRY(const auto key, read_private_key(text));
    const auto public_key = key.public_key();
    const bool is_rsa = public_key.kind() == crypto::KeyKind::rsa;
    if (is_rsa && public_key.bits() < least_bits)
        return base::usage_error(
            fmt::format(
                "the RSA key has {} bits: verifiers must not take less than 1024 (RFC 8301 section 3.2)",
                public_key.bits()),
            "relayctl dkim generate DOMAIN");
    return KeyPair{.algorithm = is_rsa ? relay::KeyAlgorithm::rsa : relay::KeyAlgorithm::ed25519,
                   .bits = public_key.bits(),
                   .public_key = base::encode_base64(public_key.to_dkim()),
                   .private_key = key.to_pem()};
}

base::Result<std::vector<ImportedKey>> import_dkim_keys(relay::Store& store, const base::Clock& clock,
                                                        const std::vector<KeyToImport>& keys,
                                                        DryRun dry_run) {
    TRY(auto transaction, relay::Transaction::begin(store));
    std::vector<ImportedKey> imported;
    for (const auto& wanted : keys) {
        TRY(auto one, import_one(store, clock, wanted));
        imported.push_back(std::move(one));
    }
    if (dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return imported;
}

}  // namespace app
