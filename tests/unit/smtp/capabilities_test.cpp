#include "smtp/capabilities.hpp"

#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using smtp::Capabilities;
using smtp::Reply;

namespace {

Capabilities parse(std::vector<std::string> lines) {
    Reply reply;
    reply.code = 250;
    reply.lines = std::move(lines);
    return smtp::parse_capabilities(reply);
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("The first line names the server and the others its keywords") {
    const Capabilities capabilities = parse({"mail.example at your service", "PIPELINING", "SIZE 10240000"});
    CHECK(capabilities.server == "mail.example");
    REQUIRE(capabilities.keywords.size() == 2);
    CHECK(capabilities.keywords[1] == smtp::Keyword{.name = "SIZE", .parameters = "10240000"});
    CHECK(capabilities.size == 10240000);
}

TEST_CASE("Keywords are found without regard to case") {
    const Capabilities capabilities = parse({"mail", "StartTls", "auth plain"});
    CHECK(capabilities.has("STARTTLS"));
    CHECK(capabilities.has("starttls"));
    CHECK(capabilities.auth == Words{"PLAIN"});
    CHECK_FALSE(capabilities.has("START"));
}

TEST_CASE("[SMTP-SEC-21] AUTH and the old AUTH= are one list without doubles") {
    CHECK(parse({"mail", "AUTH=PLAIN LOGIN", "AUTH LOGIN XOAUTH2 cram-md5"}).auth ==
          Words{"PLAIN", "LOGIN", "XOAUTH2", "CRAM-MD5"});
    CHECK(parse({"mail", "AUTH"}).auth.empty());
    CHECK(parse({"mail", "AUTH="}).auth.empty());
}

TEST_CASE("Words that cannot be mechanisms are left out") {
    CHECK(parse({"mail", "AUTH PLAIN \x1b[31m LOGIN " + std::string(21, 'A')}).auth ==
          Words{"PLAIN", "LOGIN"});
}

TEST_CASE("[SMTP-SEC-21] SIZE may have a number, none, or one too large") {
    CHECK(parse({"mail", "SIZE 0"}).size == 0);
    CHECK(parse({"mail", "SIZE"}).size == std::nullopt);
    CHECK(parse({"mail", "SIZE"}).has("size"));
    CHECK_FALSE(parse({"mail", "SIZE"}).size_unreadable);
    CHECK(parse({"mail", "SIZE 18446744073709551615"}).size == std::numeric_limits<std::uint64_t>::max());
    CHECK_FALSE(parse({"mail", "SIZE 18446744073709551615"}).size_unreadable);

    const Capabilities overflow = parse({"mail", "SIZE 18446744073709551616"});
    CHECK(overflow.size == std::numeric_limits<std::uint64_t>::max());
    CHECK(overflow.size_unreadable);

    CHECK(parse({"mail", "SIZE -1"}).size == std::nullopt);
    CHECK(parse({"mail", "SIZE 10MB"}).size_unreadable);
}

TEST_CASE("[SMTP-SEC-21] Empty keyword lines are passed over") {
    CHECK(parse({"mail", "", "  ", "DSN"}).keywords.size() == 1);
    CHECK(parse({""}).server.empty());
    CHECK(parse({}).keywords.empty());
}

TEST_CASE("[SMTP-SEC-21] No more than 100 keywords and 32 mechanisms are kept") {
    Words lines{"mail"};
    for (int i = 0; i < 127; ++i)
        lines.push_back("X" + std::to_string(i));
    const Capabilities many = parse(lines);
    CHECK(many.keywords.size() == 100);
    CHECK(many.cut);

    std::string mechanisms = "AUTH";
    for (int i = 0; i < 40; ++i)
        mechanisms += " M" + std::to_string(i);
    CHECK(parse({"mail", mechanisms}).auth.size() == 32);
    CHECK(parse({"mail", mechanisms}).cut);
}
