#include "dkim/verify.hpp"

#include <doctest/doctest.h>

#include "verifying.hpp"

using namespace verifying;

TEST_CASE("the example of RFC 8463 holds, with both its signatures [SIG-14] [SIG-16]") {
    // Appendix A.3; the first is by Ed25519, the second by RSA.
    const std::string text =
        "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
        " d=football.example.com; i=@football.example.com;\r\n"
        " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
        " subject : date : message-id : from : subject : date;\r\n"
        " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
        " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"
        " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n"
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
        " d=football.example.com; i=@football.example.com;\r\n"
        " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
        " date : message-id : from : subject : date;\r\n"
        " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
        " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n"
        " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n"
        " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n"
        "From: Joe SixPack <joe@football.example.com>\r\n"
        "To: Suzie Q <suzie@shopping.example.net>\r\n"
        "Subject: Is dinner ready?\r\n"
        "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
        "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
        "\r\n"
        "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";
    test::FakeResolver resolver;
    resolver.txt("brisbane._domainkey.football.example.com",
                 "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    resolver.txt("test._domainkey.football.example.com",
                 "v=DKIM1; k=rsa; "
                 "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQ"
                 "iY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/"
                 "8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3"
                 "G+2kryOTIKT+l/K4w3QIDAQAB");
    const auto result = verify(text, resolver);
    REQUIRE(result.signatures.size() == 2);
    CHECK(result.signatures[0].outcome == Outcome::pass);
    CHECK(result.signatures[0].key_text == "ed25519");
    CHECK(result.signatures[1].outcome == Outcome::pass);
    CHECK(result.signatures[1].key_text == "rsa 1024");
    CHECK(result.signatures[0].body->computed.size == 54);
    CHECK(result.verdict() == finding::Verdict::good);
}

TEST_CASE("the example of RFC 6376 holds [SIG-14]") {
    // Appendix A.2, with the folds of six blanks and the single blank in the body that were signed; the
    // printed page has other white space.
    const std::string text =
        "DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;\r\n"
        "      c=simple/simple; q=dns/txt; i=joe@football.example.com;\r\n"
        "      h=Received : From : To : Subject : Date : Message-ID;\r\n"
        "      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
        "      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB\r\n"
        "      4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut\r\n"
        "      KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV\r\n"
        "      4bmp/YzhwvcubU4=;\r\n"
        "Received: from client1.football.example.com  [192.0.2.1]\r\n"
        "      by submitserver.example.com with SUBMISSION;\r\n"
        "      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)\r\n"
        "From: Joe SixPack <joe@football.example.com>\r\n"
        "To: Suzie Q <suzie@shopping.example.net>\r\n"
        "Subject: Is dinner ready?\r\n"
        "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
        "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
        "\r\n"
        "Hi.\r\n\r\nWe lost the game. Are you hungry yet?\r\n\r\nJoe.\r\n";
    // Appendix C.
    const std::string record =
        "v=DKIM1; "
        "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/"
        "zYtIxN2SnFCjxOCKG9v3b4"
        "jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/"
        "NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ"
        "2QIDAQAB";
    const auto result = only(verify(text, record));
    CHECK(result.outcome == Outcome::pass);
    CHECK(result.signature.at_subdomain);
    // Folded as it is printed, the header is another one, and that is found out.
    const auto refolded = only(verify(with(text, "      by submitserver", " by submitserver"), record));
    CHECK(refolded.reason == "the header was changed");
}

TEST_CASE("what was signed holds in every canonicalisation, in any chunking and with bare LFs [SIG-14]") {
    const auto signed_simple = sign(mail_text, simple_tags());
    for (const auto& text : {sign(), signed_simple}) {
        CHECK(only(verify(text)).outcome == Outcome::pass);
        std::string unix_text = text;
        std::erase(unix_text, '\r');
        CHECK(only(verify(unix_text)).outcome == Outcome::pass);
        dkim::SignedMessage message(now);
        for (const char c : text)
            REQUIRE(message.feed(std::string_view(&c, 1)).has_value());
        REQUIRE(message.finish().has_value());
        const auto result =
            net::run(dkim::verify_message(nullptr, message, {test::key_record(test::rsa_key())})).value();
        CHECK(only(result).outcome == Outcome::pass);
    }
}

