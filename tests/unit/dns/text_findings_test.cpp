#include <algorithm>

#include <doctest/doctest.h>

#include "dns/findings.hpp"

namespace {

const dns::Name name = dns::Name::parse("example.com").value();

std::vector<finding::Finding> findings_in(std::string_view text) {
    return dns::character_findings(name, text);
}

std::vector<std::string> ids_in(std::string_view text) {
    std::vector<std::string> result;
    for (const auto& finding : findings_in(text))
        result.push_back(finding.id);
    return result;
}

finding::Finding only(std::string_view text, std::string_view id) {
    const auto findings = findings_in(text);
    const auto found =
        std::find_if(findings.begin(), findings.end(), [&](const auto& f) { return f.id == id; });
    REQUIRE(found != findings.end());
    return *found;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a byte that is not ASCII is named, with its place and the text to publish [DNS-11]") {
    const auto finding = only(
        "v=spf1\xc2\xa0mx \xe2\x80\x93"
        "all",
        "dns-non-ascii");
    CHECK(finding.observed == "a no-break space at byte 7");
    CHECK(finding.offset == 6);
    CHECK(finding.subject == "example.com");
    CHECK(finding.remedy == "Publish: v=spf1 mx -all");
    CHECK(only("v=DMARC1; p=n\xf6ne", "dns-non-ascii").observed == "the byte 0xf6 at byte 14");
    CHECK(only("\xef\xbb\xbfv=spf1 -all", "dns-non-ascii").observed == "a byte order mark at byte 1");
    CHECK(only("v=spf1 -all\xe2\x80\x8b", "dns-non-ascii").observed == "a zero-width space at byte 12");
    CHECK(ids_in("v=DKIM1; p=\x80\xff") == Ids{"dns-non-ascii"});
}

TEST_CASE("U-labels in a record come with the A-labels to write [DNS-12]") {
    const std::string spf =
        "v=spf1 include:_spf.b\xc3\xbc"
        "cher.example a:m\xc3\xbcller.example -all";
    const auto findings = findings_in(spf);
    REQUIRE(findings.size() == 3);
    CHECK(findings[0].id == "dns-non-ascii");
    CHECK(findings[0].observed == "the character \xc3\xbc at byte 22");
    CHECK(findings[1].id == "dns-u-label");
    CHECK(findings[1].remedy ==
          "Write spf.xn--bcher-kva.example in place of spf.b\xc3\xbc"
          "cher.example.");
    CHECK(findings[2].remedy == "Write xn--mller-kva.example in place of m\xc3\xbcller.example.");
    CHECK(spf.substr(findings[2].offset.value()).starts_with("m\xc3\xbcller"));
    CHECK(ids_in("v=DMARC1; p=none; rua=mailto:d@b\xc3\xbc"
                 "cher.example") == Ids{"dns-non-ascii", "dns-u-label"});
}

TEST_CASE("no A-labels are offered for what is no domain name [DNS-12]") {
    CHECK(ids_in("v=DMARC1; p=none; rua=mailto:j\xc3\xbcrgen.x@example.com") == Ids{"dns-non-ascii"});
    CHECK(ids_in("v=DKIM1; n=Schl\xc3\xbcssel; p=") == Ids{"dns-non-ascii"});
    CHECK(ids_in("v=DMARC1; p=\xe2\x80\x9cnone.x\xe2\x80\x9d") == Ids{"dns-non-ascii"});
    std::string many = "v=spf1";
    for (int i = 0; i < 20; ++i)
        many += " a:\xc3\xbc.example";
    CHECK(ids_in(many).size() == 6);
}

TEST_CASE("quotes and backslashes of the zone-file form come with the text that was meant [DNS-10]") {
    const auto whole = only(R"("v=spf1 -all")", "dns-literal-quote");
    CHECK(whole.observed == "a quotation mark at byte 1");
    CHECK(whole.remedy == "Publish: v=spf1 -all");
    const auto between = only(R"(v=DKIM1; p=abc" "def)", "dns-literal-quote");
    CHECK(between.observed == "the quotation marks between two strings at byte 15");
    CHECK(between.remedy == "Publish: v=DKIM1; p=abcdef");
    const auto escaped = only(R"(v=DMARC1\; p=none)", "dns-literal-backslash");
    CHECK(escaped.observed == R"(a literal \; at byte 9)");
    CHECK(escaped.remedy == "Publish: v=DMARC1; p=none");
    CHECK(only("v=spf1 -all\\", "dns-literal-backslash").observed == "a literal \\ at byte 12");
}

TEST_CASE("TAB and line breaks are errors, but for a TAB between tags [DNS-10]") {
    CHECK(ids_in("v=spf1\tmx -all") == Ids{"dns-control-character"});
    CHECK(only("v=spf1 mx\r\n -all", "dns-control-character").remedy == "Publish: v=spf1 mx -all");
    CHECK(ids_in("v=DMARC1;\tp=none") == Ids{"dns-tab"});
    CHECK(ids_in("v=DMARC1;\np=none") == Ids{"dns-control-character"});
    CHECK(ids_in(std::string_view("v=DKIM1; p=\0", 12)) == Ids{"dns-control-character"});
}

TEST_CASE("white space at either end is noted [DNS-13]") {
    CHECK(ids_in(" v=spf1 -all") == Ids{"dns-leading-space"});
    CHECK(ids_in("v=spf1 -all ") == Ids{"dns-trailing-space"});
    CHECK(ids_in("v=DMARC1; p=none\t") == Ids{"dns-tab", "dns-trailing-space"});
    const auto trailing = only("v=STSv1; id=1;  ", "dns-trailing-space");
    CHECK(trailing.observed == "a blank at byte 15");
    CHECK(trailing.remedy == "Publish: v=STSv1; id=1;");
    CHECK(ids_in(" ") == Ids{"dns-leading-space"});
    CHECK(ids_in("").empty());
}

TEST_CASE("split points are where one string ends and the next begins [DNS-05]") {
    CHECK(dns::split_points(dns::Txt{{"abc", "de", "", "f"}}) == std::vector<std::size_t>{3, 5, 5});
    CHECK(dns::split_points(dns::Txt{{"abc"}}).empty());
    CHECK(dns::split_points(dns::Txt{}).empty());
    CHECK(dns::zone_text(dns::Txt{{"v=spf1 ", "a\"\\\x01"}}) == R"("v=spf1 " "a\"\\\001")");
    const auto cut = dns::in_strings(std::string(256, 'x'));
    REQUIRE(cut.strings.size() == 2);
    CHECK(cut.strings[0].size() == 255);
    CHECK(dns::in_strings("").strings == std::vector<std::string>{""});
}

TEST_CASE("glued terms come with the record to paste [DNS-05]") {
    const auto findings = dns::split_findings(
        name, dns::Txt{{"v=spf1 ip4:192.0.2.1", "ip4:192.0.2.2", "include:a.example -all"}});
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].id == "dns-glued-strings");
    CHECK(findings[0].observed == R"("f1 ip4:192.0.2.1" and "ip4:192.0.2.2inc" become one word)");
    CHECK(findings[0].offset == 20);
    CHECK(findings[0].remedy == R"(Publish: "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 include:a.example -all")");
    const auto tags = dns::split_findings(name, dns::Txt{{"v=DMARC1; p=none", "rua=mailto:d@a.example"}});
    REQUIRE(tags.size() == 1);
    CHECK(tags[0].remedy == R"(Publish: "v=DMARC1; p=none; rua=mailto:d@a.example")");
    CHECK(dns::split_findings(name, dns::Txt{{"v=spf1 ", "-all"}}).empty());
}

TEST_CASE("a repaired record of more than 255 octets is cut into strings again [DNS-05]") {
    std::string first = "v=spf1";
    while (first.size() + 17 <= 255)
        first += " ip4:192.0.2.1/32";
    first.resize(255, '0');
    const auto findings = dns::split_findings(name, dns::Txt{{first, "ip4:192.0.2.2 -all"}});
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].remedy == "Publish: \"" + first + "\" \" ip4:192.0.2.2 -all\"");
}

TEST_CASE("1000 strings of any bytes are scanned in reasonable time") {
    dns::Txt txt;
    for (int i = 0; i < 1000; ++i)
        txt.strings.push_back(std::string(60, static_cast<char>(i)));
    CHECK_FALSE(dns::text_findings(name, txt).empty());
}
