#include "app/dkim_visible.hpp"

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

// The public key of RFC 8463 appendix A.2.
const std::string public_key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const std::string value = "v=DKIM1; k=ed25519; p=" + public_key;

relay::DkimKey stored_key(relay::DkimState state = relay::DkimState::active) {
    return {.domain = base::DomainName::parse("example.com").value(),
            .selector = "s1",
            .algorithm = relay::KeyAlgorithm::ed25519,
            .public_key = public_key,
            .life = {.state = state}};
}

dns::Name owner() {
    return dns::Name::parse("s1._domainkey.example.com").value();
}

// What everybody's resolver says: the zone with two servers.
test::FakeResolver public_dns() {
    test::FakeResolver resolver;
    resolver.add("example.com", dns::Type::soa, dns::Raw{std::string(22, '\0')});
    resolver.add("example.com", dns::Type::ns, dns::Name::parse("ns1.example.com").value());
    resolver.add("example.com", dns::Type::ns, dns::Name::parse("ns2.example.com").value());
    resolver.a("ns1.example.com", "192.0.2.1");
    resolver.a("ns1.example.com", "2001:db8::1");
    resolver.a("ns2.example.com", "192.0.2.2");
    return resolver;
}

// The authoritative servers, by address.
class Servers {
  public:
    test::FakeResolver& operator[](const std::string& address) { return servers_[address]; }
    app::AskServer ask() {
        return [this](const net::Endpoint& endpoint) -> std::unique_ptr<dns::Resolver> {
            return std::make_unique<test::FakeResolver>(servers_[net::to_string(endpoint)]);
        };
    }

  private:
    std::map<std::string, test::FakeResolver> servers_;
};

app::ZoneView viewed(test::FakeResolver& resolver, Servers& servers, std::vector<net::Endpoint> only = {}) {
    return net::run(app::view_zone(resolver, servers.ask(), owner(), stored_key(), std::move(only))).value();
}

dns::Answer answer_with(std::vector<std::string> texts) {
    dns::Answer answer;
    answer.status = texts.empty() ? dns::Status::no_data : dns::Status::found;
    for (auto& text : texts)
        answer.records.push_back(
            {.owner = owner(), .type = dns::Type::txt, .ttl = 60, .data = dns::Txt{{std::move(text)}}});
    return answer;
}

}  // namespace

TEST_CASE("a key is visible when its record is the only one and can be used, in every answer alike") {
    using app::Visibility;
    const auto seen = [](std::vector<std::string> texts) {
        return app::judge_sight(answer_with(std::move(texts)), stored_key());
    };
    CHECK(seen({value}) == app::KeySight{.seen = Visibility::visible, .has_key = true});
    CHECK(seen({"v=DKIM1; t=y; n=mine; k=ed25519; p=11qYAYKxCrfVS/7TyW QHOg7hcvPapiMlrwIaaPcHURo="}).seen ==
          Visibility::visible);
    for (const std::string unusable : {"s=other", "h=sha1", "k=rsa"}) {
        const auto sight = seen({"v=DKIM1; k=ed25519; " + unusable + "; p=" + public_key});
        CHECK(sight.seen == Visibility::other);
        if (unusable != "k=rsa") CHECK(sight.has_key);
    }
    CHECK(seen({"v=DKIM1; k=ed25519; s=other; p=" + public_key}).detail ==
          "s= does not allow the key for mail: s=other");
    CHECK(seen({"v=DKIM1; k=ed25519; p="}).seen == Visibility::other);
    CHECK(seen({'"' + value + '"'}).seen == Visibility::other);
    CHECK(seen({value, "v=DKIM1; p=REVG"}).seen == Visibility::other);
    CHECK(seen({value, "v=DKIM1; p=REVG"}).has_key);
    CHECK(seen({}).seen == Visibility::missing);
    dns::Answer failed;
    failed.status = dns::Status::servfail;
    CHECK(app::judge_sight(failed, stored_key()).seen == Visibility::unknown);
}

