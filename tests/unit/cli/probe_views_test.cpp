#include <doctest/doctest.h>
#include <fmt/format.h>

#include "cli/views/finding_view.hpp"
#include "cli/views/last_probe_view.hpp"
#include "cli/views/monitor_line.hpp"
#include "cli/views/probe_summary.hpp"
#include "cli/views/probe_view.hpp"
#include "cli/views/times_view.hpp"

using app::Milliseconds;
using cli::MonitorState;
using finding::Verdict;

namespace {

base::Time noon() {
    return base::parse_rfc3339("2026-11-23T12:00:00Z").value();
}

app::ProbeReport report_of(Verdict verdict) {
    app::ProbeReport report{.target = {.relay = "news", .host = relay::Host::parse("mail.example").value()}};
    report.target.configured = app::ProbeEndpoint{.port = 587, .security = relay::Security::tls};
    report.addresses = {base::IpAddress::parse("192.0.2.25").value()};
    report.address = report.addresses.front();
    report.configured = 0;
    report.verdict = verdict;
    app::Combination cell;
    cell.endpoint = *report.target.configured;
    cell.verdict = verdict;
    cell.outcome = verdict == Verdict::good ? app::Outcome::ok : app::Outcome::fail;
    cell.reason = verdict == Verdict::good ? "" : "certificate expired";
    cell.times.connect = Milliseconds(12);
    cell.times.tls = Milliseconds(1030);
    cell.total = Milliseconds(1118);
    cell.tls.emplace();
    cell.tls->chain.emplace_back();
    cell.tls->chain.front().not_after = noon() + std::chrono::days(70);
    report.combinations.push_back(std::move(cell));
    return report;
}

output::Value with_probe(Verdict verdict, std::string reason, std::chrono::seconds ago) {
    relay::Relay relay{.id = 3, .name = "news", .host = relay::Host::parse("mail.example").value()};
    const relay::LastProbe probe{
        .relay = 3, .at = noon() - ago, .verdict = verdict, .host = relay.host, .reason = std::move(reason)};
    auto item = output::Value::object();
    item.set("last_probe", cli::last_probe_item(relay, probe, noon()));
    return item;
}

}  // namespace

TEST_CASE("the line for monitoring has a state, a sentence and times in seconds") {
    CHECK(cli::monitor_line(report_of(Verdict::good), noon()) ==
          "RELAYCTL OK - news: 587 tls works, 70 days left"
          "|connect=0.012s;;;0 tls=1.030s;;;0 total=1.118s;;;0 days_left=70;21:;0:\n");
    CHECK(cli::monitor_line(report_of(Verdict::bad), noon())
              .starts_with("RELAYCTL CRITICAL - news: 587 tls certificate expired|connect=0.012s"));
    CHECK(cli::monitor_line(report_of(Verdict::unchecked), noon()).starts_with("RELAYCTL UNKNOWN - news: "));
    CHECK(cli::monitor_failure("there is no relay \"x\"") == "RELAYCTL UNKNOWN - there is no relay \"x\"\n");
}

TEST_CASE("the line for monitoring says what works in clear text, and thresholds that the state keeps to") {
    auto report = report_of(Verdict::good);
    auto& cell = report.combinations.front();
    cell.tls->chain.front().not_after = noon() - std::chrono::days(3);
    report.target.fingerprint = std::string(64, '0');
    CHECK(cli::monitor_line(report, noon()).ends_with(" days_left=-3;21:\n"));
    report.target.fingerprint.clear();
    report.target.verification = relay::Verification::off;
    CHECK(cli::monitor_line(report, noon())
              .starts_with("RELAYCTL OK - news: 587 tls works, expired 3 days ago|"));
    CHECK(cli::monitor_line(report, noon()).ends_with(" days_left=-3\n"));
    cell.tls->chain.front().not_after = noon() + std::chrono::days(70);
    cell.outcome = app::Outcome::unverified;
    CHECK(cli::monitor_line(report, noon())
              .starts_with("RELAYCTL OK - news: 587 tls works, certificate not verified, 70 days left|"));
    cell.endpoint.security = relay::Security::none;
    cell.tls.reset();
    CHECK(
        cli::monitor_line(report, noon()).starts_with("RELAYCTL OK - news: 587 none works, in clear text|"));
}

