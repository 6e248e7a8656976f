#include "dkim/canonical.hpp"

#include <random>

#include <doctest/doctest.h>

#include "base/text.hpp"
#include "crypto/digest.hpp"
#include "dkim/special_octets.hpp"
#include "mail/message.hpp"

using dkim::BodyCanonicalizer;
using dkim::Canonicalization;

namespace {

constexpr auto simple = Canonicalization::simple;
constexpr auto relaxed = Canonicalization::relaxed;

struct Body {
    std::string text;
    std::uint64_t size = 0;
    bool operator==(const Body&) const = default;
};

Body body_of(std::string_view body, Canonicalization canonicalization, std::size_t chunk = 65536,
             std::uint64_t limit = ~0ULL) {
    Body result;
    BodyCanonicalizer canonicalizer(
        canonicalization, [&](std::string_view piece) { result.text += piece; }, limit);
    for (std::size_t at = 0; at < body.size(); at += chunk)
        canonicalizer.feed(body.substr(at, chunk));
    canonicalizer.finish();
    result.size = canonicalizer.size();
    return result;
}

// What section 3.4.3 and 3.4.4 say, step by step over the whole text: slow, and plainly right.
std::string reference(std::string text, Canonicalization canonicalization) {
    const auto replace_all = [&](std::string_view from, std::string_view to) {
        for (std::size_t at = 0; (at = text.find(from)) != std::string::npos;)
            text.replace(at, from.size(), to);
    };
    if (canonicalization == relaxed) {
        for (auto& c : text)
            if (c == '\t') c = ' ';
        replace_all("  ", " ");
        replace_all(" \r\n", "\r\n");
        if (text.ends_with(' ')) text.pop_back();
    }
    while (text.ends_with("\r\n"))
        text.resize(text.size() - 2);
    if (!text.empty() || canonicalization == simple) text += "\r\n";
    return text;
}

std::string field(std::string_view raw, Canonicalization canonicalization) {
    std::string out;
    dkim::append_canonical_field(out, raw, canonicalization);
    return out;
}

std::string signature(std::string_view raw, Canonicalization canonicalization) {
    std::string out;
    dkim::append_canonical_signature(out, raw, canonicalization);
    return out;
}

mail::Header header_of(std::string_view text) {
    mail::MessageReader reader;
    CHECK(reader.feed(text).has_value());
    CHECK(reader.finish().has_value());
    return reader.header();
}

using Selection = std::vector<std::optional<std::size_t>>;

Selection select(std::string_view header, const std::vector<std::string>& names,
                 std::optional<std::size_t> except = {}) {
    return dkim::select_fields(header_of(header), names, except);
}

}  // namespace

TEST_CASE("the examples of RFC 6376 section 3.4.5 come out as printed [SIG-14]") {
    constexpr std::string_view a = "A: X\r\n";
    constexpr std::string_view b = "B : Y\t\r\n\tZ  \r\n";
    constexpr std::string_view body = " C \r\nD \t E\r\n\r\n\r\n";
    CHECK(field(a, relaxed) == "a:X\r\n");
    CHECK(field(b, relaxed) == "b:Y Z\r\n");
    CHECK(field(a, simple) == a);
    CHECK(field(b, simple) == b);
    CHECK(body_of(body, relaxed).text == " C\r\nD E\r\n");
    CHECK(body_of(body, simple).text == " C \r\nD \t E\r\n");
}

