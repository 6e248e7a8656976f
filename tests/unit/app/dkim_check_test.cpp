#include "app/dkim_check.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "net/run.hpp"
#include "support/fake_resolver.hpp"
#include "support/memory_store.hpp"

namespace {

using finding::Verdict;

// The public key of RFC 8463 appendix A.2.
constexpr auto public_key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
constexpr auto record_name = "s1._domainkey.example.com";
const std::string record = std::string("v=DKIM1; k=ed25519; p=") + public_key;

relay::DkimKey stored_key() {
    return {.id = 1,
            .domain = base::DomainName::parse("example.com").value(),
            .selector = "s1",
            .algorithm = relay::KeyAlgorithm::ed25519,
            .bits = 256,
            .public_key = public_key};
}

// Lends a resolver that outlives the check, as ResolverMaker gives one away.
class Lent final : public dns::Resolver {
  public:
    explicit Lent(dns::Resolver& resolver) : resolver_(resolver) {}
    net::Task<dns::Answer> query(dns::Question question) override { return resolver_.query(question); }

  private:
    dns::Resolver& resolver_;
};

// The usual resolver, and the two name servers of example.com.
struct Scene {
    test::FakeResolver usual, one, two;
    relay::DkimKey key = stored_key();
    int rounds = 0;
    std::function<void()> before_round = [] {};

    explicit Scene(const std::string& published = record) {
        for (auto* each : {&usual, &one, &two})
            each->txt(record_name, published);
        usual.add("example.com", dns::Type::soa, dns::Raw{std::string(22, '\0')});
        for (const auto* host : {"ns1.example.net", "ns2.example.net"})
            usual.add("example.com", dns::Type::ns, dns::Name::parse(host).value());
        usual.a("ns1.example.net", "192.0.2.1");
        usual.a("ns2.example.net", "192.0.2.2");
    }
    app::ResolverMaker maker() {
        return [this](std::vector<net::Endpoint> servers) -> std::unique_ptr<dns::Resolver> {
            if (servers.empty()) {
                ++rounds;
                before_round();
                return std::make_unique<Lent>(usual);
            }
            const auto text = net::to_string(servers.front());
            return std::make_unique<Lent>(text == "192.0.2.1:53" ? one : two);
        };
    }
    static net::Endpoint first_server() { return {base::IpAddress::parse("192.0.2.1").value(), 53}; }
    std::string check(app::KeyCheckOptions options = {.all_name_servers = true}) {
        const auto result = net::run(app::check_key(maker(), key, std::move(options))).value();
        std::string text(to_string(result.verdict()));
        for (const auto& answer : result.answers)
            text += "; " + answer.server + " " + std::string(to_string(answer.verdict)) +
                    (answer.reason.empty() ? "" : ": " + answer.reason);
        return text;
    }
};

}  // namespace

TEST_CASE("the resolver and every name server of the zone are asked for a key, each by itself") {
    Scene scene;
    CHECK(scene.check() ==
          "good; resolver good; ns1.example.net 192.0.2.1 good; ns2.example.net 192.0.2.2 good");
    CHECK(scene.check({}) == "good; resolver good");
    scene.two = {};
    CHECK(scene.check() ==
          "bad; resolver good; ns1.example.net 192.0.2.1 good; ns2.example.net 192.0.2.2 bad: NXDOMAIN "
          "for s1._domainkey.example.com");
    scene.two.fail(record_name, dns::Status::timeout);
    CHECK(scene.check() ==
          "unchecked; resolver good; ns1.example.net 192.0.2.1 good; ns2.example.net 192.0.2.2 unchecked: "
          "timeout");
}

TEST_CASE("a record that is another key's, or revoked, is not the key's") {
    Scene scene;
    scene.one = {};
    scene.one.txt(record_name, "v=DKIM1; k=ed25519; p=");
    CHECK(scene.check() ==
          "bad; resolver good; ns1.example.net 192.0.2.1 bad: the published record is "
          "revoked: its p= is empty; ns2.example.net 192.0.2.2 good");
    scene.usual = scene.one;
    CHECK(scene.check({}) == "bad; resolver bad: the published record is revoked: its p= is empty");
    scene.usual = {};
    scene.usual.txt(record_name, "v=DKIM1; k=ed25519; p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    CHECK(scene.check({}) ==
          "bad; resolver bad: the published key is not the one that signs: published: ed25519; it is not the "
          "key "
          "in the store");
}

TEST_CASE("a record that has the key and is of no use is bad in every row, with one reason") {
    Scene scene(std::string("v=DKIM1; k=ed25519; s=other; p=") + public_key);
    constexpr auto why = "s= does not allow the key for mail: s=other";
    CHECK(scene.check() == fmt::format("bad; resolver bad: {0}; ns1.example.net 192.0.2.1 bad: {0}; "
                                       "ns2.example.net 192.0.2.2 bad: {0}",
                                       why));
}

