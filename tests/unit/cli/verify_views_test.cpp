#include <doctest/doctest.h>

#include "base/text.hpp"
#include "cli/commands/verify_output.hpp"
#include "cli/views/verify_view.hpp"
#include "net/run.hpp"
#include "output/characters.hpp"
#include "support/fake_resolver.hpp"

namespace {

using finding::Verdict;

const output::Terminal plain{.width = 100, .color = false, .unicode = false};
const std::string ed25519_key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

test::FakeResolver good_domain() {
    test::FakeResolver resolver;
    resolver.txt("example.com", "v=spf1 ip4:8.8.8.0/24 ~all");
    resolver.txt("s1._domainkey.example.com", "v=DKIM1; k=ed25519; p=" + ed25519_key);
    resolver.txt("_dmarc.example.com", "v=DMARC1; p=quarantine; rua=mailto:d@example.com");
    resolver.a("example.com", "8.8.8.8");
    resolver.mx("example.com", 10, "example.com");
    return resolver;
}

cli::VerifyResult verified(test::FakeResolver& resolver, app::VerifyRequest request) {
    request.domain = "example.com";
    cli::VerifyResult result{.verification = {}, .ip = request.ip, .dkim_wanted = request.checks.dkim};
    result.verification = net::run(app::verify_domain(resolver, std::move(request))).value();
    return result;
}

// "spf unchecked unchecked SERVFAIL": check, verdict, result and detail of each row.
std::string rows_of(const cli::VerifyResult& result) {
    std::string text;
    for (const auto& row : cli::verify_rows(result)) {
        const char* gap = "";
        for (const auto* key : {"check", "verdict", "result", "detail"}) {
            text += gap + cli::member_text(row, key).value_or("-");
            gap = " | ";
        }
        text += "\n";
    }
    return text;
}

relay::DkimKey key(std::string selector, relay::DkimState state) {
    relay::DkimKey result{.domain = base::DomainName::parse("example.com").value(),
                          .selector = std::move(selector),
                          .algorithm = relay::KeyAlgorithm::ed25519,
                          .bits = 256,
                          .public_key = ed25519_key};
    result.life.state = state;
    return result;
}

}  // namespace

TEST_CASE("what could not be checked is one word in the rows, and the detail says why") {
    test::FakeResolver resolver;
    for (const auto* name : {"example.com", "_dmarc.example.com", "s1._domainkey.example.com"})
        resolver.fail(name, dns::Status::servfail);
    app::VerifyRequest request;
    request.selectors = {"s1"};
    request.checks.mx = true;
    CHECK(rows_of(verified(resolver, request)) ==
          "spf | unchecked | unchecked | SERVFAIL\n"
          "dkim | unchecked | unchecked | SERVFAIL\n"
          "dmarc | unchecked | unchecked | SERVFAIL\n"
          "mx | unchecked | unchecked | SERVFAIL, 0 hosts\n");
    request.ip = base::IpAddress::parse("192.0.2.1").value();
    request.checks = app::no_checks;
    request.checks.spf = true;
    CHECK(rows_of(verified(resolver, request)).starts_with("spf | unchecked | temperror | for 192.0.2.1: "));
}

TEST_CASE("a relay's mail that was not judged is skipped, one that could not be judged is unchecked") {
    auto resolver = good_domain();
    app::VerifyRequest request;
    request.checks = app::no_checks;
    request.checks.spf = true;
    auto result = verified(resolver, request);
    result.relay = "news";
    result.mail = {.verdict = Verdict::unchecked, .reason = "why", .judged = false};
    CHECK(rows_of(result).ends_with("mail | skip | skip | why\n"));
    CHECK(cli::verify_text(result, plain).find("MAIL   skip  through news: why\n") != std::string::npos);
    result.mail = {.verdict = Verdict::unchecked, .reason = "why"};
    CHECK(rows_of(result).ends_with("mail | unchecked | unchecked | why\n"));
    CHECK(cli::verify_text(result, plain).find("MAIL   unchecked  through news: why\n") != std::string::npos);
}

TEST_CASE("rows and JSON tell which address SPF was evaluated for, and where it comes from") {
    auto resolver = good_domain();
    app::VerifyRequest request;
    request.checks = app::no_checks;
    request.checks.spf = true;
    CHECK(cli::member_text(cli::verify_rows(verified(resolver, request)).front(), "ip") == std::nullopt);
    request.ip = base::IpAddress::parse("8.8.8.8").value();
    auto result = verified(resolver, request);
    result.ip_source = app::EgressSource::relay;
    result.ip_note = "the relay's own address";
    CHECK(
        rows_of(result) ==
        "spf | good | pass | for 8.8.8.8 (the relay's own address): ip4:8.8.8.0/24 in example.com matches\n");
    CHECK(cli::member_text(cli::verify_rows(result).front(), "ip") == "8.8.8.8");
    const auto item = cli::verify_item(result);
    CHECK(cli::member_text(*item.find("spf"), "ip_source") == "relay");
}

