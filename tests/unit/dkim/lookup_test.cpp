#include "dkim/lookup.hpp"

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

using dkim::KeyLookup;
using finding::Verdict;
using Ids = std::vector<std::string>;

template <class T>
T run(net::Task<T> task) {
    return net::run(std::move(task)).value();
}

const base::DomainName domain = base::DomainName::parse("example.com").value();
const std::string ed25519 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

std::string new_digits() {
    return base::encode_base64(crypto::PrivateKey::generate_rsa(2048).value().public_key().to_dkim());
}
const std::string& digits() {
    static const std::string text = new_digits();
    return text;
}
std::string record() {
    return "v=DKIM1; k=rsa; p=" + digits();
}

KeyLookup look_up(test::FakeResolver& resolver, std::string selector = "s1", std::string expected = {}) {
    return run(dkim::look_up_key(resolver, domain, std::move(selector), std::move(expected)));
}

Ids ids(const std::vector<finding::Finding>& findings) {
    Ids result;
    for (const auto& finding : findings)
        result.push_back(finding.id);
    return result;
}

}  // namespace

TEST_CASE("a published key is good and is asked for once") {
    test::FakeResolver resolver;
    resolver.txt("s1._domainkey.example.com", record());
    const auto lookup = look_up(resolver);
    CHECK(lookup.verdict == Verdict::good);
    CHECK(lookup.status == dns::Status::found);
    CHECK(lookup.name == "s1._domainkey.example.com");
    REQUIRE(lookup.key() != nullptr);
    CHECK(lookup.key()->key_text() == "rsa 2048");
    CHECK(lookup.findings.empty());
    CHECK_FALSE(lookup.matches_expected);
    CHECK(resolver.asked == Ids{"s1._domainkey.example.com TXT"});
}

TEST_CASE("a key of several strings is joined") {
    test::FakeResolver resolver;
    resolver.add("s1._domainkey.example.com", dns::Type::txt,
                 dns::Txt{{record().substr(0, 255), record().substr(255)}});
    const auto lookup = look_up(resolver);
    CHECK(lookup.verdict == Verdict::good);
    CHECK(lookup.records[0].strings.size() == 2);
}

TEST_CASE("the key in the store is compared as a key, not as text [DKIM-26]") {
    test::FakeResolver resolver;
    resolver.txt("s1._domainkey.example.com", record());
    CHECK(look_up(resolver, "s1", digits()).matches_expected == true);
    const auto other = look_up(resolver, "s1", new_digits());
    CHECK(other.matches_expected == false);
    CHECK(other.verdict == Verdict::bad);
    CHECK(ids(other.findings) == Ids{"dkim-key-mismatch"});
    CHECK(other.findings[0].remedy == "relayctl dkim record s1@example.com");
}

TEST_CASE("the same key as a bare RSAPublicKey matches [DKIM-13] [DKIM-26]") {
    auto bytes = base::decode_base64(digits()).value();
    bytes.erase(bytes.begin(), bytes.begin() + 24);
    test::FakeResolver resolver;
    resolver.txt("s1._domainkey.example.com", "v=DKIM1; p=" + base::encode_base64(bytes));
    const auto lookup = look_up(resolver, "s1", digits());
    CHECK(lookup.matches_expected == true);
    CHECK(lookup.verdict == Verdict::good);
    CHECK(ids(lookup.findings) == Ids{"dkim-key-pkcs1"});
}

TEST_CASE("a DNS failure is unchecked, never missing [DKIM-01]") {
    for (const auto status : {dns::Status::servfail, dns::Status::refused, dns::Status::timeout,
                              dns::Status::unreachable, dns::Status::malformed}) {
        test::FakeResolver resolver;
        resolver.fail("s1._domainkey.example.com", status);
        const auto lookup = look_up(resolver, "s1", digits());
        CHECK(lookup.verdict == Verdict::unchecked);
        CHECK(ids(lookup.findings) == Ids{"dkim-not-checked"});
        CHECK(resolver.asked.size() == 1);
    }
}

TEST_CASE("no key at all and no key for this selector are told apart [DKIM-01]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 -all");
    auto lookup = look_up(resolver);
    CHECK(lookup.verdict == Verdict::bad);
    CHECK(ids(lookup.findings) == Ids{"dkim-no-key"});
    CHECK(lookup.findings[0].observed ==
          "NXDOMAIN for s1._domainkey.example.com; example.com has no DKIM key at all");
    resolver.txt("s2._domainkey.example.com", record());
    lookup = look_up(resolver);
    CHECK(lookup.findings[0].observed ==
          "NXDOMAIN for s1._domainkey.example.com; other selectors seem to exist");
    CHECK(lookup.findings[0].remedy ==
          "correct the selector, or publish the key's record at s1._domainkey.example.com");
    lookup = look_up(resolver, "s1", digits());  // a key of the store
    CHECK(lookup.findings[0].remedy ==
          "correct the selector, or publish the key's record: relayctl dkim record s1@example.com");
}