TEST_CASE("of a revoked key an empty p= or no record is right, in every row") {
    constexpr auto still_there = "the key is revoked, and its record still has it";
    Scene scene;
    scene.key.life.state = relay::DkimState::revoked;
    CHECK(scene.check() == fmt::format("bad; resolver bad: {0}; ns1.example.net 192.0.2.1 bad: {0}; "
                                       "ns2.example.net 192.0.2.2 bad: {0}",
                                       still_there));
    scene.one = {};
    scene.two = {};
    scene.two.txt(record_name, "v=DKIM1; p=");
    CHECK(scene.check({.servers = {scene.first_server()}}) == "good; 192.0.2.1:53 good");
    CHECK(scene.check() == fmt::format("bad; resolver bad: {}; ns1.example.net 192.0.2.1 good; "
                                       "ns2.example.net 192.0.2.2 good",
                                       still_there));
    scene.one.txt(record_name, "v=DKIM1; k=ed25519; p=");
    CHECK(scene.check({.servers = {scene.first_server()}}) == "good; 192.0.2.1:53 good");
    scene.one.txt(record_name, record);
    CHECK(scene.check({.servers = {scene.first_server()}}) ==
          fmt::format("bad; 192.0.2.1:53 bad: {}", still_there));
    scene.one = {};
    scene.one.txt(record_name, "v=spf1 -all");
    CHECK(scene.check({.servers = {scene.first_server()}}) ==
          "bad; 192.0.2.1:53 bad: another record: \"v=spf1 -all\"");
    scene.one = {};
    scene.one.fail(record_name, dns::Status::timeout);
    CHECK(scene.check({.servers = {scene.first_server()}}).starts_with("unchecked; 192.0.2.1:53 unchecked"));
}

TEST_CASE("where the name servers are not known it stays unchecked") {
    Scene scene;
    scene.usual = {};
    scene.usual.txt(record_name, record);
    CHECK(scene.check().starts_with("unchecked; resolver good; name servers unchecked: no zone has "));
    scene.usual.fail("example.com", dns::Status::servfail);
    CHECK(scene.check().starts_with("unchecked; resolver good; name servers unchecked: "));
}

TEST_CASE("given servers are asked in place of all others") {
    Scene scene;
    scene.usual = {};
    CHECK(scene.check({.servers = {{base::IpAddress::parse("192.0.2.1").value(), 53}}}) ==
          "good; 192.0.2.1:53 good");
}

TEST_CASE("a wait ends as soon as the record is there, and else with its time") {
    Scene scene;
    scene.usual = {};
    scene.before_round = [&] {
        if (scene.rounds == 3) scene.usual.txt(record_name, record);
    };
    std::vector<app::KeyCheck> checks;
    const auto wait = [&](std::chrono::milliseconds time) {
        const app::KeyWait limit{.until = std::chrono::steady_clock::now() + time,
                                 .pause = std::chrono::milliseconds(1)};
        net::run_to_end(app::check_keys(scene.maker(), {stored_key()}, {}, limit, checks)).value();
        return checks.at(0).verdict();
    };
    CHECK(wait(std::chrono::milliseconds(0)) == Verdict::bad);
    CHECK(scene.rounds == 1);
    CHECK(wait(std::chrono::seconds(20)) == Verdict::good);
    CHECK(scene.rounds == 3);
    scene.usual = {};
    scene.rounds = 10;
    CHECK(wait(std::chrono::milliseconds(20)) == Verdict::bad);
    CHECK(scene.rounds > 11);
}

TEST_CASE("when a key was seen is kept for good checks, and for a key that is still there") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-24T12:00:00Z");
    auto key = stored_key(), other = stored_key();
    other.selector = "s2";
    auto transaction = relay::Transaction::begin(store).value();
    key.id = store.insert_dkim_key(key, base::Secret("pem")).value();
    other.id = store.insert_dkim_key(other, base::Secret("pem")).value();
    transaction.commit().value();
    const app::KeyAnswer good{.server = "resolver", .verdict = Verdict::good};
    const app::KeyAnswer bad{.server = "resolver", .verdict = Verdict::bad};
    auto gone = key;
    gone.selector = "s3";
    auto revoked = key;
    revoked.life.state = relay::DkimState::revoked;
    app::note_seen(store, clock, {{.key = revoked, .answers = {good}}}).value();
    CHECK(store.find_dkim_key(key.domain, "s1").value()->life.last_seen_at == std::nullopt);
    app::note_seen(store, clock,
                   {{.key = key, .answers = {good}},
                    {.key = other, .answers = {good, bad}},
                    {.key = gone, .answers = {good}}})
        .value();
    CHECK(store.find_dkim_key(key.domain, "s1").value()->life.last_seen_at == clock.now());
    CHECK(store.find_dkim_key(key.domain, "s2").value()->life.last_seen_at == std::nullopt);
}
