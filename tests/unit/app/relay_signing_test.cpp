#include "app/relay_signing.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "app/dkim_generate.hpp"
#include "app/predict.hpp"
#include "net/run.hpp"
#include "support/fake_resolver.hpp"

using finding::Verdict;
using relay::DkimState;
using relay::KeyAlgorithm;

namespace {

const auto author = base::DomainName::parse("example.com").value();
const base::Time now = base::parse_rfc3339("2026-11-24T12:00:00Z").value();

// Keys as the store has them, with the public halves of real ones.
relay::DkimKey key(std::string selector, DkimState state, KeyAlgorithm algorithm = KeyAlgorithm::rsa) {
    static const auto rsa = app::make_key_pair(KeyAlgorithm::rsa, 2048).value();
    static const auto ed25519 = app::make_key_pair(KeyAlgorithm::ed25519, 0).value();
    const auto& pair = algorithm == KeyAlgorithm::rsa ? rsa : ed25519;
    static std::int64_t id = 0;
    return {.id = ++id,
            .domain = author,
            .selector = std::move(selector),
            .algorithm = algorithm,
            .bits = pair.bits,
            .public_key = pair.public_key,
            .created_at = now,
            .life = {.state = state}};
}

relay::Relay signing_relay(std::string selector = "s1") {
    return {.id = 1,
            .name = "news",
            .host = relay::Host::parse("smtp.mailer.example").value(),
            .domains = {relay::DomainPattern(author)},
            .dkim_selector = std::move(selector)};
}

// What stops mail, or will, and what to type.
std::string warned(const std::vector<relay::DkimKey>& keys, const std::string& selector = "s1") {
    const auto warnings = app::key_warnings(signing_relay(selector), keys);
    const app::KeysByDomain by_domain(keys);
    CHECK(app::key_warnings(signing_relay(selector), by_domain.of(signing_relay(selector))) == warnings);
    if (warnings.empty()) return "";
    REQUIRE(warnings.size() == 1);
    return warnings.front().message + " -> " + warnings.front().hint;
}

// SPF passes and is aligned; the keys that are `published` are.
struct Scene {
    test::FakeResolver dns;
    app::PredictRequest request{.relay = signing_relay(),
                                .from = mail::Address::parse("news@example.com").value()};