TEST_CASE("a relay that works with a warning is a warning, what is only told is none") {
    auto report = report_of(Verdict::good);
    report.findings.push_back(finding::make("smtp-auth-only-after-tls", "mail.example", "", ""));
    CHECK(cli::monitor_state(report) == MonitorState::ok);
    report.findings.push_back(
        finding::make("tls-certificate-expires-soon", "mail.example", "12 days left", ""));
    CHECK(cli::monitor_state(report) == MonitorState::warning);
    CHECK(cli::monitor_line(report, noon()).find("; tls-certificate-expires-soon: 12 days left|") !=
          std::string::npos);
}

TEST_CASE(
    "what a server said can neither begin the performance data nor a line, nor reach the terminal raw") {
    auto report = report_of(Verdict::bad);
    report.findings.push_back(finding::make("smtp-greeting-rejected", "mail.example",
                                            "554 no|x=1\n\x1b[31m" + std::string(900, 'y')));
    const auto line = cli::monitor_line(report, noon());
    CHECK(line.find('\n') == line.size() - 1);
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find('|') == line.rfind('|'));
    CHECK(line.size() < 600);
}

TEST_CASE("a host without an address has a line without times") {
    auto report = report_of(Verdict::bad);
    report.addresses.clear();
    report.address.reset();
    report.combinations.front() = {.endpoint = *report.target.configured,
                                   .outcome = app::Outcome::fail,
                                   .verdict = Verdict::bad,
                                   .problem = app::Problem::no_address,
                                   .reason = "no address"};
    CHECK(cli::monitor_line(report, noon()) == "RELAYCTL CRITICAL - news: 587 tls no address\n");
    const app::ProbedJob done{.job = {.word = "news", .target = report.target}, .report = report};
    CHECK(cli::probe_line(done, 4, noon(), output::Terminal{}) ==
          "news  fail                 587 tls   mail.example  no address\n");
    const auto rows = cli::probe_rows(report, noon());
    CHECK(cli::member_text(rows.front(), "decides") == "yes");
}

TEST_CASE("the last probe is exact on a pipe, and its age or reason on a terminal") {
    using namespace std::chrono_literals;
    const auto good = cli::last_probe_cell(with_probe(Verdict::good, "", 5min));
    CHECK(good.text == "ok 2026-11-23T11:55:00Z");
    CHECK(good.display == "ok 5m ago");
    const auto bad = with_probe(Verdict::bad, "certificate expired", 49h);
    CHECK(cli::last_probe_cell(bad).text == "fail 2026-11-21T11:00:00Z certificate expired");
    CHECK(cli::last_probe_cell(bad).display == "fail certificate expired");
    CHECK(cli::last_probe_full_cell(bad).display == "fail certificate expired, 2d ago");
    CHECK(cli::last_probe_cell(with_probe(Verdict::unchecked, "", -5min)).display == "unchecked 0s ago");
    CHECK(cli::last_probe_cell(with_probe(Verdict::good, "", 3h)).display == "ok 3h ago");
    CHECK(cli::last_probe_cell(output::Value::object()).text == std::nullopt);
}

TEST_CASE("the last probe of a relay that was changed since is not told") {
    relay::Relay relay{.id = 3, .name = "news", .host = relay::Host::parse("mail.example").value()};
    const relay::LastProbe probe{.relay = 3, .host = relay.host};
    CHECK(cli::last_probe_item(relay, probe, noon()).is_object());
    CHECK(cli::last_probe_item(relay, std::nullopt, noon()).is_null());
    relay.port = 465;
    CHECK(cli::last_probe_item(relay, probe, noon()).is_null());
}

