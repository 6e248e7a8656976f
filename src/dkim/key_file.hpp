// The file of a private key: can it sign, who can read it, and which record belongs to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "finding/finding.hpp"

namespace dkim {

struct KeyFile {
    std::string public_key =
        {};                     // base64, the p= that belongs to it: look_up_key()'s `expected`; empty = none
    std::string key_type = {};  // "rsa", "ed25519", or empty
    std::vector<finding::Finding> findings = {};
};

// `path` names the file in the findings, `mode` are its permission bits, `pem` is its text. Findings: others
// may read it, it is no private key or encrypted, its RSA key is too short to sign with.
KeyFile inspect_key_file(std::string_view path, unsigned mode, const base::Secret& pem);

}  // namespace dkim