TEST_CASE("an empty body is CRLF when simple and nothing when relaxed [SIG-14]") {
    CHECK(body_of("", simple) == Body{"\r\n", 2});
    CHECK(body_of("", relaxed) == Body{"", 0});
    CHECK(body_of("\r\n\r\n", simple) == Body{"\r\n", 2});
    CHECK(body_of("\r\n\r\n", relaxed) == Body{"", 0});
    CHECK(body_of(" \t\r\n  \r\n", relaxed) == Body{"", 0});
    CHECK(body_of(" \r\n", simple) == Body{" \r\n", 3});
    CHECK(base::encode_base64(crypto::sha256(body_of("", simple).text)) ==
          "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
    CHECK(base::encode_base64(crypto::sha256(body_of("", relaxed).text)) ==
          "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST_CASE("a body that does not end in CRLF gets one [SIG-14]") {
    CHECK(body_of("x", simple) == Body{"x\r\n", 3});
    CHECK(body_of("x", relaxed) == Body{"x\r\n", 3});
    CHECK(body_of("x \t", relaxed).text == "x\r\n");
    CHECK(body_of("x ", simple).text == "x \r\n");
    CHECK(body_of("x\r\n ", relaxed).text == "x\r\n");
    CHECK(body_of(" ", relaxed).text.empty());
}

TEST_CASE("empty lines at the end go and those within stay [SIG-14]") {
    CHECK(body_of("a\r\n\r\n\r\nb\r\n\r\n\r\n", simple).text == "a\r\n\r\n\r\nb\r\n");
    CHECK(body_of("a\r\n \r\n\t\r\nb\r\n \r\n\r\n", relaxed).text == "a\r\n\r\n\r\nb\r\n");
    CHECK(body_of("\r\n\r\na", simple).text == "\r\n\r\na\r\n");
    CHECK(body_of("\r\n\r\n\ta", relaxed).text == "\r\n\r\n a\r\n");
}

TEST_CASE("runs of white space become one SP and go at line ends [SIG-14]") {
    CHECK(body_of("a \t b\t\tc  \r\n\td\t\r\n", relaxed).text == "a b c\r\n d\r\n");
    CHECK(body_of("a \t b\t\tc  \r\n", simple).text == "a \t b\t\tc  \r\n");
}

TEST_CASE("a bare CR or LF is an octet like any other [SIG-14]") {
    CHECK(body_of("a \rb\n\r\n", relaxed).text == "a \rb\n\r\n");
    CHECK(body_of("a\r", relaxed).text == "a\r\r\n");
    CHECK(body_of("a \r", relaxed).text == "a \r\r\n");
    CHECK(body_of("\r\r\n\n", simple).text == "\r\r\n\n\r\n");
    CHECK(body_of("a \n", relaxed).text == "a \n\r\n");
}

TEST_CASE("l= cuts the canonical body, whose whole size is still told [SIG-14]") {
    CHECK(body_of("abc  def\r\n\r\n", relaxed, 65536, 0) == Body{"", 9});
    CHECK(body_of("abc  def\r\n\r\n", relaxed, 65536, 5) == Body{"abc d", 9});
    CHECK(body_of("abc  def\r\n\r\n", relaxed, 65536, 8) == Body{"abc def\r", 9});
    CHECK(body_of("abc  def\r\n\r\n", relaxed, 65536, 9) == Body{"abc def\r\n", 9});
    CHECK(body_of("abc  def\r\n\r\n", relaxed, 65536, 100) == Body{"abc def\r\n", 9});
    CHECK(body_of("", simple, 65536, 1) == Body{"\r", 2});
}

TEST_CASE("any text in chunks of any size has the canonical form of the whole [SIG-14]") {
    constexpr std::string_view alphabet = "a \t\r\n\r\nb";
    std::uint32_t state = 1;
    const auto random = [&](std::uint32_t below) {
        state = state * 1664525 + 1013904223;
        return (state >> 8) % below;
    };
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        const auto length = random(round % 10 == 0 ? 400 : 24);
        while (text.size() < length) {
            if (random(4) == 0) text += "\r\n";
            text.append(1 + random(random(8) == 0 ? 90 : 2), alphabet[random(alphabet.size())]);
        }
        CAPTURE(base::printable(text));
        const std::size_t chunk = 1 + random(70);
        for (const auto canonicalization : {simple, relaxed}) {
            const auto expected = reference(text, canonicalization);
            REQUIRE(body_of(text, canonicalization) == Body{expected, expected.size()});
            REQUIRE(body_of(text, canonicalization, chunk) == Body{expected, expected.size()});
        }
    }
}

TEST_CASE("empty lines and white space without end take no memory, and large pieces stay in order [SIG-14]") {
    std::uint64_t longest = 0;
    std::uint64_t size = 0;
    BodyCanonicalizer canonicalizer(relaxed, [&](std::string_view piece) {
        longest = std::max<std::uint64_t>(longest, piece.size());
        size += piece.size();
    });
    std::string lines;
    for (int i = 0; i < 32768; ++i)
        lines += " \r\n";
    for (int i = 0; i < 20; ++i)
        canonicalizer.feed(lines);
    CHECK(size == 0);
    canonicalizer.feed("x");
    canonicalizer.finish();
    CHECK(size == 20 * 32768 * 2 + 3);
    CHECK(longest <= 16384);
    const std::string text = "a\r\n\r\n" + std::string(20000, 'b') + "  c" + std::string(20000, 'd');
    CHECK(body_of(text, relaxed).text == reference(text, relaxed));
}

TEST_CASE("a relaxed field is unfolded, its name in lower case, the white space at the colon gone [SIG-14]") {
    CHECK(field("SUBJect: AbC\r\n", relaxed) == "subject:AbC\r\n");
    CHECK(field("Subject \t:\r\n  a\r\n\t b \r\n \r\n", relaxed) == "subject:a b\r\n");
    CHECK(field("X:\r\n", relaxed) == "x:\r\n");
    CHECK(field("X: \t \r\n", relaxed) == "x:\r\n");
    CHECK(field("X: a:b : c\r\n", relaxed) == "x:a:b : c\r\n");
    CHECK(field("X: a\rb\xc3\xa4\r\n", relaxed) == "x:a\rb\xc3\xa4\r\n");
    CHECK(field("X: 1", relaxed) == "x:1\r\n");
}

TEST_CASE("the value of b= counts as empty and the CRLF of the signature is left out [SIG-14]") {
    CHECK(signature("DKIM-Signature: v=1; b=abc;\r\n d=x\r\n", simple) == "DKIM-Signature: v=1; b=;\r\n d=x");
    CHECK(signature("DKIM-Signature: v=1; b=ab\r\n\tc \r\n", simple) == "DKIM-Signature: v=1; b=");
    CHECK(signature("DKIM-Signature: v=1;\r\n b = ab c ; d=x\r\n", relaxed) ==
          "dkim-signature:v=1; b =; d=x");
    CHECK(signature("DKIM-Signature: b=abc; b=def\r\n", relaxed) == "dkim-signature:b=; b=def");
    // Neither bh= nor a "b=" within another value is it.
    CHECK(signature("DKIM-Signature: bh=ab; z=b=c; B=x; b=d\r\n", relaxed) ==
          "dkim-signature:bh=ab; z=b=c; B=x; b=");
    CHECK(dkim::without_signature_value("DKIM-Signature: v=1; b=abc\r\n") == "DKIM-Signature: v=1; b=\r\n");
    CHECK(dkim::without_signature_value("DKIM-Signature: v=1\r\n") == "DKIM-Signature: v=1\r\n");
}

TEST_CASE("fields are taken from the bottom up, each once, and absent ones are nothing [SIG-14]") {
    constexpr std::string_view header =
        "Received: 1\r\nFrom: 2\r\nRECEIVED: 3\r\nTo: 4\r\nReceived: 5\r\n\r\n";
    CHECK(select(header, {"received", "from", "Received"}) == Selection{4, 1, 2});
    CHECK(select(header, {"From", "from", "Subject"}) == Selection{1, {}, {}});
    CHECK(select(header, {"received", "received", "received", "received"}) == Selection{4, 2, 0, {}});
    CHECK(select(header, {"received", "received"}, 4) == Selection{2, 0});
    CHECK(select(header, {""}) == Selection{{}});
    CHECK(select(header, {}).empty());
    CHECK(select("", {"from"}) == Selection{{}});
}

TEST_CASE("a canonicalization is one or two known words, the body's simple where it is missing") {
    CHECK(dkim::parse_canonicalization("relaxed/simple").value() ==
          dkim::CanonicalizationPair{relaxed, simple});
    CHECK(dkim::parse_canonicalization("relaxed").value() == dkim::CanonicalizationPair{relaxed, simple});
    for (const auto text : {"", "/", "relaxed/", "Relaxed", "nofws", "simple/simple/simple", " simple"})
        CHECK(dkim::parse_canonicalization(text).has_error());
    CHECK(to_string(dkim::CanonicalizationPair{simple, relaxed}) == "simple/relaxed");
}

TEST_CASE("special octets are the same in blocks and one by one") {
    std::minstd_rand source(6376);
    constexpr std::string_view octets = "\r\n\t  abc";
    for (int round = 0; round < 1000; ++round) {
        std::string text;
        for (int i = 0; i < 65; ++i)
            text += octets[source() % octets.size()];
        const auto check = [&]<dkim::Canonicalization c>() {
            std::uint64_t expected = 0;
            for (unsigned i = 0; i < 64; ++i)
                expected |= std::uint64_t{dkim::is_special<c>(text.data() + i)} << i;
            CHECK(dkim::special_octets<c>(text.data()) == expected);
            CHECK(dkim::special_octets_anywhere<c>(text.data()) == expected);
        };
        check.operator()<dkim::Canonicalization::simple>();
        check.operator()<dkim::Canonicalization::relaxed>();
    }
}