TEST_CASE("times of stages are a table with bars that ASCII can draw") {
    const app::RepeatedProbe repeated{
        .report = report_of(Verdict::good),
        .runs = 3,
        .good = 2,
        .stages = {{"dns", 1, Milliseconds(2), Milliseconds(2), Milliseconds(2)},
                   {"connect", 3, Milliseconds(0), Milliseconds(0), Milliseconds(9)},
                   {"tls", 3, Milliseconds(10), Milliseconds(30), Milliseconds(50)},
                   {"ehlo_after_tls", 3, Milliseconds(1), Milliseconds(1), Milliseconds(1)},
                   {"total", 2, Milliseconds(40), Milliseconds(60), Milliseconds(70)}}};
    const auto plain = cli::times_text(repeated, output::Terminal{});
    CHECK(plain.find("3 probes, 2 of them good") != std::string::npos);
    CHECK(plain.find("############\n") != std::string::npos);
    CHECK(plain.find("\nDNS ") != std::string::npos);
    CHECK(plain.find("\nEHLO in TLS ") != std::string::npos);
    CHECK(plain.find(std::string(24, '#')) != std::string::npos);
    const auto unicode =
        cli::times_text(repeated, output::Terminal{.width = 80, .color = false, .unicode = true});
    CHECK(unicode.find("█") != std::string::npos);
    CHECK(unicode.find('#') == std::string::npos);
    const auto item = cli::repeat_item(repeated);
    REQUIRE(item.find("stages") != nullptr);
    CHECK(std::get<output::Value::Array>(item.find("stages")->data()).size() == 5);
    const auto rows = cli::stage_rows(repeated, noon());
    REQUIRE(rows.size() == 5);
    CHECK(cli::member_text(rows[3], "stage") == "ehlo_after_tls");
    CHECK(cli::member_text(rows[3], "median_ms") == "1");
    CHECK(cli::member_text(rows[3], "target") == "news");
    CHECK(cli::member_text(rows[3], "port") == "587");
}

TEST_CASE("what is said of certificate and logins is wrapped to the width") {
    auto report = report_of(Verdict::good);
    auto& cell = report.combinations.front();
    cell.tls->status = net::CertificateStatus::ok;
    cell.tls->chain.front().issuer = "CN=An Authority With A Long Name";
    cell.after_tls.emplace();
    cell.after_tls->auth = {"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2"};
    const auto narrow = cli::probe_text(report, noon(), output::Terminal{.width = 40});
    CHECK(narrow.find("AUTH   after TLS: PLAIN LOGIN CRAM-MD5\n"
                      "       SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2\n") != std::string::npos);
    CHECK(narrow.find("CERT   mail.example, issuer An Authority\n"
                      "       With A Long Name\n") != std::string::npos);
    const auto unknown = cli::probe_text(report, noon(), output::Terminal{.width = 0});
    CHECK(unknown.find("LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2\n") != std::string::npos);
}

TEST_CASE("of each address it is said what becomes of each way in") {
    const auto way = [](std::uint16_t port, relay::Security security, std::string reason) {
        app::Combination cell;
        cell.endpoint = {.port = port, .security = security};
        cell.verdict = reason.empty() ? Verdict::good : Verdict::bad;
        cell.total = Milliseconds(12);
        cell.reason = std::move(reason);
        return cell;
    };
    auto report = report_of(Verdict::bad);
    report.configured.reset();
    const auto none = relay::Security::none, tls = relay::Security::tls;
    app::AddressResult open{.address = report.addresses.front(), .verdict = Verdict::good};
    open.combinations = {way(25, none, ""), way(25, tls, "no STARTTLS"), way(587, none, "connection refused"),
                         way(587, tls, "connection refused")};
    app::AddressResult closed{.address = base::IpAddress::parse("2001:db8::1").value(),
                              .verdict = Verdict::bad};
    closed.combinations = {way(25, none, "connection refused"), way(25, tls, "connection refused"),
                           way(587, none, "connection refused"), way(587, tls, "connection refused")};
    report.by_address = {open, closed};
    CHECK(cli::probe_text(report, noon(), output::Terminal{})
              .find("ADDR   ok    192.0.2.25\n"
                    "             25: none 12 ms, tls no STARTTLS\n"
                    "             587: connection refused\n"
                    "       fail  2001:db8::1  no way in works\n"
                    "             25, 587: connection refused\n") != std::string::npos);
    report.by_address.back().combinations.front() = open.combinations.front();
    CHECK(cli::probe_text(report, noon(), output::Terminal{})
              .find("fail  2001:db8::1  no way in with TLS works\n") != std::string::npos);
}

