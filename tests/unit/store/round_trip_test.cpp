#include <doctest/doctest.h>

#include "support.hpp"

using base::ErrorKind;

namespace {

relay::Relay full_relay() {
    relay::Relay relay = test::make_relay("news");
    relay.host = relay::Host::parse("[2001:db8::25]").value();
    relay.port = 2525;
    relay.security = relay::Security::ssl;
    relay.verification = relay::Verification::off;
    relay.ca_file = "/etc/ssl/f\xc3\xbcr uns.pem";
    relay.fingerprint = std::string(64, 'a');
    relay.domains = {relay::DomainPattern::parse("b\xc3\xbc"
                                                 "cher.example")
                         .value(),
                     relay::DomainPattern::parse("example.com").value(), relay::DomainPattern::any()};
    relay.mail_types = {relay::MailType::individual, relay::MailType::mass, relay::MailType::workflow};
    relay.daily_limit = 100'000'000;
    relay.limit_unit = relay::LimitUnit::recipients;
    relay.over_limit = relay::OverLimit::reject;
    relay.unaligned_fallback = true;
    relay.priority = 65535;
    relay.dkim_selector = "mail.2026";
    relay.return_path = mail::Address::parse("\"a b@c\"@bounces.example.com").value();
    relay.egress_ips = {base::IpAddress::parse("192.0.2.10").value(),
                        base::IpAddress::parse("2001:db8::10").value()};
    relay.login = relay::Login{.user = "\xe5\xa4\xaa\xe9\x83\x8e '\"; --",
                               .source = relay::PasswordSource::command,
                               .command = "pass show 'news' # \n x"};
    relay.fallback = true;
    relay.enabled = false;
    relay.description = "\xe3\x83\xa1\xe3\x83\xab\xe3\x83\x9e\xe3\x82\xac 'quoted' \"twice\" \\N";
    relay.changed_at = base::parse_rfc3339("9999-12-31T23:59:59Z").value();
    return relay;
}

}  // namespace

TEST_CASE("every field of a relay comes back as it was stored") {
    const test::Folder folder;
    auto relay = full_relay();
    test::save(*test::open_to_write(folder.file()).value(), relay);
    const auto store = test::open_to_read(folder.file()).value();
    CHECK(store->relays().value() == std::vector{relay});
    CHECK(store->find_relay("news").value() == relay);
    CHECK(relay.id > 0);
}

TEST_CASE("the relays that a relay falls back to come back in their order") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    auto a = test::make_relay("a"), news = test::make_relay("news");
    test::save(*store, a);
    news.fallback_to = {"z", "a"};
    test::save(*store, news);
    CHECK(store->find_relay("news").value() == news);
    CHECK(store->relays().value() == std::vector{a, news});
    auto transaction = relay::Transaction::begin(*store).value();
    news.fallback_to = {"a"};
    CHECK(test::outcome(store->update_relay(news)) == "ok");
    CHECK(store->find_relay("news").value() == news);
    CHECK(test::outcome(store->delete_relay(news.id)) == "ok");
    CHECK(store->relays().value() == std::vector{a});
}

TEST_CASE("a relay with nothing but defaults comes back as it was stored") {
    const test::Folder folder;
    relay::Relay relay{.name = "own", .host = relay::Host::parse("localhost").value()};
    const auto store = test::open_to_write(folder.file()).value();
    test::save(*store, relay);
    CHECK(store->find_relay("own").value() == relay);
    CHECK(store->relays().value() == std::vector{relay});
}

TEST_CASE("each return path, security and password source comes back as it was stored") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    auto relay = test::make_relay("r");
    test::save(*store, relay);
    const auto check = [&] {
        auto transaction = relay::Transaction::begin(*store).value();
        CHECK(test::outcome(store->update_relay(relay)) == "ok");
        transaction.commit().value();
        CHECK(store->find_relay("r").value() == relay);
    };
    for (const char* text : {"managed", "from", "<>", "bounce+x@a.example"}) {
        relay.return_path = relay::parse_return_path(text).value();
        check();
    }
    for (const auto security : {relay::Security::ssl, relay::Security::tls, relay::Security::none}) {
        relay.security = security;
        check();
    }
    for (const auto source : {relay::PasswordSource::none, relay::PasswordSource::missing}) {
        relay.login = relay::Login{.user = "u", .source = source};
        check();
    }
    relay.login = std::nullopt;
    relay.domains.clear();
    relay.mail_types.clear();
    check();
}

