#include "relay/route.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace {

using relay::MailType;
using relay::Relay;

Relay make(relay::RelayId id, const std::string& name, std::vector<const char*> domains) {
    Relay relay{.id = id, .name = name, .host = relay::Host::parse("smtp.mailer.example").value()};
    for (const char* domain : domains)
        relay.domains.insert(relay::DomainPattern::parse(domain).value());
    relay.mail_types = {MailType::individual, MailType::mass};
    return relay;
}

// "news taken exact example.com; own spare fallback -"
std::string route_text(std::string_view domain, MailType type, const std::vector<Relay>& relays,
                       const std::vector<relay::RelayDay>& today = {}, std::uint64_t recipients = 1) {
    std::string text;
    for (const auto& each :
         relay::find_route(base::DomainName::parse(domain).value(), type, relays, today, recipients)) {
        const auto found = std::find_if(relays.begin(), relays.end(),
                                        [&](const auto& relay) { return relay.id == each.relay; });
        REQUIRE(found != relays.end());
        text += fmt::format("{}{} {} {} {}", text.empty() ? "" : "; ", found->name,
                            relay::to_string(each.step), each.rule ? relay::to_string(*each.rule) : "-",
                            each.pattern ? each.pattern->to_string() : "-");
    }
    return text;
}

}  // namespace

TEST_CASE("the nearest domain wins, then priority, then the name") {
    auto first = make(1, "b", {"*"}), second = make(2, "a", {"*.example.com"}),
         third = make(3, "c", {"*.mail.example.com"}), fourth = make(4, "d", {"news.mail.example.com"});
    const std::vector relays = {first, second, third, fourth};
    CHECK(route_text("news.mail.example.com", MailType::mass, relays) ==
          "d taken exact news.mail.example.com; c spare subdomain *.mail.example.com; "
          "a spare subdomain *.example.com; b spare any *");
    CHECK(route_text("example.com", MailType::mass, relays) ==
          "b taken any *; a other_domain - -; c other_domain - -; d other_domain - -");

    first.domains = second.domains = third.domains = fourth.domains;
    first.priority = third.priority = 5;
    CHECK(route_text("news.mail.example.com", MailType::mass, {first, second, third, fourth}) ==
          "b taken exact news.mail.example.com; c spare exact news.mail.example.com; "
          "a spare exact news.mail.example.com; d spare exact news.mail.example.com");
}

TEST_CASE("of several domains of a relay the nearest counts") {
    CHECK(route_text("a.example.com", MailType::mass,
                     {make(1, "all", {"*", "a.example.com", "*.example.com"})}) ==
          "all taken exact a.example.com");
    CHECK(route_text("b.a.example.com", MailType::mass,
                     {make(1, "all", {"*", "*.a.example.com", "*.example.com"})}) ==
          "all taken subdomain *.a.example.com");
}

TEST_CASE(
    "a relay that is disabled, or serves another type or domain, is passed over, and the reason is kept") {
    auto off = make(1, "off", {"example.com"}), typed = make(2, "typed", {"example.com"}),
         other = make(3, "other", {"example.org"}), next = make(4, "next", {"*"});
    off.enabled = false;
    typed.mail_types = {MailType::workflow};
    CHECK(route_text("example.com", MailType::mass, {off, typed, other, next}) ==
          "off disabled exact example.com; next taken any *; typed other_type exact example.com; "
          "other other_domain - -");
}

TEST_CASE("the fallback relay takes what nobody else takes, of any domain and type") {
    auto news = make(1, "news", {"example.com"}), own = make(2, "own", {});
    own.mail_types.clear();
    own.fallback = true;
    CHECK(route_text("example.com", MailType::mass, {news, own}) ==
          "news taken exact example.com; own spare fallback -");
    CHECK(route_text("example.com", MailType::workflow, {news, own}) ==
          "own taken fallback -; news other_type exact example.com");
    own.enabled = false;
    CHECK(route_text("example.org", MailType::mass, {news, own}) ==
          "own disabled fallback -; news other_domain - -");
}

TEST_CASE("a fallback relay that serves the domain itself stands among those that do") {
    auto own = make(1, "own", {"example.com"}), any = make(2, "any", {"*"});
    own.fallback = true;
    CHECK(route_text("example.com", MailType::mass, {any, own}) ==
          "own taken exact example.com; any spare any *");
    CHECK(route_text("example.com", MailType::workflow, {any, own}) ==
          "own taken fallback -; any other_type any *");
}

TEST_CASE("a relay that is tripped or at its limit is passed over, and a disabled one is called disabled") {
    auto news = make(1, "news", {"example.com"}), crm = make(2, "crm", {"example.com"}),
         own = make(3, "own", {"*"});
    news.daily_limit = 10;
    news.priority = 1;
    crm.priority = 2;
    const relay::RelayDay full{.relay = 1, .messages = 10},
        tripped{.relay = 2, .failures = 3, .tripped = "x"};
    CHECK(route_text("example.com", MailType::mass, {news, crm, own}, {full, tripped}) ==
          "news limit_reached exact example.com; crm tripped exact example.com; own taken any *");
    news.enabled = crm.enabled = false;
    CHECK(route_text("example.com", MailType::mass, {news, crm, own}, {full, tripped}) ==
          "news disabled exact example.com; crm disabled exact example.com; own taken any *");
}

