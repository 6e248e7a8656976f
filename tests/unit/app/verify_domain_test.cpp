#include "app/verify_domain.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

// RFC 8463 appendix A.2
const std::string ed25519_key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

test::FakeResolver good_domain() {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 ip4:8.8.8.0/24 -all");
    resolver.txt("s1._domainkey.example.com", "v=DKIM1; k=ed25519; p=" + ed25519_key);
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:d@example.com");
    resolver.a("example.com", "8.8.8.8");
    resolver.mx("example.com", 10, "example.com");
    return resolver;
}

app::VerifyRequest request_for(std::string domain) {
    app::VerifyRequest request;
    request.domain = std::move(domain);
    return request;
}

relay::DkimKey stored_key(std::string public_key) {
    return {.domain = base::DomainName::parse("example.com").value(),
            .selector = "s1",
            .algorithm = relay::KeyAlgorithm::ed25519,
            .bits = 256,
            .public_key = std::move(public_key)};
}

app::Verification verified(test::FakeResolver& resolver, app::VerifyRequest request) {
    return net::run(app::verify_domain(resolver, std::move(request))).value();
}

bool has(const std::vector<finding::Finding>& findings, std::string_view id) {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const auto& finding) { return finding.id == id; });
}

}  // namespace

TEST_CASE("of the store's keys verify takes those that sign; pending ones only where nothing else is there") {
    const auto asked = [](std::vector<relay::DkimState> states) {
        auto resolver = good_domain();
        auto request = request_for("example.com");
        for (std::size_t i = 0; i < states.size(); ++i) {
            request.keys.push_back(stored_key(ed25519_key));
            request.keys.back().selector = "k" + std::to_string(i);
            request.keys.back().life.state = states[i];
        }
        std::string selectors;
        const auto result = verified(resolver, request);
        if (!result.dkim) return selectors;
        for (const auto& key : result.dkim->keys)
            selectors += key.selector + " ";
        return selectors;
    };
    using relay::DkimState;
    CHECK(asked({DkimState::pending, DkimState::active, DkimState::retiring, DkimState::retired,
                 DkimState::revoked}) == "k1 k2 ");
    CHECK(asked({DkimState::pending, DkimState::retired, DkimState::revoked}) == "k0 ");
    CHECK(asked({DkimState::retired, DkimState::revoked}).empty());
}

TEST_CASE("keys of the store that sign nothing yet are told of, looked at or not") {
    using relay::DkimState;
    const auto pending = [](std::vector<DkimState> states, std::vector<std::string> selectors = {}) {
        auto resolver = good_domain();
        auto request = request_for("example.com");
        request.selectors = std::move(selectors);
        for (std::size_t i = 0; i < states.size(); ++i) {
            request.keys.push_back(stored_key(ed25519_key));
            request.keys.back().selector = "k" + std::to_string(i);
            request.keys.back().life.state = states[i];
        }
        return verified(resolver, request).dkim->pending;
    };
    CHECK(pending({DkimState::active, DkimState::pending, DkimState::revoked}) ==
          std::vector<std::string>{"k1"});
    CHECK(pending({DkimState::pending}) == std::vector<std::string>{"k0"});
    CHECK(pending({DkimState::active}).empty());
    CHECK(pending({DkimState::active, DkimState::pending}, {"k0"}).empty());
    CHECK(pending({DkimState::active, DkimState::pending}, {"K1._domainkey"}) ==
          std::vector<std::string>{"k1"});
}

TEST_CASE("a domain with good records is good in every part") {
    auto resolver = good_domain();
    auto request = request_for("Example.COM.");
    request.ip = base::IpAddress::parse("8.8.8.8").value();
    request.selectors = {"s1._domainkey.example.com"};
    request.keys = {stored_key(ed25519_key)};
    const auto result = verified(resolver, request);
    CHECK(result.verdict() == finding::Verdict::good);
    REQUIRE(result.spf);
    CHECK(result.spf->evaluation->verdict == spf::Verdict::pass);
    REQUIRE(result.dkim);
    CHECK(result.dkim->verdict == finding::Verdict::good);
    REQUIRE(result.dkim->keys.size() == 1);
    CHECK(result.dkim->keys[0].matches_expected == true);
    REQUIRE(result.dmarc);
    CHECK(result.dmarc->verdict == finding::Verdict::good);
    CHECK(result.dmarc->discovery.effective == dmarc::Policy::reject);
}

