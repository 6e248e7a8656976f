#include <doctest/doctest.h>

#include "relay/relay.hpp"

using base::ErrorKind;
using relay::AnyPort;

namespace {

// Every refusal is a usage error with a message on one line.
template <class T>
bool is_refused(const base::Result<T>& result) {
    return result.has_error() && result.error().kind == ErrorKind::usage && !result.error().message.empty() &&
           result.error().message.find_first_of("\r\n\x1b") == std::string::npos;
}

}  // namespace

TEST_CASE("the mail ports are taken, and others only when asked for") {
    for (const char* text : {"25", "465", "587"}) {
        CHECK(relay::parse_port(text, AnyPort::no).value() == std::stoi(text));
        CHECK(relay::parse_port(text, AnyPort::yes).value() == std::stoi(text));
    }
    for (const char* text : {"1", "26", "2525", "65535"}) {
        CHECK(is_refused(relay::parse_port(text, AnyPort::no)));
        CHECK(relay::parse_port(text, AnyPort::yes).value() == std::stoi(text));
    }
    CHECK(relay::parse_port("26", AnyPort::no).error().hint.find("--any-port") != std::string::npos);
}

TEST_CASE("what is no port is refused, also an octal one") {
    for (const char* text : {"", "0", "65536", "70000", "025", "+25", "-25", " 25", "25 ", "smtp", "0x19",
                             "25.0", "99999999999999999999999", "\xef\xbc\x92\xef\xbc\x95"}) {
        CAPTURE(text);
        CHECK(is_refused(relay::parse_port(text, AnyPort::no)));
        CHECK(is_refused(relay::parse_port(text, AnyPort::yes)));
    }
}

TEST_CASE("a refused port says what would be taken") {
    CHECK(relay::parse_port("smtp", AnyPort::no).error().message ==
          "not a port: \"smtp\": it is 25, 465 or 587");
    CHECK(relay::parse_port("smtp", AnyPort::yes).error().message ==
          "not a port: \"smtp\": it is 1 to 65535");
}

TEST_CASE("a security has its other names, in any case") {
    using relay::Security;
    for (const char* text : {"ssl", "SSL", "smtps", "implicit"})
        CHECK(relay::parse_security(text).value() == Security::ssl);
    for (const char* text : {"tls", "starttls", "STARTTLS"})
        CHECK(relay::parse_security(text).value() == Security::tls);
    CHECK(relay::parse_security("none").value() == Security::none);
    for (const char* text : {"", "ssl ", "auto", "tls1.2", "none\n"})
        CHECK(is_refused(relay::parse_security(text)));
    for (const auto security : {Security::ssl, Security::tls, Security::none})
        CHECK(relay::parse_security(relay::to_string(security)).value() == security);
}

TEST_CASE("the mail types are the three") {
    for (const auto type : relay::all_mail_types)
        CHECK(relay::parse_mail_type(relay::to_string(type)).value() == type);
    for (const char* text : {"", "bulk", "mass,workflow", " mass"})
        CHECK(is_refused(relay::parse_mail_type(text)));
}

TEST_CASE("a relay name is a plain word") {
    const std::string longest(63, 'a');
    for (const auto& text : {std::string("a"), std::string("news"), std::string("0.a_b-c"), longest})
        CHECK(relay::parse_relay_name(text).value() == text);
}

