#include "relay/dkim_rules.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace relay {

namespace {

bool is_rival(const DkimKey& other, const DkimKey& key) {
    return other.id != key.id && other.domain == key.domain && other.algorithm == key.algorithm;
}

std::string name_of(const DkimKey& key) {
    return key.selector + "@" + key.domain.ascii();
}

}  // namespace

std::optional<DkimKey> signing_dkim_key(const std::vector<DkimKey>& keys) {
    const auto order = [](const DkimKey& key) {
        return std::tuple(key.algorithm == KeyAlgorithm::rsa, key.created_at, key.id);
    };
    std::optional<DkimKey> chosen;
    for (const auto& key : keys) {
        if (key.life.state != DkimState::active) continue;
        if (!chosen || order(*chosen) < order(key)) chosen = key;
    }
    return chosen;
}

base::Result<std::vector<DkimKey>> activate_dkim_key(const std::vector<DkimKey>& keys, const DkimKey& key,
                                                     KeepOthers keep, std::chrono::seconds grace,
                                                     base::Time now) {
    const auto state = next_state(key.life.state, DkimEvent::activate);
    if (!state)
        return base::Error{
            .kind = base::ErrorKind::conflict,
            .message = fmt::format("{} is {}: it never signs again", name_of(key), to_string(key.life.state)),
            .hint = fmt::format("relayctl dkim rotate {}", key.domain.ascii())};
    std::vector<DkimKey> changed;
    if (key.life.state != *state) {
        changed.push_back(key);
        auto& life = changed.back().life;
        life.state = *state;
        life.activated_at = now;
        life.retiring_at.reset();
        life.retires_at.reset();
    }
    if (keep == KeepOthers::yes) return changed;
    for (const auto& other : keys) {
        if (!is_rival(other, key)) continue;
        const bool end_unknown = other.life.state == DkimState::retiring && !other.life.retires_at;
        if (other.life.state != DkimState::active && !end_unknown) continue;
        changed.push_back(other);
        changed.back().life.state = DkimState::retiring;
        changed.back().life.retiring_at = now;
        changed.back().life.retires_at = now + grace;
    }
    return changed;
}

base::Result<DkimKey> revoke_dkim_key(const std::vector<DkimKey>& keys, const DkimKey& key, RevokeLast last) {
    const bool another = std::any_of(keys.begin(), keys.end(), [&](const DkimKey& other) {
        return is_rival(other, key) && other.life.state == DkimState::active;
    });
    if (key.life.state == DkimState::active && !another && last == RevokeLast::no)
        return base::Error{
            .kind = base::ErrorKind::conflict,
            .message = fmt::format("{} is the only active {} key of {}: nothing would sign its mail",
                                   name_of(key), to_string(key.algorithm), key.domain.ascii()),
            .hint = fmt::format("relayctl dkim rotate {} first, or --force", key.domain.ascii())};
    auto revoked = key;
    revoked.life.state = DkimState::revoked;
    revoked.life.retiring_at.reset();
    revoked.life.retires_at.reset();
    return revoked;
}

}  // namespace relay