TEST_CASE("of a revoked key its record is the one with an empty p=") {
    using app::Visibility;
    const auto seen = [](std::vector<std::string> texts) {
        return app::judge_sight(answer_with(std::move(texts)), stored_key(relay::DkimState::revoked));
    };
    CHECK(seen({"v=DKIM1; p="}).seen == Visibility::visible);
    CHECK(seen({}).seen == Visibility::missing);
    CHECK(seen({value}) == app::KeySight{.seen = Visibility::other,
                                         .detail = std::string(app::still_published),
                                         .has_key = true});
    CHECK(seen({"v=DKIM1; p=", value}).detail == app::still_published);
    CHECK(seen({"v=spf1 -all"}).detail == "another record: \"v=spf1 -all\"");
}

TEST_CASE("a key is visible everywhere only when every server of the zone has it") {
    auto resolver = public_dns();
    Servers servers;
    for (const auto* address : {"192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.2:53"})
        servers[address].txt("s1._domainkey.example.com", value);
    const auto everywhere = viewed(resolver, servers);
    CHECK(everywhere.zone == "example.com");
    CHECK(everywhere.servers.size() == 3);
    CHECK(everywhere.verdict() == app::Visibility::visible);
    CHECK(everywhere.servers[2].server.name == "ns2.example.com");
    CHECK(everywhere.servers[2].ttl_seconds == 300);

    servers["192.0.2.2:53"] = test::FakeResolver();
    const auto late = viewed(resolver, servers);
    CHECK(late.verdict() == app::Visibility::missing);
    CHECK(late.servers[2].sight.detail == "NXDOMAIN for s1._domainkey.example.com");
}

TEST_CASE("an address out of reach does not count while the server answers at another one") {
    auto resolver = public_dns();
    Servers servers;
    servers["192.0.2.1:53"].txt("s1._domainkey.example.com", value);
    servers["192.0.2.2:53"].txt("s1._domainkey.example.com", value);
    servers["[2001:db8::1]:53"].fail("s1._domainkey.example.com", dns::Status::unreachable);
    CHECK(viewed(resolver, servers).verdict() == app::Visibility::visible);
    servers["[2001:db8::1]:53"] = test::FakeResolver();
    servers["[2001:db8::1]:53"].fail("s1._domainkey.example.com", dns::Status::timeout);
    CHECK(viewed(resolver, servers).verdict() == app::Visibility::unknown);
    servers["192.0.2.2:53"] = test::FakeResolver();
    servers["192.0.2.2:53"].fail("s1._domainkey.example.com", dns::Status::unreachable);
    CHECK(viewed(resolver, servers).verdict() == app::Visibility::unknown);
}

TEST_CASE("a delegated key is looked for in the zone its CNAME leads to") {
    auto resolver = public_dns();
    resolver.cname("s1._domainkey.example.com", "k.keys.example.net");
    resolver.add("keys.example.net", dns::Type::soa, dns::Raw{std::string(22, '\0')});
    resolver.add("keys.example.net", dns::Type::ns, dns::Name::parse("ns.example.net").value());
    resolver.a("ns.example.net", "192.0.2.9");
    Servers servers;
    servers["192.0.2.9:53"].txt("k.keys.example.net", value);
    const auto view = viewed(resolver, servers);
    CHECK(view.zone == "keys.example.net");
    CHECK(view.owner == "k.keys.example.net");
    CHECK(view.verdict() == app::Visibility::visible);
}

TEST_CASE("servers that are given are asked in place of the zone's") {
    auto resolver = public_dns();
    Servers servers;
    servers["127.0.0.1:5353"].txt("s1._domainkey.example.com", value);
    const net::Endpoint given = {.address = base::IpAddress::parse("127.0.0.1").value(), .port = 5353};
    const auto view = viewed(resolver, servers, {given});
    CHECK(view.servers.size() == 1);
    CHECK(view.verdict() == app::Visibility::visible);
}

TEST_CASE("a zone that cannot be asked for is no zone that is missing") {
    auto resolver = public_dns();
    resolver.fail("_domainkey.example.com", dns::Status::servfail);
    const auto failed = net::run(app::find_zone(resolver, owner()));
    CHECK(failed.error().kind == base::ErrorKind::unavailable);
    test::FakeResolver empty;
    const auto missing = net::run(app::find_zone(empty, owner()));
    CHECK(missing.error().kind == base::ErrorKind::not_found);
}
