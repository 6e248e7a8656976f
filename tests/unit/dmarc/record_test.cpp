#include "dmarc/record.hpp"

#include <random>

#include <doctest/doctest.h>

#include "dmarc/inspect.hpp"
#include "dmarc/report_uri.hpp"

namespace {

using dmarc::Alignment;
using dmarc::parse_record;
using dmarc::Policy;
using dmarc::PolicyTag;
using dmarc::PublicSuffix;
using dmarc::Record;
using Ids = std::vector<std::string>;

Ids ids(std::string_view text) {
    Ids result;
    for (const auto& finding : dmarc::inspect_record(text, "_dmarc.example.com"))
        result.push_back(finding.id);
    return result;
}
// A record in which only the tested tag is remarkable.
Ids with(const std::string& tags) {
    return ids("v=DMARC1; p=reject; rua=mailto:d@example.com; " + tags);
}

}  // namespace

TEST_CASE("a scheme that is nearly mailto was meant as that [DMARC-18]") {
    CHECK(dmarc::misspelled_mailto("maito:d@example.com") == "mailto:d@example.com");
    CHECK(dmarc::misspelled_mailto("mailt0:d@example.com") == "mailto:d@example.com");
    CHECK(dmarc::misspelled_mailto("https://example.com/reports").empty());
    CHECK(dmarc::misspelled_mailto("maito:nobody").empty());
}

TEST_CASE("a whole record is read") {
    const Record expected = {.policy = {Policy::reject},
                             .subdomain_policy = {Policy::quarantine},
                             .nonexistent_policy = {Policy::none},
                             .dkim_alignment = Alignment::strict,
                             .spf_alignment = Alignment::strict,
                             .testing = true,
                             .public_suffix = PublicSuffix::no,
                             .aggregate_reports = {{"mailto:a@example.com", "10m", true, "example.com"},
                                                   {"https://example.com/r", "", true, ""}},
                             .failure_reports = {{"mailto:b@Example.NET", "", true, "example.net"}},
                             .failure_options = "1:d",
                             .other = {{"pct", "50"}}};
    CHECK(parse_record("v=DMARC1; p=Reject; sp=quarantine; np=NONE; adkim=S; aspf=s; t=y; psd=n; "
                       "rua=mailto:a@example.com!10m , https://example.com/r; ruf=mailto:b@Example.NET; "
                       "fo=1:D; pct=50")
              .value() == expected);
}

TEST_CASE("only a record that begins with v=DMARC1 is one [DMARC-04]") {
    for (const char* text : {"v=DMARC1", "v=DMARC1;", "v = DMARC1 ; p=none", "v=DMARC1\t;p=none"}) {
        CAPTURE(text);
        CHECK(dmarc::is_dmarc_record(text));
        CHECK(parse_record(text).has_value());
    }
    for (const char* text :
         {"", "v=dmarc1; p=none", "v=DMARC1.0; p=none", "v=DMARC1x", " v=DMARC1; p=none", "p=none; v=DMARC1",
          "p=none", "v=DMARC1 p=none", "\"v=DMARC1; p=none\"", "V=DMARC1; p=none", "v=spf1 -all"}) {
        CAPTURE(text);
        CHECK_FALSE(dmarc::is_dmarc_record(text));
        CHECK(parse_record(text).error().offset == 0);
    }
}

TEST_CASE("a tag that stands twice makes the record invalid [DMARC-14]") {
    const auto record = parse_record("v=DMARC1; p=none; p=reject");
    REQUIRE(record.has_error());
    CHECK(record.error().offset == 18);
}

TEST_CASE("other faults fall back to the defaults [DMARC-11] [DMARC-13]") {
    CHECK(parse_record("v=DMARC1; p=none; hello; adkim=strict; t=x; psd=z; fo=0:1; aspf=").value() ==
          Record{.policy = {Policy::none}});
}

TEST_CASE("report addresses are read as URIs [DMARC-17]") {
    const auto uri = [](std::string_view text) { return dmarc::parse_report_uri(text); };
    CHECK(uri("mailto:d@example.com").mail_domain == "example.com");
    CHECK(uri("MAILTO:d@example.com?subject=x").mail_domain == "example.com");
    CHECK(uri("mailto:a%21b@example.com").valid);
    CHECK(uri("https://example.com/").valid);
    CHECK(uri("mailto:d@example.com!1g").size_limit == "1g");
    for (const char* text :
         {"d@example.com", "mailto://d@example.com", "mailto:example.com", "mailto:", "mailto:d@",
          "mailto:@example.com", "mailto:a!b@example.com", "mailto:d@exa mple.com",
          "mailto:b\xc3\xbc@example.com", "mailto:a%2@example.com", "mailto:a@b@example.com",
          "mailto:d%00@example.com", "", "!10m"}) {
        CAPTURE(text);
        CHECK_FALSE(uri(text).valid);
    }
}

