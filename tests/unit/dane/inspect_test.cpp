#include "dane/inspect.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "finding/catalogue.hpp"
#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

using dns::Status;
using dns::Type;
using finding::Verdict;

const std::string key_digest(32, '\x5a');

// A resolver that validates: every name is secure but those named insecure, and their children.
class ValidatingResolver final : public dns::Resolver {
  public:
    net::Task<dns::Answer> query(dns::Question question) override {
        dns::Answer answer = co_await records.query(question);
        const std::string key = question.name.to_string() + " " + std::string(dns::to_string(question.type));
        if (const auto failure = failures.find(key); failure != failures.end()) {
            answer = dns::Answer();
            answer.status = failure->second;
            answer.detail = "127.0.0.1 did it";
        }
        answer.bogus = bogus.count(key) > 0;
        answer.authentic =
            is_secure(question.name) && std::all_of(answer.aliases.begin(), answer.aliases.end(),
                                                    [&](const dns::Name& alias) { return is_secure(alias); });
        if (question.type == Type::cname) answer.authentic = is_secure(question.name);
        co_return answer;
    }

    void tlsa(std::string_view host, std::string rdata) {
        records.add("_25._tcp." + std::string(host), Type::tlsa, dns::Raw{std::move(rdata)});
    }
    void good_tlsa(std::string_view host, char filler = '\x5a') {
        tlsa(host, std::string("\x03\x01\x01", 3) + std::string(32, filler));
    }
    void host(std::string_view name, std::uint16_t preference = 10) {
        records.mx("example.com", preference, name);
        records.a(name, "192.0.2.1");
    }

    test::FakeResolver records;
    std::map<std::string, Status> failures;  // "name TYPE"
    std::set<std::string> bogus;             // the same
    std::set<std::string> insecure;          // zones

  private:
    bool is_secure(const dns::Name& name) const {
        return std::none_of(insecure.begin(), insecure.end(), [&](const std::string& zone) {
            return name.is_at_or_below(dns::Name::parse(zone).value());
        });
    }
};

dane::Inspection inspect(ValidatingResolver& resolver, bool trust_ad = true) {
    const auto domain = base::DomainName::parse("example.com").value();
    return net::run(dane::inspect(resolver, domain, trust_ad)).value();
}

using Ids = std::vector<std::string>;

Ids ids(const dane::Inspection& inspection) {
    Ids result;
    for (const auto& finding : inspection.findings)
        result.push_back(finding.id);
    std::sort(result.begin(), result.end());
    return result;
}

finding::Finding only(const dane::Inspection& inspection, std::string_view id) {
    const auto& all = inspection.findings;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& f) { return f.id == id; });
    REQUIRE(found != all.end());
    return *found;
}

bool was_asked(const ValidatingResolver& resolver, std::string_view question) {
    const auto& asked = resolver.records.asked;
    return std::find(asked.begin(), asked.end(), question) != asked.end();
}

}  // namespace

TEST_CASE("two keys on every host in signed zones are good, with nothing to say") {
    ValidatingResolver resolver;
    resolver.host("mx2.example.com", 20);
    resolver.host("mx1.example.com", 10);
    for (const auto* host : {"mx1.example.com", "mx2.example.com"}) {
        resolver.good_tlsa(host);
        resolver.good_tlsa(host, '\x11');
    }
    const auto result = inspect(resolver);
    CHECK(result.verdict == Verdict::good);
    CHECK(ids(result).empty());
    CHECK(result.mx_secure == true);
    REQUIRE(result.hosts.size() == 2);
    CHECK(result.hosts[0].name == "mx1.example.com");
    CHECK(result.hosts[0].preference == 10);
    CHECK(result.hosts[0].tlsa_name == "_25._tcp.mx1.example.com");
    CHECK(result.hosts[0].status == Status::found);
    CHECK(result.hosts[0].secure == true);
    CHECK(result.hosts[0].usable);
    std::string digest;
    for (int i = 0; i < 32; ++i)
        digest += "5a";
    REQUIRE(result.hosts[0].records.size() == 2);
    CHECK(result.hosts[0].records[0] == "3 1 1 " + digest);
}

