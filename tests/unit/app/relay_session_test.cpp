#include "app/relay_session.hpp"

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_dialer.hpp"
#include "support/fake_resolver.hpp"

namespace {

using app::SessionStage;
using relay::Security;

relay::Relay make_relay(Security security, bool login) {
    relay::Relay relay{.name = "news", .host = relay::Host::parse("192.0.2.1").value()};
    relay.security = security;
    if (login) relay.login = relay::Login{.user = "u", .source = relay::PasswordSource::stored};
    return relay;
}

struct Scene {
    test::FakeResolver resolver;
    test::FakeDialer dialer;
    SessionStage stage = SessionStage::ready;

    test::Dialogue& dialogue() { return dialer.accept("192.0.2.1", 587); }
    // "" = ready, else kind and message.
    std::string open(relay::Relay relay) {
        app::RelaySessionOptions options;
        options.ehlo_name = "me.example";
        const auto opened = net::run(app::RelaySession::open(resolver, dialer, std::move(relay),
                                                             base::Secret("secret"), options, stage));
        if (opened.has_value()) return "";
        return (opened.error().kind == base::ErrorKind::refused ? "refused: " : "not now: ") +
               opened.error().message;
    }
    bool finished() { return dialer.dialogues.back()->fault.empty() && dialer.dialogues.back()->finished(); }
};

constexpr const char* with_starttls = "250-mail\r\n250 STARTTLS\r\n";
constexpr const char* with_login = "250-mail\r\n250 AUTH PLAIN\r\n";
constexpr const char* ehlo = "EHLO me.example\r\n";
constexpr const char* plain_login = "AUTH PLAIN AHUAc2VjcmV0\r\n";

}  // namespace

TEST_CASE("a session is connected, encrypted and logged in as the relay is set") {
    Scene scene;
    scene.dialogue()
        .server("220 mail\r\n")
        .client(ehlo)
        .server(with_starttls)
        .client("STARTTLS\r\n")
        .server("220 go\r\n")
        .tls(test::Dialogue::good_tls())
        .client(ehlo)
        .server(with_login)
        .client(plain_login)
        .server("235 ok\r\n");
    CHECK(scene.open(make_relay(Security::tls, true)) == "");
    CHECK(scene.stage == SessionStage::ready);
    CHECK(scene.finished());
}

TEST_CASE("implicit TLS begins before the greeting") {
    Scene scene;
    scene.dialogue()
        .tls(test::Dialogue::good_tls())
        .server("220 mail\r\n")
        .client(ehlo)
        .server("250 mail\r\n");
    CHECK(scene.open(make_relay(Security::ssl, false)) == "");
    CHECK(scene.finished());
}

TEST_CASE(
    "TLS is never skipped: without STARTTLS, or with a bad certificate, nothing more is said than QUIT") {
    Scene scene;
    scene.dialogue().server("220 mail\r\n").client(ehlo).server("250 mail\r\n").closes();
    CHECK(scene.open(make_relay(Security::tls, true)) == "refused: the server offers no STARTTLS");
    CHECK(scene.stage == SessionStage::tls);
    CHECK(scene.dialer.dialogues.back()->sent == ehlo);

    auto bad = test::Dialogue::good_tls();
    bad.status = net::CertificateStatus::self_signed;
    bad.reason = "self-signed";
    for (const bool verified : {true, false}) {
        Scene other;
        auto& dialogue = other.dialogue()
                             .server("220 mail\r\n")
                             .client(ehlo)
                             .server(with_starttls)
                             .client("STARTTLS\r\n")
                             .server("220 go\r\n")
                             .tls(bad);
        if (verified)
            dialogue.client("QUIT\r\n").server("221 bye\r\n");
        else
            dialogue.client(ehlo).server(with_login).client(plain_login).server("235 ok\r\n");
        auto relay = make_relay(Security::tls, true);
        if (!verified) relay.verification = relay::Verification::off;
        CHECK(other.open(std::move(relay)) ==
              (verified ? "refused: the certificate does not verify: self-signed" : ""));
        CHECK(other.finished());
    }
}

TEST_CASE("a login is never sent in clear") {
    Scene scene;
    scene.dialogue()
        .server("220 mail\r\n")
        .client(ehlo)
        .server(with_login)
        .client("QUIT\r\n")
        .server("221 bye\r\n");
    CHECK(scene.open(make_relay(Security::none, true)) == "refused: a login in clear text is never sent");
    CHECK(scene.finished());
}