TEST_CASE("the policy for subdomains and names that do not exist falls back to p [DMARC-22]") {
    const auto policies = [](std::string_view text) {
        return dmarc::effective_policies(parse_record(text).value());
    };
    using dmarc::EffectivePolicies;
    CHECK(policies("v=DMARC1; p=reject") ==
          EffectivePolicies{Policy::reject, Policy::reject, Policy::reject, false});
    CHECK(policies("v=DMARC1; p=reject; sp=none") ==
          EffectivePolicies{Policy::reject, Policy::none, Policy::none, false});
    CHECK(policies("v=DMARC1; p=none; np=reject") ==
          EffectivePolicies{Policy::none, Policy::none, Policy::reject, false});
}

TEST_CASE(
    "a missing or wrong policy tag is p=none with a valid rua and nothing without [DMARC-06] [DMARC-07]") {
    const auto policies = [](std::string_view text) {
        return dmarc::effective_policies(parse_record(text).value());
    };
    for (const std::string tags : {"", "; p=quarentine", "; p=reject; sp=bad", "; p=reject; np=bad"}) {
        CAPTURE(tags);
        CHECK_FALSE(policies("v=DMARC1" + tags));
        CHECK_FALSE(policies("v=DMARC1" + tags + "; rua=d@example.com"));
        const auto saved = policies("v=DMARC1" + tags + "; rua=mailto:d@example.com");
        REQUIRE(saved);
        CHECK(saved->assumed);
        CHECK(saved->domain == Policy::none);
        CHECK(saved->nonexistent == Policy::none);
    }
}

TEST_CASE("test mode lowers by one level [DMARC-09]") {
    CHECK(dmarc::one_level_lower(Policy::reject) == Policy::quarantine);
    CHECK(dmarc::one_level_lower(Policy::quarantine) == Policy::none);
    CHECK(dmarc::one_level_lower(Policy::none) == Policy::none);
}

TEST_CASE("parsing what was printed gives the same record") {
    std::mt19937 random(9);
    const auto policy = [&]() -> PolicyTag {
        switch (random() % 6) {
            case 0:
                return {Policy::none};
            case 1:
                return {Policy::quarantine};
            case 2:
                return {Policy::reject};
            case 3:
                return {std::nullopt, "bad"};
            case 4:
                return {std::nullopt, ""};
            default:
                return {};
        }
    };
    const std::vector<std::string> uris = {"mailto:a@example.com", "mailto:b@example.net!10m", "nonsense",
                                           "https://x.example/a", "!5"};
    for (int round = 0; round < 500; ++round) {
        Record record = {.policy = policy(), .subdomain_policy = policy(), .nonexistent_policy = policy()};
        record.dkim_alignment = random() % 2 ? Alignment::strict : Alignment::relaxed;
        record.spf_alignment = random() % 2 ? Alignment::strict : Alignment::relaxed;
        record.testing = random() % 2;
        record.public_suffix = static_cast<PublicSuffix>(random() % 3);
        for (unsigned i = 0; i < random() % 3; ++i)
            record.aggregate_reports.push_back(dmarc::parse_report_uri(uris[random() % uris.size()]));
        if (random() % 2) record.failure_options = "1:d:s";
        if (random() % 2) record.other = {{"ri", "3600"}, {"x", ""}};
        const auto text = to_string(record);
        CAPTURE(text);
        CHECK(parse_record(text).value() == record);
    }
}

TEST_CASE("a clean record says nothing") {
    CHECK(ids("v=DMARC1; p=reject; rua=mailto:d@example.com") == Ids{});
    CHECK(ids("v=DMARC1;p=reject;sp=reject;np=reject;adkim=s;aspf=r;t=n;psd=n;rua=mailto:d@example.com;"
              "ruf=mailto:f@example.com;fo=1:d") == Ids{});
}