TEST_CASE("no TLSA record anywhere is good, with what to publish") {
    ValidatingResolver resolver;
    resolver.host("mx.example.com");
    const auto result = inspect(resolver);
    CHECK(result.verdict == Verdict::good);
    CHECK(ids(result) == Ids{"dane-none"});
    const auto finding = only(result, "dane-none");
    CHECK(finding.severity == finding::Severity::info);
    CHECK(finding.subject == "example.com");
    CHECK(finding.remedy.find("_25._tcp.mx.example.com. IN TLSA 3 1 1") != std::string::npos);
    CHECK(result.hosts[0].status == Status::nxdomain);
    CHECK_FALSE(result.hosts[0].secure.has_value());
}

TEST_CASE("TLSA records in a zone that is not signed are unusable [DANE-01]") {
    ValidatingResolver resolver;
    resolver.host("mx.provider.example");
    resolver.good_tlsa("mx.provider.example");
    resolver.good_tlsa("mx.provider.example", '\x11');
    resolver.insecure = {"provider.example"};
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"dane-insecure"});
    CHECK(only(result, "dane-insecure").severity == finding::Severity::warning);
    CHECK(only(result, "dane-insecure").observed == "the addresses of mx.provider.example have no AD bit");
    CHECK(result.verdict == Verdict::good);
    CHECK(result.hosts[0].secure == false);
}

TEST_CASE("a TLSA answer without AD is unusable also where the host is signed [DANE-01]") {
    ValidatingResolver resolver;
    resolver.host("mx.example.com");
    resolver.good_tlsa("mx.example.com");
    resolver.insecure = {"_tcp.mx.example.com"};
    const auto result = inspect(resolver);
    CHECK(only(result, "dane-insecure").observed == "the TLSA answer has no AD bit");
    CHECK(only(result, "dane-insecure").subject == "_25._tcp.mx.example.com");
    CHECK(result.hosts[0].secure == false);
}

TEST_CASE("unsigned MX records before a signed host are noted [DANE-01]") {
    ValidatingResolver resolver;
    resolver.host("mx.provider.example");
    resolver.good_tlsa("mx.provider.example");
    resolver.good_tlsa("mx.provider.example", '\x11');
    resolver.insecure = {"example.com"};
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"dane-mx-insecure"});
    CHECK(result.mx_secure == false);
    CHECK(result.hosts[0].secure == true);
    CHECK(result.verdict == Verdict::good);
}

TEST_CASE("nothing is said about DNSSEC when AD is not trusted [DANE-01]") {
    ValidatingResolver resolver;
    resolver.host("mx.example.com");
    resolver.good_tlsa("mx.example.com");
    resolver.good_tlsa("mx.example.com", '\x11');
    for (const auto& zones : {std::set<std::string>(), std::set<std::string>{"example.com"}}) {
        resolver.insecure = zones;
        const auto result = inspect(resolver, false);
        CHECK(ids(result) == Ids{"dane-ad-not-trusted"});
        CHECK(only(result, "dane-ad-not-trusted").remedy.find("--trust-ad") != std::string::npos);
        CHECK_FALSE(result.hosts[0].secure.has_value());
        CHECK_FALSE(result.mx_secure.has_value());
        CHECK(result.hosts[0].usable);
    }
}

TEST_CASE("usages of public CAs leave the host without a usable record [DANE-02]") {
    ValidatingResolver resolver;
    resolver.host("mx.example.com");
    resolver.tlsa("mx.example.com", std::string("\x01\x01\x01", 3) + key_digest);
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"dane-none-usable", "dane-pkix-usage"});
    CHECK(result.verdict == Verdict::good);
    CHECK_FALSE(result.hosts[0].usable);
    CHECK(only(result, "dane-none-usable").observed == "1 record, none usable");
}

