#include <random>

#include <doctest/doctest.h>

#include "store/schema.hpp"
#include "support.hpp"

using base::ErrorKind;

namespace {

void make_store(const std::string& path) {
    const auto store = test::open_to_write(path).value();
    auto relay = test::make_relay("news");
    relay.login = relay::Login{.user = "u", .source = relay::PasswordSource::stored};
    relay.dkim_selector = "s1";
    test::save(*store, relay);
    auto transaction = relay::Transaction::begin(*store).value();
    const auto domain = base::DomainName::parse("example.com").value();
    store->insert_domain({.name = domain, .created_at = {}}).value();
    store
        ->insert_dkim_key({.domain = domain, .selector = "s1", .bits = 2048, .public_key = "abcd"},
                          base::Secret("pem"))
        .value();
    transaction.commit().value();
}

// The messages of all that can be read, which are errors only for what is damaged.
std::string read_all(const std::string& path) {
    const auto opened = test::open_to_read(path);
    if (opened.has_error()) return opened.error().message;
    const auto& store = *opened;
    std::string messages;
    const auto add = [&](const auto& result) {
        if (result.has_error() && messages.find(result.error().message) == std::string::npos)
            messages += result.error().message;
        if (result.has_error()) CHECK(result.error().kind == ErrorKind::io);
    };
    add(store->relays());
    add(store->find_relay("news"));
    add(store->domains());
    add(store->dkim_keys());
    add(store->find_dkim_key(base::DomainName::parse("example.com").value(), "s1"));
    return messages;
}

}  // namespace

TEST_CASE("a row changed by hand is an error that names the row, not a crash") {
    struct Case {
        const char* sql;
        const char* message;
    };
    const Case cases[] = {
        {"UPDATE relay SET name = 'New s'", "table relay, row 1 (\"New s\"): not a relay name"},
        {"UPDATE relay SET host = 'a b'", "table relay, row 1 (\"news\"): not a host name"},
        {"UPDATE relay SET port = 0", "row 1 (\"news\"): port: not a number from 1 to 65535"},
        {"UPDATE relay SET port = 70000", "port: not a number"},
        {"UPDATE relay SET security = 'auto'", "no such security"},
        {"UPDATE relay SET verify_certificate = 2", "verify_certificate: not a number from 0 to 1"},
        {"UPDATE relay SET ca_file = '/a' || char(10)", "ca_file: control bytes"},
        {"UPDATE relay SET fingerprint = 'x'", "not a SHA-256 fingerprint"},
        {"UPDATE relay SET daily_limit = -1", "daily_limit: not a number"},
        {"UPDATE relay SET daily_limit = 9223372036854775807", "daily_limit: not a number"},
        {"UPDATE relay SET priority = 65536", "priority: not a number"},
        {"UPDATE relay SET dkim_selector = 's.'", "not a selector"},
        {"UPDATE relay SET return_path = 'x'", "not a mail address"},
        {"UPDATE relay SET login_user = ''", "login_user: empty"},
        {"UPDATE relay SET login_user = 'a' || char(13)", "login_user: control bytes"},
        {"UPDATE relay SET password_source = 'other'", "password_source: \"other\""},
        {"UPDATE relay SET fallback = 7", "fallback: not a number"},
        {"UPDATE relay SET enabled = -1", "enabled: not a number"},
        {"UPDATE relay SET description = char(27)", "the description has control characters"},
        {"UPDATE relay SET created_at = -1", "created_at: not a number"},
        {"UPDATE relay SET changed_at = 9223372036854775807", "changed_at: not a number"},
        {"UPDATE relay_domain SET domain = 'a b'", "table relay_domain, row 1 (\"a b\"): not a domain name"},
        {"UPDATE relay_mail_type SET mail_type = 'bulk'",
         "table relay_mail_type, row 1 (\"bulk\"): no such mail type"},
        {"UPDATE domain SET name = '-'", "table domain, row \"-\": not a domain name"},
        {"UPDATE domain SET created_at = -9", "table domain, row \"example.com\": created_at"},
        {"UPDATE dkim_key SET domain = ''", "table dkim_key, row 1 (\"s1\"): not a domain name"},
        {"UPDATE dkim_key SET selector = '*'", "table dkim_key, row 1 (\"*\"): not a selector"},
        {"UPDATE dkim_key SET algorithm = 'dsa'", "no such key algorithm"},
        {"UPDATE dkim_key SET bits = 0", "bits: not a number"},
        {"UPDATE dkim_key SET public_key = hex(zeroblob(10000))", "public_key: longer than"},
        {"UPDATE dkim_key SET state = 'asleep'", "not the state of a DKIM key: \"asleep\""},
        {"UPDATE dkim_key SET activated_at = -1", "activated_at: not a number"},
        {"UPDATE dkim_key SET retiring_at = 9223372036854775807", "retiring_at: not a number"},
        {"UPDATE dkim_key SET last_seen_at = -1", "last_seen_at: not a number"},
        {"DROP TABLE relay_mail_type", "no such table: relay_mail_type"},
    };
    for (const auto& [sql, message] : cases) {
        CAPTURE(sql);
        const test::Folder folder;
        make_store(folder.file());
        test::run_sql(folder.file(), (std::string("PRAGMA ignore_check_constraints = ON; ") + sql).c_str());
        const auto messages = read_all(folder.file());
        CHECK_MESSAGE(messages.find(message) != std::string::npos, messages);
        CHECK(messages.starts_with("the store is damaged: "));
    }
}

