#include "cli/views/predict_view.hpp"

#include <doctest/doctest.h>

namespace {

const output::Terminal plain{.width = 100, .color = false, .unicode = false};

// A relay with the managed return path, unsigned, whose way out is a key that is not published yet.
app::Forecast failing() {
    app::PredictRequest request{
        .relay = {.id = 1, .name = "news", .host = relay::Host::parse("smtp.mailer.example").value()},
        .from = mail::Address::parse("news@example.com").value()};
    app::Forecast forecast{.request = std::move(request)};
    forecast.egress_ips = {base::IpAddress::parse("192.0.2.10").value()};
    forecast.egress_source = app::EgressSource::stored;
    forecast.facts.author = "example.com";
    forecast.facts.policy = dmarc::DiscoveryResult::none;
    app::PathFacts path{
        .kind = app::PathKind::managed, .sender = "b@platform.example", .domain = "platform.example"};
    path.alignment = "platform.example is another organization than example.com";
    path.spf = {{.ip = forecast.egress_ips.front(),
                 .verdict = spf::Verdict::softfail,
                 .reason = "~all \x1b[31m matches"}};
    forecast.facts.paths = {path};
    forecast.facts.signing = {.domain = "example.com",
                              .selector = "s1",
                              .state = app::KeyState::missing,
                              .reason = "s1 is not published"};
    forecast.prediction = app::predict_mail(forecast.facts, {});
    return forecast;
}

app::Remedy remedy(const app::Forecast& forecast) {
    app::Remedy result{
        .summary = "publish it", .commands = {"relayctl edit news --dkim-selector s1"}, .after = {}};
    result.records = {{.name = "example.com",
                       .value = "v=spf1 exists:\"%{i}.example.com -all",
                       .replaces = "v=spf1 -all",
                       .flattened = {"include:a.example"},
                       .lookups = 3}};
    auto facts = forecast.facts;
    facts.signing.state = app::KeyState::usable;
    result.after = app::predict_mail(facts, {.signing = app::Signing::on});
    return result;
}

}  // namespace

TEST_CASE(
    "a prediction reads from the relay to the verdict, and nothing from outside reaches the terminal raw") {
    auto forecast = failing();
    forecast.remedy = remedy(forecast);
    CHECK(cli::predict_text(forecast, plain) ==
          "RELAY      news  smtp.mailer.example:587 tls\n"
          "LEAVES     192.0.2.10  (stored)\n"
          "FROM       news@example.com  (individual mail)\n"
          "MAIL FROM  b@platform.example  (managed: the platform's own)\n"
          "\n"
          "SPF        softfail  not aligned  192.0.2.10: ~all \\x1b[31m matches\n"
          "                                  platform.example is another organization than example.com\n"
          "DKIM       none      -            mail through this relay is not signed\n"
          "                                  a signature of the relay's operator would not align\n"
          "DMARC      none      neither SPF nor DKIM passes for the From domain\n"
          "                     example.com has no DMARC policy\n"
          "\n"
          "-> publish it\n"
          "  in place of: v=spf1 -all\n"
          "  example.com. IN TXT \"v=spf1 exists:\\\"%{i}.example.com -all\"\n"
          "  (3 of 10 look-ups; written out as networks, to be kept up to date: include:a.example)\n"
          "  relayctl edit news --dkim-selector s1\n"
          "   then DMARC none: DKIM passes and aligns\n");
}

TEST_CASE(
    "[PRED-13] the matrix marks the row of the relay, and says in words what a policy would make of it") {
    auto forecast = failing();
    forecast.matrix = {app::predict_mail(forecast.facts, {.signing = app::Signing::off}),
                       app::predict_mail(forecast.facts, {.signing = app::Signing::on})};
    const auto text = cli::predict_text(forecast, plain);
    const std::string matrix =
        "RETURN PATH  MAIL FROM         SPF       ALIGNED  DKIM OFF   DKIM ON\n"
        "managed      platform.example  softfail  no       (FAIL) <-  (FAIL)\n"
        "<- as the relay is set up\n"
        "(...) what it would be if there were a DMARC policy\n"
        "DKIM ON is as of now: s1 is not published\n"
        "  once the key is usable, every row of it passes\n";
    CHECK(text.find(matrix) != std::string::npos);
    CHECK(cli::predict_rows(forecast).size() == 2);
}

TEST_CASE("a row on a pipe names what is configured, and the way out in one line") {
    auto forecast = failing();
    forecast.remedy = remedy(forecast);
    const auto rows = cli::predict_rows(forecast);
    REQUIRE(rows.size() == 1);
    CHECK(cli::member_text(rows.front(), "configured") == "yes");
    CHECK(cli::member_text(rows.front(), "verdict") == "bad");
    CHECK(cli::member_text(rows.front(), "remedy") ==
          "relayctl edit news --dkim-selector s1; example.com TXT v=spf1 exists:\"%{i}.example.com -all");
}