TEST_CASE("relays come by name, and each with its own domains and mail types") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    for (const char* name : {"zoo", "a.b", "mid", "a-b", "0"}) {
        auto relay = test::make_relay(name);
        relay.domains = {relay::DomainPattern::parse(std::string("d") + name[0] + ".example").value()};
        test::save(*store, relay);
    }
    std::string seen;
    for (const auto& relay : store->relays().value())
        seen += relay.name + "=" + relay.domains.begin()->to_string() + " ";
    CHECK(seen == "0=d0.example a-b=da.example a.b=da.example mid=dm.example zoo=dz.example ");
}

TEST_CASE("an id is never used twice") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    auto first = test::make_relay("first");
    test::save(*store, first);
    auto transaction = relay::Transaction::begin(*store).value();
    store->delete_relay(first.id).value();
    transaction.commit().value();
    auto second = test::make_relay("second");
    test::save(*store, second);
    CHECK(second.id > first.id);
}

TEST_CASE("a relay that is gone, or a name that is taken, is told as such") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    auto relay = test::make_relay("news");
    test::save(*store, relay);
    auto other = test::make_relay("other");
    test::save(*store, other);
    const auto transaction = relay::Transaction::begin(*store).value();
    CHECK(store->insert_relay(relay).error().kind == ErrorKind::conflict);
    other.name = "news";
    CHECK(store->update_relay(other).error().kind == ErrorKind::conflict);
    other.id = 99;
    other.name = "new";
    CHECK(store->update_relay(other).error().kind == ErrorKind::not_found);
    CHECK(store->delete_relay(99).error().kind == ErrorKind::not_found);
    CHECK(store->set_relay_password(99, base::Secret("x")).error().kind == ErrorKind::not_found);
    CHECK(store->find_relay("gone").value() == std::nullopt);
}

TEST_CASE("without commit nothing is kept") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    {
        const auto transaction = relay::Transaction::begin(*store).value();
        store->insert_relay(test::make_relay("news")).value();
        CHECK(store->relays().value().size() == 1);
    }
    CHECK(store->relays().value().empty());
}

TEST_CASE("a write outside a transaction is refused as a bug") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    CHECK(store->insert_relay(test::make_relay("news")).error().kind == ErrorKind::bug);
    CHECK(store->commit().error().kind == ErrorKind::bug);
    const auto transaction = relay::Transaction::begin(*store).value();
    CHECK(store->begin().error().kind == ErrorKind::bug);
}

TEST_CASE("domains are kept once and come by name") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    const auto name = [](const char* text) { return base::DomainName::parse(text, 1).value(); };
    const auto time = base::parse_rfc3339("2026-11-23T15:56:00Z").value();
    auto transaction = relay::Transaction::begin(*store).value();
    for (const char* text : {"z.example",
                             "b\xc3\xbc"
                             "cher.example",
                             "z.example", "a.example"})
        store->insert_domain({.name = name(text), .created_at = time}).value();
    CHECK(store->insert_domain({.name = name("a.example"), .created_at = {}}).has_value());
    store->delete_domain(name("z.example")).value();
    CHECK(store->delete_domain(name("z.example")).error().kind == ErrorKind::not_found);
    transaction.commit().value();
    const std::vector<relay::Domain> expected = {{name("a.example"), time},
                                                 {name("xn--bcher-kva.example"), time}};
    CHECK(store->domains().value() == expected);
}

TEST_CASE("a DKIM key comes back as it was stored, and its private half apart") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    relay::DkimKey key{.domain = base::DomainName::parse("example.com").value(),
                       .selector = "s2026",
                       .algorithm = relay::KeyAlgorithm::ed25519,
                       .bits = 256,
                       .public_key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
                       .created_at = base::parse_rfc3339("2026-11-23T15:56:00Z").value()};
    const base::Secret pem("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n");
    auto transaction = relay::Transaction::begin(*store).value();
    key.id = store->insert_dkim_key(key, pem).value();
    CHECK(store->insert_dkim_key(key, pem).error().kind == ErrorKind::conflict);
    auto earlier = key;
    earlier.selector = "s1";
    earlier.id = store->insert_dkim_key(earlier, pem).value();
    transaction.commit().value();
    CHECK(store->dkim_keys().value() == std::vector{earlier, key});
    CHECK(store->find_dkim_key(key.domain, "s2026").value() == key);
    CHECK(store->find_dkim_key(key.domain, "s2027").value() == std::nullopt);
    CHECK(store->dkim_private_key(key.id).value() == pem);

    auto removal = relay::Transaction::begin(*store).value();
    store->delete_dkim_key(key.id).value();
    CHECK(store->delete_dkim_key(key.id).error().kind == ErrorKind::not_found);
    removal.commit().value();
    CHECK(store->dkim_private_key(key.id).error().kind == ErrorKind::not_found);
}

