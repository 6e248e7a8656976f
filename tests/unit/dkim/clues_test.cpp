#include "dkim/clues.hpp"

#include <doctest/doctest.h>

#include "verifying.hpp"

using namespace verifying;

TEST_CASE("a changed body is told with both hashes and the octets, and the header is not blamed [SIG-07]") {
    const auto result = only(verify(with(sign(), "lost", "won")));
    CHECK(result.outcome == Outcome::fail);
    CHECK(result.reason == "the body was changed, the header was not");
    CHECK(result.header_matches == true);
    REQUIRE(result.body);
    CHECK_FALSE(result.body->matches);
    CHECK(result.body->computed.size == body.size() - 1);
    REQUIRE(has(result.findings, "dkim-body-changed"));
    const auto observed = std::find_if(result.findings.begin(), result.findings.end(), [](const auto& f) {
                              return f.id == "dkim-body-changed";
                          })->observed;
    CHECK(observed.find(base::encode_base64(result.signature.body_hash)) != std::string::npos);
    CHECK(observed.find(base::encode_base64(result.body->computed.digest)) != std::string::npos);
    CHECK(result.clues.empty());
}

TEST_CASE("a footer is found, behind the text and in front of the last MIME boundary [SIG-07]") {
    const auto plain = only(verify(sign() + "\r\n-- \r\nThe list\r\n"));
    REQUIRE(plain.clues.size() == 1);
    CHECK(plain.clues[0] ==
          "the first 26 of 42 octets are what was signed: the rest was added behind it, from \"--\"");
    const std::string mime = header + "\r\n--b\r\n\r\ntext\r\n--b--\r\n";
    const auto multipart = only(verify(with(sign(mime), "--b--", "footer\r\n--b--")));
    REQUIRE(multipart.clues.size() == 1);
    CHECK(multipart.clues[0] == "8 octets were added in front of the last MIME boundary, from \"footer\"");
    // Far behind the beginning of a long body.
    std::string longer = mail_text;
    for (int i = 0; i < 30'000; ++i)
        longer += "line " + std::to_string(i) + "\r\n";
    const auto found = only(verify(sign(longer) + "footer\r\n"));
    REQUIRE(found.clues.size() == 1);
    CHECK(found.clues[0].ends_with("from \"footer\""));
}

TEST_CASE("white space, an empty body and a server's re-encoding are told as the cause [SIG-07]") {
    const auto spaced = only(verify(with(sign(mail_text, simple_tags()), "game.", "game. ")));
    REQUIRE(spaced.clues.size() == 1);
    CHECK(spaced.clues[0] == "bh= is the hash of the relaxed form: only white space was changed, or c= was");
    const auto empty = only(verify(sign(header + "\r\n") + body));
    REQUIRE(empty.clues.size() == 1);
    CHECK(empty.clues[0].starts_with("bh= is that of an empty body"));
    const auto encoded = only(
        verify("X-MIME-Autoconverted: from 8bit to quoted-printable\r\n" + with(sign(), "lost", "l=6Fst")));
    REQUIRE(encoded.clues.size() == 1);
    CHECK(encoded.clues[0].starts_with("a server re-encoded the body"));
}

TEST_CASE("a changed header is told, and which change undone makes it hold [SIG-08]") {
    const auto clue = [](const std::string& text) {
        const auto result = only(verify(text));
        CHECK(result.outcome == Outcome::fail);
        CHECK(result.reason == "the header was changed");
        CHECK(result.body->matches);
        CHECK(has(result.findings, "dkim-header-changed"));
        return result.clues.empty() ? std::string() : result.clues.front();
    };
    CHECK(
        clue(with(sign(), "Subject: dinner", "Subject: [list] dinner")) ==
        "without \"[list]\" in the Subject the header is as it was signed: a list or a filter put it there");
    const auto reply = sign(with(mail_text, "Subject: dinner", "Subject: Re: dinner"));
    CHECK(clue(with(reply, "Re: dinner", "Re: [my list] dinner")) ==
          "without \"[my list]\" in the Subject the header is as it was signed: a list or a filter put it "
          "there");
    CHECK(clue("X-Original-From: Joe <joe@example.com>\r\n" +
               with(sign(), "From: Joe <joe@example.com>", "From: list@l.example")) ==
          "with what is now in X-Original-From the header is as it was signed: From was rewritten");
    CHECK(clue(with(sign(mail_text, simple_tags()), "To: sue", "To:\r\n sue")).find("other folding") !=
          std::string::npos);
    CHECK(clue(with(sign(), "Subject: dinner", "Subject: lunch")).empty());
    SigningTags tags;
    tags.tags = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s1; h=from:reply-to";
    tags.names = {"from", "reply-to"};
    CHECK(clue("Reply-To: list@l.example\r\n" + sign(mail_text, tags)) ==
          "without Reply-To the header is as it was signed: the field was added or replaced");
}

TEST_CASE("where body and header were changed no clue says that the signature would hold [SIG-08]") {
    const auto changed = with(with(sign(), "Subject: dinner", "Subject: [list] dinner"), "lost", "won");
    const auto result = only(verify(changed));
    CHECK(result.reason == "the body was changed, and the header or the signature too");
    REQUIRE(result.clues.size() == 1);
    CHECK(result.clues[0].find("without \"[list]\" in the Subject the header is as it was signed") == 0);
    CHECK(result.clues[0].find("signature holds") == std::string::npos);
}

TEST_CASE("a signature by another key is told apart from a changed header [SIG-08]") {
    const auto other = crypto::PrivateKey::generate_rsa(1024).value();
    const auto result = only(verify(sign(), test::key_record(other)));
    CHECK(result.outcome == Outcome::fail);
    CHECK(result.reason == "b= was made with another key, or was damaged");
    CHECK(has(result.findings, "dkim-signature-other-key"));
    CHECK_FALSE(has(result.findings, "dkim-header-changed"));
}
