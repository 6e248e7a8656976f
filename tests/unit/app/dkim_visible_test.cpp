#include "app/dkim_visible.hpp"

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

const std::string value = "v=DKIM1; k=rsa; p=QUJD";

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
    return net::run(app::view_zone(resolver, servers.ask(), owner(), value, std::move(only))).value();
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

TEST_CASE("a key is visible when it is the only record, whatever its other tags are") {
    using app::Visibility;
    CHECK(app::judge_visibility(answer_with({value}), value) == Visibility::visible);
    CHECK(app::judge_visibility(answer_with({"v=DKIM1; t=y; n=mine; p=QU JD"}), value) ==
          Visibility::visible);
    CHECK(app::judge_visibility(answer_with({"v=DKIM1; k=ed25519; p=QUJD"}), value) == Visibility::other);
    CHECK(app::judge_visibility(answer_with({"v=DKIM1; k=rsa; p="}), value) == Visibility::other);
    CHECK(app::judge_visibility(answer_with({"\"v=DKIM1; k=rsa; p=QUJD\""}), value) == Visibility::other);
    CHECK(app::judge_visibility(answer_with({value, "v=DKIM1; p=REVG"}), value) == Visibility::other);
    CHECK(app::judge_visibility(answer_with({}), value) == Visibility::missing);
    dns::Answer failed;
    failed.status = dns::Status::servfail;
    CHECK(app::judge_visibility(failed, value) == Visibility::unknown);
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
    CHECK(late.servers[2].detail == "no TXT record there");
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