TEST_CASE("near misses are told from unrelated text, and why [DMARC-04] [DMARC-05]") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"v=dmarc1; p=none", "the version is \"dmarc1\", not \"DMARC1\""},
        {"v=DMARC1.0; p=none", "the version is \"DMARC1.0\", not \"DMARC1\""},
        {" v=DMARC1; p=none", "a blank stands in front of the record"},
        {"p=none; v=DMARC1", "v= is not the first tag"},
        {"p=none; rua=mailto:d@example.com", "v=DMARC1 is missing"},
        {"v=DMARC1 p=none", "no semicolon behind v=DMARC1"},
        {"V=DMARC1; p=none", "V= stands in place of v="},
        {"\"v=DMARC1; p=none\"", "quotes are part of the record"}};
    for (const auto& [text, observed] : cases) {
        const auto findings = dmarc::inspect_record(text, "_dmarc.example.com");
        CAPTURE(text);
        REQUIRE(findings.size() == 1);
        CHECK(findings[0].id == "dmarc-near-miss");
        CHECK(findings[0].observed == observed);
    }
    for (const char* text : {"v=spf1 -all", "hello", "", "v=DKIM1; p=AAAA", "google-site-verification=dmarc"})
        CHECK(ids(text) == Ids{"dmarc-unrelated-text"});
}

TEST_CASE("a near miss gets the record to publish [DMARC-04]") {
    const auto remedy = [](std::string_view text) {
        const auto findings = dmarc::inspect_record(text, "_dmarc.example.com");
        return findings.size() == 1 && findings[0].id == "dmarc-near-miss" ? findings[0].remedy : "?";
    };
    CHECK(remedy("v=dmarc1; p=none") == "Publish: v=DMARC1; p=none");
    CHECK(remedy("v=DMARC1.0; p=none") == "Publish: v=DMARC1; p=none");
    CHECK(remedy("DMARC1; p=none") == "Publish: v=DMARC1; p=none");
    CHECK(remedy("v:DMARC1; p=none") == "Publish: v=DMARC1; p=none");
    CHECK(remedy("p=none") == "Publish: v=DMARC1; p=none");
    CHECK(remedy("\"v=DMARC1; p=none\"") == "Paste this: v=DMARC1; p=none");
    CHECK(remedy("v=DMARC1\\; p=none") == "Paste this: v=DMARC1; p=none");
    CHECK(remedy("\xe2\x80\x9cv=DMARC1; p=none\xe2\x80\x9d") == "Publish: v=DMARC1; p=none");
    CHECK(remedy("\xef\xbb\xbfv=DMARC1; p=none") == "Publish: v=DMARC1; p=none");
}

TEST_CASE("a misspelt policy gets the suggestion and its place [DMARC-07]") {
    const auto findings =
        dmarc::inspect_record("v=DMARC1; p=quarentine; rua=mailto:d@example.com", "_dmarc.example.com");
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].id == "dmarc-invalid-policy");
    CHECK(findings[0].remedy == "Write p=quarantine.");
    CHECK(findings[0].offset == 12);
    CHECK(dmarc::inspect_record("v=DMARC1; p=rejct; rua=mailto:d@example.com", "x").at(0).remedy ==
          "Write p=reject.");
    CHECK(ids("v=DMARC1; p=quarentine") ==
          Ids{"dmarc-invalid-policy", "dmarc-no-processing", "dmarc-no-reports"});
}

TEST_CASE("an empty policy is a wrong one, not a missing one: policy and finding agree [DMARC-07]") {
    for (const char* tag : {"sp=", "np=", "sp= ", "p="}) {
        CAPTURE(tag);
        const std::string policy = tag == std::string_view("p=") ? "" : "p=reject; ";
        const std::string text = "v=DMARC1; " + policy + tag + "; rua=mailto:d@example.com";
        CHECK(ids(text) == Ids{"dmarc-invalid-policy"});
        const auto record = parse_record(text).value();
        CHECK(dmarc::effective_policies(record) == dmarc::EffectivePolicies{.assumed = true});
        CHECK(parse_record(to_string(record)).value() == record);
    }
    CHECK(ids("v=DMARC1; p=reject; sp=") ==
          Ids{"dmarc-invalid-policy", "dmarc-no-processing", "dmarc-no-reports"});
    CHECK_FALSE(dmarc::effective_policies(parse_record("v=DMARC1; p=reject; np=").value()));
}

TEST_CASE("weak and missing policies are noticed [DMARC-06] [DMARC-08] [DMARC-18]") {
    CHECK(ids("v=DMARC1; p=none; rua=mailto:d@example.com") == Ids{"dmarc-none"});
    CHECK(ids("v=DMARC1; p=quarantine; rua=mailto:d@example.com") == Ids{"dmarc-quarantine"});
    CHECK(ids("v=DMARC1; rua=mailto:d@example.com") == Ids{"dmarc-missing-policy"});
    CHECK(ids("v=DMARC1") == Ids{"dmarc-missing-policy", "dmarc-no-processing", "dmarc-no-reports"});
    CHECK(with("sp=none") == Ids{"dmarc-weaker-subdomains"});
    CHECK(with("np=quarantine") == Ids{"dmarc-weaker-subdomains"});
    CHECK(ids("v=DMARC1; p=reject") == Ids{"dmarc-no-reports"});
}