TEST_CASE("a key published at a wrong name is found [DKIM-02] [DNS-09]") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"s1._domainkey.example.com.example.com", "dkim-doubled-name"},
        {"s1.example.com", "dkim-key-misplaced"},
        {"example.com", "dkim-key-misplaced"},
        {"_domainkey.example.com", "dkim-key-misplaced"}};
    for (const auto& [name, id] : cases) {
        CAPTURE(name);
        test::FakeResolver resolver;
        resolver.txt(name, record());
        const auto lookup = look_up(resolver);
        CHECK(lookup.verdict == Verdict::bad);
        CHECK(ids(lookup.findings) == Ids{id});
        CHECK(resolver.asked.size() <= 8);
    }
    test::FakeResolver below;
    below.txt("s1._domainkey.sub.example.com.example.com", record());
    const auto domain = base::DomainName::parse("sub.example.com").value();
    const auto lookup = net::run(dkim::look_up_key(below, domain, "s1")).value();
    CHECK(ids(lookup.findings) == Ids{"dkim-doubled-name"});
}

TEST_CASE("the selector is found in longer names [DKIM-02]") {
    for (const char* text : {"s1._domainkey", "s1._domainkey.example.com", "s1._domainkey.Example.com.",
                             "s1.example.com", " S1 "}) {
        CAPTURE(text);
        CHECK(dkim::intended_selector(text, domain) == "s1");
    }
    CHECK(dkim::intended_selector("a.b", domain) == "a.b");
    test::FakeResolver resolver;
    resolver.txt("s1._domainkey.example.com", record());
    const auto lookup = look_up(resolver, "s1._domainkey.example.com");
    CHECK(lookup.verdict == Verdict::good);
    CHECK(ids(lookup.findings) == Ids{"dkim-selector-form"});
}

TEST_CASE("a selector that ends like the domain is asked for as it stands where the shorter one is missing") {
    test::FakeResolver resolver;
    resolver.txt("s1.example.com._domainkey.example.com", record());
    auto lookup = look_up(resolver, "s1.example.com");
    CHECK(lookup.verdict == Verdict::good);
    CHECK(lookup.selector == "s1.example.com");
    CHECK(lookup.findings.empty());
    resolver.txt("s1._domainkey.example.com", record());
    resolver.asked.clear();
    lookup = look_up(resolver, "s1.example.com");
    CHECK(lookup.selector == "s1");
    CHECK(ids(lookup.findings) == Ids{"dkim-selector-form"});
    CHECK(resolver.asked.size() == 1);
}

TEST_CASE("U-labels of a selector are A-labels in the DNS") {
    CHECK(dkim::intended_selector("b\xc3\xbc", domain) == "xn--b-eha");
    CHECK(dkim::intended_selector("b\xc3\xbc._domainkey.example.com", domain) == "xn--b-eha");
    const auto idn = base::DomainName::parse("b\xc3\xbc.example").value();
    CHECK(dkim::intended_selector("s1._domainkey.b\xc3\xbc.example", idn) == "s1");
    test::FakeResolver resolver;
    resolver.txt("xn--b-eha._domainkey.example.com", record());
    const auto lookup = look_up(resolver, "b\xc3\xbc");
    CHECK(lookup.verdict == Verdict::good);
    CHECK(lookup.findings.empty());
}

TEST_CASE("what can be no selector of a domain is refused with a hint") {
    for (const char* text :
         {"s1", "S1.", "a.b", "s_1", "s1._domainkey.example.com", "s1.example.com", "b\xc3\xbc"}) {
        CAPTURE(text);
        CHECK(dkim::check_selector(text, domain).has_value());
    }
    for (const char* text : {"a b", "", "s@example.com", "a\xff"}) {
        CAPTURE(text);
        CHECK(dkim::check_selector(text, domain).has_error());
    }
    const auto error = dkim::check_selector("s1._domainkey.other.example", domain).error();
    CHECK(error.message ==
          "\"s1._domainkey.other.example\" is the name of a key of other.example, not of example.com");
    CHECK(error.hint == "relayctl verify other.example --selector s1");
}

