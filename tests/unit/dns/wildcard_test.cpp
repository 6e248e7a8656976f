#include "dns/wildcard.hpp"

#include <optional>

#include <doctest/doctest.h>

#include "dns/wrong_type.hpp"
#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

using dns::Status;
using dns::Type;
using dns::Wildcard;

// *.<parent> of any type.
class WildcardResolver final : public dns::Resolver {
  public:
    WildcardResolver(std::string_view parent, dns::Answer answer)
        : parent_(dns::Name::parse(parent).value()), answer_(std::move(answer)) {}

    net::Task<dns::Answer> query(dns::Question question) override {
        asked.push_back(question.name);
        dns::Answer answer = answer_;
        if (!question.name.is_at_or_below(parent_)) answer.status = Status::nxdomain;
        auto records = answer.status == Status::nxdomain ? std::vector<dns::Record>() : answer.records.all();
        for (auto& record : records)
            record.owner = question.name;
        answer.records = std::move(records);
        co_return answer;
    }

    std::vector<dns::Name> asked;

  private:
    dns::Name parent_;
    dns::Answer answer_;
};

const dns::Name key_name = dns::Name::parse("s1._domainkey.example.com").value();

dns::Answer txt_answer(std::vector<std::string> texts) {
    dns::Answer answer;
    answer.status = Status::found;
    for (auto& text : texts)
        answer.records.push_back({key_name, Type::txt, 300, dns::Txt{{std::move(text)}}});
    return answer;
}

dns::Answer with_status(Status status) {
    dns::Answer answer;
    answer.status = status;
    return answer;
}

dns::WildcardProbe probe(dns::Resolver& resolver, const dns::Name& name, const dns::Answer& answer) {
    return net::run(dns::probe_wildcard(resolver, name, Type::txt, answer)).value();
}

Wildcard result(const dns::Answer& everywhere, const dns::Answer& own) {
    WildcardResolver resolver("example.com", everywhere);
    return probe(resolver, key_name, own).result;
}

std::vector<finding::Finding> wrong_type(dns::Resolver& resolver, std::string_view text) {
    const auto name = dns::Name::parse(text).value();
    return net::run([](dns::Resolver& from, dns::Name at) -> net::Task<std::vector<finding::Finding>> {
               const dns::Question question{at, Type::txt};
               const auto answer = co_await from.query(question);
               co_return co_await dns::find_wrong_type(from, at, answer);
           }(resolver, name))
        .value();
}

}  // namespace

TEST_CASE("a record that a made-up name has too is a wildcard's [DNS-08]") {
    WildcardResolver resolver("_domainkey.example.com", txt_answer({"v=DKIM1; p="}));
    const auto probed = probe(resolver, key_name, txt_answer({"v=DKIM1; p="}));
    CHECK(probed.result == Wildcard::same);
    REQUIRE(resolver.asked.size() == 1);
    CHECK(resolver.asked[0].parent() == key_name.parent());
    CHECK(resolver.asked[0].labels()[0].size() == 20);
    const auto finding = dns::wildcard_finding(key_name, Type::txt, probed);
    REQUIRE(finding);
    CHECK(finding->id == "dns-wildcard");
    CHECK(finding->subject == "s1._domainkey.example.com");
    CHECK(finding->observed == resolver.asked[0].to_string() + ", a name made up, has the same TXT record");
}

TEST_CASE("the name made up is another one each time [DNS-08]") {
    WildcardResolver resolver("example.com", with_status(Status::nxdomain));
    probe(resolver, key_name, txt_answer({"a"}));
    probe(resolver, key_name, txt_answer({"a"}));
    CHECK_FALSE(resolver.asked[0] == resolver.asked[1]);
}

TEST_CASE("order and owner do not matter, other data is a record of its own [DNS-08]") {
    CHECK(result(txt_answer({"b", "a"}), txt_answer({"a", "b"})) == Wildcard::same);
    CHECK(result(txt_answer({"a"}), txt_answer({"a", "b"})) == Wildcard::different);
    CHECK(result(txt_answer({"v=spf1 -all"}), txt_answer({"v=DKIM1; p="})) == Wildcard::different);
    CHECK(result(with_status(Status::nxdomain), txt_answer({"a"})) == Wildcard::none);
    CHECK(result(with_status(Status::no_data), txt_answer({"a"})) == Wildcard::none);
}