TEST_CASE("a check of TLS that was asked for where it did not come to TLS is told as not done, and why") {
    auto report = report_of(Verdict::good);
    const auto text = [&] { return cli::probe_text(report, noon(), output::Terminal{}); };
    const auto says = [&](const std::string& reason) {
        return text().find(fmt::format("DANE   not done: {0}\nSCAN   not done: {0}\n", reason)) !=
               std::string::npos;
    };
    CHECK(text().find("not done") == std::string::npos);
    report.tls_scan_asked = report.dane_asked = true;
    auto& cell = report.combinations.front();
    cell.problem = app::Problem::closed;
    cell.reason = "connection refused";
    CHECK(says("at 587 tls it did not come to TLS: connection refused"));
    report.configured.reset();
    CHECK(says("at 587 tls it did not come to TLS: connection refused"));
    report.combinations.push_back({.endpoint = {.port = 25, .security = relay::Security::tls},
                                   .problem = app::Problem::starttls_missing,
                                   .reason = "no STARTTLS"});
    CHECK(says("no endpoint with TLS"));
    report.combinations.front().problem = app::Problem::connect_timeout;
    report.combinations.front().reason = "no answer";
    CHECK(says("at 587 tls it did not come to TLS: no answer"));
    report.configured = 1;
    CHECK(says("at 25 tls it did not come to TLS: no STARTTLS"));
    report.combinations = {{.endpoint = {.port = 25, .security = relay::Security::none}}};
    report.configured = 0;
    CHECK(says("no endpoint with TLS"));
    report.target.host = relay::Host::parse("192.0.2.25").value();
    CHECK(text().find("DANE   not done: an address has no TLSA records\n") != std::string::npos);
}

TEST_CASE("the ciphers of a scan are wrapped to the width, and weak ones are marked") {
    auto report = report_of(Verdict::good);
    report.tls_scan = app::TlsScan{.endpoint = report.combinations.front().endpoint};
    report.tls_scan->versions = {
        {.version = net::TlsVersion::tls1_3, .answer = app::TlsScanVersion::Answer::refused},
        {.version = net::TlsVersion::tls1_2,
         .answer = app::TlsScanVersion::Answer::accepted,
         .ciphers = {"ECDHE-RSA-AES256-GCM-SHA384", "AES128-SHA", "RC4-MD5"},
         .complete = true}};
    CHECK(cli::probe_text(report, noon(), output::Terminal{.width = 40})
              .find("SCAN   port 587, tls\n"
                    "       1.3  not accepted\n"
                    "       1.2  ECDHE-RSA-AES256-GCM-SHA384,\n"
                    "            AES128-SHA, RC4-MD5 (weak)\n") != std::string::npos);
}

TEST_CASE("that a server refuses strangers is a matter of a login only where one is offered") {
    auto report = report_of(Verdict::good);
    report.dialogue.open_relay = app::OpenRelayCheck{.open = false, .reply = "554 no"};
    const auto text = [&] { return cli::probe_text(report, noon(), output::Terminal{}); };
    report.combinations.front().after_tls.emplace();
    CHECK(text().find("RELAY  refuses (good): 554 no\n") != std::string::npos);
    report.combinations.front().after_tls->auth = {"PLAIN"};
    CHECK(text().find("RELAY  needs a login (good): 554 no\n") != std::string::npos);
}