TEST_CASE("a limit of recipients counts those of the message") {
    auto news = make(1, "news", {"example.com"});
    news.daily_limit = 10;
    news.limit_unit = relay::LimitUnit::recipients;
    const relay::RelayDay day{.relay = 1, .messages = 1, .recipients = 8};
    CHECK(route_text("example.com", MailType::mass, {news}, {day}, 2) == "news taken exact example.com");
    CHECK(route_text("example.com", MailType::mass, {news}, {day}, 3) ==
          "news limit_reached exact example.com");
    CHECK(route_text("example.com", MailType::mass, {news}, {day}, 10) ==
          "news limit_reached exact example.com");
    CHECK(route_text("example.com", MailType::mass, {news}, {}, 10) == "news taken exact example.com");
    CHECK(route_text("example.com", MailType::mass, {news}, {day}, 11) == "news too_many exact example.com");
    news.limit_unit = relay::LimitUnit::messages;
    CHECK(route_text("example.com", MailType::mass, {news}, {day}, 11) == "news taken exact example.com");
}

TEST_CASE("without a relay that can, none is taken") {
    const auto domain = base::DomainName::parse("example.com").value();
    CHECK(relay::find_route(domain, MailType::mass, {}, {}, 1).empty());
    CHECK(relay::taken(relay::find_route(domain, MailType::mass, {}, {}, 1)) == nullptr);
    auto off = make(1, "off", {"*"});
    off.enabled = false;
    CHECK(relay::taken(relay::find_route(domain, MailType::mass, {off}, {}, 1)) == nullptr);
}

TEST_CASE("the order does not depend on the order of the store") {
    auto a = make(1, "a", {"*"}), b = make(2, "b", {"*.example.com"}), c = make(3, "c", {});
    c.fallback = true;
    std::vector relays = {a, b, c};
    const auto expected = route_text("x.example.com", MailType::mass, relays);
    while (std::next_permutation(relays.begin(), relays.end(),
                                 [](const Relay& x, const Relay& y) { return x.name < y.name; }))
        CHECK(route_text("x.example.com", MailType::mass, relays) == expected);
}

TEST_CASE("behind a relay come those it falls back to, in their order, before what is next in the route") {
    auto news = make(1, "news", {"example.com"}), spare = make(2, "spare", {"example.com"}),
         crm = make(3, "crm", {"other.example"}), far = make(4, "far", {}), own = make(5, "own", {});
    spare.priority = 20;
    own.fallback = true;
    news.fallback_to = {"far", "crm"};
    far.fallback_to = {"own"};
    CHECK(route_text("example.com", MailType::mass, {news, spare, crm, far, own}) ==
          "news taken exact example.com; far spare chain -; own spare chain -; crm spare chain -; "
          "spare spare exact example.com");
    CHECK(route_text("other.example", MailType::mass, {news, spare, crm, far, own}) ==
          "crm taken exact other.example; own spare fallback -; far other_domain - -; news other_domain - -; "
          "spare other_domain - -");
    news.enabled = false;
    far.enabled = false;
    CHECK(route_text("example.com", MailType::mass, {news, far, crm, own}) ==
          "news disabled exact example.com; far disabled chain -; own taken chain -; crm spare chain -");
}

TEST_CASE("a chain that goes round, as rules forbid, ends, and names that are gone are passed over") {
    auto a = make(1, "a", {"example.com"}), b = make(2, "b", {}), c = make(3, "c", {});
    a.fallback_to = {"gone", "b"};
    b.fallback_to = {"c", "a", "b"};
    c.fallback_to = {"b", "a"};
    CHECK(route_text("example.com", MailType::mass, {a, b, c}) ==
          "a taken exact example.com; b spare chain -; c spare chain -");
}

TEST_CASE("a relay tells for whom it stands in") {
    auto news = make(1, "news", {"example.com"}), crm = make(2, "crm", {});
    news.fallback_to = {"crm"};
    const auto route =
        relay::find_route(base::DomainName::parse("example.com").value(), MailType::mass, {news, crm}, {}, 1);
    REQUIRE(route.size() == 2);
    CHECK_FALSE(route[0].stands_in_for.has_value());
    CHECK(route[1].stands_in_for == news.id);
}

TEST_CASE("a relay that is passed over gives the message to the next that can") {
    auto news = make(1, "news", {"example.com"}), own = make(2, "own", {});
    own.fallback = true;
    auto route =
        relay::find_route(base::DomainName::parse("example.com").value(), MailType::mass, {news, own}, {}, 1);
    relay::pass_over(route, own.id, relay::RouteStep::unaligned);
    CHECK(relay::taken(route)->relay == news.id);
    relay::pass_over(route, news.id, relay::RouteStep::unaligned);
    CHECK(route.front().step == relay::RouteStep::unaligned);
    CHECK(relay::taken(route)->relay == own.id);
    relay::pass_over(route, own.id, relay::RouteStep::unaligned);
    CHECK(relay::taken(route) == nullptr);
}
