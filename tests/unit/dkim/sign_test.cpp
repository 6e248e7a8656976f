#include "dkim/sign.hpp"

#include <doctest/doctest.h>

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "crypto/verify_signature.hpp"
#include "dkim/signature_text.hpp"
#include "dkim/signed_fields.hpp"
#include "dkim/tag_list.hpp"

using dkim::Canonicalization;
using dkim::Signer;
using dkim::SigningKey;
using dkim::SigningOptions;
using dkim::SigningStream;

namespace {

constexpr std::string_view start =
    "From: Joe <joe@example.com>\r\nTo: a@example.net\r\nSubject: one\r\n two\r\n";
const base::Time now{std::chrono::seconds(1'700'000'000)};

base::DomainName domain(std::string_view name = "example.com") {
    return base::DomainName::parse(name).value();
}

SigningKey ed25519_key(std::string_view name = "example.com") {
    static const auto key = crypto::PrivateKey::generate_ed25519().value();
    return {.domain = domain(name), .selector = "e1", .key = key};
}

SigningKey rsa_key() {
    static const auto key = crypto::PrivateKey::generate_rsa(1024).value();
    return {.domain = domain(), .selector = "r1", .key = key};
}

Signer signer(SigningOptions options = {}, std::vector<SigningKey> keys = {ed25519_key()}) {
    return Signer::create(std::move(keys), std::move(options)).value();
}

struct Signed {
    std::vector<std::string> fields;
    std::string body;
    bool operator==(const Signed&) const = default;
};

base::Result<Signed> sign(const Signer& with, std::string_view message, std::size_t chunk = 65536) {
    SigningStream stream(with);
    Signed result;
    for (std::size_t at = 0; at < message.size(); at += chunk) {
        TRY(const auto body, stream.feed(message.substr(at, chunk)));
        result.body += body;
    }
    TRY(const auto rest, stream.finish());
    result.body += rest;
    TRY(result.fields, stream.sign(now));
    return result;
}

std::string error_of(const Signer& with, std::string_view message) {
    const auto result = sign(with, message);
    return result.has_error() ? result.error().message : "";
}

std::string without_blanks(std::string_view text) {
    std::string result;
    for (const char c : text)
        if (!base::is_space(c)) result += c;
    return result;
}

std::string tag(std::string_view field, std::string_view name) {
    const auto scan = dkim::scan_tag_list(field.substr(field.find(':') + 1));
    CHECK(scan.faults.empty());
    const auto* found = scan.find(name);
    return found == nullptr ? "(absent)" : without_blanks(found->value);
}

// Verifies a field that was made, by the parts a verifier has.
bool verifies(std::string_view field, std::string_view canonical_header, const SigningKey& key,
              Canonicalization canonicalization) {
    std::string text(canonical_header);
    dkim::append_canonical_signature(text, field, canonicalization);
    crypto::Sha256 hash;
    hash.update(text);
    const auto signature = base::decode_base64(tag(field, "b"));
    return signature && crypto::verify_signature(key.key.public_key(), hash.digest(), *signature);
}

std::size_t longest_line(std::string_view text) {
    std::size_t longest = 0;
    for (const auto line : base::split(text, '\n'))
        longest = std::max(longest, base::trim(line).size() + (line.starts_with(' ') ? 1 : 0));
    return longest;
}

}  // namespace

TEST_CASE("a signature has the tags that were asked for, and verifies") {
    const auto message = std::string(start) + "\r\nHi.  \r\n\r\n";
    const auto made = sign(signer({.expire = std::chrono::hours(1), .identity = "joe@news.example.com"},
                                  {rsa_key(), ed25519_key()}),
                           message);
    REQUIRE(made.has_value());
    CHECK(made->body == "Hi.  \r\n\r\n");
    REQUIRE(made->fields.size() == 2);
    const auto& rsa = made->fields[0];
    CHECK(rsa.starts_with("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=r1;\r\n "));
    CHECK(rsa.ends_with("\r\n"));
    CHECK(tag(rsa, "i") == "joe@news.example.com");
    CHECK(tag(rsa, "t") == "1700000000");
    CHECK(tag(rsa, "x") == "1700003600");
    CHECK(tag(rsa, "l") == "(absent)");
    CHECK(tag(rsa, "bh") == base::encode_base64(crypto::sha256("Hi.\r\n")));
    CHECK(tag(made->fields[1], "a") == "ed25519-sha256");
    CHECK(tag(made->fields[1], "s") == "e1");
    constexpr std::string_view header =
        "from:Joe <joe@example.com>\r\nto:a@example.net\r\nsubject:one two\r\n";
    CHECK(verifies(made->fields[0], header, rsa_key(), Canonicalization::relaxed));
    CHECK(verifies(made->fields[1], header, ed25519_key(), Canonicalization::relaxed));
    CHECK(longest_line(made->fields[0]) <= 78);
}

TEST_CASE("simple canonicalization signs the fields as they are") {
    const SigningOptions options{.canonical = {Canonicalization::simple, Canonicalization::simple}};
    const auto made = sign(signer(options), std::string(start) + "\r\n");
    REQUIRE(made.has_value());
    CHECK(tag(made->fields[0], "c") == "simple/simple");
    CHECK(tag(made->fields[0], "bh") == "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
    CHECK(verifies(made->fields[0], start, ed25519_key(), Canonicalization::simple));
    CHECK(!verifies(made->fields[0], start, ed25519_key(), Canonicalization::relaxed));
}

TEST_CASE("a message in chunks of any size gets the signature of the whole, with CRLF or with LF") {
    const auto with = signer();
    const auto message =
        std::string(start) + "\r\na\r\n\r\n b  c \r\n" + std::string(200, 'd') + "\r\n\r\n\r\n";
    std::string unix_message;
    for (const char c : message)
        if (c != '\r') unix_message += c;
    const auto whole = sign(with, message).value();
    for (const std::size_t chunk : {1U, 2U, 3U, 7U, 64U, 100U}) {
        CHECK(sign(with, message, chunk).value() == whole);
        CHECK(sign(with, unix_message, chunk).value() == whole);
    }
}

TEST_CASE("fields are signed as often as they are there, and those that matter once more") {
    const auto with = signer();
    SigningStream reader(with);
    REQUIRE(reader.feed("From: a\r\nto: b\r\nTO: c\r\nSender: d\r\nReceived: e\r\nList-Id: f\r\nX: g\r\n\r\n")
                .has_value());
    CHECK(base::join(dkim::fields_to_sign(reader.message().header()).value(), ":") ==
          "From:From:Reply-To:To:To:To:Cc:Subject:Date:Message-ID:MIME-Version:Content-Type:"
          "Content-Transfer-Encoding:Content-Disposition:Content-ID:Content-Description:Sender:List-Id");
}

TEST_CASE("a message without one From is not signed") {
    CHECK(error_of(signer(), "To: a\r\n\r\nx") == "the message has no From field (RFC 5322 section 3.6)");
    CHECK(error_of(signer(), "").starts_with("the message has no From field"));
    CHECK(error_of(signer(), "From: a\r\nfrom: b\r\n\r\n").starts_with("the message has 2 From fields"));
    // Also when only the end of the message is the end of its header.
    CHECK(error_of(signer(), "To: a").starts_with("the message has no From field"));
    CHECK(error_of(signer(), "From: a").empty());
}

TEST_CASE("a header with more fields to sign than a verifier takes is refused") {
    std::string message = "From: a\r\n";
    for (int i = 0; i < 600; ++i)
        message += "Cc: b\r\n";
    CHECK(error_of(signer(), message) == "more than 500 header fields to sign: Cc stands there 600 times");
}

TEST_CASE("strict refuses what would have to be mended") {
    CHECK(error_of(signer({.endings = mail::LineEndings::strict}), "From: a\n\n")
              .starts_with("octet 7 is a bare LF"));
}

TEST_CASE("l= covers what it says and not more than there is") {
    const auto message = std::string(start) + "\r\nabc\r\n\r\n";
    CHECK(tag(sign(signer({.body_length = 3}), message).value().fields[0], "l") == "3");
    CHECK(tag(sign(signer({.body_length = dkim::whole_body}), message).value().fields[0], "l") == "5");
    CHECK(tag(sign(signer({.body_length = dkim::whole_body}), message).value().fields[0], "bh") ==
          tag(sign(signer(), message).value().fields[0], "bh"));
    CHECK(error_of(signer({.body_length = 6}), message) ==
          "the canonical body has 5 octets, not the 6 that are to be signed");
}

TEST_CASE("keys and options that make no good signature are refused at once") {
    CHECK(Signer::create({}, {}).has_error());
    CHECK(Signer::create({ed25519_key()}, {.expire = std::chrono::seconds(0)}).has_error());
    CHECK(Signer::create({ed25519_key()}, {.identity = "joe@example.net"}).error().message.find("neither") !=
          std::string::npos);
    CHECK(Signer::create({ed25519_key()}, {.identity = "joe@evilexample.com"}).has_error());
    CHECK(Signer::create({ed25519_key()}, {.identity = "joe"}).error().hint == "--identity @example.com");
}

TEST_CASE("an identity is encoded where a tag cannot hold its characters") {
    CHECK(dkim::encode_identity("@example.com", "example.com").value() == "@example.com");
    CHECK(dkim::encode_identity("a;b=c d@example.com", "example.com").value() == "a=3Bb=3Dc=20d@example.com");
    CHECK(dkim::encode_identity("j\xc3\xb6@Mail.Example.com", "example.com").value() ==
          "j=C3=B6@mail.example.com");
    CHECK(dkim::encode_identity("a\nb@example.com", "example.com").has_error());
}

TEST_CASE("lines of the field stay within 78 characters unless a word is longer") {
    dkim::SignatureTags tags{.algorithm = "rsa-sha256",
                             .domain = std::string(60, 'a') + "." + std::string(60, 'b') + ".example",
                             .selector = std::string(63, 's'),
                             .time = 1'700'000'000,
                             .names = std::vector<std::string>(60, "Content-Transfer-Encoding"),
                             .body_hash = base::Bytes(32, 7)};
    const auto long_field =
        dkim::complete_signature(dkim::signature_without_value(tags), base::Bytes(512, 9));
    CHECK(longest_line(long_field) == 1 + 2 + 129 + 1);  // " d=...;"
    CHECK(dkim::parse_tag_list(std::string_view(long_field).substr(15)).has_value());
    CHECK(tag(long_field, "b") == base::encode_base64(base::Bytes(512, 9)));
    tags.domain = "example.com";
    for (std::size_t length = 1; length < 60; ++length) {
        tags.selector = std::string(length, 's');
        CHECK(longest_line(dkim::complete_signature(dkim::signature_without_value(tags),
                                                    base::Bytes(length, 9))) <= 78);
    }
}