TEST_CASE("refused and failed is what was asked for, and what is not now is put off") {
    auto report = report_of(Verdict::good);
    auto& dialogue = report.dialogue;
    dialogue.verdict = report.verdict = Verdict::bad;
    const auto says = [&](const std::string& line, const std::string& verdict) {
        const auto text = cli::probe_text(report, noon(), output::Terminal{});
        CHECK_MESSAGE(text.find(line + "\n") != std::string::npos, text);
        CHECK_MESSAGE(text.ends_with(verdict + "\n"), text);
    };
    dialogue.sender = app::PathCheck{.address = "\u00fc@a.test", .finding = "smtp-utf8-not-offered"};
    says("SENDER not asked for, \u00fc@a.test: the server takes no address outside of ASCII",
         "fail: the sender was not asked for: the server takes no address outside of ASCII");
    dialogue.login =
        app::LoginCheck{.detail = "the server offers no login", .finding = "smtp-auth-not-offered"};
    says("LOGIN  not done: the server offers no login", "fail: no login was possible");

    dialogue.verdict = report.verdict = Verdict::unchecked;
    dialogue.login = app::LoginCheck{.mechanism = "PLAIN",
                                     .reply = "454 4.7.0 later",
                                     .detail = "the server refused the login: 454 4.7.0 later"};
    says("LOGIN  put off, PLAIN: 454 4.7.0 later", "unchecked: the login was put off");
    dialogue.login.reset();
    dialogue.sender =
        app::PathCheck{.address = "a@a.test", .reply = "451 later", .finding = "smtp-greylisted"};
    says("SENDER put off, a@a.test: 451 later", "unchecked: the sender was put off");

    dialogue.verdict = report.verdict = Verdict::bad;
    dialogue.sender = app::PathCheck{.address = "a@a.test", .accepted = true, .reply = "250 ok"};
    dialogue.recipients = {{.address = "b@a.test", .reply = "450 later", .finding = "smtp-greylisted"},
                           {.address = "c@a.test", .reply = "550 no", .finding = "smtp-recipient-unknown"}};
    says("RCPT   put off, b@a.test: 450 later", "fail: a recipient was refused");
    dialogue.recipients.pop_back();
    dialogue.open_relay = app::OpenRelayCheck{.open = true, .reply = "250 ok"};
    says("RCPT   put off, b@a.test: 450 later", "fail: the server relays for this machine without a login");
}

TEST_CASE("each row has the ids of all findings, what is only told too") {
    auto report = report_of(Verdict::good);
    report.findings = {finding::make("smtp-auth-only-after-tls", "mail.example", "", ""),
                       finding::make("tls-certificate-expires-soon", "mail.example", "12 days left", "")};
    const auto rows = cli::probe_rows(report, noon());
    REQUIRE(rows.size() == 1);
    CHECK(cli::member_text(rows.front(), "findings") ==
          "tls-certificate-expires-soon,smtp-auth-only-after-tls");
}

TEST_CASE("one of many relays is one line, whatever its name") {
    app::ProbedJob done{.job = {.word = "a\x1b[31m\nb", .fault = "no such relay"}};
    const auto line = cli::probe_line(done, 4, noon(), output::Terminal{});
    CHECK(line.find('\n') == line.size() - 1);
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find("unchecked") != std::string::npos);
    done.job.fault_verdict = Verdict::bad;
    CHECK(cli::probe_line(done, 4, noon(), output::Terminal{}).find("  fail ") != std::string::npos);
    CHECK(cli::member_text(cli::probed_rows(done, noon(), cli::Rows::all).front(), "outcome") == "fail");
    done = {.job = {.word = "news", .target = report_of(Verdict::good).target},
            .report = report_of(Verdict::good)};
    CHECK(cli::probe_line(done, 6, noon(), output::Terminal{}) ==
          "news    ok          1118 ms  587 tls   mail.example  70 days left\n");
}

TEST_CASE("the verdict says whose endpoint decided, and what works beside it") {
    auto own = report_of(Verdict::good);
    own.target.own = own.target.configured;
    CHECK(cli::named_verdict(own) == "news: ok: the configured endpoint, 587 tls, works\n");
    CHECK(cli::named_verdict(report_of(Verdict::bad)) ==
          "news: fail: the required endpoint, 587 tls, does not work\n");

    auto host = report_of(Verdict::bad);
    host.target.relay.clear();
    host.configured.reset();
    host.combinations.front().tls.reset();
    CHECK(cli::named_verdict(host) == "mail.example: fail: no way in works\n");
    host.combinations.push_back({.endpoint = {.port = 25, .security = relay::Security::none},
                                 .outcome = app::Outcome::ok,
                                 .verdict = Verdict::good});
    CHECK(cli::named_verdict(host) == "mail.example: fail: no way in with TLS works\n");
    host.verdict = Verdict::unchecked;
    CHECK(cli::named_verdict(host) == "mail.example: unchecked: no way in with TLS could be checked\n");
    host.addresses.clear();
    host.address.reset();
    CHECK(cli::named_verdict(host) == "mail.example: unchecked: the host could not be looked up\n");
}

