#include "spf/header_fields.hpp"

#include <doctest/doctest.h>

namespace {

spf::Query query(std::string_view mail_from, std::string_view ip = "192.0.2.1",
                 std::string_view helo = "foo.example.com") {
    auto made = spf::make_query(mail_from, helo, base::IpAddress::parse(ip).value());
    made.receiver = "mybox.example.org";
    return made;
}

spf::Evaluation evaluation(spf::Verdict verdict, std::string reason = {}, std::string term = {}) {
    spf::Evaluation made;
    made.verdict = verdict;
    made.reason = std::move(reason);
    made.term = std::move(term);
    return made;
}

using spf::Verdict;

}  // namespace

TEST_CASE("Received-SPF tells the verdict, the identities and the mechanism [SPF-42]") {
    CHECK(spf::received_spf(query("myname@example.com"), evaluation(Verdict::pass, {}, "ip4:192.0.2.0/24")) ==
          "Received-SPF: pass\n"
          "    (mybox.example.org: domain of myname@example.com designates 192.0.2.1 as permitted sender)\n"
          "    receiver=mybox.example.org;\n"
          "    client-ip=192.0.2.1;\n"
          "    envelope-from=\"myname@example.com\";\n"
          "    helo=foo.example.com;\n"
          "    identity=mailfrom;\n"
          "    mechanism=\"ip4:192.0.2.0/24\"");
    const auto neutral = spf::received_spf(query("a@example.com"), evaluation(Verdict::neutral));
    CHECK(neutral.ends_with("mechanism=default"));
    CHECK(neutral.find("problem") == std::string::npos);
}

TEST_CASE("Received-SPF gives an error's problem, an IPv6 client in quotes and the HELO identity [SPF-42]") {
    CHECK(spf::received_spf(query("", "2001:db8::1"), evaluation(Verdict::permerror, "two \"records\"")) ==
          "Received-SPF: permerror\n"
          "    (mybox.example.org: error in checking foo.example.com)\n"
          "    receiver=mybox.example.org;\n"
          "    client-ip=\"2001:db8::1\";\n"
          "    helo=foo.example.com;\n"
          "    identity=helo;\n"
          "    problem=\"two \\\"records\\\"\"");
}

TEST_CASE("nothing from outside leaves its place in a header field [SPF-42]") {
    const auto hostile = query("x) y\\\"\r\nEvil: 1@example.com", "192.0.2.1", "a;b\n");
    for (const auto& text :
         {spf::received_spf(hostile, evaluation(Verdict::fail, "r\r\nBad: 2", "-all")),
          spf::authentication_results(hostile, evaluation(Verdict::fail, "r\r\nBad: 2"), "a\r\nb; c")}) {
        CAPTURE(text);
        CHECK(text.find('\r') == std::string::npos);
        for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1))
            CHECK(text.substr(at, 5) == "\n    ");
    }
    CHECK(spf::received_spf(hostile, evaluation(Verdict::fail)).find("x\\) y\\\\\"") != std::string::npos);
    CHECK(spf::received_spf(hostile, evaluation(Verdict::fail)).find("helo=\"a;b\\\\x0a\"") !=
          std::string::npos);
}

TEST_CASE("Authentication-Results name the method, the result, the reason and the property [SPF-42]") {
    const auto results = [](std::string_view sender, const spf::Evaluation& made) {
        return spf::authentication_results(query(sender), made, "mx.example.org");
    };
    CHECK(results("myname@example.com", evaluation(Verdict::pass)) ==
          "Authentication-Results: mx.example.org;\n    spf=pass\n    smtp.mailfrom=myname@example.com");
    CHECK(results("a@example.com", evaluation(Verdict::softfail, "~all in example.com matches")) ==
          "Authentication-Results: mx.example.org;\n    spf=softfail\n"
          "    reason=\"~all in example.com matches\"\n    smtp.mailfrom=a@example.com");
    CHECK(results("", evaluation(Verdict::none)) ==
          "Authentication-Results: mx.example.org;\n    spf=none\n    smtp.helo=foo.example.com");
}

TEST_CASE("a property is quoted where it is no address of plain atoms [SPF-42]") {
    const auto property = [](std::string_view sender) {
        const auto text =
            spf::authentication_results(query(sender), evaluation(Verdict::pass), "mx.example.org");
        return text.substr(text.rfind('=') + 1);
    };
    CHECK(property("a b@example.com") == "\"a b\"@example.com");
    CHECK(property("\"a b\"@example.com") == "\"a b\"@example.com");
    CHECK(property("\"a\"b\"@example.com") == "\"\\\"a\\\"b\\\"\"@example.com");
    CHECK(property("a@[192.0.2.1]") == "\"a@[192.0.2.1]\"");
    CHECK(spf::authentication_results(query("a@b.example"), evaluation(Verdict::pass), "mx 1")
              .starts_with("Authentication-Results: \"mx 1\";"));
}
