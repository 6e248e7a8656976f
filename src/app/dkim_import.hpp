// Private keys that were made elsewhere: reading them, and taking them into the store.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/dkim_generate.hpp"

namespace app {

inline constexpr std::size_t longest_key_file = 65536;  // octets

// PKCS#8 or PKCS#1 (RSA, Ed25519), in PEM or as its base64 alone, or an Ed25519 key in base64: its seed of 32
// octets (RFC 8032 section 5.1.5), or the seed and the public key behind it, as some programs write it.
// Errors: usage (encrypted, another kind, RSA below 1024 bits: RFC 8301 section 3.2); no message shows a byte
// of the text.
base::Result<KeyPair> read_key_pair(const base::Secret& text);

struct KeyToImport {
    std::string selector;
    base::DomainName domain;
    KeyPair pair;
    std::string note = {};
    Reuse reuse = Reuse::no;  // as in DkimKeyRequest
};

struct ImportedKey {
    relay::DkimKey key;
    bool changed = true;  // false: the same key was there already
};

// All of them or none. Errors: conflict (another key has the selector, or had it and was deleted, or two of
// `keys` have the same).
base::Result<std::vector<ImportedKey>> import_dkim_keys(relay::Store& store, const base::Clock& clock,
                                                        const std::vector<KeyToImport>& keys, DryRun dry_run);

}  // namespace app