TEST_CASE("rows that belong to no relay are passed over") {
    const test::Folder folder;
    make_store(folder.file());
    test::run_sql(folder.file(),
                  "PRAGMA foreign_keys = OFF; INSERT INTO relay_domain VALUES (99, 'a.example'), (0, '*'); "
                  "INSERT INTO relay_mail_type VALUES (99, 'mass')");
    CHECK(read_all(folder.file()).empty());
}

TEST_CASE("a store with wrong bytes in any place is an error or a store, never a crash") {
    const test::Folder folder;
    make_store(folder.file());
    const auto bytes = test::read_file(folder.file());
    std::mt19937 random(3);
    for (int round = 0; round < 200; ++round) {
        auto broken = bytes;
        for (int i = 0; i < 20; ++i)
            broken[random() % broken.size()] = static_cast<char>(random());
        if (round % 4 == 0) broken.resize(random() % broken.size());
        test::write_file(folder.file(), broken);
        static_cast<void>(read_all(folder.file()));
        if (const auto store = test::open_to_write(folder.file())) {
            const auto transaction = relay::Transaction::begin(**store);
            if (transaction.has_value()) static_cast<void>((*store)->insert_relay(test::make_relay("more")));
        }
        std::filesystem::remove(folder.file("relayctl.db-wal"));
        std::filesystem::remove(folder.file("relayctl.db-shm"));
    }
}

TEST_CASE("the tables hold the kinds of values they are made for") {
    const test::Folder folder;
    make_store(folder.file());
    for (const char* sql :
         {"UPDATE relay SET port = 'x'", "UPDATE relay SET port = 0", "UPDATE relay SET security = 'x'",
          "UPDATE relay SET login_user = NULL", "UPDATE relay SET password_command = 'x'",
          "INSERT INTO relay_mail_type VALUES (1, 'bulk')",
          "PRAGMA foreign_keys = ON; INSERT INTO relay_password VALUES (9, x'00')"}) {
        CAPTURE(sql);
        auto connection =
            store::Connection::open(folder.file(), store::Connection::Access::write, test::busy_timeout)
                .value();
        CHECK(connection.script(sql).has_error());
    }
}

TEST_CASE("an older store goes through each missing step once, and a step that fails undoes them all") {
    const test::Folder folder;
    test::write_file(folder.file(), "");
    auto connection =
        store::Connection::open(folder.file(), store::Connection::Access::write, test::busy_timeout).value();
    const char* const two[] = {"CREATE TABLE a (x)", "INSERT INTO a VALUES (2)"};
    const char* const four[] = {two[0], two[1], "INSERT INTO a VALUES (3)",
                                "INSERT INTO a VALUES (4); broken"};
    const auto version = [&] { return connection.integer("PRAGMA user_version").value(); };
    const auto sum = [&] { return connection.integer("SELECT sum(x) FROM a").value(); };
    CHECK(store::read_version(connection, two).value() == store::Version::none);
    store::migrate(connection, two).value();
    store::migrate(connection, two).value();
    CHECK(version() == 2);
    CHECK(sum() == 2);
    CHECK(store::read_version(connection, two).value() == store::Version::current);
    CHECK(store::read_version(connection, four).value() == store::Version::older);
    CHECK(store::migrate(connection, four).has_error());
    CHECK_FALSE(connection.in_transaction());
    CHECK(version() == 2);
    CHECK(sum() == 2);
    CHECK(store::migrate(connection, std::span(four).first(3)).has_value());
    CHECK(sum() == 5);
}

TEST_CASE("the steps of the store lead from an empty file to a current store in WAL mode with our mark") {
    const test::Folder folder;
    make_store(folder.file());
    auto connection =
        store::Connection::open(folder.file(), store::Connection::Access::write, test::busy_timeout).value();
    CHECK(connection.integer("PRAGMA user_version").value() == std::ssize(store::migrations()));
    CHECK(connection.integer("PRAGMA application_id").value() == store::application_id);
    auto mode = connection.prepare("PRAGMA journal_mode").value();
    CHECK(mode.step().value());
    CHECK(mode.text(0) == "wal");
}