TEST_CASE("a record that nobody can use is bad, and shown [DANE-03]") {
    ValidatingResolver resolver;
    resolver.host("mx.example.com");
    resolver.good_tlsa("mx.example.com");
    resolver.tlsa("mx.example.com", std::string("\x03\x01\x01", 3) + "cut");
    resolver.tlsa("mx.example.com", "\x03");
    resolver.tlsa("mx.example.com", std::string("\x03\x01\x00", 3) + std::string(60'000, 'x'));
    const auto result = inspect(resolver);
    CHECK(ids(result) ==
          Ids{"dane-data-not-der", "dane-digest-length", "dane-malformed", "dane-no-rollover"});
    CHECK(result.verdict == Verdict::bad);
    CHECK(only(result, "dane-digest-length").observed ==
          "3 octets, and matching type 1 has 32: 3 1 1 637574");
    CHECK(only(result, "dane-data-not-der").observed.size() < 200);
    CHECK(result.hosts[0].usable);
}

TEST_CASE("records that cannot be read are not the same as none [DANE-03]") {
    ValidatingResolver resolver;
    resolver.host("mx.example.com");
    resolver.tlsa("mx.example.com", "");
    CHECK(ids(inspect(resolver)) == Ids{"dane-malformed", "dane-none-usable"});
}

TEST_CASE("a TLSA look-up that fails is not checked, and senders defer [DANE-04]") {
    for (const Status status :
         {Status::servfail, Status::timeout, Status::refused, Status::unreachable, Status::malformed}) {
        ValidatingResolver resolver;
        resolver.host("mx.example.com");
        resolver.failures["_25._tcp.mx.example.com TLSA"] = status;
        for (const bool trusted : {true, false}) {
            const auto result = inspect(resolver, trusted);
            CHECK(ids(result) == Ids{"dane-lookup-failed"});
            CHECK(result.verdict == Verdict::unchecked);
            CHECK(result.hosts[0].status == status);
        }
        const auto finding = only(inspect(resolver), "dane-lookup-failed");
        CHECK(finding.severity == finding::Severity::error);
        CHECK(finding.subject == "_25._tcp.mx.example.com");
        CHECK(finding.observed == std::string(dns::to_string(status)) + ": 127.0.0.1 did it");
    }
}

TEST_CASE("a bogus TLSA answer is bad [DANE-04]") {
    ValidatingResolver resolver;
    resolver.host("mx.example.com");
    resolver.failures["_25._tcp.mx.example.com TLSA"] = Status::servfail;
    resolver.bogus = {"_25._tcp.mx.example.com TLSA"};
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"dane-bogus"});
    CHECK(result.verdict == Verdict::bad);
}

TEST_CASE("a TLSA look-up that fails in a zone known to be unsigned is not checked, and not none [DANE-04]") {
    for (const Status status : {Status::servfail, Status::refused, Status::timeout}) {
        ValidatingResolver resolver;
        resolver.host("mx.provider.example");
        resolver.failures["_25._tcp.mx.provider.example TLSA"] = status;
        resolver.insecure = {"provider.example"};
        const auto result = inspect(resolver);
        CHECK(ids(result) == Ids{"dane-lookup-failed"});
        CHECK(only(result, "dane-lookup-failed").observed ==
              std::string(dns::to_string(status)) +
                  ": 127.0.0.1 did it; the addresses of mx.provider.example have no AD bit");
        CHECK(result.verdict == Verdict::unchecked);
        CHECK_FALSE(result.hosts[0].usable);
    }
}

TEST_CASE("TLSA CNAMEs without an end are bad in a zone known to be unsigned, and no bogus data [DANE-04]") {
    ValidatingResolver resolver;
    resolver.host("mx.provider.example");
    resolver.failures["_25._tcp.mx.provider.example TLSA"] = Status::alias_loop;
    resolver.insecure = {"provider.example"};
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"dns-alias-loop"});
    CHECK(result.verdict == Verdict::bad);
}

TEST_CASE("what fails before TLSA is told as what it is [DANE-04]") {
    ValidatingResolver resolver;
    resolver.failures["example.com MX"] = Status::timeout;
    CHECK(ids(inspect(resolver)) == Ids{"dns-timeout"});
    CHECK(inspect(resolver).verdict == Verdict::unchecked);
    resolver.failures = {{"example.com MX", Status::servfail}};
    resolver.bogus = {"example.com MX"};
    CHECK(ids(inspect(resolver)) == Ids{"dns-bogus"});
    CHECK(inspect(resolver).verdict == Verdict::bad);
    ValidatingResolver addresses;
    addresses.host("mx.example.com");
    addresses.failures = {{"mx.example.com A", Status::timeout}, {"mx.example.com AAAA", Status::timeout}};
    const auto result = inspect(addresses);
    CHECK(ids(result) == Ids{"dns-timeout"});
    CHECK(result.verdict == Verdict::unchecked);
    CHECK(result.hosts[0].tlsa_name.empty());
}