TEST_CASE("for a CNAME beside a record is asked while other records are still read") {
    auto resolver = good_domain();
    resolver.txt("example.com", "v=spf1 include:spf.example.net -all");
    resolver.txt("spf.example.net", "v=spf1 ip4:8.8.8.0/24 ~all");
    auto request = request_for("example.com");
    request.aliases_beside = true;
    verified(resolver, request);
    const auto at = [&](std::string_view question) {
        return std::find(resolver.asked.begin(), resolver.asked.end(), question) - resolver.asked.begin();
    };
    CHECK(at("example.com CNAME") < at("spf.example.net TXT"));
    CHECK(at("_dmarc.example.com CNAME") < at("spf.example.net TXT"));
    request.aliases_beside = false;
    resolver.asked.clear();
    verified(resolver, request);
    const auto end = static_cast<std::ptrdiff_t>(resolver.asked.size());
    CHECK(at("example.com CNAME") == end);
}

TEST_CASE("a name is asked once for a CNAME beside its record, though no cache knows the answer") {
    auto resolver = good_domain();
    resolver.txt("s2._domainkey.example.com", "v=DKIM1; k=ed25519; p=" + ed25519_key);
    auto request = request_for("example.com");
    request.selectors = {"s1", "s2"};
    verified(resolver, request);
    std::vector<std::string> aliases;
    for (const auto& question : resolver.asked)
        if (question.ends_with(" CNAME")) aliases.push_back(question);
    std::sort(aliases.begin(), aliases.end());
    CHECK(aliases == std::vector<std::string>{"_dmarc.example.com CNAME", "example.com CNAME",
                                              "s1._domainkey.example.com CNAME",
                                              "s2._domainkey.example.com CNAME"});
}

TEST_CASE("the keys of the store are asked when no selector is given") {
    auto resolver = good_domain();
    auto request = request_for("example.com");
    request.keys = {stored_key("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")};
    const auto result = verified(resolver, request);
    REQUIRE(result.dkim);
    CHECK(result.dkim->verdict == finding::Verdict::bad);
    CHECK(has(result.dkim->findings, "dkim-key-mismatch"));
    request.keys.clear();
    CHECK_FALSE(verified(resolver, request).dkim.has_value());
}

TEST_CASE("a term behind all is to be moved, not added again [SPF-42]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 -all ip4:192.0.2.1");
    auto request = request_for("example.com");
    request.ip = base::IpAddress::parse("192.0.2.1").value();
    const auto result = verified(resolver, request);
    REQUIRE(has(result.spf->findings, "spf-not-authorised"));
    CHECK(result.spf->findings.back().remedy == "move ip4:192.0.2.1 before all in the record of example.com");
}

TEST_CASE("a selector given twice is looked at once") {
    auto resolver = good_domain();
    auto request = request_for("example.com");
    request.selectors = {"s1", "S1._domainkey", "s1"};
    CHECK(verified(resolver, request).dkim->keys.size() == 1);
}

TEST_CASE("an address that may not send is a finding with the term to add [SPF-42]") {
    auto resolver = good_domain();
    auto request = request_for("example.com");
    request.ip = base::IpAddress::parse("192.0.2.1").value();
    const auto result = verified(resolver, request);
    CHECK(result.spf->verdict == finding::Verdict::bad);
    REQUIRE(has(result.spf->findings, "spf-not-authorised"));
    CHECK(result.spf->findings.back().observed == "fail for 192.0.2.1: -all in example.com matches");
    CHECK(result.spf->findings.back().remedy ==
          "add ip4:192.0.2.1, or the include of its operator, to the record of example.com");
}