    Scene() {
        dns.txt("_dmarc.example.com", "v=DMARC1; p=reject");
        dns.txt("example.com", "v=spf1 ip4:192.0.2.10 -all");
        request.relay.return_path = relay::FromReturnPath{};
        request.relay.egress_ips = {base::IpAddress::parse("192.0.2.10").value()};
        request.now = now;
    }
    void publish(const relay::DkimKey& each) {
        dns.txt(each.selector + "._domainkey.example.com",
                "v=DKIM1; k=" + std::string(to_string(each.algorithm)) + "; p=" + each.public_key);
    }
    app::Forecast predict() { return net::run(app::predict(dns, request)).value(); }
};

const finding::Finding* find(const app::Forecast& forecast, std::string_view id) {
    const auto found = std::find_if(forecast.findings.begin(), forecast.findings.end(),
                                    [&](const auto& each) { return each.id == id; });
    return found == forecast.findings.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("why a relay signs nothing, or will not for long, and the command that mends it") {
    CHECK(warned({key("s1", DkimState::active)}).empty());
    CHECK(warned({}) ==
          "relay news signs with selector s1, and the store has no such key of example.com -> "
          "relayctl dkim generate example.com --selector s1");
    CHECK(warned({key("s1", DkimState::pending)}) ==
          "no mail of example.com goes through relay news while its DKIM key s1@example.com is pending -> "
          "relayctl dkim activate s1@example.com");
    CHECK(warned({key("s1", DkimState::retired), key("s2", DkimState::pending)}) ==
          "relay news signs with s1@example.com, which is retired and never signs -> "
          "relayctl dkim activate s2@example.com");
    CHECK(warned({key("s1", DkimState::revoked)}) ==
          "relay news signs with s1@example.com, which is revoked and never signs -> "
          "relayctl dkim rotate example.com");
    auto retiring = key("s1", DkimState::retiring);
    retiring.life.retires_at = now;
    CHECK(warned({retiring}) ==
          "relay news signs with s1@example.com, which is retiring until 2026-11-24T12:00:00Z: then its mail "
          "stops -> relayctl dkim rotate example.com");
    auto unsigned_relay = signing_relay();
    unsigned_relay.dkim_selector.reset();
    CHECK(app::key_warnings(unsigned_relay, {}).empty());
}

TEST_CASE("the active key of the domain signs where the named one does not") {
    const auto signer = [](const std::vector<relay::DkimKey>& keys) {
        CHECK(!app::signing_refusal(signing_relay(), author, keys));
        return app::signing_key(signing_relay(), author, keys)->selector;
    };
    for (const auto state : {DkimState::pending, DkimState::retired, DkimState::revoked})
        CHECK(signer({key("s1", state), key("s2", DkimState::active)}) == "s2");
    CHECK(signer({key("s2", DkimState::active)}) == "s2");
    CHECK(warned({key("s1", DkimState::retired), key("s2", DkimState::active)}).empty());
    CHECK(warned({key("s1", DkimState::pending), key("s2", DkimState::active)}) ==
          "relay news signs with s2@example.com while s1@example.com is pending -> "
          "relayctl dkim activate s1@example.com");
    CHECK(signer({key("s1", DkimState::retiring), key("s2", DkimState::active)}) == "s1");
    CHECK(signer({key("s1", DkimState::active), key("s2", DkimState::active)}) == "s1");
    // Not the key of a domain above: DMARC may want the From domain itself.
    auto below = key("s1", DkimState::pending);
    below.domain = base::DomainName::parse("a.example.com").value();
    CHECK(app::signing_key(signing_relay(), below.domain, {below, key("s2", DkimState::active)})->selector ==
          "s1");
    below.life.state = DkimState::retired;
    CHECK(!app::signing_key(signing_relay(), below.domain, {below, key("s2", DkimState::active)}));
}

TEST_CASE("of many keys those of a relay's domains and of the domains above are looked at") {
    auto relay = signing_relay();
    relay.domains = {relay::DomainPattern(base::DomainName::parse("a.example.com").value())};
    auto above = key("s1", DkimState::active);
    auto beside = above;
    beside.domain = base::DomainName::parse("b.example.com").value();
    const std::vector<relay::DkimKey> expected = {above};
    CHECK(app::KeysByDomain({above, beside}).of(relay) == expected);
}

TEST_CASE("send refuses by the state of the key, each in its own way") {
    const auto kind = [](DkimState state) {
        const auto refusal = app::signing_refusal(signing_relay(), author, {key("s1", state)});
        return refusal ? std::optional(refusal->kind) : std::nullopt;
    };
    CHECK(kind(DkimState::active) == std::nullopt);
    CHECK(kind(DkimState::retiring) == std::nullopt);
    CHECK(kind(DkimState::pending) == base::ErrorKind::unavailable);
    CHECK(kind(DkimState::retired) == base::ErrorKind::not_found);
    CHECK(kind(DkimState::revoked) == base::ErrorKind::not_found);
    CHECK(app::signing_refusal(signing_relay(), author, {})->kind == base::ErrorKind::not_found);
}

TEST_CASE("of a pair the RSA key is what a relay is to name") {
    auto relay = signing_relay();
    relay.dkim_selector.reset();
    const auto named = [&](DkimState state) {
        return app::signing_key(relay, author, {key("s1", state), key("s1e", state, KeyAlgorithm::ed25519)});
    };
    CHECK(named(DkimState::active)->selector == "s1");
    CHECK(named(DkimState::pending)->selector == "s1");
    CHECK_FALSE(named(DkimState::retiring).has_value());
}

TEST_CASE("[PRED-19] what send refuses is no pass, whatever SPF makes of it") {
    for (const auto state : {DkimState::revoked, DkimState::retired, DkimState::pending}) {
        CAPTURE(to_string(state));
        Scene scene;
        scene.request.keys = {key("s1", state)};
        scene.publish(scene.request.keys.front());
        auto forecast = scene.predict();
        CHECK(forecast.prediction.verdict == Verdict::good);
        CHECK(forecast.verdict() == Verdict::bad);
        REQUIRE(find(forecast, "predict-send-refuses") != nullptr);
        CHECK(forecast.reason().find(to_string(state)) != std::string::npos);
        REQUIRE(forecast.remedy.has_value());
        if (state == DkimState::pending) {
            CHECK(forecast.remedy->commands ==
                  std::vector<std::string>{"relayctl dkim activate s1@example.com"});
            CHECK(forecast.remedy->records.empty());
        }
        scene.request.keys = {key("s1", DkimState::active)};
        forecast = scene.predict();
        CHECK(forecast.verdict() == Verdict::good);
        CHECK(find(forecast, "predict-send-refuses") == nullptr);
    }
    Scene nothing;
    CHECK(nothing.predict().verdict() == Verdict::bad);
    CHECK(nothing.predict().remedy->commands.front() == "relayctl dkim generate example.com --selector s1");
}

TEST_CASE("[PRED-20] of two keys that sign the RSA key decides; an Ed25519 key alone is told") {
    Scene scene;
    scene.request.keys = {key("s1", DkimState::active), key("s1e", DkimState::active, KeyAlgorithm::ed25519)};
    scene.request.relay.dkim_selector = "s1e";
    for (const auto& each : scene.request.keys)
        scene.publish(each);
    auto forecast = scene.predict();
    CHECK(forecast.facts.signing.selector == "s1");
    CHECK(forecast.findings.empty());

    scene.request.keys.erase(scene.request.keys.begin());
    forecast = scene.predict();
    CHECK(forecast.facts.signing.selector == "s1e");
    CHECK(forecast.verdict() == Verdict::good);
    CHECK(find(forecast, "predict-ed25519-alone") != nullptr);

    Scene half;
    half.request.keys = {key("s1", DkimState::active), key("s1e", DkimState::active, KeyAlgorithm::ed25519)};
    half.publish(half.request.keys.front());
    forecast = half.predict();
    CHECK(forecast.prediction.dkim.passes());
    const auto* second = find(forecast, "predict-second-key");
    REQUIRE(second != nullptr);
    CHECK(second->remedy == "relayctl dkim check s1e@example.com");
}
