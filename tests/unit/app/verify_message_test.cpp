#include "app/verify_message.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_resolver.hpp"
#include "support/signed_mail.hpp"

namespace {

const base::Time now{std::chrono::seconds(1'700'000'000)};
const std::string mail_text =
    "Return-Path: <bounce@example.com>\r\nFrom: Joe <joe@mail.example.com>\r\n"
    "To: sue@example.net\r\nSubject: dinner\r\n\r\nHi.\r\n";

struct Scene {
    test::FakeResolver resolver;
    std::string text = test::sign(mail_text, {}, test::rsa_key());
    app::VerifyMessageRequest request{
        .ip = base::IpAddress::parse("192.0.2.25").value(), .authserv_id = "mx.example.net", .now = now};

    Scene() {
        resolver.txt("s1._domainkey.example.com", test::key_record(test::rsa_key()));
        resolver.txt("example.com", "v=spf1 ip4:192.0.2.25 -all");
        resolver.txt("_dmarc.example.com", "v=DMARC1; p=reject");
        resolver.a("mail.example.com", "192.0.2.25");
    }
    app::MessageVerification verify() {
        dkim::SignedMessage message(now);
        REQUIRE(message.feed(text).has_value());
        REQUIRE(message.finish().has_value());
        return net::run(app::verify_message(&resolver, message, request)).value();
    }
};

bool has(const std::vector<finding::Finding>& findings, std::string_view id) {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const auto& finding) { return finding.id == id; });
}

}  // namespace

TEST_CASE("SPF is that of the Return-Path, DMARC that of From, and the field tells of all") {
    Scene scene;
    const auto result = scene.verify();
    CHECK(result.verdict() == finding::Verdict::good);
    REQUIRE(result.spf);
    CHECK(result.spf->evaluation.verdict == spf::Verdict::pass);
    CHECK(result.spf->query.domain == "example.com");
    REQUIRE(result.dmarc);
    CHECK(result.dmarc->author_domain == "mail.example.com");
    CHECK(result.dmarc->result() == "pass");
    const auto b = base::encode_base64(result.dkim.signatures[0].signature.signature).substr(0, 8);
    CHECK(result.authentication_results ==
          "Authentication-Results: mx.example.net;\n    dkim=pass\n    header.d=example.com header.s=s1 "
          "header.a=rsa-sha256 header.b=" +
              (b.find_first_of("/=") == std::string::npos ? b : "\"" + b + "\"") +
              ";\n    spf=pass\n    smtp.mailfrom=bounce@example.com;\n    dmarc=pass\n    "
              "header.from=mail.example.com");
}

TEST_CASE("what does not pass is told with its reason, and what the owner asks for") {
    Scene scene;
    scene.text += "footer\r\n";
    scene.request.ip = base::IpAddress::parse("192.0.2.26").value();
    const auto result = scene.verify();
    CHECK(result.verdict() == finding::Verdict::bad);
    CHECK(result.spf->evaluation.verdict == spf::Verdict::fail);
    CHECK(result.dmarc->result() == "fail");
    CHECK(result.dmarc->evaluation->applied == dmarc::Policy::reject);
    const auto& field = result.authentication_results;
    CHECK(field.find("dkim=fail\n    reason=\"the body was changed, the header was not\"") !=
          std::string::npos);
    CHECK(field.find("dmarc=fail") != std::string::npos);
}

TEST_CASE("a null sender is checked by its HELO name, one given by hand before the Return-Path") {
    Scene scene;
    scene.request.mail_from = "";
    scene.request.helo = "mail.example.com";
    scene.resolver.txt("mail.example.com", "v=spf1 a -all");
    const auto result = scene.verify();
    CHECK(result.spf->query.identity == spf::Identity::helo);
    CHECK(result.spf->evaluation.verdict == spf::Verdict::pass);
    CHECK(result.authentication_results.find("smtp.helo=mail.example.com") != std::string::npos);
}

TEST_CASE("without a sender SPF is left out; without one author DMARC is a permanent error [DMARC-27]") {
    Scene scene;
    scene.text = "From: a@example.com, b@example.org\r\n\r\n";
    auto result = scene.verify();
    CHECK_FALSE(result.spf);
    CHECK(result.dmarc->result() == "permerror");
    CHECK(result.dmarc->fault == "From has addresses of several domains");
    CHECK(result.authentication_results.find("dkim=none") != std::string::npos);
    scene.text = "From: a@example.com\r\nFrom: a@example.com\r\n\r\n";
    CHECK(scene.verify().dmarc->fault == "the message has 2 From fields");
    scene.text = "Subject: x\r\n\r\n";
    CHECK(scene.verify().dmarc->fault == "the message has 0 From fields");
    scene.text = "From: joe\r\n\r\n";
    CHECK(scene.verify().dmarc->result() == "permerror");
}

TEST_CASE("nothing from the message or the DNS can add a line to the field") {
    Scene scene;
    scene.text =
        "DKIM-Signature: v=1; a=x\"\\y; d=example.com; s=s\" 1\r\n ; h=from; bh=QQ==; b=QQ==\r\n" + mail_text;
    scene.request.mail_from = "\"a\r\nX-Bad: 1\"@example.com";
    scene.request.authserv_id = "my server; x";
    const auto field = scene.verify().authentication_results;
    CHECK(field.starts_with("Authentication-Results: \"my server; x\";\n"));
    CHECK(field.find("\nX-Bad") == std::string::npos);
    CHECK(field.find('\r') == std::string::npos);
    for (std::size_t at = field.find('\n'); at != std::string::npos; at = field.find('\n', at + 1))
        CHECK(field.substr(at, 5) == "\n    ");
}

TEST_CASE("a signature for a top-level domain or a public suffix is warned of [SIG-13]") {
    Scene scene;
    const auto sign = [](std::string_view domain) {
        test::SigningTags tags;
        tags.tags =
            "v=1; a=rsa-sha256; c=relaxed/relaxed; d=" + std::string(domain) + "; s=s1; h=from:to:subject";
        return test::sign(mail_text, tags, test::rsa_key());
    };
    for (const std::string domain : {"com", "co.uk"}) {
        scene.resolver.txt("s1._domainkey." + domain, test::key_record(test::rsa_key()));
        scene.text = sign(domain);
        const auto result = scene.verify();
        CHECK(result.dkim.signatures[0].outcome == dkim::Outcome::pass);
        CHECK(has(result.dkim.signatures[0].findings, "dkim-signature-broad-domain"));
    }
    scene.text = sign("example.com");
    CHECK_FALSE(has(scene.verify().dkim.signatures[0].findings, "dkim-signature-broad-domain"));
}
