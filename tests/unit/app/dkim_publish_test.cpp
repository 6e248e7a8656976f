#include "app/dkim_publish.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

using Change = app::PublishPlan::Change;

// The public key of RFC 8463 appendix A.2.
const std::string public_key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const std::string value = "v=DKIM1; k=ed25519; p=" + public_key;
const char* const owner = "s1._domainkey.example.com";

relay::DkimKey key(relay::DkimState state = relay::DkimState::pending) {
    return {.domain = base::DomainName::parse("example.com").value(),
            .selector = "s1",
            .algorithm = relay::KeyAlgorithm::ed25519,
            .public_key = public_key,
            .life = {.state = state}};
}

// A zone, its primary server at 192.0.2.1, and what that has.
struct Scene {
    test::FakeResolver usual;
    std::map<std::string, test::FakeResolver> servers;

    Scene() {
        usual.add("example.com", dns::Type::soa, dns::Name::parse("ns1.example.com").value());
        usual.a("ns1.example.com", "192.0.2.1");
        usual.add("keys.example.net", dns::Type::soa, dns::Name::parse("ns.example.net").value());
        usual.a("ns.example.net", "192.0.2.9");
    }
    test::FakeResolver& primary() { return servers["192.0.2.1:53"]; }
    base::Result<app::PublishPlan> plan(app::PublishWish wish = {}, relay::DkimKey of = key()) {
        const app::AskServer ask = [this](const net::Endpoint& endpoint) -> std::unique_ptr<dns::Resolver> {
            return std::make_unique<test::FakeResolver>(servers[net::to_string(endpoint)]);
        };
        return net::run(app::plan_publication(usual, ask, std::move(of), std::move(wish)));
    }
};

}  // namespace

TEST_CASE("where nothing is, the record is added at the primary server") {
    Scene scene;
    const auto plan = scene.plan().value();
    CHECK(plan.change == Change::add);
    CHECK(plan.place.zone.to_string() == "example.com");
    CHECK(plan.server.name == "ns1.example.com");
    CHECK(net::to_string(plan.server.endpoint) == "192.0.2.1:53");
    CHECK(plan.update.before.empty());
    CHECK(plan.update.after->joined() == value);
}

TEST_CASE("the key's own record is left, whatever its other tags are") {
    Scene scene;
    scene.primary().txt(owner, "v=DKIM1; n=mine; k=ed25519; p=" + public_key);
    CHECK(scene.plan().value().change == Change::none);
}

TEST_CASE("another record is not overwritten, unless asked to, and only if it is still there") {
    Scene scene;
    scene.primary().txt(owner, "v=DKIM1; p=REVG");
    CHECK(scene.plan().error().kind == base::ErrorKind::conflict);
    const auto plan = scene.plan({.replace = true}).value();
    CHECK(plan.change == Change::replace);
    CHECK(plan.found == std::vector<std::string>{"v=DKIM1; p=REVG"});
    CHECK(plan.update.before == std::vector{dns::Txt{{"v=DKIM1; p=REVG"}}});
    scene.primary().txt(owner, value);
    CHECK(scene.plan().error().message.find("2 TXT records") != std::string::npos);
}

TEST_CASE("a record of the key that is of no use is another record, told with the reason") {
    for (const auto& [tag, why] : {std::pair("s=other", "s= does not allow the key for mail: s=other"),
                                   std::pair("h=sha1", "h= does not allow SHA-256: h=sha1")}) {
        Scene scene;
        scene.primary().txt(owner, fmt::format("v=DKIM1; k=ed25519; {}; p={}", tag, public_key));
        const auto refused = scene.plan();
        CHECK(refused.error().kind == base::ErrorKind::conflict);
        CHECK(refused.error().message ==
              fmt::format("{} has the key in a record that is of no use: {}", owner, why));
        CHECK(refused.error().hint == "relayctl dkim publish s1@example.com --replace");
        const auto plan = scene.plan({.replace = true}).value();
        CHECK(plan.change == Change::replace);
        CHECK(plan.update.after->joined() == value);
        CHECK(scene.plan({.what = app::Publishing::remove}).value().change == Change::remove);
    }
}

TEST_CASE("the record of a revoked key takes the place of its own") {
    Scene scene;
    scene.primary().txt(owner, value);
    const auto plan = scene.plan({}, key(relay::DkimState::revoked)).value();
    CHECK(plan.change == Change::replace);
    CHECK(plan.update.after->joined() == "v=DKIM1; k=ed25519; p=");
}

TEST_CASE("only the key's own record is removed") {
    Scene scene;
    const app::PublishWish wish{.what = app::Publishing::remove};
    CHECK(scene.plan(wish).value().change == Change::none);
    scene.primary().txt(owner, value);
    const auto plan = scene.plan(wish).value();
    CHECK(plan.change == Change::remove);
    CHECK_FALSE(plan.update.after);
    CHECK(plan.update.before.size() == 1);
    scene.primary().txt(owner, "something else");
    CHECK(scene.plan(wish).error().kind == base::ErrorKind::conflict);
    Scene revoked;
    revoked.primary().txt(owner, "v=DKIM1; p=");
    CHECK(revoked.plan(wish, key(relay::DkimState::revoked)).value().change == Change::remove);
    CHECK(revoked.plan(wish).error().kind == base::ErrorKind::conflict);
}

TEST_CASE("an alias leads to the zone of its target, and to that zone's server") {
    Scene scene;
    scene.primary().cname(owner, "s1.keys.example.net");
    const auto plan = scene.plan().value();
    CHECK(plan.change == Change::add);
    CHECK(plan.place.zone.to_string() == "keys.example.net");
    CHECK(plan.place.owner.to_string() == "s1.keys.example.net");
    CHECK(plan.server.name == "ns.example.net");
    CHECK(plan.update.owner.to_string() == "s1.keys.example.net");
    Scene inside;
    inside.primary().cname(owner, "s1.keys.example.com");
    inside.primary().txt("s1.keys.example.com", value);
    CHECK(inside.plan().value().change == Change::none);
}

TEST_CASE("zone and server can be named; the usual resolver is never asked about the record") {
    Scene scene;
    scene.usual = test::FakeResolver();
    const net::Endpoint server{.address = base::IpAddress::parse("192.0.2.1").value(), .port = 5353};
    const auto plan =
        scene.plan({.zone = dns::Name::parse("_domainkey.example.com").value(), .server = server}).value();
    CHECK(plan.place.zone.to_string() == "_domainkey.example.com");
    CHECK(plan.server.name == "192.0.2.1:5353");
    CHECK(scene.usual.asked.empty());
    CHECK(scene.plan({.zone = dns::Name::parse("example.net").value(), .server = server}).error().kind ==
          base::ErrorKind::usage);
}

TEST_CASE("what cannot be found out is no permission to write") {
    Scene scene;
    scene.primary().fail(owner, dns::Status::timeout);
    CHECK(scene.plan().error().kind == base::ErrorKind::unavailable);
    Scene no_address;
    no_address.usual = test::FakeResolver();
    no_address.usual.add("example.com", dns::Type::soa, dns::Name::parse("ns1.example.com").value());
    CHECK(no_address.plan().error().hint == "--server ADDRESS");
    Scene no_zone;
    no_zone.usual = test::FakeResolver();
    CHECK(no_zone.plan().error().kind == base::ErrorKind::not_found);
}