TEST_CASE("rows tell the relay's own endpoint apart from the one that decides") {
    auto report = report_of(Verdict::good);
    report.target.own = app::ProbeEndpoint{.port = 465, .security = relay::Security::ssl};
    report.combinations.push_back({.endpoint = *report.target.own});
    const auto rows = cli::probe_rows(report, noon());
    REQUIRE(rows.size() == 2);
    CHECK(cli::member_text(rows[0], "configured") == "no");
    CHECK(cli::member_text(rows[0], "decides") == "yes");
    CHECK(cli::member_text(rows[1], "configured") == "yes");
    CHECK(cli::member_text(rows[1], "decides") == "no");
}

TEST_CASE("with the matrix a relay among many has its table below its line") {
    const app::ProbedJob done{.job = {.word = "news", .target = report_of(Verdict::good).target},
                              .report = report_of(Verdict::good)};
    const auto text = cli::probe_line(done, 6, noon(), output::Terminal{}, cli::Rows::all);
    CHECK(text.starts_with("news    ok          1118 ms  587 tls "));
    CHECK(text.find("\nPORT  NONE") != std::string::npos);
    CHECK(text.find("\n 587  -") != std::string::npos);
}

TEST_CASE("what stores a host as a relay names its endpoint where that is not the usual one") {
    auto report = report_of(Verdict::good);
    report.target.relay.clear();
    CHECK(cli::remedy_target(report).endpoint.empty());
    report.combinations.front().endpoint = {.port = 2525, .security = relay::Security::none};
    CHECK(cli::remedy_target(report).endpoint == " --port 2525 --any-port --security none");
}

TEST_CASE("NAME and HOST in a remedy are the relay, and of a host what can be typed for it") {
    const std::vector<finding::Finding> findings = {
        finding::make("smtp-starttls-required", "mail.example:25", ""),
        finding::make("tls-version-too-old", "mail.example:25", ""),
        finding::make("smtp-auth-wrong-password", "mail.example:25", ""),
        finding::make("smtp-auth-protocol", "mail.example:25", ""),
        finding::make("smtp-daily-limit", "mail.example:25", "")};
    const auto text = [&](const cli::RemedyTarget& target) {
        return cli::findings_text(findings, output::Terminal{}, target);
    };
    const auto of_relay = text({.relay = "news", .host = "mail.example"});
    CHECK(of_relay.find("relayctl edit news --security tls") != std::string::npos);
    CHECK(of_relay.find("relayctl probe news --tls-scan") != std::string::npos);
    const std::string probe = "relayctl probe mail.example --require 25:tls";
    const auto of_host = text({.host = "mail.example", .probe = probe});
    CHECK(of_host.find("relayctl edit") == std::string::npos);
    CHECK(of_host.find("relayctl probe mail.example --security tls") != std::string::npos);
    CHECK(of_host.find("relayctl probe mail.example --tls-scan") != std::string::npos);
    CHECK(of_host.find(probe + " --login --user USER, and type the password") != std::string::npos);
    CHECK(of_host.find(probe + " --login --user USER --auth plain") != std::string::npos);
    CHECK(of_host.find("relayctl add NAME --host mail.example --domain DOMAIN --daily-limit N") !=
          std::string::npos);
    CHECK(
        text({.host = "mail.example", .probe = probe, .endpoint = " --port 25 --security tls"})
            .find("relayctl add NAME --host mail.example --port 25 --security tls --domain DOMAIN --daily") !=
        std::string::npos);
    CHECK(text({}).find("relayctl probe NAME --tls-scan") != std::string::npos);
}
