#include <doctest/doctest.h>
#include <fmt/format.h>

#include "relay/dkim_rules.hpp"
#include "store/schema.hpp"
#include "support.hpp"

using relay::DkimState;

namespace {

// As the version before the states left it.
void make_version_5(const std::string& path, const std::string& rows) {
    test::write_file(path, "");
    auto connection =
        store::Connection::open(path, store::Connection::Access::write, test::busy_timeout).value();
    connection.use_write_ahead_log().value();
    store::migrate(connection, store::migrations().first(5)).value();
    connection.script(rows.c_str()).value();
}

std::string old_key(int id, const char* domain, const char* selector, const char* algorithm, int created) {
    return fmt::format(
        "INSERT INTO dkim_key VALUES ({0}, '{1}', '{2}', '{3}', 2048, 'AAAA', {4}, '');"
        "INSERT INTO dkim_private_key VALUES ({0}, CAST('pem {2}' AS BLOB));",
        id, domain, selector, algorithm, created);
}

}  // namespace

TEST_CASE(
    "in a store from before the states all that signed signs: the newest, those relays name, and by name") {
    const test::Folder folder;
    make_version_5(
        folder.file(),
        old_key(1, "example.com", "old", "rsa", 100) + old_key(2, "example.com", "named", "rsa", 50) +
            old_key(3, "example.com", "new", "rsa", 200) + old_key(4, "example.com", "same", "rsa", 200) +
            old_key(5, "example.com", "ed", "ed25519", 10) + old_key(6, "example.net", "old", "rsa", 1) +
            "INSERT INTO relay (id, name, host, port, security, verify_certificate, priority, "
            "dkim_selector, return_path, fallback, enabled, description, created_at, changed_at) "
            "VALUES (1, 'news', 'smtp.mailer.example', 587, 'tls', 1, 10, 'named', 'managed', 0, "
            "1, '', 0, 0)");
    const auto store = test::open_to_read(folder.file()).value();
    const auto keys = store->dkim_keys().value();
    REQUIRE(keys.size() == 6);
    std::string states;
    for (const auto& key : keys) {
        states += fmt::format("{}@{} {}\n", key.selector, key.domain.ascii(), to_string(key.life.state));
        CHECK(key.life.activated_at == std::nullopt);
        CHECK(key.life.retiring_at == std::nullopt);
        CHECK(key.life.last_seen_at == std::nullopt);
        CHECK(relay::may_sign(relay::state_at(key.life, base::Time::max())));
        CHECK(store->dkim_private_key(key.id)->reveal() == "pem " + key.selector);
    }
    CHECK(states ==
          "ed@example.com active\n"
          "named@example.com active\n"
          "new@example.com retiring\n"
          "old@example.com retiring\n"
          "same@example.com active\n"
          "old@example.net active\n");
    // The newest of all, as before.
    CHECK(relay::signing_dkim_key({keys.begin(), keys.begin() + 5})->selector == "same");
}

TEST_CASE("the life of a key is stored as it is, but for what time alone has made of it") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    relay::DkimKey key{.domain = base::DomainName::parse("example.com").value(),
                       .selector = "s2026",
                       .bits = 2048,
                       .public_key = "AAAA"};
    auto transaction = relay::Transaction::begin(*store).value();
    key.id = store->insert_dkim_key(key, base::Secret("pem")).value();
    CHECK(store->find_dkim_key(key.domain, "s2026").value() == key);
    const base::Time time(std::chrono::seconds(1'800'000'000));
    for (const auto state :
         {DkimState::active, DkimState::retiring, DkimState::revoked, DkimState::pending}) {
        key.life = {.state = state,
                    .activated_at = time,
                    .retiring_at = time,
                    .retires_at = time + std::chrono::seconds(7),
                    .last_seen_at = time};
        store->set_dkim_life(key.id, key.life).value();
        CHECK(store->find_dkim_key(key.domain, "s2026").value() == key);
    }
    key.life = {.state = DkimState::retired, .retiring_at = time, .retires_at = time};
    store->set_dkim_life(key.id, key.life).value();
    CHECK(store->find_dkim_key(key.domain, "s2026").value()->life ==
          relay::DkimLife{.state = DkimState::retiring, .retiring_at = time, .retires_at = time});
    CHECK(store->set_dkim_life(key.id + 1, key.life).error().kind == base::ErrorKind::not_found);
    transaction.commit().value();
    CHECK(store->set_dkim_life(key.id, key.life).error().kind == base::ErrorKind::bug);
}

TEST_CASE("a key that was retiring before its end was kept ends as it did then") {
    for (const auto& [setting, seconds] :
         {std::pair("", 7 * 86400), std::pair("90m", 5400), std::pair("2w", 14 * 86400)}) {
        const test::Folder folder;
        test::write_file(folder.file(), "");
        {
            auto connection =
                store::Connection::open(folder.file(), store::Connection::Access::write, test::busy_timeout)
                    .value();
            connection.use_write_ahead_log().value();
            store::migrate(connection, store::migrations().first(12)).value();
            const auto rows = fmt::format(
                "INSERT INTO dkim_key (domain, selector, algorithm, bits, public_key, created_at, state, "
                "retiring_at) VALUES ('example.com', 'a', 'rsa', 2048, 'AAAA', 1, 'retiring', 1000), "
                "('example.com', 'b', 'rsa', 2048, 'AAAA', 1, 'retiring', NULL);"
                "INSERT INTO setting SELECT 'dkim-grace', '{0}' WHERE '{0}' <> ''",
                setting);
            connection.script(rows.c_str()).value();
        }
        const auto keys = test::open_to_read(folder.file()).value()->dkim_keys().value();
        REQUIRE(keys.size() == 2);
        CHECK(keys[0].life.retires_at == base::Time(std::chrono::seconds(1000 + seconds)));
        CHECK(keys[1].life.retires_at == std::nullopt);
    }
}

TEST_CASE("the name of a key that is gone is remembered, with its public half, however it went") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    relay::DkimKey key{.domain = base::DomainName::parse("example.com").value(),
                       .selector = "s1",
                       .bits = 2048,
                       .public_key = "AAAA"};
    const auto deleted = [&](std::string_view selector) {
        return store->find_deleted_dkim_key(key.domain, selector).value();
    };
    auto transaction = relay::Transaction::begin(*store).value();
    key.id = store->insert_dkim_key(key, base::Secret("pem")).value();
    CHECK(deleted("s1") == std::nullopt);
    store->delete_dkim_key(key.id).value();
    CHECK(deleted("s1") == "AAAA");
    CHECK(deleted("s2") == std::nullopt);
    key.public_key = "BBBB";
    key.id = store->insert_dkim_key(key, base::Secret("pem")).value();
    store->delete_dkim_key(key.id).value();
    CHECK(deleted("s1") == "BBBB");
    transaction.commit().value();
    CHECK(test::open_to_read(folder.file("none")).value()->find_deleted_dkim_key(key.domain, "s1").value() ==
          std::nullopt);
}