TEST_CASE("each tag's wrong values are noticed [DMARC-09] [DMARC-10] [DMARC-11] [DMARC-12] [DMARC-13]") {
    CHECK(with("adkim=strict") == Ids{"dmarc-alignment-invalid"});
    CHECK(with("aspf=S") == Ids{});
    CHECK(with("t=yes") == Ids{"dmarc-test-invalid"});
    CHECK(with("t=y") == Ids{"dmarc-test-mode"});
    CHECK(with("psd=x") == Ids{"dmarc-psd-invalid"});
    CHECK(with("psd=y") == Ids{"dmarc-psd-yes"});
    CHECK(with("psd=y; ruf=mailto:f@example.com") == Ids{"dmarc-psd-yes", "dmarc-psd-failure-reports"});
    CHECK(with("fo=1") == Ids{"dmarc-failure-options-unused"});
    for (const char* options : {"0:1", "d:d", "x", "", "1:"})
        CHECK(with("ruf=mailto:f@example.com; fo=" + std::string(options)) == Ids{"dmarc-failure-options"});
    CHECK(with("pct=100; rf=afrf; ri=86400") ==
          Ids{"dmarc-historic-default", "dmarc-historic-default", "dmarc-historic-default"});
    CHECK(with("pct=50") == Ids{"dmarc-historic-tag"});
    CHECK(dmarc::inspect_record("v=DMARC1; p=reject; rua=mailto:d@example.com; pct=0", "x").at(0).remedy ==
          "Write t=y in place of pct=0.");
}

TEST_CASE("misspelt tags get a suggestion, unknown ones do not [DMARC-15]") {
    const auto suggestion = [](const std::string& tags) {
        return dmarc::inspect_record("v=DMARC1; p=reject; rua=mailto:d@example.com; " + tags, "x")
            .at(0)
            .remedy;
    };
    CHECK(with("ps=none") == Ids{"dmarc-misspelled-tag"});
    CHECK(suggestion("ps=none") == "Write sp=.");
    CHECK(suggestion("adkm=s") == "Write adkim=.");
    CHECK(suggestion("rau=mailto:e@example.com") == "Write rua=.");
    CHECK(suggestion("SP=none") == "Write sp=.");
    CHECK(ids("v=DMARC1; p=reject; rau=mailto:d@example.com") ==
          Ids{"dmarc-misspelled-tag", "dmarc-no-reports"});
    CHECK(with("zq=1") == Ids{"dmarc-unknown-tag"});
    CHECK(with("comment=hello") == Ids{"dmarc-unknown-tag"});
}

TEST_CASE("faults of the syntax are told apart [DMARC-14] [DMARC-16]") {
    CHECK(ids("v=DMARC1; p=reject rua=mailto:d@example.com") ==
          Ids{"dmarc-missing-semicolon", "dmarc-no-processing", "dmarc-no-reports"});
    CHECK(with("sp:reject") == Ids{"dmarc-syntax"});
    CHECK(with("see our site") == Ids{"dmarc-syntax"});
    CHECK(with("p=none") == Ids{"dmarc-duplicate-tag"});
    CHECK(with("x=\"y\"").front() == "dmarc-quotes-stored");
    CHECK(with("mailto:e@example.com") == Ids{"dmarc-report-separator"});
}

TEST_CASE("report addresses are judged one by one [DMARC-17]") {
    const auto rua = [](const std::string& value) { return ids("v=DMARC1; p=reject; rua=" + value); };
    CHECK(rua("d@example.com") == Ids{"dmarc-report-uri"});
    CHECK(rua("mailto://d@example.com") == Ids{"dmarc-report-uri"});
    CHECK(rua("") == Ids{"dmarc-report-uri"});
    CHECK(rua("https://example.com/") == Ids{"dmarc-report-scheme"});
    CHECK(rua("mailto:d@example.com!10m") == Ids{"dmarc-report-size-limit"});
    CHECK(rua("mailto:d@example.com,mailto:d@example.com") == Ids{"dmarc-report-duplicate"});
    CHECK(rua("mailto:a@example.com,mailto:b@example.com,mailto:c@example.com") == Ids{"dmarc-report-many"});
    CHECK(rua("mailto:a!b@example.com") == Ids{"dmarc-report-uri"});
    CHECK(rua("mailto:b\xc3\xbc@example.com") == Ids{"dmarc-syntax", "dmarc-report-uri"});
    const auto remedy = [](const std::string& value) {
        return dmarc::inspect_record("v=DMARC1; p=reject; rua=" + value, "x").back().remedy;
    };
    CHECK(remedy("mailto://d@example.com") == "Write mailto:d@example.com");
    CHECK(remedy("mailto:a!b@example.com") == "Write %21 in place of an exclamation mark in the address.");
    CHECK(remedy("mailto:d@b\xc3\xbc.example") ==
          "Write the domain in A-labels (xn--) and the rest of the address in ASCII.");
    const auto findings =
        dmarc::inspect_record("v=DMARC1; p=reject; rua=mailto:a@example.com, b@x.example", "x");
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].offset == 46);
    CHECK(findings[0].remedy == "Write mailto:b@x.example");
}

