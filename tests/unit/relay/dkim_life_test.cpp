#include "relay/dkim_life.hpp"

#include <doctest/doctest.h>

#include "relay/dkim_rules.hpp"

namespace {

using relay::DkimEvent;
using relay::DkimState;
using relay::KeepOthers;
using relay::RevokeLast;

const base::Time now = base::parse_rfc3339("2026-11-24T12:00:00Z").value();
constexpr auto grace = std::chrono::hours(24);
const base::Time long_ago = now - std::chrono::hours(24 * 90);

relay::DkimKey key(std::int64_t id, DkimState state, relay::KeyAlgorithm algorithm = relay::KeyAlgorithm::rsa,
                   const char* domain = "example.com") {
    return {.id = id,
            .domain = base::DomainName::parse(domain).value(),
            .selector = "s" + std::to_string(id),
            .algorithm = algorithm,
            .bits = 2048,
            .public_key = "AAAA",
            .created_at = long_ago + std::chrono::hours(id),
            .life = {.state = state}};
}

std::int64_t signer_of(const std::vector<relay::DkimKey>& keys) {
    const auto chosen = relay::signing_dkim_key(keys);
    return chosen ? chosen->id : 0;
}

std::string changes(const base::Result<std::vector<relay::DkimKey>>& changed) {
    if (changed.has_error()) return changed.error().message;
    std::string text;
    for (const auto& each : *changed)
        text += each.selector + " " + std::string(to_string(each.life.state)) + ", ";
    return text;
}

}  // namespace

TEST_CASE("what can happen to a DKIM key in each state, and what comes of it") {
    struct Row {
        DkimState before;
        std::optional<DkimState> activated, retired;
    };
    const Row table[] = {
        {DkimState::pending, DkimState::active, std::nullopt},
        {DkimState::active, DkimState::active, DkimState::retiring},
        {DkimState::retiring, DkimState::active, DkimState::retiring},
        {DkimState::retired, std::nullopt, std::nullopt},
        {DkimState::revoked, std::nullopt, std::nullopt},
    };
    for (const auto& row : table) {
        CAPTURE(to_string(row.before));
        CHECK(relay::next_state(row.before, DkimEvent::activate) == row.activated);
        CHECK(relay::next_state(row.before, DkimEvent::retire) == row.retired);
        CHECK(relay::next_state(row.before, DkimEvent::revoke) == DkimState::revoked);
        CHECK(relay::may_sign(row.before) == row.activated.has_value());
        CHECK(relay::parse_dkim_state(to_string(row.before)).value() == row.before);
    }
    CHECK(relay::parse_dkim_state("Active").has_error());
}

TEST_CASE(
    "a retiring key retires at the end of its grace, to the second, and not when nobody knows the end") {
    const auto end = now + std::chrono::hours(12);
    relay::DkimLife life{.state = DkimState::retiring, .retiring_at = now, .retires_at = end};
    CHECK(relay::state_at(life, now) == DkimState::retiring);
    CHECK(relay::state_at(life, end - std::chrono::seconds(1)) == DkimState::retiring);
    CHECK(relay::state_at(life, end) == DkimState::retired);
    CHECK(relay::state_at(life, long_ago) == DkimState::retiring);
    life.retires_at.reset();
    CHECK(relay::state_at(life, end) == DkimState::retiring);
    for (const auto state : {DkimState::revoked, DkimState::active, DkimState::pending}) {
        life = {.state = state, .retires_at = long_ago};
        CHECK(relay::state_at(life, now) == state);
    }
}

TEST_CASE("the newest active key signs, an RSA key before one that many do not verify, others never") {
    CHECK(signer_of({}) == 0);
    CHECK(signer_of({key(1, DkimState::pending), key(2, DkimState::retired), key(3, DkimState::revoked)}) ==
          0);
    CHECK(signer_of({key(1, DkimState::active), key(2, DkimState::pending), key(3, DkimState::retiring)}) ==
          1);
    CHECK(signer_of({key(1, DkimState::retiring), key(2, DkimState::retiring), key(3, DkimState::retired)}) ==
          0);
    CHECK(signer_of({key(2, DkimState::active), key(1, DkimState::active)}) == 2);
    const auto ed25519 = key(3, DkimState::active, relay::KeyAlgorithm::ed25519);
    CHECK(signer_of({key(2, DkimState::active), ed25519, key(1, DkimState::active)}) == 2);
    CHECK(signer_of({key(2, DkimState::pending), ed25519}) == 3);
}

TEST_CASE("a key that becomes active makes the other active ones of its domain and algorithm retire") {
    const std::vector keys = {key(1, DkimState::active),
                              key(2, DkimState::pending),
                              key(3, DkimState::active, relay::KeyAlgorithm::ed25519),
                              key(4, DkimState::active, relay::KeyAlgorithm::rsa, "example.net"),
                              key(5, DkimState::pending),
                              key(6, DkimState::retired),
                              key(7, DkimState::revoked)};
    const auto changed = relay::activate_dkim_key(keys, keys[1], KeepOthers::no, grace, now);
    CHECK(changes(changed) == "s2 active, s1 retiring, ");
    CHECK(changed->front().life.activated_at == now);
    CHECK(changed->back().life.retiring_at == now);
    CHECK(changed->back().life.retires_at == now + grace);
    CHECK(changes(relay::activate_dkim_key(keys, keys[1], KeepOthers::yes, grace, now)) == "s2 active, ");
    CHECK(changes(relay::activate_dkim_key(keys, keys[0], KeepOthers::no, grace, now)).empty());
    CHECK(changes(relay::activate_dkim_key(keys, keys[5], KeepOthers::no, grace, now)) ==
          "s6@example.com is retired: it never signs again");
    CHECK(relay::activate_dkim_key(keys, keys[6], KeepOthers::no, grace, now).error().hint ==
          "relayctl dkim rotate example.com");
}

TEST_CASE("a retiring key comes back, and one of unknown end retires from the next activation on") {
    std::vector keys = {key(1, DkimState::retiring), key(2, DkimState::active), key(3, DkimState::retiring)};
    keys[2].life.retiring_at = now - std::chrono::hours(1);
    keys[2].life.retires_at = now + std::chrono::hours(1);
    const auto changed = relay::activate_dkim_key(keys, keys[2], KeepOthers::no, grace, now);
    CHECK(changes(changed) == "s3 active, s1 retiring, s2 retiring, ");
    CHECK(changed->front().life.retiring_at == std::nullopt);
    CHECK(changed->front().life.retires_at == std::nullopt);
    CHECK((*changed)[1].life.retiring_at == now);
}

TEST_CASE("the only active key is revoked only when that is insisted on") {
    const std::vector keys = {key(1, DkimState::active), key(2, DkimState::retiring),
                              key(3, DkimState::active, relay::KeyAlgorithm::ed25519)};
    const auto refused = relay::revoke_dkim_key(keys, keys[0], RevokeLast::no);
    REQUIRE(refused.has_error());
    CHECK(refused.error().kind == base::ErrorKind::conflict);
    CHECK(refused.error().message ==
          "s1@example.com is the only active rsa key of example.com: nothing would sign its mail");
    CHECK(relay::revoke_dkim_key(keys, keys[0], RevokeLast::yes)->life.state == DkimState::revoked);
    CHECK(relay::revoke_dkim_key(keys, keys[1], RevokeLast::no)->life.state == DkimState::revoked);
    const std::vector two = {keys[0], key(4, DkimState::active)};
    CHECK(relay::revoke_dkim_key(two, two[0], RevokeLast::no)->life.state == DkimState::revoked);
}
