#include "app/last_probes.hpp"

#include "app/probe_summary.hpp"
#include "probe_scene.hpp"
#include "support/memory_store.hpp"

using namespace probe_test;
using finding::Verdict;
using relay::Security;

namespace {

app::ProbeReport expired(relay::RelayId id = 3) {
    Scene scene(587, Security::tls);
    scene.target.relay_id = id;
    works_with_starttls(scene.accept(587), tls_with(net::CertificateStatus::expired, "it has expired"));
    return scene.probe();
}

base::Time noon() {
    return StandingClock().now();
}

}  // namespace

TEST_CASE("What is kept of a probe is its verdict, endpoint, time, our words and ids, not the server's") {
    const auto kept = app::last_probe_of(expired(), noon());
    REQUIRE(kept);
    CHECK(kept->relay == 3);
    CHECK(kept->at == noon());
    CHECK(kept->verdict == Verdict::bad);
    CHECK(kept->reason == "certificate expired");
    CHECK(kept->port == 587);
    CHECK(kept->security == Security::tls);
    CHECK(kept->findings.front() == "tls-certificate-expired");
}

TEST_CASE("Nothing is kept of a host, or of a relay that was probed with other settings than its own") {
    CHECK(app::last_probe_of(expired(0), noon()) == std::nullopt);
    CHECK(app::is_news(expired(0), std::nullopt));
}

TEST_CASE("News is another verdict, another reason, another endpoint, or the first result") {
    const auto report = expired();
    const auto kept = app::last_probe_of(report, noon());
    CHECK(app::is_news(report, std::nullopt));
    CHECK_FALSE(app::is_news(report, kept));
    auto later = *kept;
    later.at += std::chrono::hours(24);
    later.total = app::Milliseconds(1);
    CHECK_FALSE(app::is_news(report, later));
    auto other = *kept;
    other.verdict = Verdict::unchecked;
    CHECK(app::is_news(report, other));
    other = *kept;
    other.reason = "certificate name mismatch";
    CHECK(app::is_news(report, other));
    other = *kept;
    other.port = 465;
    CHECK(app::is_news(report, other));
}

TEST_CASE("Last probes are kept all or none, and those of relays that are gone are passed over") {
    test::MemoryStore store;
    relay::Relay news{.name = "news", .host = relay::Host::parse("mail.example").value()};
    {
        auto transaction = relay::Transaction::begin(store).value();
        news.id = store.insert_relay(news).value();
        transaction.commit().value();
    }
    const auto of_news = *app::last_probe_of(expired(news.id), noon());
    const auto of_none = *app::last_probe_of(expired(99), noon());
    CHECK(app::keep_last_probes(store, {of_news, of_none}).has_value());
    CHECK(store.last_probes().value() == std::vector{of_news});
    for (int n = 0; n < 4; ++n) {
        store.operations = 0;
        store.fail_from = n;
        auto other = of_news;
        other.reason = "no answer";
        CHECK(app::keep_last_probes(store, {of_news, other}).has_error());
        store.fail_from = std::nullopt;
        CHECK(store.last_probe(news.id).value() == of_news);
    }
}

TEST_CASE("A reason in short: of the endpoint, or of the name that has no address") {
    CHECK(app::short_reason(expired()) == "certificate expired");
    Scene missing(587, Security::tls);
    missing.target.host = relay::Host::parse("nowhere.example").value();
    CHECK(app::short_reason(missing.probe()) == "no address");
    CHECK(app::deciding_combination(missing.probe()) == 0);
    Scene good(587, Security::tls);
    works_with_starttls(good.accept(587));
    CHECK(app::short_reason(good.probe()).empty());
}
