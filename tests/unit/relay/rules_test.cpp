#include <doctest/doctest.h>

#include "relay/relay.hpp"

using base::ErrorKind;
using relay::MailType;

namespace {

relay::Relay make_relay(const std::string& name, const char* domain, std::set<MailType> types) {
    relay::Relay relay{.name = name, .host = relay::Host::parse("smtp.mailer.example").value()};
    relay.domains = {relay::DomainPattern::parse(domain).value()};
    relay.mail_types = std::move(types);
    return relay;
}

relay::Relay make_fallback(const std::string& name) {
    relay::Relay relay{.name = name, .host = relay::Host::parse("smtp.mailer.example").value()};
    relay.fallback = true;
    return relay;
}

}  // namespace

TEST_CASE("two relays with the same domain, mail type and priority are refused, naming both") {
    const auto news = make_relay("news", "example.com", {MailType::mass, MailType::workflow});
    const auto crm = make_relay("crm", "example.com", {MailType::workflow});
    const auto error = relay::check_rules(crm, {news}).error();
    CHECK(error.kind == ErrorKind::conflict);
    CHECK(error.message == "relays crm and news both claim (example.com, workflow) with priority 10");
}

TEST_CASE("another priority, domain or mail type makes two relays possible") {
    const auto news = make_relay("news", "example.com", {MailType::mass});
    auto other = make_relay("other", "example.com", {MailType::mass});
    other.priority = 20;
    CHECK(relay::check_rules(other, {news}).has_value());
    CHECK(relay::check_rules(make_relay("other", "example.org", {MailType::mass}), {news}).has_value());
    CHECK(relay::check_rules(make_relay("other", "example.com", {MailType::workflow}), {news}).has_value());
    CHECK(relay::check_rules(make_relay("other", "*", {MailType::mass}), {news}).has_value());
}

TEST_CASE("a relay does not stand in its own way") {
    const auto news = make_relay("news", "example.com", {MailType::mass});
    CHECK(relay::check_rules(news, {news}).has_value());
    CHECK(relay::check_rules(make_fallback("own"), {make_fallback("own")}).has_value());
}

TEST_CASE("a second fallback relay is refused, naming the first") {
    const auto error = relay::check_rules(make_fallback("spare"), {make_fallback("own")}).error();
    CHECK(error.kind == ErrorKind::conflict);
    CHECK(error.message == "relay own is the fallback relay already");
    CHECK(error.hint == "relayctl edit own --no-fallback --domain DOMAIN");
    auto with_domain = make_fallback("own");
    with_domain.domains = {relay::DomainPattern::parse("example.com").value()};
    with_domain.mail_types = {MailType::mass};
    CHECK(relay::check_rules(make_fallback("spare"), {with_domain}).error().hint ==
          "relayctl edit own --no-fallback");
}

TEST_CASE("a relay that is not the fallback serves a domain and a mail type") {
    auto relay = make_relay("news", "example.com", {});
    CHECK(relay::check_rules(relay, {}).error().kind == ErrorKind::usage);
    relay.domains.clear();
    relay.mail_types = {MailType::mass};
    CHECK(relay::check_rules(relay, {}).error().kind == ErrorKind::usage);
    CHECK(relay::check_rules(make_fallback("own"), {}).has_value());
}

TEST_CASE("the fields in which two relays differ are named; id and times are not compared") {
    const auto a = make_relay("news", "example.com", {MailType::mass});
    auto b = a;
    b.id = 7;
    b.changed_at = base::parse_rfc3339("2026-11-23T15:56:00Z").value();
    CHECK(relay::differing_fields(a, b).empty());
    b = make_relay("crm", "example.org", {MailType::workflow});
    b.id = 7;
    b.host = relay::Host::parse("192.0.2.1").value();
    b.port = 25;
    b.security = relay::Security::none;
    b.verification = relay::Verification::off;
    b.ca_file = "/ca";
    b.fingerprint = "f";
    b.daily_limit = 1;
    b.priority = 1;
    b.dkim_selector = "s";
    b.return_path = relay::FromReturnPath{};
    b.login = relay::Login{.user = "u"};
    b.fallback = true;
    b.enabled = false;
    b.description = "d";
    const std::vector<std::string> all = {
        "name",        "host",    "port",       "security",    "verify_certificate", "ca_file",
        "fingerprint", "domains", "mail_types", "daily_limit", "priority",           "dkim_selector",
        "return_path", "login",   "fallback",   "enabled",     "description"};
    CHECK(relay::differing_fields(a, b) == all);
}

TEST_CASE("relays that do not exist, and the relay itself, are no fallback") {
    auto news = make_relay("news", "example.com", {MailType::mass});
    const auto crm = make_relay("crm", "example.org", {MailType::mass});
    news.fallback_to = {"crm"};
    CHECK(relay::check_fallbacks(news, {crm}).has_value());
    news.fallback_to = {"crn"};
    auto error = relay::check_fallbacks(news, {crm}).error();
    CHECK(error.kind == ErrorKind::not_found);
    CHECK(error.hint == "did you mean crm?");
    news.fallback_to = {"news"};
    CHECK(relay::check_fallbacks(news, {news, crm}).error().kind == ErrorKind::usage);
    auto own = make_fallback("own");
    own.fallback_to = {"crm"};
    CHECK(relay::check_fallbacks(own, {crm}).error().kind == ErrorKind::usage);
    news.fallback_to.assign(relay::most_fallbacks + 1, "crm");
    CHECK(relay::check_fallbacks(news, {crm}).error().kind == ErrorKind::usage);
}

TEST_CASE("relays that fall back to each other in a loop are refused, naming the way") {
    auto a = make_relay("a", "a.example", {MailType::mass}),
         b = make_relay("b", "b.example", {MailType::mass}),
         c = make_relay("c", "c.example", {MailType::mass}),
         d = make_relay("d", "d.example", {MailType::mass});
    a.fallback_to = {"d", "b"};
    b.fallback_to = {"c"};
    CHECK(relay::check_fallbacks(c, {a, b, d}).has_value());
    c.fallback_to = {"d", "a"};
    const auto error = relay::check_fallbacks(c, {a, b, c, d}).error();
    CHECK(error.kind == ErrorKind::conflict);
    CHECK(error.message == "mail would go round in a loop: c -> a -> b -> c");
    CHECK(error.hint == "relayctl edit b --fallback-to none");
    // A diamond is no loop, and one that the relay does not stand in is not its fault.
    a.fallback_to = {"b", "c"};
    c.fallback_to.clear();
    CHECK(relay::check_fallbacks(a, {b, c}).has_value());
    c.fallback_to = {"b"};
    d.fallback_to = {"b"};
    CHECK(relay::check_fallbacks(d, {b, c}).has_value());
}
