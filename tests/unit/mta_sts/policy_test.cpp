#include "mta_sts/policy.hpp"

#include <doctest/doctest.h>

namespace {

using mta_sts::Mode;

struct Told {
    std::string id;
    std::string observed;
    std::string text = {};
    std::size_t offset = 999;
    bool operator==(const Told&) const = default;
};
using List = std::vector<Told>;

List inspect(std::string_view text) {
    List all;
    for (const auto& finding : mta_sts::inspect_policy(text, "https://x/").findings)
        all.push_back({finding.id, finding.observed, finding.text, finding.offset.value_or(999)});
    return all;
}

std::string remedy(std::string_view text) {
    return mta_sts::inspect_policy(text, "https://x/").findings.at(0).remedy;
}

// A policy in order, with these lines at its end.
std::string with(std::string_view lines) {
    return "version: STSv1\nmode: enforce\nmx: a.example\nmax_age: 604800\n" + std::string(lines);
}

// With this line in place of the one that has its key.
std::string replacing(std::string_view line) {
    std::string text;
    for (const std::string good : {"version: STSv1", "mode: enforce", "mx: a.example", "max_age: 604800"}) {
        const auto key = good.substr(0, good.find(':') + 1);
        text += line.starts_with(key) ? std::string(line) : good;
        text += '\n';
    }
    return text;
}

}  // namespace

TEST_CASE("a policy is read with LF and with CRLF [STS-05]") {
    const mta_sts::Policy policy{.mode = Mode::enforce,
                                 .max_age = 604'800,
                                 .mx = {"mail.example.com", "*.example.net"},
                                 .extensions = {}};
    const std::string text =
        "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmax_age: 604800\r\n";
    std::string unix_text = text;
    std::erase(unix_text, '\r');
    CHECK(mta_sts::parse_policy(text).value() == policy);
    CHECK(mta_sts::parse_policy(unix_text).value() == policy);
    CHECK(mta_sts::parse_policy(unix_text.substr(0, unix_text.size() - 1)).value() == policy);
    CHECK(mta_sts::to_string(policy) == text);
    CHECK(inspect(text) == List{});
}