TEST_CASE("a relay name that a shell, a path or a terminal could misread is refused") {
    for (const std::string& text :
         {std::string(), std::string(" "), std::string("a b"), std::string("../a"), std::string("a/b"),
          std::string("$(touch x)"), std::string("`x`"), std::string("\x1b[31mred"), std::string("-rf"),
          std::string(".a"), std::string("_a"), std::string("News"), std::string("a\nb"),
          std::string("a\0b", 3), std::string("\xe6\x97\xa5\xe6\x9c\xac"), std::string(64, 'a'),
          std::string(100'000, 'a')}) {
        CAPTURE(text.size());
        CHECK(is_refused(relay::parse_relay_name(text)));
    }
    CHECK(relay::parse_relay_name("N").error().hint == "put free text in --description");
}

TEST_CASE("a selector is made of labels, which may be numbers") {
    for (const char* text :
         {"s1", "s2026", "mail.2024", "20230601", "007", "a.b.c", "k--1", "99999999999999999999999"})
        CHECK(relay::parse_selector(text).value() == text);
    CHECK(relay::parse_selector("S1").value() == "s1");
    CHECK(relay::parse_selector(std::string(63, 's')).has_value());
}

TEST_CASE("a selector that would make a broken name is refused") {
    for (const std::string& text :
         {std::string(), std::string("."), std::string("s1."), std::string(".s1"), std::string("a..b"),
          std::string("-a"), std::string("a-"), std::string("a_b"), std::string("s 1"), std::string("*"),
          std::string("s1\n"), std::string("s\0", 2), std::string("s\xc3\xbc"), std::string(64, 's'),
          std::string(100'000, '.')}) {
        CAPTURE(text);
        CHECK(is_refused(relay::parse_selector(text)));
    }
}

TEST_CASE("a daily limit is a number of messages, or none") {
    CHECK(relay::parse_daily_limit("1").value() == 1U);
    CHECK(relay::parse_daily_limit("1000000").value() == 1'000'000U);
    CHECK(relay::parse_daily_limit("100000000").value() == 100'000'000U);
    CHECK(relay::parse_daily_limit("none").value() == std::nullopt);
    for (const char* text : {"", "0", "-1", "+1", "1e9", "1000000000", "100000001", "many", "1,000", "0100",
                             " 1", "None", "18446744073709551617"}) {
        CAPTURE(text);
        CHECK(is_refused(relay::parse_daily_limit(text)));
    }
}

TEST_CASE("a priority is 0 to 65535") {
    CHECK(relay::parse_priority("0").value() == 0);
    CHECK(relay::parse_priority("65535").value() == 65535);
    for (const char* text : {"", "-1", "65536", "00", "high"})
        CHECK(is_refused(relay::parse_priority(text)));
}

TEST_CASE("a fingerprint is 64 hexadecimal digits, kept in lower case without colons") {
    std::string colons;
    for (int i = 0; i < 32; ++i)
        colons += i == 0 ? "AB" : ":AB";
    std::string plain;
    for (int i = 0; i < 32; ++i)
        plain += "ab";
    CHECK(relay::parse_fingerprint(colons).value() == plain);
    CHECK(relay::parse_fingerprint(plain).value() == plain);
    for (const std::string& text : {std::string(), std::string(63, 'a'), std::string(65, 'a'),
                                    std::string(64, 'g'), plain + "\n", std::string(40, 'a')})
        CHECK(is_refused(relay::parse_fingerprint(text)));
}

TEST_CASE("a description is a line of UTF-8 of at most 200 octets") {
    const std::string japanese =
        "\xe5\x96\xb6\xe6\xa5\xad\xe9\x83\xa8\xe3\x81\xae\xe3\x83\xa1\xe3\x83\xab\xe3\x83\x9e\xe3\x82\xac";
    CHECK(relay::parse_description(japanese).value() == japanese);
    CHECK(relay::parse_description("").value().empty());
    CHECK(relay::parse_description(std::string(200, 'x')).has_value());
    for (const std::string& text :
         {std::string(201, 'x'), std::string("a\nb"), std::string("\x1b[2J"), std::string("\xff"),
          std::string("\xe2\x80\xae"
                      "evil"),
          std::string("a\0", 2)})
        CHECK(is_refused(relay::parse_description(text)));
}

TEST_CASE("a host is a name or an address") {
    const auto text_of = [](const char* text) { return relay::Host::parse(text).value().to_string(); };
    CHECK(text_of("SMTP.Mailer.example.") == "smtp.mailer.example");
    CHECK(text_of("localhost") == "localhost");
    CHECK(text_of("b\xc3\xbc"
                  "cher.example") == "xn--bcher-kva.example");
    CHECK(text_of("192.0.2.1") == "192.0.2.1");
    CHECK(text_of("[2001:DB8::1]") == "2001:db8::1");
    CHECK(text_of("2001:db8:0::1") == "2001:db8::1");
    CHECK(relay::Host::parse("192.0.2.1").value().address().has_value());
    CHECK(relay::Host::parse("192.0.2.1").value().name() == nullptr);
    CHECK_FALSE(relay::Host::parse("a.example").value().address().has_value());
}

TEST_CASE("what is no host is refused") {
    for (const std::string& text : {std::string(),
                                    std::string(" "),
                                    std::string("   "),
                                    std::string("a b.example"),
                                    std::string("a\x07.example"),
                                    std::string("a.example\n"),
                                    std::string("a.example\0", 10),
                                    std::string(300, 'a'),
                                    std::string(64, 'a') + ".example",
                                    std::string("192.0.2.256"),
                                    std::string("192.0.2"),
                                    std::string("1"),
                                    std::string("::1%eth0"),
                                    std::string("[::1"),
                                    std::string("[]"),
                                    std::string("a.example:25"),
                                    std::string("smtp://a.example"),
                                    std::string("a..example"),
                                    std::string("-a.example"),
                                    std::string("\xff.example"),
                                    std::string("a_b.example"),
                                    std::string(1'000'000, 'a')}) {
        CAPTURE(text.substr(0, 40));
        CHECK(is_refused(relay::Host::parse(text)));
    }
    CHECK(relay::Host::parse("a b").error().message.starts_with("not a host name or IP address: \"a b\": "));
}

TEST_CASE("a domain pattern is a domain, all below one, or all of them") {
    CHECK(relay::DomainPattern::parse("*").value().is_any());
    CHECK(relay::DomainPattern::parse("Example.COM").value().to_string() == "example.com");
    const auto below = relay::DomainPattern::parse("*.Example.com").value();
    CHECK(below.to_string() == "*.example.com");
    for (const char* covered : {"a.example.com", "a.b.example.com"})
        CHECK(below.covers(base::DomainName::parse(covered).value()));
    for (const char* other : {"example.com", "aexample.com", "example.org"})
        CHECK_FALSE(below.covers(base::DomainName::parse(other).value()));
    for (const char* text : {"", "**", "*.", "*.com", "*.*.example.com", "a.*.com", "example", "a,b.example"})
        CHECK(is_refused(relay::DomainPattern::parse(text)));
}

TEST_CASE("a return path is a word or an address, and its text parses back") {
    for (const char* text : {"managed", "from", "<>", "bounce@example.com", "\"a b\"@example.com"})
        CHECK(relay::to_string(relay::parse_return_path(text).value()) == text);
    CHECK(std::holds_alternative<relay::NullReturnPath>(relay::parse_return_path("<>").value()));
}

TEST_CASE("a return path that is no address, or would end the SMTP command, is refused") {
    for (const std::string& text :
         {std::string(), std::string("bounce"), std::string("manage"), std::string("@example.com"),
          std::string("bounce@"), std::string("<bounce@example.com>"),
          std::string("a@example.com\r\nRCPT TO:<b@c.d>"), std::string("a\n@example.com"),
          std::string("\"a\r\n\"@example.com"), std::string("a@b@example.com")}) {
        CAPTURE(text);
        CHECK(is_refused(relay::parse_return_path(text)));
    }
    CHECK(relay::parse_return_path("bounce").error().hint ==
          "a return path is managed, from, <> or an address");
}

TEST_CASE("a key algorithm is rsa or ed25519") {
    for (const auto algorithm : {relay::KeyAlgorithm::rsa, relay::KeyAlgorithm::ed25519})
        CHECK(relay::parse_key_algorithm(relay::to_string(algorithm)).value() == algorithm);
    for (const char* text : {"", "RSA", "dsa"})
        CHECK(is_refused(relay::parse_key_algorithm(text)));
}
