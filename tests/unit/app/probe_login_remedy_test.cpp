#include "app/probe_login_remedy.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using app::Combination;
using app::PathCheck;
using app::ProbeEndpoint;
using finding::Verdict;
using relay::Security;

namespace {

Combination works(std::uint16_t port, Security security, std::vector<std::string> mechanisms) {
    Combination cell;
    cell.endpoint = {.port = port, .security = security};
    cell.verdict = Verdict::good;
    auto& offered = security == Security::none ? cell.before_tls : cell.after_tls;
    offered.emplace();
    offered->auth = std::move(mechanisms);
    return cell;
}

// mail.example, asked at its first combination for a@b.test to c@d.test; the recipient was refused.
struct Refused {
    app::ProbeReport report{.target = {.host = relay::Host::parse("mail.example").value()}};
    std::string user = {};  // logged in as

    explicit Refused(std::vector<Combination> combinations) {
        report.combinations = std::move(combinations);
        report.configured = 0;
        report.dialogue.sender = PathCheck{.address = "a@b.test", .accepted = true, .reply = "250 ok"};
        report.dialogue.recipients = {
            {.address = "c@d.test", .reply = "554 no", .finding = "smtp-relaying-denied"}};
    }

    Refused& of_relay(std::string login) {
        report.target.relay = "news";
        report.target.own = report.combinations.front().endpoint;
        report.target.user = std::move(login);
        return *this;
    }

    std::string remedy() const {
        const app::LoginAttempt attempt{.report = report, .cell = report.combinations.front(), .user = user};
        return app::remedy_of_path(attempt, report.dialogue.recipients.front());
    }
};

const std::vector<std::string> nothing = {};
const std::vector<std::string> plain = {"PLAIN"};
constexpr auto operator_must = "Without a login the server's operator must allow this machine's address.";

}  // namespace

TEST_CASE("of a host a login is told of where it is offered, and of none where none is") {
    const Refused here({works(587, Security::tls, plain)});
    CHECK(here.remedy() ==
          fmt::format("Log in: relayctl probe mail.example --require 587:tls --login --user USER. {}",
                      operator_must));
    const Refused there({works(25, Security::none, plain), works(465, Security::ssl, plain)});
    CHECK(there.remedy().starts_with("Log in: relayctl probe mail.example --require 465:ssl --login "));
    const Refused unseen({works(25, Security::tls, nothing)});
    CHECK(unseen.remedy().starts_with("Log in: relayctl probe mail.example --require 587:tls --login "));
    const Refused nowhere({works(25, Security::tls, nothing), works(587, Security::tls, nothing)});
    CHECK(nowhere.remedy() ==
          "No way in with TLS that works offers a login: the server's operator must allow this machine's "
          "address.");
}

TEST_CASE("a relay with a user is asked once more with its login") {
    Refused own({works(587, Security::tls, plain)});
    CHECK(own.of_relay("alice").remedy() ==
          "Log in as the relay's user: relayctl probe news --login --sender a@b.test --recipient c@d.test");
    own.report.dialogue.sender->address = "";
    CHECK(own.remedy().ends_with(" --login --sender '<>' --recipient c@d.test"));
    own.report.target.own = ProbeEndpoint{465, Security::ssl};
    CHECK(own.remedy().find("relayctl probe news --require 587:tls --login --sender") != std::string::npos);
    own.user = "alice";
    CHECK(own.remedy() == "Logged in as alice, and refused all the same: ask the server's operator.");
}

TEST_CASE("a relay without a user, or whose endpoint offers no login, is to be edited first") {
    Refused without({works(587, Security::tls, plain)});
    CHECK(without.of_relay("").remedy() ==
          fmt::format("Log in: relayctl edit news --user USER, then relayctl probe news --login. {}",
                      operator_must));
    Refused other({works(25, Security::tls, nothing), works(465, Security::ssl, plain)});
    CHECK(other.of_relay("alice").remedy() ==
          fmt::format(
              "Log in: relayctl edit news --port 465 --security ssl, then relayctl probe news --login. {}",
              operator_must));
    other.report.target.own = ProbeEndpoint{465, Security::ssl};
    CHECK(other.remedy() == "At the relay's own endpoint: relayctl probe news --login");
}

TEST_CASE("where the server's part is out of order another mechanism is one that it offers") {
    Refused host({works(2532, Security::tls, {"XOAUTH2", "CRAM-MD5"})});
    host.report.target.ca_file = "/etc/ca.pem";
    host.report.target.user = "bob";
    host.report.dialogue.login.emplace();
    auto& login = *host.report.dialogue.login;
    login.finding = "smtp-auth-protocol";
    login.mechanism = "CRAM-MD5";
    smtp::AuthOutcome outcome;
    outcome.failure = smtp::AuthFailure::protocol;
    const auto remedy = [&](bool is_chosen = false) {
        const app::LoginAttempt attempt{.report = host.report,
                                        .cell = host.report.combinations.front(),
                                        .user = host.user,
                                        .mechanism_is_chosen = is_chosen};
        return app::remedy_of_login(attempt, outcome);
    };
    const std::string again =
        "relayctl probe mail.example --require 2532:tls --any-port --ca-file /etc/ca.pem "
        "--login --user bob";
    CHECK(remedy() == "Try another mechanism: " + again + " --auth xoauth2; tell the server's operator.");
    host.report.combinations.front().after_tls->auth = {"CRAM-MD5", "GSSAPI"};
    CHECK(remedy() == "Tell the server's operator: it offers no other mechanism that is known here.");
    login.finding = "smtp-auth-mechanism";
    CHECK(remedy(true) == again + ", without --auth");
}