TEST_CASE("a password of any bytes comes back, can be replaced, and goes with its relay") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    auto relay = test::make_relay("news");
    test::save(*store, relay);
    const auto set = [&](std::string password) {
        auto transaction = relay::Transaction::begin(*store).value();
        store->set_relay_password(relay.id, base::Secret(std::move(password))).value();
        transaction.commit().value();
    };
    CHECK(store->relay_password(relay.id).value().empty());
    for (const auto& password :
         {std::string("#'\" \\ \xff\x01 end "), std::string("a\0b", 3), std::string("x")}) {
        set(password);
        CHECK(store->relay_password(relay.id).value().reveal() == password);
    }
    set("");
    CHECK(store->relay_password(relay.id).value().empty());
    set("again");
    auto transaction = relay::Transaction::begin(*store).value();
    store->delete_relay(relay.id).value();
    transaction.commit().value();
    CHECK(store->relay_password(relay.id).value().empty());
}

TEST_CASE("secrets stand in their own tables, and are overwritten when they go") {
    const test::Folder folder;
    const std::string password = "correct horse battery staple";
    const std::string private_key = "-----BEGIN PRIVATE KEY----- not really";
    auto relay = test::make_relay("news");
    relay.login = relay::Login{.user = "news", .source = relay::PasswordSource::stored};
    {
        const auto store = test::open_to_write(folder.file()).value();
        test::save(*store, relay);
        auto transaction = relay::Transaction::begin(*store).value();
        store->set_relay_password(relay.id, base::Secret(password)).value();
        store
            ->insert_dkim_key({.domain = base::DomainName::parse("example.com").value(),
                               .selector = "s1",
                               .bits = 2048,
                               .public_key = "abcd"},
                              base::Secret(private_key))
            .value();
        transaction.commit().value();
    }
    {
        auto connection =
            store::Connection::open(folder.file(), store::Connection::Access::read, test::busy_timeout)
                .value();
        for (const char* sql : {"SELECT * FROM relay", "SELECT * FROM dkim_key"}) {
            auto row = connection.prepare(sql).value();
            CHECK(row.step().value());
            for (int column = 0; column < 20; ++column) {
                CHECK(row.text(column) != password);
                CHECK(row.text(column) != private_key);
            }
        }
    }
    CHECK(test::read_file(folder.file()).find(password) != std::string::npos);
    {
        const auto store = test::open_to_write(folder.file()).value();
        auto transaction = relay::Transaction::begin(*store).value();
        store->delete_relay(relay.id).value();
        store->delete_dkim_key(1).value();
        transaction.commit().value();
    }
    CHECK(test::read_file(folder.file()).find(password) == std::string::npos);
    CHECK(test::read_file(folder.file()).find(private_key) == std::string::npos);
}

TEST_CASE("settings come back as they were stored, change in place, and are forgotten") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    const auto set = [&](std::string_view name, std::optional<std::string_view> value) {
        auto transaction = relay::Transaction::begin(*store).value();
        CHECK(test::outcome(store->set_setting(name, value)) == "ok");
        transaction.commit().value();
    };
    CHECK(store->settings().value().empty());
    set("a", "one ' \" #");
    set("b", "two");
    set("a", "three");
    CHECK(store->settings().value() == std::map<std::string, std::string>{{"a", "three"}, {"b", "two"}});
    set("a", std::nullopt);
    set("c", std::nullopt);
    CHECK(store->settings().value() == std::map<std::string, std::string>{{"b", "two"}});
    CHECK(test::outcome(store->set_setting("a", "x")) != "ok");  // outside a transaction
}

TEST_CASE("the egress addresses of a relay are replaced as a whole, and go with it") {
    const test::Folder folder;
    const auto store = test::open_to_write(folder.file()).value();
    auto relay = test::make_relay("r");
    relay.egress_ips = {base::IpAddress::parse("192.0.2.1").value()};
    test::save(*store, relay);
    auto transaction = relay::Transaction::begin(*store).value();
    relay.egress_ips = {base::IpAddress::parse("2001:db8::1").value()};
    CHECK(test::outcome(store->update_relay(relay)) == "ok");
    CHECK(store->find_relay("r").value()->egress_ips == relay.egress_ips);
    CHECK(test::outcome(store->delete_relay(relay.id)) == "ok");
    transaction.commit().value();
    CHECK(store->relays().value().empty());
}