TEST_CASE("a limit that only the macros of a client lead to is a finding [SPF-28] [SPF-42]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 exists:%{i}.a.test exists:%{l}.b.test exists:%{h}.c.test -all");
    auto request = request_for("example.com");
    request.ip = base::IpAddress::parse("192.0.2.1").value();
    const auto result = verified(resolver, request);
    CHECK(result.spf->evaluation->verdict == spf::Verdict::permerror);
    REQUIRE(has(result.spf->findings, "spf-too-many-void-lookups"));
    CHECK(result.spf->findings.back().observed ==
          "more than 2 look-ups that found nothing, by exists:%{h}.c.test");
    resolver.txt("example.net", "v=spf1 a:missing.test a:gone.test a:lost.test -all");
    request.domain = "example.net";
    const auto plain = verified(resolver, request);
    CHECK(std::count_if(plain.spf->findings.begin(), plain.spf->findings.end(),
                        [](const auto& finding) { return finding.id == "spf-too-many-void-lookups"; }) == 1);
}

TEST_CASE("the domain decides whose SPF record is evaluated, the sender is for macros") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 -all exp=why.example.com");
    resolver.txt("why.example.com", "%{d} %{s}");
    auto request = request_for("example.com");
    request.ip = base::IpAddress::parse("192.0.2.1").value();
    request.mail_from = "someone@example.net";
    const auto result = verified(resolver, request);
    REQUIRE(result.spf);
    CHECK(result.spf->evaluation->verdict == spf::Verdict::fail);
    CHECK(result.spf->evaluation->explanation == "example.com someone@example.net");
}

TEST_CASE("an empty sender is the null sender, whose identity is HELO") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 -all exp=why.example.com");
    resolver.txt("why.example.com", "%{d} %{s}");
    auto request = request_for("example.com");
    request.ip = base::IpAddress::parse("192.0.2.1").value();
    request.helo = "mx.example.net";
    for (const char* sender : {"", "<>"}) {
        request.mail_from = sender;
        const auto result = verified(resolver, request);
        CHECK(result.spf->query->identity == spf::Identity::helo);
        CHECK(result.spf->evaluation->explanation == "example.com postmaster@mx.example.net");
    }
}

TEST_CASE("a selector of the store is asked for as it stands, though it ends like the domain") {
    test::FakeResolver resolver;
    resolver.txt("s1.example.com._domainkey.example.com", "v=DKIM1; k=ed25519; p=" + ed25519_key);
    resolver.txt("s1._domainkey.example.com", "v=DKIM1; k=ed25519; p=");
    auto request = request_for("example.com");
    request.keys = {stored_key(ed25519_key)};
    request.keys[0].selector = "s1.example.com";
    for (const bool named : {false, true}) {
        if (named) request.selectors = {"S1.example.com"};
        const auto result = verified(resolver, request);
        REQUIRE(result.dkim);
        CHECK(result.dkim->verdict == finding::Verdict::good);
        CHECK(result.dkim->keys[0].matches_expected == true);
    }
}

TEST_CASE("what stands round the records is told too: historic policies and wildcards") {
    auto resolver = good_domain();
    resolver.txt("_domainkey.example.com", "o=~");
    auto request = request_for("example.com");
    request.selectors = {"s1"};
    auto result = verified(resolver, request);
    REQUIRE(result.dkim);
    CHECK(has(result.dkim->findings, "dkim-historic-domainkeys"));
    CHECK(result.dkim->verdict == finding::Verdict::good);
    CHECK_FALSE(has(result.dmarc->findings, "dns-wildcard"));
}

TEST_CASE("a text that is no domain has SPF none and nothing is asked") {
    test::FakeResolver resolver;
    auto request = request_for("no domain");
    request.ip = base::IpAddress::parse("192.0.2.1").value();
    const auto result = verified(resolver, request);
    CHECK(result.spf->evaluation->verdict == spf::Verdict::none);
    CHECK(result.verdict() == finding::Verdict::bad);
    CHECK_FALSE(result.domain_fault.empty());
    CHECK_FALSE(result.dmarc.has_value());
    CHECK(resolver.asked.empty());
}