TEST_CASE("what may be better later is told apart from what will not") {
    for (const auto& [greeting, outcome] :
         {std::pair{"421 4.7.0 later\r\n", "not now: the server does not greet: 421 4.7.0 later"},
          {"554 5.7.1 go away\r\n", "refused: the server does not greet: 554 5.7.1 go away"}}) {
        Scene scene;
        scene.dialogue().server(greeting).client("QUIT\r\n").server("221 bye\r\n");
        CHECK(scene.open(make_relay(Security::none, false)) == outcome);
        CHECK(scene.stage == SessionStage::greeting);
    }
    for (const auto& [reply, word] :
         {std::pair{"454 4.7.0 later\r\n", "not now: "}, {"535 5.7.8 wrong\r\n", "refused: "}}) {
        Scene scene;
        scene.dialogue()
            .tls(test::Dialogue::good_tls())
            .server("220 mail\r\n")
            .client(ehlo)
            .server(with_login)
            .client(plain_login)
            .server(reply)
            .client("QUIT\r\n")
            .server("221 bye\r\n");
        const auto outcome = scene.open(make_relay(Security::ssl, true));
        CHECK(outcome.starts_with(word));
        CHECK(outcome.find("secret") == std::string::npos);
        CHECK(scene.stage == SessionStage::login);
        CHECK(scene.finished());
    }
    Scene refused;
    CHECK(refused.open(make_relay(Security::tls, false)) ==
          "not now: 192.0.2.1:587 cannot be reached: connection refused");
    CHECK(refused.stage == SessionStage::connect);
}

TEST_CASE("a host without an address is told as such") {
    Scene scene;
    auto relay = make_relay(Security::tls, false);
    relay.host = relay::Host::parse("smtp.mailer.example").value();
    CHECK(scene.open(relay).starts_with("not now: smtp.mailer.example has no address"));
    CHECK(scene.stage == SessionStage::connect);
    Scene silent;
    silent.resolver.fail("smtp.mailer.example", dns::Status::timeout);
    CHECK(silent.open(relay).starts_with("not now: smtp.mailer.example has no address"));
    CHECK(silent.stage == SessionStage::address);
}

TEST_CASE("wherever the connection fails, an error comes") {
    for (std::size_t at = 0;; ++at) {
        Scene scene;
        auto& dialogue = scene.dialogue()
                             .server("220 mail\r\n")
                             .client(ehlo)
                             .server(with_starttls)
                             .client("STARTTLS\r\n")
                             .server("220 go\r\n")
                             .tls(test::Dialogue::good_tls())
                             .client(ehlo)
                             .server(with_login)
                             .client(plain_login)
                             .server("235 ok\r\n");
        dialogue.fail_at = at;
        const auto outcome = scene.open(make_relay(Security::tls, true));
        if (dialogue.operations <= at) {
            CHECK(outcome == "");
            break;
        }
        CHECK(outcome != "");
    }
}

TEST_CASE("a network that this machine has not is told apart from a host that does not answer") {
    struct Case {
        std::string six, four, told;
        SessionStage stage;
    };
    const std::string six = "[2001:db8::1]:587", four = "192.0.2.1:587";
    for (const auto& [of_six, of_four, told, stage] :
         {Case{"network unreachable", "network unreachable",
               "not now: " + six + " cannot be reached: network unreachable", SessionStage::address},
          Case{"network unreachable", "timed out", "not now: " + four + " cannot be reached: timed out",
               SessionStage::connect},
          Case{"no route to host", "network unreachable",
               "not now: " + six + " cannot be reached: no route to host", SessionStage::connect}}) {
        Scene scene;
        scene.resolver.a("smtp.mailer.example", "2001:db8::1");
        scene.resolver.a("smtp.mailer.example", "192.0.2.1");
        for (int i = 0; i < 2; ++i) {
            scene.dialer.refuse(test::FakeDialer::at("2001:db8::1", 587), of_six);
            scene.dialer.refuse(test::FakeDialer::at("192.0.2.1", 587), of_four);
        }
        auto relay = make_relay(Security::none, false);
        relay.host = relay::Host::parse("smtp.mailer.example").value();
        CHECK(scene.open(relay) == told);
        CHECK(scene.stage == stage);
    }
}