TEST_CASE("a failure says nothing about wildcards [DNS-08]") {
    CHECK(result(with_status(Status::timeout), txt_answer({"a"})) == Wildcard::unchecked);
    CHECK(result(with_status(Status::servfail), txt_answer({"a"})) == Wildcard::unchecked);
    CHECK(result(with_status(Status::alias_loop), txt_answer({"a"})) == Wildcard::unchecked);
    dns::WildcardProbe unchecked;
    CHECK_FALSE(dns::wildcard_finding(key_name, Type::txt, unchecked));
}

TEST_CASE("a top-level name is not probed, one of 255 octets cannot be [DNS-08]") {
    WildcardResolver resolver("example.com", txt_answer({"a"}));
    CHECK(probe(resolver, dns::Name::parse("com").value(), txt_answer({"a"})).result == Wildcard::none);
    const std::string label(63, 'a');
    const auto longest =
        dns::Name::parse("x." + label + "." + label + "." + label + "." + std::string(59, 'b'));
    CHECK(probe(resolver, longest.value(), txt_answer({"a"})).result == Wildcard::unchecked);
    CHECK(resolver.asked.empty());
}

TEST_CASE("records of the SPF type, and addresses, are found where a TXT record is missing [DNS-17]") {
    test::FakeResolver resolver;
    resolver.add("example.com", Type::spf, dns::Txt{{"v=spf1 -all"}});
    resolver.a("_dmarc.example.com", "192.0.2.1");
    const auto spf = wrong_type(resolver, "example.com");
    REQUIRE(spf.size() == 1);
    CHECK(spf[0].id == "dns-wrong-type");
    CHECK(spf[0].observed == "SPF \"v=spf1 -all\", and no TXT record");
    CHECK(spf[0].remedy == "Publish as TXT: v=spf1 -all");
    const auto a = wrong_type(resolver, "_dmarc.example.com");
    REQUIRE(a.size() == 1);
    CHECK(a[0].observed == "A \"192.0.2.1\", and no TXT record");
    CHECK_FALSE(a[0].remedy.empty());
}

TEST_CASE("a wildcard's addresses are no record of the wrong type [DNS-17]") {
    dns::Answer addresses = with_status(Status::found);
    dns::Record record;
    record.type = Type::a;
    record.data = base::IpAddress::v4({192, 0, 2, 1});
    addresses.records.push_back(record);
    WildcardResolver resolver("example.com", addresses);
    const auto name = dns::Name::parse("_dmarc.example.com").value();
    const auto findings =
        net::run(dns::find_wrong_type(resolver, name, with_status(Status::no_data))).value();
    for (const auto& finding : findings)
        CHECK_FALSE(finding.observed.starts_with("A"));
}

TEST_CASE("the text of a record in a CNAME is found [DNS-17]") {
    test::FakeResolver resolver;
    resolver.cname("s1._domainkey.example.com", R"(v=DKIM1\;\032p=abc.example.com)");
    const auto findings = wrong_type(resolver, "s1._domainkey.example.com");
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].id == "dns-wrong-type");
    CHECK(findings[0].observed == "CNAME \"v=DKIM1; p=abc.example.com\", and no TXT record");
    resolver.cname("s2._domainkey.example.com", "s2.provider.example");
    CHECK(wrong_type(resolver, "s2._domainkey.example.com").empty());
}

TEST_CASE("other types are not asked for where there is no name, no certainty, or a TXT record [DNS-17]") {
    test::FakeResolver resolver;
    resolver.txt("here.example", "v=spf1 -all");
    resolver.fail("broken.example", Status::timeout);
    for (const auto name : {"here.example", "broken.example", "nowhere.example"}) {
        resolver.asked.clear();
        CHECK(wrong_type(resolver, name).empty());
        CHECK(resolver.asked.size() == 1);
    }
}

TEST_CASE("a CNAME beside other records is found [DNS-06]") {
    test::FakeResolver resolver;
    const auto name = dns::Name::parse("_dmarc.example.com").value();
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=none");
    CHECK(net::run(dns::find_alias_beside(resolver, name, Type::txt)).value().empty());
    resolver.cname("_dmarc.example.com", "dmarc.provider.example");
    const auto findings = net::run(dns::find_alias_beside(resolver, name, Type::txt)).value();
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].id == "dns-alias-beside-data");
    CHECK(findings[0].observed == "a CNAME to dmarc.provider.example beside TXT");
}