TEST_CASE("a DNS failure is unchecked in every part, never missing") {
    for (const auto status : {dns::Status::servfail, dns::Status::timeout, dns::Status::refused}) {
        test::FakeResolver resolver;
        for (const auto* name :
             {"example.com", "s1._domainkey.example.com", "_dmarc.example.com", "_dmarc.com"})
            resolver.fail(name, status);
        auto request = request_for("example.com");
        request.selectors = {"s1"};
        const auto result = verified(resolver, request);
        CHECK(result.spf->verdict == finding::Verdict::unchecked);
        CHECK(result.dkim->verdict == finding::Verdict::unchecked);
        CHECK(result.dmarc->verdict == finding::Verdict::unchecked);
        CHECK(result.verdict() == finding::Verdict::unchecked);
        CHECK_FALSE(has(result.spf->findings, "spf-no-record"));
    }
}

TEST_CASE("NXDOMAIN is bad in every part, and one bad part outweighs an unchecked one") {
    test::FakeResolver resolver;
    auto request = request_for("example.com");
    request.selectors = {"s1"};
    const auto result = verified(resolver, request);
    CHECK(result.spf->verdict == finding::Verdict::bad);
    CHECK(result.dkim->verdict == finding::Verdict::bad);
    CHECK(result.dmarc->verdict == finding::Verdict::bad);
    CHECK(has(result.spf->findings, "spf-no-record"));
    resolver.fail("_dmarc.example.com", dns::Status::timeout);
    CHECK(verified(resolver, request).verdict() == finding::Verdict::bad);
}

TEST_CASE("only the parts asked for are checked") {
    auto resolver = good_domain();
    auto request = request_for("example.com");
    request.checks.spf = false;
    request.checks.dmarc = false;
    const auto result = verified(resolver, request);
    CHECK_FALSE(result.spf.has_value());
    CHECK_FALSE(result.dmarc.has_value());
    CHECK(result.verdict() == finding::Verdict::unchecked);  // no selector is known: nothing was checked
    CHECK(resolver.asked.empty());
}

namespace {

// Every selector has the same record.
class RevokingResolver final : public dns::Resolver {
  public:
    net::Task<dns::Answer> query(dns::Question question) override {
        const auto name = question.name.to_string();
        if (question.type == dns::Type::txt && name.ends_with("._domainkey.example.com"))
            records.txt(name, "v=DKIM1; p=");
        dns::Answer answer = co_await records.query(question);
        co_return answer;
    }
    test::FakeResolver records;
};

std::vector<std::string> told_of_parked(dns::Resolver& resolver) {
    auto request = request_for("example.com");
    request.selectors = {"s1"};
    const auto result = net::run(app::verify_domain(resolver, std::move(request))).value();
    std::vector<std::string> told;
    for (const auto* findings : {&result.dkim->findings, &result.dmarc->findings})
        for (const auto& finding : *findings)
            told.push_back(finding.id);
    for (const auto& key : result.dkim->keys)
        CHECK_FALSE(has(key.findings, "dns-wildcard"));
    return told;
}

}  // namespace

TEST_CASE("what a domain without mail is told to publish is not told to be removed [DMARC-28]") {
    RevokingResolver resolver;
    resolver.records.mx("example.com", 0, ".");
    resolver.records.txt("example.com", "v=spf1 -all");
    resolver.records.txt("_dmarc.example.com",
                         "v=DMARC1; p=reject; sp=reject; np=reject; rua=mailto:d@example.com");
    const std::vector<std::string> wanted = {"dkim-key-revoked", "dmarc-report-no-mail"};
    CHECK(told_of_parked(resolver) == wanted);
}

TEST_CASE("a domain without mail and DMARC gets one record to publish [DMARC-28]") {
    test::FakeResolver resolver;
    resolver.mx("example.com", 0, ".");
    resolver.txt("example.com", "v=spf1 -all");
    const auto result = verified(resolver, request_for("example.com"));
    const auto& findings = result.dmarc->findings;
    CHECK_FALSE(has(findings, "dmarc-parked-policy"));
    const auto missing = std::find_if(findings.begin(), findings.end(),
                                      [](const auto& finding) { return finding.id == "dmarc-no-record"; });
    REQUIRE(missing != findings.end());
    CHECK(missing->remedy == "_dmarc.example.com. IN TXT \"v=DMARC1; p=reject; sp=reject; np=reject\"");
    CHECK(result.dmarc->verdict == finding::Verdict::bad);
}
