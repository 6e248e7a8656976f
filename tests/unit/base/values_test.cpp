#include <type_traits>

#include <doctest/doctest.h>

#include "base/base64.hpp"
#include "base/clock.hpp"
#include "base/ip_address.hpp"
#include "base/secret.hpp"

using base::Bytes;
using base::IpAddress;
using base::IpPrefix;

namespace {

Bytes bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

IpAddress ip(const char* text) {
    return IpAddress::parse(text).value();
}

}  // namespace

TEST_CASE("the vectors of RFC 4648 section 10 go both ways") {
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : vectors) {
        CHECK(base::encode_base64(bytes_of(plain)) == encoded);
        CHECK(base::decode_base64(encoded) == bytes_of(plain));
    }
}

TEST_CASE("every byte goes through base64 and comes back") {
    Bytes bytes;
    for (int i = 0; i < 256; ++i) {
        bytes.push_back(static_cast<std::uint8_t>(i));
        REQUIRE(base::decode_base64(base::encode_base64(bytes)) == bytes);
    }
}

TEST_CASE("base64 that is not exactly in its form is refused") {
    for (const char* text : {"Z", "Zg", "Zg=", "Zg= =", "====", "=Zg=", "Zm8=Zm8=", "Zm9v\n", " Zm9", "Zm9-",
                             "Zm9_", "Zh==", "Zm9=", "Z===", "Zg==Zg==", "Zm\xc3\xbc"}) {
        CAPTURE(text);
        CHECK(base::decode_base64(text) == std::nullopt);
    }
}

TEST_CASE("hexadecimal digits are lower case, two a byte") {
    CHECK(base::to_hex({0x00, 0x0f, 0xAB, 0xff}) == "000fabff");
    CHECK(base::to_hex({}).empty());
}

TEST_CASE("a time goes to RFC 3339 and back") {
    for (const char* text : {"1970-01-01T00:00:00Z", "2026-11-23T15:56:00Z", "2024-02-29T23:59:59Z",
                             "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"})
        CHECK(base::to_rfc3339(base::parse_rfc3339(text).value()) == text);
    CHECK(base::parse_rfc3339("1970-01-02T00:00:01Z").value().time_since_epoch().count() == 86401);
    CHECK(base::year_and_month(base::parse_rfc3339("2026-11-23T15:56:00Z").value()) == "202611");
}

