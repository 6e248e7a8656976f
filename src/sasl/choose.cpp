#include "sasl/choose.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace sasl {

std::string_view to_string(MechanismId id) {
    switch (id) {
        case MechanismId::scram_sha_256_plus:
            return "SCRAM-SHA-256-PLUS";
        case MechanismId::scram_sha_256:
            return "SCRAM-SHA-256";
        case MechanismId::scram_sha_1_plus:
            return "SCRAM-SHA-1-PLUS";
        case MechanismId::scram_sha_1:
            return "SCRAM-SHA-1";
        case MechanismId::oauthbearer:
            return "OAUTHBEARER";
        case MechanismId::xoauth2:
            return "XOAUTH2";
        case MechanismId::plain:
            return "PLAIN";
        case MechanismId::login:
            return "LOGIN";
        case MechanismId::cram_md5:
            return "CRAM-MD5";
    }
    return "";
}

const std::vector<MechanismId>& mechanisms() {
    static const std::vector<MechanismId> all{MechanismId::scram_sha_256_plus,
                                              MechanismId::scram_sha_256,
                                              MechanismId::scram_sha_1_plus,
                                              MechanismId::scram_sha_1,
                                              MechanismId::oauthbearer,
                                              MechanismId::xoauth2,
                                              MechanismId::plain,
                                              MechanismId::login,
                                              MechanismId::cram_md5};
    return all;
}

std::optional<MechanismId> parse_mechanism(std::string_view name) {
    for (const auto id : mechanisms()) {
        if (base::equals_ignoring_case(name, to_string(id))) return id;
    }
    return std::nullopt;
}

CredentialKind credential_kind(MechanismId id) {
    return id == MechanismId::oauthbearer || id == MechanismId::xoauth2 ? CredentialKind::token
                                                                        : CredentialKind::password;
}

bool reveals_secret(MechanismId id) {
    return id == MechanismId::plain || id == MechanismId::login ||
           credential_kind(id) == CredentialKind::token;
}

bool binds_channel(MechanismId id) {
    return id == MechanismId::scram_sha_256_plus || id == MechanismId::scram_sha_1_plus;
}

std::optional<MechanismId> choose(const std::vector<std::string>& offered, const Wish& wish) {
    const auto is_offered = [&offered](MechanismId id) {
        return std::any_of(offered.begin(), offered.end(), [id](const std::string& name) {
            return base::equals_ignoring_case(name, to_string(id));
        });
    };
    for (const auto id : mechanisms()) {
        if (wish.mechanism && id != *wish.mechanism) continue;
        if (credential_kind(id) != wish.kind) continue;
        if (binds_channel(id) && wish.binding == Binding::unavailable) continue;
        if (is_offered(id)) return id;
    }
    return std::nullopt;
}

bool offers_binding(const std::vector<std::string>& offered) {
    static constexpr std::string_view suffix = "-PLUS";
    return std::any_of(offered.begin(), offered.end(), [](std::string_view name) {
        return name.size() > suffix.size() &&
               base::equals_ignoring_case(name.substr(name.size() - suffix.size()), suffix);
    });
}

}  // namespace sasl