TEST_CASE("names in h= beyond the fields there are sign that there are no more [SIG-14] [SIG-11]") {
    SigningTags tags;
    tags.tags =
        "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s1; h=from:from:to:subject:subject:cc";
    tags.names = {"from", "from", "to", "subject", "subject", "cc"};
    const auto text = sign(mail_text, tags);
    const auto result = only(verify(text));
    CHECK(result.outcome == Outcome::pass);
    CHECK_FALSE(has(result.findings, "dkim-signature-from-not-oversigned"));
    CHECK(only(verify("From: other@example.org\r\n" + text)).outcome == Outcome::fail);
}

TEST_CASE(
    "a DNS failure is temporary, all other faults of a key are permanent or a matter of policy [SIG-09]") {
    const auto outcome = [](auto&& prepare) {
        test::FakeResolver resolver;
        prepare(resolver);
        return only(verify(sign(), resolver));
    };
    const auto with_record = [&](const std::string& record) {
        return outcome([&](test::FakeResolver& resolver) { resolver.txt(key_name, record); });
    };
    const auto failed =
        outcome([](test::FakeResolver& resolver) { resolver.fail(key_name, dns::Status::servfail); });
    CHECK(failed.outcome == Outcome::temperror);
    CHECK(has(failed.findings, "dkim-not-checked"));
    const auto missing = outcome([](test::FakeResolver&) {});
    CHECK(missing.outcome == Outcome::permerror);
    CHECK(missing.reason == "there is no key at s1._domainkey.example.com: NXDOMAIN");
    CHECK(has(missing.findings, "dkim-no-key"));
    CHECK(with_record("v=DKIM1; p=").reason == "the key is revoked");
    CHECK(with_record("v=spf1 -all").outcome == Outcome::permerror);
    CHECK(with_record("v=DKIM1; p=????").outcome == Outcome::permerror);
    CHECK(with_record(test::key_record(test::rsa_key(), "v=DKIM1; h=sha1;")).outcome == Outcome::permerror);
    CHECK(with_record(test::key_record(test::rsa_key(), "v=DKIM1; s=tlsrpt;")).outcome == Outcome::permerror);
    const auto other_kind = with_record("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    CHECK(other_kind.outcome == Outcome::permerror);
    CHECK(has(other_kind.findings, "dkim-signature-key-kind"));
    const auto good = with_record(test::key_record(test::rsa_key()));
    CHECK(good.outcome == Outcome::pass);
    CHECK(good.key_name == key_name);
}

namespace {

// An RSAPublicKey (RFC 8017 A.1.1) with a modulus of ones.
std::string rsa_record(std::size_t octets, const base::Bytes& exponent) {
    const auto element = [](std::uint8_t tag, const base::Bytes& content) {
        base::Bytes bytes = {tag, 0x83, static_cast<std::uint8_t>(content.size() >> 16U),
                             static_cast<std::uint8_t>(content.size() >> 8U),
                             static_cast<std::uint8_t>(content.size())};
        bytes.insert(bytes.end(), content.begin(), content.end());
        return bytes;
    };
    base::Bytes modulus(octets + 1, 0xff);
    modulus[0] = 0;
    auto content = element(0x02, modulus);
    const auto second = element(0x02, exponent);
    content.insert(content.end(), second.begin(), second.end());
    return "v=DKIM1; p=" + base::encode_base64(element(0x30, content));
}

}  // namespace

TEST_CASE("keys below 1024 and above 8192 bits are refused, broken exponents too [SIG-09] [SIG-12]") {
    CHECK(only(verify(sign(), rsa_record(64, {1, 0, 1}))).outcome == Outcome::policy);
    const auto large = only(verify(sign(), rsa_record(1025, {1, 0, 1})));
    CHECK(large.outcome == Outcome::policy);
    CHECK(has(large.findings, "dkim-signature-key-refused"));
    CHECK(only(verify(sign(), rsa_record(2048, {1, 0, 1}))).outcome == Outcome::policy);
    CHECK(only(verify(sign(), rsa_record(1024, {1, 0, 1}))).outcome == Outcome::fail);
    CHECK(only(verify(sign(), rsa_record(1024, base::Bytes(8, 0x7f)))).outcome == Outcome::policy);
    CHECK(only(verify(sign(), rsa_record(128, {1}))).outcome == Outcome::permerror);
    CHECK(only(verify(sign(), rsa_record(128, {2}))).outcome == Outcome::permerror);
    CHECK(only(verify(sign(), "v=DKIM1; p=" + std::string(60'000, 'A'))).outcome == Outcome::permerror);
}

TEST_CASE("a key with t=s forbids i= at a subdomain, and with t=y a failure is neutral [SIG-05] [SIG-09]") {
    const auto strict = test::key_record(test::rsa_key(), "v=DKIM1; t=s;");
    const auto below = only(verify(sign(mail_text, tags_with("; i=@mail.example.com")), strict));
    CHECK(below.outcome == Outcome::permerror);
    CHECK(has(below.findings, "dkim-signature-identity-strict"));
    CHECK(only(verify(sign(mail_text, tags_with("; i=joe@example.com")), strict)).outcome == Outcome::pass);
    CHECK(only(verify(sign(mail_text, tags_with("; i=@mail.example.com")))).outcome == Outcome::pass);
    const auto testing = test::key_record(test::rsa_key(), "v=DKIM1; t=y;");
    CHECK(only(verify(sign(), testing)).outcome == Outcome::pass);
    CHECK(only(verify(sign(), testing)).key_is_testing);
    CHECK(only(verify(with(sign(), "lost", "won"), testing)).outcome == Outcome::neutral);
}

TEST_CASE("an expired signature that else holds says so [SIG-06]") {
    const auto result = only(verify(sign(mail_text, tags_with("; t=1600000000; x=1600000100"))));
    CHECK(result.outcome == Outcome::policy);
    CHECK(result.reason == "expired at 2020-09-13T12:28:20Z; else the signature holds");
    CHECK(result.header_matches == true);
}

TEST_CASE("l= leaves a part of the body unsigned, and may not be longer than the body [SIG-10] [SIG-03]") {
    auto tags = tags_with("; l=5");
    tags.length = 5;
    const auto partial = only(verify(sign(mail_text, tags)));
    CHECK(partial.outcome == Outcome::pass);
    CHECK(partial.body->computed.hashed == 5);
    CHECK(partial.body->computed.size == body.size());
    CHECK(has(partial.findings, "dkim-signature-partial-body"));
    tags = tags_with("; l=26");
    tags.length = 26;
    CHECK_FALSE(has(only(verify(sign(mail_text, tags))).findings, "dkim-signature-partial-body"));
    CHECK(only(verify(sign(mail_text, tags) + "more\r\n")).outcome == Outcome::pass);
    tags = tags_with("; l=27");
    const auto beyond = only(verify(sign(mail_text, tags)));
    CHECK(beyond.outcome == Outcome::permerror);
    CHECK(beyond.reason == "l=27, but the body has 26 octets");
    tags = tags_with("; l=0");
    tags.length = 0;
    CHECK(only(verify(sign(mail_text, tags))).outcome == Outcome::pass);
}

TEST_CASE("fields beyond those signed, unsigned ones and a From that can be added are warned of [SIG-11]") {
    const auto plain = only(verify(sign()));
    CHECK(plain.outcome == Outcome::pass);
    CHECK(has(plain.findings, "dkim-signature-from-not-oversigned"));
    CHECK_FALSE(has(plain.findings, "dkim-signature-field-unsigned"));
    const auto repeated = only(verify("Subject: prize\r\nDate: now\r\nFrom: x@example.org\r\n" + sign()));
    CHECK(repeated.outcome == Outcome::pass);
    const auto found =
        std::find_if(repeated.findings.begin(), repeated.findings.end(),
                     [](const auto& finding) { return finding.id == "dkim-signature-field-repeated"; });
    REQUIRE(found != repeated.findings.end());
    CHECK(found->observed == "From stands 2 times, 1 signed; Subject stands 2 times, 1 signed");
    CHECK(has(repeated.findings, "dkim-signature-field-unsigned"));
}

TEST_CASE("twenty signatures are looked at, the others counted [SIG-12]") {
    std::string text = sign();
    for (int i = 0; i < 1000; ++i)
        text.insert(0, "DKIM-Signature: v=1\r\n");
    const auto result = verify(text);
    CHECK(result.total_signatures == 1001);
    CHECK(result.signatures.size() == dkim::most_signatures);
    CHECK(has(result.findings, "dkim-signature-too-many"));
    CHECK(result.verdict() == finding::Verdict::bad);
}

TEST_CASE("a key is asked for once, and only for signatures that can hold [SIG-12]") {
    test::FakeResolver resolver;
    resolver.txt(key_name, test::key_record(test::rsa_key()));
    const auto result = verify("DKIM-Signature: v=2; d=example.com; s=broken\r\n" + sign(sign()), resolver);
    CHECK(result.signatures.size() == 3);
    CHECK(resolver.asked == std::vector<std::string>{"s1._domainkey.example.com TXT"});
}

TEST_CASE("a selector is asked for as it is written, whatever it looks like [SIG-09] [SIG-15]") {
    test::FakeResolver resolver;
    resolver.txt("s1.example.com._domainkey.example.com", test::key_record(test::rsa_key()));
    auto tags = SigningTags();
    tags.tags = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s1.example.com; h=from:to:subject";
    CHECK(only(verify(sign(mail_text, tags), resolver)).outcome == Outcome::pass);
    tags.tags = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=bücher.example; s=schlüssel; h=from:to:subject";
    resolver.txt("xn--schlssel-95a._domainkey.xn--bcher-kva.example", test::key_record(test::rsa_key()));
    CHECK(only(verify(sign(mail_text, tags), resolver)).outcome == Outcome::pass);
}

TEST_CASE("a bad signature never spoils a good one, wherever it stands [SIG-16]") {
    test::FakeResolver resolver;
    resolver.txt(key_name, test::key_record(test::rsa_key()));
    resolver.fail("slow._domainkey.example.com", dns::Status::timeout);
    SigningTags slow;
    slow.tags = with(slow.tags, "s=s1", "s=slow");
    SigningTags gone;
    gone.tags = with(gone.tags, "s=s1", "s=gone");
    const std::string broken = "DKIM-Signature: nonsense\r\n";
    const auto result = verify(broken + sign(sign(sign(broken + mail_text, slow)), gone), resolver);
    std::vector<Outcome> outcomes;
    for (const auto& signature : result.signatures)
        outcomes.push_back(signature.outcome);
    CHECK(outcomes == std::vector<Outcome>{Outcome::permerror, Outcome::permerror, Outcome::pass,
                                           Outcome::temperror, Outcome::permerror});
    CHECK(result.verdict() == finding::Verdict::good);
    CHECK(verify(sign(mail_text, slow), resolver).verdict() == finding::Verdict::unchecked);
    CHECK(verify(sign(mail_text, gone), resolver).verdict() == finding::Verdict::bad);
    CHECK(verify(sign(sign(mail_text, slow), gone), resolver).verdict() == finding::Verdict::unchecked);
    // Nothing that the DNS says later makes a changed body whole.
    CHECK(verify(with(sign(mail_text, slow), "lost", "won"), resolver).verdict() == finding::Verdict::bad);
}

TEST_CASE("a message without signatures and the fields of DKIM's successor are told [SIG-16]") {
    const auto none = verify(mail_text);
    CHECK(none.verdict() == finding::Verdict::bad);
    CHECK(has(none.findings, "dkim-message-no-signature"));
    const auto successor = verify("DKIM2-Signature: i=1\r\nMessage-Instance: m=1\r\n" + sign());
    CHECK(successor.verdict() == finding::Verdict::good);
    CHECK(has(successor.findings, "dkim-message-successor"));
}

TEST_CASE("of several key records at a selector each is tried [SIG-09]") {
    const auto other = crypto::PrivateKey::generate_rsa(1024).value();
    test::FakeResolver resolver;
    resolver.txt(key_name, test::key_record(other));
    resolver.txt(key_name, "v=DKIM1; p=");
    resolver.txt(key_name, test::key_record(test::rsa_key()));
    const auto result = only(verify(sign(), resolver));
    CHECK(result.outcome == Outcome::pass);
    CHECK(has(result.findings, "dkim-several-keys"));
}