TEST_CASE("a bad host beside one that fails is bad [DANE-04]") {
    ValidatingResolver resolver;
    resolver.host("a.example.com");
    resolver.host("b.example.com");
    resolver.failures["_25._tcp.a.example.com TLSA"] = Status::timeout;
    resolver.tlsa("b.example.com", std::string("\x03\x01\x09", 3) + key_digest);
    CHECK(inspect(resolver).verdict == Verdict::bad);
}

TEST_CASE("hosts without TLSA records beside hosts with them are named [DANE-06]") {
    ValidatingResolver resolver;
    resolver.host("a.example.com");
    resolver.host("b.example.com");
    resolver.host("c.example.com");
    resolver.good_tlsa("b.example.com");
    resolver.good_tlsa("b.example.com", '\x11');
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"dane-partial"});
    CHECK(only(result, "dane-partial").observed == "no TLSA record for a.example.com, c.example.com");
    CHECK(only(result, "dane-partial").severity == finding::Severity::warning);
}

TEST_CASE("one record for one key leaves no way to change it, a CA's key does [DANE-06]") {
    ValidatingResolver resolver;
    resolver.host("mx.example.com");
    resolver.good_tlsa("mx.example.com");
    CHECK(ids(inspect(resolver)) == Ids{"dane-no-rollover"});
    ValidatingResolver authority;
    authority.host("mx.example.com");
    authority.tlsa("mx.example.com", std::string("\x02\x01\x01", 3) + key_digest);
    CHECK(ids(inspect(authority)).empty());
}

TEST_CASE("for a signed CNAME the end of the chain comes first, then the name itself [DANE-07]") {
    ValidatingResolver resolver;
    resolver.records.mx("example.com", 10, "mail.example.com");
    resolver.records.cname("mail.example.com", "mx.provider.example");
    resolver.records.a("mx.provider.example", "192.0.2.1");
    resolver.good_tlsa("mail.example.com");
    resolver.good_tlsa("mail.example.com", '\x11');
    const auto at_name = inspect(resolver);
    CHECK(ids(at_name) == Ids{"dane-alias"});
    CHECK(only(at_name, "dane-alias").observed ==
          "a CNAME to mx.provider.example; asked _25._tcp.mx.provider.example, then "
          "_25._tcp.mail.example.com; found at _25._tcp.mail.example.com");
    resolver.good_tlsa("mx.provider.example");
    const auto at_end = inspect(resolver);
    CHECK(at_end.hosts[0].tlsa_name == "_25._tcp.mx.provider.example");
    CHECK(at_end.hosts[0].secure == true);
}

TEST_CASE("for a CNAME out of the signed zone only the name itself counts [DANE-07]") {
    ValidatingResolver resolver;
    resolver.records.mx("example.com", 10, "mail.example.com");
    resolver.records.cname("mail.example.com", "mx.provider.example");
    resolver.records.a("mx.provider.example", "192.0.2.1");
    resolver.good_tlsa("mx.provider.example");
    resolver.good_tlsa("mail.example.com");
    resolver.good_tlsa("mail.example.com", '\x11');
    resolver.insecure = {"provider.example"};
    const auto result = inspect(resolver);
    CHECK(result.hosts[0].tlsa_name == "_25._tcp.mail.example.com");
    CHECK(result.hosts[0].secure == true);
    CHECK_FALSE(was_asked(resolver, "_25._tcp.mx.provider.example TLSA"));
}

TEST_CASE("records at the end of a CNAME are found where nothing is signed too [DANE-07]") {
    ValidatingResolver resolver;
    resolver.records.mx("example.com", 10, "mail.example.com");
    resolver.records.cname("mail.example.com", "mx.provider.example");
    resolver.records.a("mx.provider.example", "192.0.2.1");
    resolver.good_tlsa("mx.provider.example");
    resolver.good_tlsa("mx.provider.example", '\x11');
    resolver.insecure = {"example.com", "provider.example"};
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"dane-alias", "dane-insecure"});
    CHECK(result.hosts[0].tlsa_name == "_25._tcp.mx.provider.example");
    CHECK(result.hosts[0].secure == false);
}

