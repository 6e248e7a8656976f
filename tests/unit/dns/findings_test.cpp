#include "dns/findings.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "dns/cache.hpp"
#include "dns/server_report.hpp"
#include "finding/finding.hpp"

namespace {

using dns::Answer;
using dns::Status;
using dns::Type;

const dns::Name name = dns::Name::parse("example.com").value();

std::string id_of(const Answer& answer) {
    const auto finding = dns::finding_for(name, Type::txt, answer);
    return finding ? finding->id : "";
}

std::vector<std::string> ids(const std::vector<finding::Finding>& findings) {
    std::vector<std::string> result;
    for (const auto& finding : findings)
        result.push_back(finding.id);
    return result;
}

std::vector<std::string> in_text(std::vector<std::string> strings) {
    return ids(dns::text_findings(name, dns::Txt{std::move(strings)}));
}

using Ids = std::vector<std::string>;

Answer found(std::string text, std::uint32_t ttl = 3600) {
    Answer answer;
    answer.status = Status::found;
    answer.size = 100;
    answer.records.push_back({name, Type::txt, ttl, dns::Txt{{std::move(text)}}});
    return answer;
}

Answer with_status(Status status) {
    Answer answer;
    answer.status = status;
    answer.detail = "192.0.2.53 did it";
    return answer;
}

dns::CacheKey key(std::string_view text) {
    return dns::CacheKey({dns::Name::parse(text).value(), Type::txt});
}

}  // namespace

TEST_CASE("every status that is no result has a finding, results have none [DNS-01]") {
    CHECK(id_of(with_status(Status::timeout)) == "dns-timeout");
    CHECK(id_of(with_status(Status::servfail)) == "dns-servfail");
    CHECK(id_of(with_status(Status::refused)) == "dns-refused");
    CHECK(id_of(with_status(Status::unreachable)) == "dns-unreachable");
    CHECK(id_of(with_status(Status::malformed)) == "dns-malformed");
    CHECK(id_of(with_status(Status::alias_loop)) == "dns-alias-loop");
    CHECK(id_of(with_status(Status::found)) == "");
    CHECK(id_of(with_status(Status::no_data)) == "");
    CHECK(id_of(with_status(Status::nxdomain)) == "");
    const auto finding = dns::finding_for(name, Type::txt, with_status(Status::timeout));
    CHECK(finding->subject == "example.com");
    CHECK(finding->observed == "TXT: 192.0.2.53 did it");
}

TEST_CASE(
    "bogus DNSSEC, failing TCP and dangling aliases are named for what they are [DNS-02] [DNS-06] [DNS-14]") {
    Answer answer = with_status(Status::servfail);
    answer.bogus = true;
    CHECK(id_of(answer) == "dns-bogus");
    answer = with_status(Status::timeout);
    answer.truncated = true;
    CHECK(id_of(answer) == "dns-tcp-failed");
    answer = with_status(Status::nxdomain);
    answer.aliases.push_back(dns::Name::parse("gone.example").value());
    CHECK(id_of(answer) == "dns-alias-dangling");
    CHECK(dns::finding_for(name, Type::txt, answer)->observed == "TXT: example.com -> gone.example");
}

TEST_CASE("an answer over 512 octets, or 450 of text, is noted [DNS-03]") {
    Answer answer = found("v=spf1 -all");
    answer.size = 512;
    CHECK(ids(dns::answer_findings(name, Type::txt, answer)).empty());
    answer.size = 513;
    const auto findings = dns::answer_findings(name, Type::txt, answer);
    REQUIRE(ids(findings) == Ids{"dns-answer-over-512"});
    CHECK(findings[0].observed == "the TXT answer has 513 octets");
    answer = found(std::string(225, 'x'));
    answer.records.push_back(answer.records[0]);
    answer.size = 500;
    CHECK(ids(dns::answer_findings(name, Type::txt, answer)).empty());
    answer = found(std::string(225, 'x'));
    answer.records.append(found(std::string(226, 'y')).records);
    const auto texts = dns::answer_findings(name, Type::txt, answer);
    REQUIRE(ids(texts) == Ids{"dns-text-over-450"});
    CHECK(texts[0].observed == "451 octets of text in 2 records");
}

TEST_CASE("an answer over 1232 octets is noted with its size [DNS-04]") {
    Answer answer = found("v=spf1 -all");
    answer.size = 1232;
    CHECK(ids(dns::answer_findings(name, Type::txt, answer)) == Ids{"dns-answer-over-512"});
    answer.size = 1233;
    answer.over_tcp = true;
    const auto findings = dns::answer_findings(name, Type::txt, answer);
    REQUIRE(ids(findings) == Ids{"dns-answer-too-large"});
    CHECK(findings[0].observed ==
          "the TXT answer has 1233 octets without DNSSEC signatures, and came over TCP");
}