TEST_CASE("order, white space behind the colon and at the end, and case of names do not matter [STS-05]") {
    CHECK(
        mta_sts::parse_policy("max_age:0086400 \nmx:\t Mail.Example.COM\t\nmode:none\nversion:STSv1")
            .value() ==
        mta_sts::Policy{.mode = Mode::none, .max_age = 86'400, .mx = {"mail.example.com"}, .extensions = {}});
}

TEST_CASE("of a repeated key other than mx the first counts [STS-05]") {
    const auto text = with("mode: testing\nmax_age: 86400\nversion: STSv9\n");
    CHECK(mta_sts::parse_policy(text).value().mode == Mode::enforce);
    CHECK(mta_sts::parse_policy(text).value().max_age == 604'800);
    CHECK(inspect(text) ==
          List{{"mta-sts-policy-duplicate", "line 5: mode: stands in line 2 already, which counts",
                "mode: testing", 0},
               {"mta-sts-policy-duplicate", "line 6: max_age: stands in line 4 already, which counts",
                "max_age: 86400", 0},
               {"mta-sts-policy-duplicate", "line 7: version: stands in line 1 already, which counts",
                "version: STSv9", 0}});
}

TEST_CASE("unknown keys are ignored, kept and told [STS-05]") {
    const auto policy = mta_sts::parse_policy(with("later: one two\n")).value();
    CHECK(policy.extensions == decltype(policy.extensions){{"later", "one two"}});
    CHECK(mta_sts::parse_policy(mta_sts::to_string(policy)).value() == policy);
    CHECK(inspect(with("later: 1\n")) ==
          List{{"mta-sts-policy-unknown-key", "line 5: later:", "later: 1", 0}});
    CHECK(remedy(with("max-age: 1\n")) == "Write max_age: 1");
    CHECK(remedy(with("Mode: testing\n")) == "Write mode: testing");
}

TEST_CASE("a missing version, mode or max_age is told [STS-05]") {
    CHECK(inspect("mode: none\nmax_age: 604800\n") == List{{"mta-sts-policy-version", "no version: line"}});
    CHECK(inspect("version: STSv1\nmax_age: 604800\nmx: a.example\n") ==
          List{{"mta-sts-policy-mode", "no mode: line"}});
    CHECK(inspect("version: STSv1\nmode: none\n") == List{{"mta-sts-policy-max-age", "no max_age: line"}});
}

TEST_CASE("a wrong version, mode or max_age is told with its line [STS-05]") {
    CHECK(inspect(replacing("version: stsv1")) ==
          List{{"mta-sts-policy-version", "line 1: version: \"stsv1\"", "version: stsv1", 9}});
    CHECK(inspect(replacing("mode: Enforced")) ==
          List{{"mta-sts-policy-mode", "line 2: mode: \"Enforced\"", "mode: Enforced", 6}});
    CHECK(remedy(replacing("mode: Enforced")) == "Write mode: enforce");
    for (const std::string value : {"", "7d", "-1", "12345678901", "1.5"})
        CHECK(inspect(replacing("max_age: " + value)).at(0).id == "mta-sts-policy-max-age");
    CHECK(mta_sts::parse_policy(replacing("mode: Enforced")).error().offset == 21);
}

TEST_CASE("max_age has its bounds: a day, and a year [STS-06]") {
    CHECK(inspect(replacing("max_age: 86399")) ==
          List{{"mta-sts-max-age-short", "line 4: max_age: 86399, less than a day", "max_age: 86399", 9}});
    CHECK(inspect(replacing("max_age: 86400")) == List{});
    CHECK(inspect(replacing("max_age: 31557600")) == List{});
    CHECK(inspect(replacing("max_age: 31557601")) ==
          List{{"mta-sts-policy-max-age", "line 4: max_age: 31557601, more than 31557600",
                "max_age: 31557601", 9}});
    CHECK(mta_sts::parse_policy(replacing("max_age: 0")).value().max_age == 0);
    CHECK(mta_sts::parse_policy(replacing("max_age: 31557601")).has_error());
}

TEST_CASE("only mode none may do without mx [STS-05]") {
    CHECK(inspect("version: STSv1\nmode: testing\nmax_age: 604800\n") ==
          List{{"mta-sts-policy-no-mx", "no mx: line"}});
    CHECK(inspect("version: STSv1\nmode: none\nmax_age: 604800\n") == List{});
}

TEST_CASE("mx patterns are host names, or a wildcard in front [STS-07]") {
    const auto observed = [](std::string_view value) {
        const auto told = inspect(replacing("mx: " + std::string(value)));
        REQUIRE(told.size() == 1);
        CHECK(told[0].id == "mta-sts-policy-mx");
        return told[0].observed;
    };
    CHECK(observed("a.*.example") ==
          "line 3: mx: \"a.*.example\": a wildcard stands for the whole leftmost label only");
    CHECK(observed("*.*.example").find("wildcard") != std::string::npos);
    CHECK(observed("m*.example").find("wildcard") != std::string::npos);
    CHECK(observed("*").find("wildcard") != std::string::npos);
    CHECK(observed("a.example, b.example") == "line 3: mx: \"a.example, b.example\": one pattern a line");
    CHECK(observed("a.example.") == "line 3: mx: \"a.example.\": a dot stands at the end");
    CHECK(observed("b\xc3\xbc"
                   "cher.example")
              .find("A-labels") != std::string::npos);
    CHECK(remedy(replacing("mx: *.b\xc3\xbc"
                           "cher.example")) == "Write mx: *.xn--bcher-kva.example");
    for (const auto* value : {"", "192.0.2.1", "[192.0.2.1]", "a_b.example", "a.example:25", "*."})
        CHECK_FALSE(observed(value).empty());
}

TEST_CASE("lines that are no key and value are told with the place [STS-05]") {
    const auto told = [](std::string_view line) {
        const auto all = inspect(with(line));
        REQUIRE(all.size() == 1);
        CHECK(all[0].id == "mta-sts-policy-syntax");
        CHECK(all[0].text == line);
        return std::pair(all[0].observed, all[0].offset);
    };
    using Place = std::pair<std::string, std::size_t>;
    CHECK(told("mx a.example") == Place("line 5: no colon between key and value", 12));
    CHECK(told(" mx: a.example") == Place("line 5: a blank stands in front of the key", 0));
    CHECK(told("mx : a.example") == Place("line 5: a blank stands in front of the colon", 2));
    CHECK(told("# note: x") == Place("line 5: \"# note\" is no key", 0));
    CHECK(told(": x") == Place("line 5: \"\" is no key", 0));
    CHECK(told("x: a\rb") == Place("line 5: a carriage return without a line feed", 4));
    CHECK(told("x: a\x01") == Place("line 5: a control character", 4));
    CHECK(told("\xef\xbb\xbfmx: a.example") == Place("line 5: a byte order mark in the key", 0));
}

TEST_CASE("empty files, web pages and empty lines are told [STS-05]") {
    CHECK(inspect("") == List{{"mta-sts-policy-syntax", "the file is empty"}});
    CHECK(inspect("\r\n\n") == List{{"mta-sts-policy-syntax", "the file is empty"}});
    CHECK(inspect("<!DOCTYPE html>\n<html>\n") ==
          List{{"mta-sts-policy-syntax", "line 1: a web page stands in place of the policy",
                "<!DOCTYPE html>", 0}});
    CHECK(inspect(with("\nmx: b.example\n\n\n")) ==
          List{{"mta-sts-policy-blank-line", "line 5: an empty line", "", 0}});
}

TEST_CASE("a wildcard covers exactly one label [STS-07]") {
    CHECK(mta_sts::matches("mail.example.com", "Mail.Example.com"));
    CHECK(mta_sts::matches("mail.example.com", "mail.example.com."));
    CHECK(mta_sts::matches("*.example.com", "mail.example.com"));
    CHECK(mta_sts::matches("*.Example.com", "a.EXAMPLE.com."));
    CHECK_FALSE(mta_sts::matches("*.example.com", "a.b.example.com"));
    CHECK_FALSE(mta_sts::matches("*.example.com", "example.com"));
    CHECK_FALSE(mta_sts::matches("*.example.com", ".example.com"));
    CHECK_FALSE(mta_sts::matches("mail.example.com", "xmail.example.com"));
    CHECK_FALSE(mta_sts::matches("example.com", "mail.example.com"));
    CHECK_FALSE(mta_sts::matches("*.com", "com"));
}

TEST_CASE("hostile files are bounded") {
    std::string lines;
    for (int i = 0; i < 3000; ++i)
        lines += "x\n";
    CHECK(inspect(with(lines)).size() == 20);
    std::string bytes;
    for (int i = 0; i < 2048; ++i) {
        bytes += static_cast<char>(i * 37);
        CHECK_FALSE(inspect(bytes).empty());
    }
}