TEST_CASE("a record that holds no usable key says what is wrong with it") {
    auto resolver = good_domain();
    resolver.txt("s2._domainkey.example.com", "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg==");
    resolver.txt("s3._domainkey.example.com", "hello");
    app::VerifyRequest request;
    request.checks = app::no_checks;
    request.checks.dkim = true;
    request.selectors = {"s2", "s3"};
    const auto rows = rows_of(verified(resolver, request));
    CHECK(rows.find("| no usable key: ") != std::string::npos);
    CHECK(rows.find("| no usable key: text that is no DKIM key stands at the selector\n") !=
          std::string::npos);
}

TEST_CASE("a pending key is told of, with the command that comes next") {
    auto resolver = good_domain();
    app::VerifyRequest request;
    request.keys = {key("s1", relay::DkimState::active), key("s2", relay::DkimState::pending)};
    auto result = verified(resolver, request);
    const std::string passed_over =
        "pending in the store, not looked at without --selector s2; next: relayctl dkim check "
        "s2@example.com\n";
    CHECK(rows_of(result).find("dkim | skip | skip | " + passed_over) != std::string::npos);
    CHECK(cli::verify_text(result, plain).find("DKIM   skip  s2._domainkey: " + passed_over) !=
          std::string::npos);
    request.keys = {key("s1", relay::DkimState::pending)};
    CHECK(rows_of(verified(resolver, request))
              .find("ed25519, matches the key in the store; pending, next: relayctl dkim activate "
                    "s1@example.com\n") != std::string::npos);
}

TEST_CASE("findings that are only worth knowing stand in the rows, not on a terminal") {
    auto resolver = good_domain();
    app::VerifyRequest request;
    request.keys = {key("s1", relay::DkimState::active)};
    const auto result = verified(resolver, request);
    const auto rows = cli::verify_rows(result);
    CHECK(cli::member_text(rows.front(), "findings") == "spf-softfail-all");
    CHECK(cli::member_text(rows.back(), "findings").value_or("").find("dmarc-quarantine") !=
          std::string::npos);
    const auto text = cli::verify_text(result, plain);
    CHECK(text.find("spf-softfail-all") == std::string::npos);
    CHECK(text.find("dmarc-quarantine") == std::string::npos);
}

TEST_CASE("other TXT records are no SPF record, two are too many [SPF-01]") {
    test::FakeResolver resolver;
    resolver.txt("example.com", "site-verification=1");
    const auto none = verified(resolver, {});
    CHECK(cli::spf_result(*none.verification.spf) == "none");
    CHECK(cli::verify_text(none, plain).find("no usable record") != std::string::npos);
    resolver.txt("example.com", "v=spf1 -all");
    resolver.txt("example.com", "v=spf1 ~all");
    CHECK(cli::spf_result(*verified(resolver, {}).verification.spf) == "fail");
}

TEST_CASE("the line of a domain keeps to the terminal's width, and loses nothing by it") {
    test::FakeResolver resolver;
    for (const auto* name : {"example.com", "_dmarc.example.com"})
        resolver.fail(name, dns::Status::servfail);
    const auto result = verified(resolver, {});
    auto terminal = plain;
    terminal.width = 0;
    const std::string whole =
        "example.com                       spf unchecked  dkim skip       dmarc unchecked "
        "dmarc-not-checked,spf-lookup-failed\n";
    CHECK(cli::verify_line(result, terminal) == whole);
    terminal.width = 48;
    CHECK(cli::verify_line(result, terminal) ==
          "example.com                       spf unchecked\n"
          "  dkim skip       dmarc unchecked\n"
          "  dmarc-not-checked,spf-lookup-failed\n");
    auto invalid = result;
    invalid.verification.domain_fault = "not a domain name: only letters, digits and hyphens are allowed";
    for (unsigned width = 40; width < 140; ++width) {
        terminal.width = width;
        for (const auto& text : {cli::verify_line(result, terminal), cli::verify_line(invalid, terminal)})
            for (const auto line : base::split(text, '\n'))
                CHECK(output::display_width(line) <= width);
    }
    CHECK(cli::verify_line(invalid, terminal).find("\\x") == std::string::npos);
    terminal.width = 60;
    CHECK(cli::verify_line(invalid, terminal) ==
          "example.com                       not a domain name: only\n"
          "  letters, digits and hyphens are allowed\n");
}