TEST_CASE("any bytes are read and inspected without an exception") {
    std::mt19937 random(20261123);
    const std::string original =
        "v=DMARC1; p=reject; sp=none; rua=mailto:d@example.com!10m,x:y; fo=1:d; psd=n";
    for (int round = 0; round < 3000; ++round) {
        auto text = original;
        for (unsigned i = 0; i <= random() % 5; ++i) {
            const auto at = 9 * (random() % 2) + random() % (text.size() - 9);
            text[at] = random() % 2 ? static_cast<char>(random()) : ";=, !:\"%v"[random() % 9];
        }
        if (round % 7 == 0) text.resize(random() % text.size());
        CAPTURE(text);
        for (const auto& finding : dmarc::inspect_record(text, "_dmarc.example.com"))
            if (finding.offset) CHECK(*finding.offset <= text.size());
        const auto record = parse_record(text);
        if (record.has_value()) static_cast<void>(dmarc::effective_policies(*record));
    }
}

TEST_CASE(
    "the record to publish in place of a near miss is a good one, with all tags [DMARC-04] [DMARC-16]") {
    const auto remedy = [](std::string_view text) {
        return dmarc::inspect_record(text, "_dmarc.example.com").at(0).remedy;
    };
    CHECK(remedy("v=DMARC1p=reject") == "Publish: v=DMARC1; p=reject");
    CHECK(remedy("v:DMARC1; p:reject") == "Publish: v=DMARC1; p=reject");
    CHECK(remedy("v=DMARC1, p=reject, rua=mailto:d@example.com") ==
          "Publish: v=DMARC1; p=reject; rua=mailto:d@example.com");
    CHECK(remedy("v=DMARC1; p=reject, rua=mailto:d@example.com") ==
          "Publish: v=DMARC1; p=reject; rua=mailto:d@example.com");
    CHECK(remedy("p=none; v=DMARC1") == "Publish: v=DMARC1; p=none");
    CHECK(remedy("v=DMARC1; p:reject; rua=mailto:d@example.com,mailto:e@example.com") ==
          "Publish: v=DMARC1; p=reject; rua=mailto:d@example.com,mailto:e@example.com");
    CHECK(remedy("v=DMARC2; p=strict") == "Begin the record with v=DMARC1;");
}

TEST_CASE("a report address gets one to write that is valid, or none [DMARC-17]") {
    const auto remedy = [](const std::string& uri) {
        for (const auto& finding : dmarc::inspect_record("v=DMARC1; p=reject; rua=" + uri, "x"))
            if (finding.id == "dmarc-report-uri") return finding.remedy;
        return std::string("?");
    };
    CHECK(remedy("d@example.com") == "Write mailto:d@example.com");
    CHECK(remedy("<mailto:d@example.com>") == "Write mailto:d@example.com");
    CHECK(remedy("mailto:<d@example.com>") == "Write mailto:d@example.com");
    CHECK(remedy("\xe2\x80\x9cmailto:d@example.com\xe2\x80\x9d") == "Write mailto:d@example.com");
    CHECK(remedy("mailto://d@example.com") == "Write mailto:d@example.com");
    CHECK(remedy("mailto:d") == "Write rua=mailto:name@host");
}

TEST_CASE("a comma without an address beside it is told [DMARC-17]") {
    for (const char* uris : {"mailto:d@example.com,", ",mailto:d@example.com",
                             "mailto:d@example.com,,mailto:e@example.com", "mailto:d@example.com, "}) {
        const auto findings =
            dmarc::inspect_record("v=DMARC1; p=reject; rua=" + std::string(uris), "_dmarc.example.com");
        CAPTURE(uris);
        REQUIRE(findings.size() == 1);
        CHECK(findings[0].id == "dmarc-report-uri");
        CHECK(findings[0].observed == "rua= has a comma and no address beside it");
        CHECK(findings[0].remedy == "Remove the comma.");
    }
}