TEST_CASE(
    "white space folded by CRLF is legal in a key record, a bare line break is an error [DKIM-11] [DNS-10]") {
    const auto folded = [](std::string fold) {
        test::FakeResolver resolver;
        auto text = "v=DKIM1;" + fold + "k=rsa;" + fold + "p=" + digits();
        text.insert(text.size() - 20, fold);
        resolver.txt("s1._domainkey.example.com", text);
        return look_up(resolver);
    };
    for (const char* fold : {"\r\n ", " \r\n\t", "\r\n  "}) {
        CAPTURE(fold);
        const auto lookup = folded(fold);
        CHECK(lookup.verdict == Verdict::good);
        CHECK_FALSE(finding::has_error(lookup.findings));
    }
    for (const char* fold : {"\r\n", "\n ", "\r ", "\n", "\r"}) {
        CAPTURE(fold);
        CHECK(folded(fold).verdict == Verdict::bad);
    }
}

TEST_CASE("a selector that is no DNS name is bad without a question") {
    test::FakeResolver resolver;
    for (const std::string& selector : {std::string(), std::string("a..b"), std::string(70, 'a')}) {
        const auto lookup = look_up(resolver, selector);
        CHECK(lookup.verdict == Verdict::bad);
        CHECK(ids(lookup.findings) == Ids{"dkim-bad-selector"});
    }
    CHECK(resolver.asked.empty());
}

TEST_CASE("each of several records is judged, and together they are an error [DKIM-03]") {
    test::FakeResolver resolver;
    resolver.txt("s1._domainkey.example.com", "v=spf1 -all");
    resolver.txt("s1._domainkey.example.com", "v=DKIM1; p=");
    resolver.txt("s1._domainkey.example.com", record());
    const auto lookup = look_up(resolver, "s1", digits());
    CHECK(lookup.verdict == Verdict::bad);
    CHECK(lookup.records.size() == 3);
    CHECK(lookup.chosen == 2);
    CHECK(lookup.matches_expected == true);
    CHECK(ids(lookup.findings) == Ids{"dkim-unrelated-text", "dkim-key-revoked", "dkim-several-keys"});
    CHECK(lookup.findings[2].observed == "3 TXT records: no key, revoked (bad), rsa 2048 (good)");
}

TEST_CASE("a revoked key is called revoked, not a mismatch [DKIM-09]") {
    test::FakeResolver resolver;
    resolver.txt("s1._domainkey.example.com", "v=DKIM1; p=");
    const auto lookup = look_up(resolver, "s1", digits());
    CHECK(lookup.is_revoked());
    CHECK(lookup.verdict == Verdict::bad);
    CHECK(ids(lookup.findings) == Ids{"dkim-key-revoked"});
}

TEST_CASE("CNAME delegation is shown; a dangling one and a loop are errors [DKIM-27]") {
    test::FakeResolver resolver;
    resolver.cname("s1._domainkey.example.com", "s1.mailer.example");
    auto lookup = look_up(resolver);
    CHECK(lookup.verdict == Verdict::bad);
    CHECK(ids(lookup.findings) == Ids{"dkim-dangling-alias"});
    CHECK(lookup.findings[0].observed == "s1._domainkey.example.com -> s1.mailer.example: NXDOMAIN");
    resolver.txt("s1.mailer.example", record());
    lookup = look_up(resolver);
    CHECK(lookup.verdict == Verdict::good);
    CHECK(ids(lookup.findings) == Ids{"dkim-alias"});
    resolver.cname("s2._domainkey.example.com", "s2._domainkey.example.com");
    CHECK(ids(look_up(resolver, "s2").findings) == Ids{"dkim-alias-loop"});
}

TEST_CASE(
    "only Ed25519 keys, and one key under two selectors, are noticed over all lookups [DKIM-20] [DKIM-28]") {
    test::FakeResolver resolver;
    resolver.txt("e._domainkey.example.com", ed25519);
    resolver.txt("s1._domainkey.example.com", record());
    resolver.txt("s2._domainkey.example.com", record());
    const auto e = look_up(resolver, "e");
    const auto s1 = look_up(resolver, "s1");
    const auto s2 = look_up(resolver, "s2");
    CHECK(ids(dkim::compare_keys("example.com", {e})) == Ids{"dkim-ed25519-only"});
    CHECK(ids(dkim::compare_keys("example.com", {e, s1})) == Ids{});
    CHECK(ids(dkim::compare_keys("example.com", {e, s1, s2})) == Ids{"dkim-key-shared"});
    CHECK(dkim::compare_keys("example.com", {}).empty());
}

TEST_CASE("historic policies are found [DKIM-24]") {
    test::FakeResolver resolver;
    resolver.txt("_domainkey.example.com", "t=y; o=-");
    resolver.txt("_adsp._domainkey.example.com", "dkim=all");
    CHECK(ids(run(dkim::look_up_historic_policies(resolver, domain))) ==
          Ids{"dkim-historic-domainkeys", "dkim-historic-adsp"});
}
