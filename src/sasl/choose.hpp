// The SASL mechanisms known here, and which of those a server offers is taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sasl {

// In the order of preference. NTLM, DIGEST-MD5 and ANONYMOUS are never used.
enum class MechanismId : std::uint8_t {
    scram_sha_256_plus,  // RFC 7677
    scram_sha_256,
    scram_sha_1_plus,  // RFC 5802
    scram_sha_1,
    oauthbearer,  // RFC 7628
    xoauth2,      // Google's and Microsoft's
    plain,        // RFC 4616
    login,        // draft-murchison-sasl-login
    cram_md5,     // RFC 2195
};
std::string_view to_string(MechanismId id);                         // "SCRAM-SHA-256-PLUS", ...
std::optional<MechanismId> parse_mechanism(std::string_view name);  // without regard to case
const std::vector<MechanismId>& mechanisms();                       // all, the preferred first

enum class CredentialKind : std::uint8_t { password, token };
CredentialKind credential_kind(MechanismId id);
// The server, or who listens in clear, learns the password or the token itself.
bool reveals_secret(MechanismId id);
bool binds_channel(MechanismId id);

enum class Binding : std::uint8_t { unavailable, available };

struct Wish {
    CredentialKind kind = CredentialKind::password;
    Binding binding = Binding::unavailable;     // is there channel binding for -PLUS?
    std::optional<MechanismId> mechanism = {};  // this one or none: no downgrade
};

// The best of what is offered (names in any case); nullopt = none that will do.
std::optional<MechanismId> choose(const std::vector<std::string>& offered, const Wish& wish);
// Some -PLUS is among the offered: then a client must not say that the server has none (RFC 5802 section 6).
bool offers_binding(const std::vector<std::string>& offered);

}  // namespace sasl