TEST_CASE("a failure at the end of a CNAME is not passed over [DANE-07]") {
    ValidatingResolver resolver;
    resolver.records.mx("example.com", 10, "mail.example.com");
    resolver.records.cname("mail.example.com", "mx.provider.example");
    resolver.records.a("mx.provider.example", "192.0.2.1");
    resolver.good_tlsa("mail.example.com");
    resolver.failures["_25._tcp.mx.provider.example TLSA"] = Status::servfail;
    CHECK(ids(inspect(resolver)) == Ids{"dane-lookup-failed"});
}

TEST_CASE("null MX has no hosts, no MX has the domain itself, no domain is an error") {
    ValidatingResolver null;
    null.records.mx("example.com", 0, ".");
    const auto nothing = inspect(null);
    CHECK(nothing.null_mx);
    CHECK(nothing.verdict == Verdict::good);
    CHECK(ids(nothing).empty());
    ValidatingResolver implicit;
    implicit.records.a("example.com", "192.0.2.1");
    implicit.good_tlsa("example.com");
    const auto itself = inspect(implicit);
    CHECK(itself.implicit);
    REQUIRE(itself.hosts.size() == 1);
    CHECK(itself.hosts[0].tlsa_name == "_25._tcp.example.com");
    CHECK(itself.hosts[0].usable);
    ValidatingResolver absent;
    CHECK(ids(inspect(absent)) == Ids{"dane-no-host"});
    CHECK(inspect(absent).verdict == Verdict::bad);
}

TEST_CASE("hosts without any address are an error of their own, one among others is not") {
    ValidatingResolver resolver;
    resolver.records.mx("example.com", 10, "gone.example.com");
    resolver.records.mx("example.com", 10, "old.example.com");
    const auto result = inspect(resolver);
    CHECK(ids(result) == Ids{"dane-no-host"});
    CHECK(result.findings[0].observed ==
          "no address for gone.example.com: NXDOMAIN, old.example.com: NXDOMAIN");
    CHECK(result.verdict == Verdict::bad);
    resolver.host("mx.example.com");
    CHECK(ids(inspect(resolver)) == Ids{"dane-none"});
}

TEST_CASE("hosts and records are bounded, and doubled hosts asked for once") {
    ValidatingResolver resolver;
    for (int i = 0; i < 30; ++i)
        resolver.host("mx" + std::to_string(10 + i) + ".example.com", static_cast<std::uint16_t>(i));
    resolver.records.mx("example.com", 90, "mx10.example.com");
    for (int i = 0; i < 60; ++i)
        resolver.good_tlsa("mx10.example.com", static_cast<char>(i));
    const auto result = inspect(resolver);
    CHECK(result.hosts.size() == dane::most_hosts);
    CHECK(result.hosts[0].records.size() == dane::most_records);
    CHECK(ids(result) == Ids{"dane-not-all-read", "dane-not-all-read", "dane-partial"});
    CHECK(result.findings[0].observed == "30 mail hosts, asked about are the first 20");
}

TEST_CASE("a host name that leaves no room for _25._tcp has no TLSA records") {
    const std::string label(60, 'a');
    const std::string host = label + "." + label + "." + label + "." + std::string(58, 'b') + ".example";
    ValidatingResolver resolver;
    resolver.host(host);
    const auto result = inspect(resolver);
    CHECK(result.hosts[0].tlsa_name.empty());
    CHECK(result.hosts[0].status == Status::nxdomain);
}

TEST_CASE("every DANE finding is in the catalogue with all its texts") {
    std::size_t count = 0;
    for (const auto& entry : finding::dane_entries()) {
        ++count;
        CHECK(entry.id.starts_with("dane-"));
        CHECK_FALSE(entry.summary.empty());
        CHECK_FALSE(entry.cause.empty());
        CHECK_FALSE(entry.remedy.empty());
    }
    CHECK(count > 15);
}