TEST_CASE("a TTL below five minutes or above a day is noted [DNS-15]") {
    const auto ids_for = [](std::uint32_t ttl) {
        return ids(dns::answer_findings(name, Type::txt, found("v=spf1 -all", ttl)));
    };
    CHECK(ids_for(0) == Ids{"dns-ttl-short"});
    CHECK(ids_for(299) == Ids{"dns-ttl-short"});
    CHECK(ids_for(300).empty());
    CHECK(ids_for(86'400).empty());
    CHECK(ids_for(86'401) == Ids{"dns-ttl-long"});
    CHECK(dns::answer_findings(name, Type::txt, with_status(Status::nxdomain)).empty());
}

TEST_CASE("an answer is secure by the AD bit of a trusted resolver only [DNS-14]") {
    Answer answer = found("v=spf1 -all");
    CHECK(dns::security_of(answer, true) == dns::Security::insecure);
    CHECK(dns::security_of(answer, false) == dns::Security::indeterminate);
    answer.authentic = true;
    CHECK(dns::security_of(answer, true) == dns::Security::secure);
    CHECK(dns::security_of(answer, false) == dns::Security::indeterminate);
    answer.status = Status::nxdomain;
    CHECK(dns::security_of(answer, true) == dns::Security::secure);
    answer = with_status(Status::servfail);
    CHECK(dns::security_of(answer, true) == dns::Security::indeterminate);
    answer.bogus = true;
    CHECK(dns::security_of(answer, false) == dns::Security::bogus);
    CHECK(dns::to_string(dns::Security::bogus) == "bogus");
}

TEST_CASE("damage by editors is found, with the place [DNS-10] [DNS-11]") {
    CHECK(in_text({"v=spf1 ip4:192.0.2.0/24 -all"}).empty());
    CHECK(in_text({"v=spf1 include:b\xc3\xbc"
                   "cher.example -all"}) == Ids{"dns-non-ascii", "dns-u-label"});
    CHECK(in_text({"v=spf1\tmx -all"}) == Ids{"dns-control-character"});
    CHECK(in_text({"\"v=spf1 -all\""}) == Ids{"dns-literal-quote"});
    CHECK(in_text({"v=DMARC1\\; p=none"}) == Ids{"dns-literal-backslash"});
    const auto quotes = dns::text_findings(name, dns::Txt{{"v=DMARC1; p=", "\xe2\x80\x9cnone\xe2\x80\x9d"}});
    REQUIRE(quotes.size() == 1);
    CHECK(quotes[0].observed == "a typographic quotation mark at byte 13");
    CHECK(quotes[0].offset == 12);
}

TEST_CASE("strings that join two terms are found, strings cut anywhere else are not [DNS-05]") {
    CHECK(in_text({"v=spf1 ip4:192.0.2.1", "ip4:192.0.2.2 -all"}) == Ids{"dns-glued-strings"});
    CHECK(in_text({"v=spf1 include:a.example", "-all"}) == Ids{"dns-glued-strings"});
    CHECK(in_text({"v=spf1 ip4:192.0.2.1 ", "ip4:192.0.2.2 -all"}).empty());
    CHECK(in_text({"v=spf1 ip4:192.0.2.1 -", "all"}).empty());
    CHECK(in_text({"v=spf1 include:mail.exa", "mple.com -all"}).empty());
    CHECK(in_text({"v=spf1 include:mail.", "allmail.example -all"}).empty());
    CHECK(in_text({"v=DMARC1; p=none", "rua=mailto:d@example.com"}) == Ids{"dns-glued-strings"});
    CHECK(in_text({"v=DMARC1; ru", "a=mailto:d@example.com"}).empty());
    CHECK(in_text({"v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG", "9w0BAQEFAAOCAQ8A", "t="}).empty());
}

TEST_CASE("every DNS finding is in the catalogue with all its texts") {
    std::size_t count = 0;
    for (const auto& entry : finding::catalogue()) {
        if (!entry.id.starts_with("dns-")) continue;
        ++count;
        CHECK_FALSE(entry.summary.empty());
        CHECK_FALSE(entry.cause.empty());
        CHECK_FALSE(entry.remedy.empty());
    }
    CHECK(count > 18);
}

TEST_CASE("the report names each server and what it did, and the worst is an answer") {
    const auto v4 = base::IpAddress::v4({192, 0, 2, 1});
    const std::vector<net::Endpoint> servers = {{v4, 53}, {v4, 5353}, {v4, 54}};
    dns::ServerReport report(servers);
    CHECK(report.status() == Status::unreachable);
    report.waited(0, std::chrono::milliseconds(400));
    report.waited(0, std::chrono::milliseconds(950));
    CHECK(report.status() == Status::timeout);
    report.ended(1, Status::servfail, "answered SERVFAIL");
    CHECK(report.status() == Status::servfail);
    CHECK(report.detail() == "no answer from 192.0.2.1 in 1.4 s; 192.0.2.1:5353 answered SERVFAIL");
    CHECK(report.next(1) == 2U);
    report.ended(2, Status::unreachable, "x");
    CHECK(report.next(1) == 0U);
    report.ended(0, Status::unreachable, "x");
    CHECK_FALSE(report.next(0).has_value());
}

TEST_CASE("the cache forgets what is over and, when full, what was used longest ago") {
    using namespace std::chrono_literals;
    dns::Cache cache(2);
    const auto now = net::Deadline::clock::now();
    cache.insert(key("a"), with_status(Status::found), 10s, now);
    cache.insert(key("b"), with_status(Status::nxdomain), 20s, now);
    CHECK(cache.find(key("a"), now) != nullptr);
    cache.insert(key("c"), with_status(Status::found), 20s, now);
    CHECK(cache.size() == 2);
    CHECK(cache.find(key("b"), now) == nullptr);
    CHECK(cache.find(key("a"), now + 10s) == nullptr);
    CHECK(cache.find(key("c"), now + 10s)->status == Status::found);
    cache.insert(key("d"), with_status(Status::found), 0s, now);
    CHECK(cache.size() == 1);
    cache.insert(key("c"), with_status(Status::no_data), 1s, now);
    CHECK(cache.find(key("c"), now)->status == Status::no_data);
    CHECK(cache.size() == 1);
}
