// What only the DNS round a DMARC record shows.
#include <algorithm>

#include <doctest/doctest.h>

#include "dmarc/discovery.hpp"
#include "dmarc/reports.hpp"
#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

using dmarc::Authorization;
using Ids = std::vector<std::string>;

dns::Name name(std::string_view text) {
    return dns::Name::parse(text).value();
}

dmarc::Discovery discover(dns::Resolver& resolver, std::string_view domain = "example.com") {
    return net::run(dmarc::discover(resolver, name(domain))).value();
}

Ids ids(const std::vector<finding::Finding>& findings) {
    Ids result;
    for (const auto& finding : findings)
        result.push_back(finding.id);
    return result;
}

// One text at every name below a zone, in an answer of a given size.
class WildcardResolver final : public dns::Resolver {
  public:
    WildcardResolver(std::string zone, std::string text, std::size_t size = 100, std::uint32_t ttl = 3600)
        : zone_(name(zone)), text_(std::move(text)), size_(size), ttl_(ttl) {}
    net::Task<dns::Answer> query(dns::Question question) override {
        dns::Answer answer;
        answer.status = dns::Status::nxdomain;
        if (question.name.is_at_or_below(zone_)) answer.status = dns::Status::no_data;
        if (answer.status == dns::Status::no_data && question.type == dns::Type::txt &&
            !(question.name == zone_)) {
            answer.status = dns::Status::found;
            answer.size = size_;
            dns::Record record;
            record.owner = question.name;
            record.type = dns::Type::txt;
            record.ttl = ttl_;
            record.data = dns::Txt{{text_}};
            answer.records.push_back(std::move(record));
        }
        co_return answer;
    }

  private:
    dns::Name zone_;
    std::string text_;
    std::size_t size_;
    std::uint32_t ttl_;
};

const std::string reject = "v=DMARC1; p=reject; rua=mailto:d@example.com";

}  // namespace

TEST_CASE("a wildcard's text at _dmarc is told, be it a record or not [DMARC-05]") {
    WildcardResolver other("example.com", "v=spf1 -all");
    const auto found = ids(discover(other).findings);
    CHECK(std::count(found.begin(), found.end(), "dns-wildcard") == 1);
    CHECK(std::count(found.begin(), found.end(), "dmarc-unrelated-text") == 1);
    WildcardResolver record("example.com", reject);
    const auto discovery = discover(record);
    CHECK(ids(discovery.findings) == Ids{});
    CHECK(ids(net::run(dmarc::check_wildcard(record, discovery)).value()) == Ids{"dns-wildcard"});
    test::FakeResolver own;
    own.txt("_dmarc.example.com", reject);
    CHECK(net::run(dmarc::check_wildcard(own, discover(own))).value().empty());
}

TEST_CASE("the answer with the record says its size and TTL [DMARC-05]") {
    WildcardResolver resolver("example.com", reject, 1400, 60);
    const auto findings = discover(resolver).findings;
    CHECK(ids(findings) == Ids{"dns-answer-too-large", "dns-ttl-short"});
    CHECK(findings.front().remedy ==
          "Keep the DMARC record alone at this name, with fewer or shorter report addresses.");
}

TEST_CASE("a record saved under another type is named [DMARC-05]") {
    test::FakeResolver resolver;
    resolver.a("_dmarc.example.com", "192.0.2.1");
    CHECK(ids(discover(resolver).findings) == Ids{"dns-wrong-type", "dmarc-no-record"});
    test::FakeResolver alias;
    alias.cname("_dmarc.example.com", "v=DMARC1\\;\\032p=none.example.com");
    CHECK(ids(discover(alias).findings).front() == "dns-wrong-type");
}

TEST_CASE("strings of a record that join two tags are told [DMARC-16]") {
    test::FakeResolver resolver;
    resolver.add("_dmarc.example.com", dns::Type::txt,
                 dns::Txt{{"v=DMARC1; p=reject; adkim=s", "rua=mailto:d@example.com"}});
    const auto found = ids(discover(resolver).findings);
    CHECK(std::count(found.begin(), found.end(), "dns-glued-strings") == 1);
}

TEST_CASE("a near miss at the name is told, not a missing record [DMARC-01] [DMARC-04]") {
    for (const auto* text : {"v=dmarc1; p=reject", "\"v=DMARC1; p=reject\"", " v=DMARC1; p=reject",
                             "p=reject", "v=DMARC1 p=reject", "\xe2\x80\x9cv=DMARC1; p=reject\xe2\x80\x9d"}) {
        CAPTURE(text);
        test::FakeResolver resolver;
        resolver.txt("_dmarc.example.com", text);
        CHECK(ids(discover(resolver).findings) == Ids{"dmarc-near-miss"});
    }
}

TEST_CASE("without a record all names asked are told [DMARC-01]") {
    test::FakeResolver resolver;
    const auto discovery = discover(resolver, "mail.example.com");
    REQUIRE(ids(discovery.findings) == Ids{"dmarc-no-record"});
    CHECK(discovery.findings[0].observed == "asked: _dmarc.mail.example.com, _dmarc.example.com, _dmarc.com");
}

TEST_CASE("several records without another to govern are told as that [DMARC-03]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=none");
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=reject");
    const auto discovery = discover(resolver);
    REQUIRE(ids(discovery.findings) == Ids{"dmarc-several-records"});
    CHECK(discovery.findings[0].observed == "2 records, all discarded; no other record governs");
    CHECK(discovery.result == dmarc::DiscoveryResult::none);
}

TEST_CASE("np applies to NXDOMAIN only: an empty non-terminal and a name without data exist [DMARC-22]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", reject + "; sp=quarantine; np=none");
    resolver.a("host.sub.example.com", "192.0.2.1");
    resolver.txt("text.example.com", "x");
    CHECK(discover(resolver, "sub.example.com").tag == dmarc::PolicyTagUsed::sp);
    CHECK(discover(resolver, "text.example.com").tag == dmarc::PolicyTagUsed::sp);
    CHECK(discover(resolver, "gone.example.com").tag == dmarc::PolicyTagUsed::np);
}

TEST_CASE("an authorization whose name would be too long is unverified, not refused [DMARC-21]") {
    test::FakeResolver resolver;
    const std::string label(60, 'a');
    const std::string domain = label + "." + label + "." + label + ".example";
    const std::string host = std::string(60, 'b') + ".example.net";
    resolver.txt("_dmarc." + domain, "v=DMARC1; p=reject; rua=mailto:d@" + host);
    resolver.mx(host, 10, "mx.example.net");
    const auto check = net::run(dmarc::check_reports(resolver, discover(resolver, domain))).value();
    REQUIRE(check.destinations.size() == 1);
    CHECK(check.destinations[0].authorization == Authorization::unverified);
    REQUIRE(ids(check.findings) == Ids{"dmarc-report-unverified"});
    CHECK(check.findings.front().remedy ==
          "Give an address whose domain is shorter, or one of the own organization.");
}

TEST_CASE("the remedy for a missing authorization is the record to publish [DMARC-19]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:d@reports.example");
    resolver.mx("reports.example", 10, "mx.reports.example");
    const auto check = net::run(dmarc::check_reports(resolver, discover(resolver))).value();
    REQUIRE(ids(check.findings) == Ids{"dmarc-report-unauthorized"});
    CHECK(check.findings[0].remedy ==
          "Ask the owner of reports.example to publish: "
          "example.com._report._dmarc.reports.example. IN TXT \"v=DMARC1;\"");
}
