#include "app/key_table.hpp"

#include <doctest/doctest.h>

namespace {

const base::DomainName domain = base::DomainName::parse("example.com").value();

std::vector<app::KeyTableLine> keys_of(std::string_view text) {
    return app::parse_key_table(text).value();
}

std::vector<app::SigningTableLine> signers_of(std::string_view text) {
    return app::parse_signing_table(text).value();
}

}  // namespace

TEST_CASE("a KeyTable is read line by line: paths of every form, keys in the line, comments") {
    const auto lines = keys_of(
        "# keys\n\nnews example.com:s1:/etc/keys/s1.private\r\n  b\tb.example:s2:./b.key # the second\n"
        "c c.example:s3:keys/c.private\nd d.example:s4:d.pem\ne %:s5:../e.pem\nf f.example:s6:MIIEsecret\n"
        "g g.example:s7:MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v\nh "
        "h.example:s8:nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=");
    REQUIRE(lines.size() == 8);
    CHECK(lines[0].name == "news");
    CHECK(lines[0].selector == "s1");
    CHECK(lines[0].domain == domain);
    std::vector<std::string> paths;
    for (const auto& line : lines)
        paths.push_back(line.path);
    CHECK(paths == std::vector<std::string>{"/etc/keys/s1.private", "./b.key", "keys/c.private", "d.pem",
                                            "../e.pem", "", "", ""});
    CHECK(lines[5].key.reveal() == "MIIEsecret");
    CHECK_FALSE(lines[4].domain.has_value());
    CHECK(lines[1].domain->ascii() == "b.example");
}

TEST_CASE("a fault in a KeyTable is told with its line and without the key in it") {
    for (const char* text :
         {"", "#", "news", "news example.com", "news example.com:s1",
          "news example.com:s1:", "news example.com:a b:MIIEsecret", "news exa_mple..com:s1:MIIEsecret"}) {
        const auto read = app::parse_key_table(text);
        REQUIRE(read.has_error());
        CHECK(read.error().kind == base::ErrorKind::usage);
        CHECK(read.error().message.find("MIIE") == std::string::npos);
    }
    CHECK(app::parse_key_table("# x\nnews").error().context == "line 2");
}

TEST_CASE("a SigningTable gives the domains of its keys; patterns of many domains are passed over") {
    const auto lines = signers_of(
        "# who signs\n*@example.com news\nbob@b.example\tnews\nc.example %\n* all\n.d.example all\n"
        "*@*.e.example all\n");
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].domain == domain);
    CHECK(lines[0].key_name == "news");
    CHECK(lines[1].domain.ascii() == "b.example");
    CHECK(lines[2].key_name == "c.example");
    CHECK(app::parse_signing_table("\n*@example.com").error().context == "line 2");
    CHECK(app::parse_signing_table("*@exa..mple news").has_error());
}

TEST_CASE("a key of % is one of each domain that the SigningTable gives it") {
    const auto signers =
        signers_of("*@example.com all\nme@example.com all\n*@b.example all\n*@c.example other");
    const auto lines = app::with_domains(keys_of("all %:s1:/k\nother c.example:s2:/o"), signers).value();
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].domain == domain);
    CHECK(lines[1].domain->ascii() == "b.example");
    CHECK(lines[1].path == "/k");
    CHECK(lines[2].selector == "s2");
    const auto unknown = app::with_domains(keys_of("nobody %:s1:/k"), signers);
    CHECK(unknown.error().message.find("the SigningTable names none") != std::string::npos);
    const auto without = app::with_domains(keys_of("all %:s1:/k"), {});
    CHECK(without.error().hint.find("--signingtable") != std::string::npos);
}