TEST_CASE("a time in another form, or on no calendar, is refused") {
    for (const char* text :
         {"", "2026-11-23", "2026-11-23T15:56:00", "2026-11-23 15:56:00Z", "2026-11-23T15:56:00z",
          "2026-11-23T15:56:00+00:00", "2026-11-23T15:56:00.5Z", "2026-13-01T00:00:00Z",
          "2026-02-29T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
          "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "+026-01-01T00:00:00Z", "2026-01-01T00:00:00Z "}) {
        CAPTURE(text);
        CHECK(base::parse_rfc3339(text).has_error());
    }
}

TEST_CASE("the system's clock tells a time of this century") {
    CHECK(base::SystemClock().now() > base::parse_rfc3339("2025-01-01T00:00:00Z").value());
    CHECK(base::SystemClock().now() < base::parse_rfc3339("2100-01-01T00:00:00Z").value());
}

TEST_CASE("an address is written as in RFC 5952") {
    const std::pair<const char*, const char*> cases[] = {{"192.0.2.1", "192.0.2.1"},
                                                         {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
                                                         {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
                                                         {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
                                                         {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
                                                         {"::", "::"},
                                                         {"::ffff:192.0.2.1", "::ffff:192.0.2.1"}};
    for (const auto& [text, expected] : cases) {
        CHECK(ip(text).to_string() == expected);
        CHECK(ip(ip(text).to_string().c_str()) == ip(text));
    }
}

TEST_CASE("what is no address is refused") {
    for (const std::string& text :
         {std::string(), std::string("192.0.2"), std::string("192.0.2.256"), std::string("192.0.02.1"),
          std::string("192.0.2.1 "), std::string("0x7f.0.0.1"), std::string("2130706433"),
          std::string("[::1]"), std::string("::1%lo"), std::string(":::"), std::string("1::2::3"),
          std::string("12345::"), std::string("::1\0", 4), std::string("1:2:3:4:5:6:7:8:9"),
          std::string(100'000, ':')}) {
        CAPTURE(text.substr(0, 40));
        CHECK(IpAddress::parse(text).has_error());
    }
}

TEST_CASE("an address knows its family, its size, and whether it is this machine") {
    CHECK(ip("192.0.2.1").is_v4());
    CHECK(ip("192.0.2.1").size() == 4);
    CHECK(ip("::1").bits() == 128);
    for (const char* text : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"})
        CHECK(ip(text).is_loopback());
    for (const char* text : {"128.0.0.1", "::", "::2", "::ffff:192.0.2.1", "::1:0:0:1"})
        CHECK_FALSE(ip(text).is_loopback());
    CHECK(ip("::ffff:192.0.2.1").unmapped() == ip("192.0.2.1"));
    CHECK(ip("2001:db8::1").unmapped() == ip("2001:db8::1"));
    CHECK(ip("192.0.2.1") != ip("::ffff:192.0.2.1"));
}

TEST_CASE("a prefix contains the addresses that share its bits, of its own family") {
    const auto contains = [](const char* address, unsigned length, const char* other) {
        return IpPrefix{ip(address), length}.contains(ip(other));
    };
    CHECK(contains("192.0.2.0", 24, "192.0.2.255"));
    CHECK_FALSE(contains("192.0.2.0", 24, "192.0.3.0"));
    CHECK(contains("192.0.2.0", 23, "192.0.3.0"));
    CHECK(contains("192.0.2.128", 25, "192.0.2.200"));
    CHECK_FALSE(contains("192.0.2.128", 25, "192.0.2.127"));
    CHECK(contains("192.0.2.1", 32, "192.0.2.1"));
    CHECK_FALSE(contains("192.0.2.1", 32, "192.0.2.2"));
    CHECK(contains("0.0.0.0", 0, "255.255.255.255"));
    CHECK(contains("192.0.2.77", 24, "192.0.2.1"));
    CHECK_FALSE(contains("0.0.0.0", 0, "::"));
    CHECK(contains("2001:db8::", 33, "2001:db8:7fff::1"));
    CHECK_FALSE(contains("2001:db8::", 33, "2001:db8:8000::1"));
    CHECK(contains("::1", 128, "::1"));
    CHECK(IpPrefix{ip("192.0.2.0"), 24}.to_string() == "192.0.2.0/24");
}

TEST_CASE("a secret gives its value only when asked, and cannot be printed") {
    const base::Secret secret("hunter2");
    CHECK(secret.reveal() == "hunter2");
    CHECK_FALSE(secret.empty());
    CHECK(base::Secret().empty());
    CHECK_FALSE(std::is_convertible_v<base::Secret, std::string>);
    CHECK_FALSE(std::is_convertible_v<base::Secret, std::string_view>);
    CHECK_FALSE(std::is_convertible_v<std::string, base::Secret>);
}

TEST_CASE("secrets are equal by their whole value") {
    CHECK(base::Secret("abc") == base::Secret("abc"));
    CHECK_FALSE(base::Secret("abc") == base::Secret("abd"));
    CHECK_FALSE(base::Secret("abc") == base::Secret("ab"));
    CHECK(base::Secret() == base::Secret(""));
}

TEST_CASE("a secret that was moved from or replaced holds nothing any more") {
    const std::string text = "a secret that is longer than a short string";
    base::Secret first(text);
    base::Secret second(std::move(first));
    CHECK(first.empty());  // NOLINT(bugprone-use-after-move): this is what is tested
    CHECK(second.reveal() == text);
    base::Secret third;
    third = std::move(second);
    CHECK(second.empty());  // NOLINT(bugprone-use-after-move)
    third = base::Secret("x");
    CHECK(third.reveal() == "x");
    auto& same = third;
    third = same;
    CHECK(third.reveal() == "x");
}

TEST_CASE("the bytes of a moved-from secret are wiped or moved, never copied") {
    base::Secret first("hunter2");
    const char* const bytes = first.reveal().data();
    const base::Secret second(std::move(first));
    CHECK(std::string_view(bytes, 7) == std::string_view("\0\0\0\0\0\0\0", 7));
    base::Secret long_one(std::string(100, 's'));
    const char* const long_bytes = long_one.reveal().data();
    const base::Secret moved(std::move(long_one));
    CHECK(moved.reveal().data() == long_bytes);
}

TEST_CASE("a string that became a secret leaves no copy behind") {
    std::string text = "hunter2";
    const char* const bytes = text.data();
    const base::Secret secret(std::move(text));
    CHECK(std::string_view(bytes, 7).find("hunter2") == std::string_view::npos);
    CHECK(std::string_view(bytes, 7).find("unter2") == std::string_view::npos);
}

TEST_CASE("a span of time is a number and a unit, above nothing and up to the most") {
    using std::chrono::seconds;
    const seconds day(86400);
    CHECK(base::parse_span("90s", day) == seconds(90));
    CHECK(base::parse_span("15m", day) == seconds(900));
    CHECK(base::parse_span("24h", day) == day);
    CHECK(base::parse_span("1d", day) == day);
    CHECK(base::parse_span("2w", day * 14) == day * 14);
    for (const auto* bad :
         {"", "s", "0s", "90", "25h", "2d", "1w", "-1s", "1.5h", "1 h", "1H", "1hh", "99999999999999999999s"})
        CHECK_MESSAGE(base::parse_span(bad, day) == std::nullopt, bad);
    CHECK(base::rounded_span(seconds(-5)) == "0s");
    CHECK(base::rounded_span(seconds(59)) == "59s");
    CHECK(base::rounded_span(seconds(3599)) == "59m");
    CHECK(base::rounded_span(seconds(86399)) == "23h");
    CHECK(base::rounded_span(day * 400) == "400d");
}
