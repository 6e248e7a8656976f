#include "dkim/key_file.hpp"

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/shell_word.hpp"
#include "crypto/key.hpp"

namespace dkim {

KeyFile inspect_key_file(std::string_view path, unsigned mode, const base::Secret& pem) {
    KeyFile file;
    const auto add = [&](std::string_view id, std::string observed, std::string remedy = {}) {
        file.findings.push_back(finding::make(id, std::string(path), std::move(observed), std::move(remedy)));
    };
    constexpr unsigned group_and_others = 0077;
    if ((mode & group_and_others) != 0)
        add("dkim-key-file-mode", fmt::format("its mode is {:04o}", mode & 07777),
            fmt::format("chmod 600 {}", base::shell_word(path)));
    const auto key = crypto::PrivateKey::parse_pem(pem);
    if (key.has_error()) {
        add("dkim-key-file-unusable", key.error().message);
        return file;
    }
    const auto public_key = key->public_key();
    file.public_key = base::encode_base64(public_key.to_dkim());
    file.key_type = to_string(public_key.kind());
    constexpr unsigned shortest = 1024;  // RFC 8301 section 3.2
    if (public_key.kind() == crypto::KeyKind::rsa && public_key.bits() < shortest)
        add("dkim-rsa-too-short", fmt::format("an RSA key of {} bits", public_key.bits()));
    return file;
}

}  // namespace dkim
