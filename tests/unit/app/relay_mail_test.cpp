#include "app/relay_mail.hpp"

#include <doctest/doctest.h>

using finding::Verdict;

namespace {

relay::Relay relay_with(std::string_view return_path, bool signs) {
    relay::Relay relay{.name = "news", .host = relay::Host::parse("smtp.example.net").value()};
    relay.return_path = relay::parse_return_path(return_path).value();
    if (signs) relay.dkim_selector = "s1";
    return relay;
}

// example.com with a policy, an SPF evaluation and a DKIM key of these verdicts.
app::Verification verification(Verdict spf, Verdict dkim,
                               dmarc::Alignment alignment = dmarc::Alignment::relaxed) {
    app::Verification result;
    result.domain = "example.com";
    result.spf.emplace();
    result.spf->verdict = spf;
    result.spf->evaluation.emplace();
    result.spf->evaluation->verdict = spf == Verdict::good ? spf::Verdict::pass : spf::Verdict::fail;
    result.dkim.emplace();
    result.dkim->verdict = dkim;
    result.dmarc.emplace();
    auto& discovery = result.dmarc->discovery;
    discovery.domain = dns::Name::parse("example.com").value();
    discovery.organizational_domain = discovery.domain;
    dmarc::Step step;
    step.record.emplace();
    step.record->spf_alignment = alignment;
    discovery.steps = {step};
    discovery.governing = 0;
    return result;
}

std::vector<relay::DkimKey> keys_in(relay::DkimState state) {
    relay::DkimKey key{.id = 1,
                       .domain = base::DomainName::parse("example.com").value(),
                       .selector = "s1",
                       .public_key = "AAAA"};
    key.life.state = state;
    return {key};
}

Verdict judge(std::string_view return_path, bool signs, const app::Verification& found) {
    return app::judge_relay_mail(relay_with(return_path, signs), found, keys_in(relay::DkimState::active))
        .verdict;
}

}  // namespace

TEST_CASE("with the managed or null return path mail passes by its signature only") {
    const auto found = verification(Verdict::good, Verdict::good);
    for (const auto* path : {"managed", "<>", "bounce@other.example"}) {
        CHECK(judge(path, true, found) == Verdict::good);
        CHECK(judge(path, false, found) == Verdict::bad);
    }
    CHECK_FALSE(app::envelope_sender(relay_with("managed", true), "example.com").has_value());
    CHECK_FALSE(app::envelope_sender(relay_with("<>", true), "example.com").has_value());
}

TEST_CASE("with the From address as return path SPF can carry the mail") {
    CHECK(judge("from", false, verification(Verdict::good, Verdict::bad)) == Verdict::good);
    CHECK(judge("from", false, verification(Verdict::bad, Verdict::good)) == Verdict::bad);
    CHECK(judge("from", true, verification(Verdict::bad, Verdict::good)) == Verdict::good);
    CHECK(judge("from", true, verification(Verdict::bad, Verdict::bad)) == Verdict::bad);
    CHECK(app::envelope_sender(relay_with("from", false), "example.com") == "postmaster@example.com");
}

TEST_CASE("a return path at a subdomain aligns when alignment is relaxed, not when it is strict") {
    CHECK(judge("b@bounce.example.com", false, verification(Verdict::good, Verdict::bad)) == Verdict::good);
    CHECK(judge("b@bounce.example.com", false,
                verification(Verdict::good, Verdict::bad, dmarc::Alignment::strict)) == Verdict::bad);
    CHECK(judge("b@example.com", false,
                verification(Verdict::good, Verdict::bad, dmarc::Alignment::strict)) == Verdict::good);
}

TEST_CASE("what could not be checked leaves the answer open, unless the other way passes") {
    CHECK(judge("from", true, verification(Verdict::unchecked, Verdict::bad)) == Verdict::unchecked);
    CHECK(judge("from", true, verification(Verdict::unchecked, Verdict::good)) == Verdict::good);
    CHECK(judge("managed", true, verification(Verdict::good, Verdict::unchecked)) == Verdict::unchecked);
}

TEST_CASE("mail is judged by what was asked for; where that is not enough the checks left out are named") {
    const auto judged = [](std::string_view return_path, bool signs, std::string_view only) {
        auto found = verification(Verdict::good, Verdict::good);
        if (only.find("spf") == std::string_view::npos) found.spf.reset();
        if (only.find("dkim") == std::string_view::npos) found.dkim.reset();
        if (only.find("dmarc") == std::string_view::npos) found.dmarc.reset();
        return app::judge_relay_mail(relay_with(return_path, signs), found,
                                     keys_in(relay::DkimState::active));
    };
    for (const auto* only : {"spf,dkim", "spf"}) {
        const auto mail = judged("from", false, only);
        CHECK_FALSE(mail.judged);
        CHECK(mail.verdict == Verdict::unchecked);
        CHECK(mail.reason == "not judged: --only leaves out DMARC");
    }
    CHECK(judged("from", true, "dmarc").reason == "not judged: --only leaves out SPF, DKIM");
    CHECK(judged("managed", true, "dmarc").reason == "not judged: --only leaves out DKIM");
    CHECK_FALSE(judged("managed", true, "spf,dmarc").judged);
    CHECK(judged("from", true, "spf,dmarc").verdict == Verdict::good);
    CHECK(judged("from", true, "dkim,dmarc").verdict == Verdict::good);
    CHECK(judged("managed", false, "dmarc").verdict == Verdict::bad);
}

TEST_CASE("a relay whose key has ended takes no mail, so that SPF does not help; a pending one will") {
    const auto relay = relay_with("from", true);
    const auto found = verification(Verdict::good, Verdict::good);
    for (const auto state : {relay::DkimState::retired, relay::DkimState::revoked}) {
        const auto mail = app::judge_relay_mail(relay, found, keys_in(state));
        CHECK(mail.verdict == Verdict::bad);
        CHECK(mail.reason.find("s1@example.com") != std::string::npos);
    }
    CHECK(app::judge_relay_mail(relay, found, {}).verdict == Verdict::bad);
    const auto pending = app::judge_relay_mail(relay, found, keys_in(relay::DkimState::pending));
    CHECK(pending.verdict == Verdict::good);
    CHECK(pending.reason.starts_with("its DKIM key is good, and signs once it is activated; "));
    const auto unseen = app::judge_relay_mail(relay, verification(Verdict::good, Verdict::bad),
                                              keys_in(relay::DkimState::pending));
    CHECK(unseen.verdict == Verdict::bad);
    CHECK(unseen.reason.find("while its DKIM key s1@example.com is pending") != std::string::npos);
    CHECK(app::judge_relay_mail(relay, found, keys_in(relay::DkimState::retiring)).verdict == Verdict::good);
    CHECK(app::judge_relay_mail(relay_with("from", false), found, {}).verdict == Verdict::good);
}
