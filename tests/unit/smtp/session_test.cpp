#include "smtp/session.hpp"

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_stream.hpp"

using net::run;
using smtp::FailureKind;
using smtp::Session;

namespace {

using Words = std::vector<std::string>;

struct Scene {
    std::shared_ptr<test::Dialogue> dialogue = std::make_shared<test::Dialogue>();
    test::FakeStream stream{dialogue};
    Session session{stream};
};

void finish(net::Task<void> task) {
    REQUIRE(net::run_to_end(std::move(task)).has_value());
}

net::TlsOptions tls_options() {
    net::TlsOptions options;
    options.server_name = "mail.example";
    return options;
}

// Greeting, EHLO, STARTTLS, EHLO, QUIT; the first Error ends it.
net::Task<base::Result<void>> whole_dialogue(Session& session) {
    CO_TRY(auto greeting, co_await session.read_greeting());
    const std::string name = "client.example";
    CO_TRY(auto before, co_await session.ehlo(name));
    const auto options = tls_options();
    CO_TRY(auto info, co_await session.start_tls(options));
    CO_TRY(auto after, co_await session.ehlo(name));
    if (!greeting.is_positive() || !before.is_positive() || !after.is_positive() ||
        info.status != net::CertificateStatus::ok)
        co_return base::usage_error("not as scripted");
    co_await session.quit();
    co_return base::Result<void>();
}

void script_whole_dialogue(test::Dialogue& dialogue) {
    dialogue.server("220-mail.example ESMTP\r\n220 second line\r\n")
        .client("EHLO client.example\r\n")
        .server("250-mail.example\r\n250-STARTTLS\r\n250 SIZE 1000\r\n")
        .client("STARTTLS\r\n")
        .server("220 2.0.0 Ready\r\n")
        .tls(test::Dialogue::good_tls())
        .client("EHLO client.example\r\n")
        .server("250-mail.example\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 1000\r\n")
        .client("QUIT\r\n")
        .server("221 2.0.0 Bye\r\n");
}

}  // namespace

TEST_CASE("[SMTP-SEC-44] A dialogue with STARTTLS goes as RFC 3207 has it, in any chunking") {
    for (std::size_t chunk = 0; chunk < 30; ++chunk) {
        Scene scene;
        script_whole_dialogue(*scene.dialogue);
        scene.dialogue->chunk = chunk;
        const auto result = run(whole_dialogue(scene.session));
        CHECK(result.has_value());
        CHECK(scene.dialogue->finished());
        CHECK(scene.dialogue->closed);
        CHECK(scene.session.has_tls());
        REQUIRE(scene.session.capabilities());
        CHECK(scene.session.capabilities()->auth == Words{"PLAIN", "LOGIN"});
        CHECK_FALSE(scene.session.failure());
        CHECK(scene.dialogue->handshakes.front().server_name == "mail.example");
    }
}

TEST_CASE("Trouble at any operation of a dialogue gives an Error and its kind") {
    for (std::size_t operation = 0;; ++operation) {
        Scene scene;
        script_whole_dialogue(*scene.dialogue);
        scene.dialogue->fail_at = operation;
        const auto result = run(whole_dialogue(scene.session));
        if (scene.session.has_tls() && result.has_value()) break;  // the goodbye may fail
        REQUIRE(result.has_error());
        REQUIRE(scene.session.failure());
        const auto kind = scene.session.failure()->kind;
        CHECK((kind == FailureKind::closed || kind == FailureKind::handshake));
        REQUIRE(operation < 20);
    }
}

TEST_CASE("[SMTP-SEC-03] What was learnt before TLS is forgotten with TLS") {
    Scene scene;
    scene.dialogue->client("EHLO a.example\r\n")
        .server("250-mail\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n")
        .client("STARTTLS\r\n")
        .server("220 go\r\n")
        .tls(test::Dialogue::good_tls());
    CHECK(run(scene.session.ehlo("a.example")).has_value());
    REQUIRE(scene.session.capabilities());
    CHECK(scene.session.capabilities()->auth == Words{"PLAIN"});
    CHECK(run(scene.session.start_tls(tls_options())).has_value());
    CHECK_FALSE(scene.session.capabilities());
}

TEST_CASE("[SMTP-SEC-01] TLS is never begun when octets followed the answer to STARTTLS") {
    for (const std::string injected : {"250-mail\r\n250 AUTH PLAIN\r\n", "250 half a li", "2"}) {
        Scene scene;
        scene.dialogue->client("EHLO a.example\r\n")
            .server("250-mail\r\n250 STARTTLS\r\n")
            .client("STARTTLS\r\n")
            .server("220 go\r\n" + injected);
        CHECK(run(scene.session.ehlo("a.example")).has_value());
        const auto result = run(scene.session.start_tls(tls_options()));
        REQUIRE(result.has_error());
        CHECK(result.error().kind == base::ErrorKind::refused);
        REQUIRE(scene.session.failure());
        CHECK(scene.session.failure()->kind == FailureKind::data_before_tls);
        CHECK(scene.session.failure()->first_octets == injected);
        CHECK(scene.dialogue->handshakes.empty());
        CHECK(scene.dialogue->closed);
    }
}

TEST_CASE("A reply that came before STARTTLS was said is not taken for its answer") {
    Scene scene;
    scene.dialogue->client("EHLO a.example\r\n")
        .server("250-mail\r\n250 STARTTLS\r\n220 go\r\n")
        .client("STARTTLS\r\n")
        .server("220 go\r\n");
    CHECK(run(scene.session.ehlo("a.example")).has_value());
    CHECK(run(scene.session.start_tls(tls_options())).has_error());
    CHECK(scene.session.failure()->kind == FailureKind::data_before_tls);
    CHECK(scene.dialogue->handshakes.empty());
}

TEST_CASE("[SMTP-SEC-02] STARTTLS is not said to a server that does not offer it") {
    Scene scene;
    scene.dialogue->client("EHLO a.example\r\n").server("250-mail\r\n250 XXXXXXXA\r\n");
    CHECK(run(scene.session.ehlo("a.example")).has_value());
    const auto result = run(scene.session.start_tls(tls_options()));
    REQUIRE(result.has_error());
    CHECK(result.error().message == "the server offers no STARTTLS");
    CHECK(scene.session.failure()->kind == FailureKind::starttls_missing);
    CHECK(scene.dialogue->finished());
}

TEST_CASE("A refused STARTTLS is an Error that keeps the reply") {
    Scene scene;
    scene.dialogue->client("EHLO a.example\r\n")
        .server("250-mail\r\n250 STARTTLS\r\n")
        .client("STARTTLS\r\n")
        .server("454 4.7.0 TLS not available\r\n");
    CHECK(run(scene.session.ehlo("a.example")).has_value());
    const auto result = run(scene.session.start_tls(tls_options()));
    REQUIRE(result.has_error());
    CHECK(result.error().kind == base::ErrorKind::unavailable);
    CHECK(result.error().message == "the server refused STARTTLS: 454 4.7.0 TLS not available");
    CHECK(scene.session.failure()->kind == FailureKind::starttls_refused);
    CHECK(scene.session.failure()->reply->code == 454);
    CHECK(scene.dialogue->handshakes.empty());
}

TEST_CASE("A handshake that fails is an Error of its own kind") {
    Scene scene;
    scene.dialogue->tls(
        base::Error{.kind = base::ErrorKind::unavailable, .message = "handshake failure (alert 40)"});
    const auto result = run(scene.session.start_implicit_tls(tls_options()));
    REQUIRE(result.has_error());
    CHECK(scene.session.failure()->kind == FailureKind::handshake);
    CHECK(scene.session.failure()->detail == "handshake failure (alert 40)");
    CHECK_FALSE(scene.session.has_tls());
}

TEST_CASE("Implicit TLS comes before the greeting") {
    Scene scene;
    scene.dialogue->tls(test::Dialogue::good_tls()).server("220 mail\r\n");
    CHECK(run(scene.session.start_implicit_tls(tls_options())).has_value());
    CHECK(run(scene.session.read_greeting()).value().code == 220);
}

TEST_CASE("A server that knows no EHLO is greeted with HELO") {
    Scene scene;
    scene.dialogue->client("EHLO a.example\r\n")
        .server("502 5.5.1 what\r\n")
        .client("HELO a.example\r\n")
        .server("250 old.example pleased\r\n");
    CHECK(run(scene.session.ehlo("a.example")).value().code == 250);
    REQUIRE(scene.session.capabilities());
    CHECK_FALSE(scene.session.capabilities()->extended);
    CHECK(scene.session.capabilities()->server == "old.example");
}

TEST_CASE("A server that refuses our name is not asked again") {
    Scene scene;
    scene.dialogue->client("EHLO a.example\r\n").server("550 5.7.1 go away\r\n");
    CHECK(run(scene.session.ehlo("a.example")).value().code == 550);
    CHECK_FALSE(scene.session.capabilities());
    CHECK(scene.dialogue->finished());
}

TEST_CASE("[SMTP-SEC-41] Other services are recognised by their first octets, also in single octets") {
    for (const std::size_t chunk : {std::size_t{0}, std::size_t{1}}) {
        Scene scene;
        scene.dialogue->server("HTTP/1.0 400 Bad Request\r\n").hangs();
        scene.dialogue->chunk = chunk;
        const auto result = run(scene.session.read_greeting());
        REQUIRE(result.has_error());
        REQUIRE(scene.session.failure());
        CHECK(scene.session.failure()->kind == FailureKind::malformed);
        CHECK(smtp::recognise_service(scene.session.failure()->first_octets) == "HTTP");
    }
}

TEST_CASE("Endless lines and replies end with an Error") {
    Scene line;
    line.dialogue->server("220 " + std::string(10000, 'x'));
    CHECK(run(line.session.read_greeting()).has_error());
    CHECK(line.session.failure()->fault == smtp::ReplyFault::line_too_long);
    CHECK(line.session.failure()->first_octets.size() == 200);

    Scene reply;
    for (int i = 0; i < 200; ++i)
        reply.dialogue->server("220-x\r\n");
    CHECK(run(reply.session.read_greeting()).has_error());
    CHECK(reply.session.failure()->fault == smtp::ReplyFault::too_many_lines);
}

TEST_CASE("Silence, an orderly close and a reset are told apart") {
    Scene silent;
    silent.dialogue->hangs();
    CHECK(run(silent.session.read_greeting()).has_error());
    CHECK(silent.session.failure()->kind == FailureKind::timed_out);

    Scene closing;
    closing.dialogue->closes();
    CHECK(run(closing.session.read_greeting()).has_error());
    CHECK(closing.session.failure()->kind == FailureKind::closed);

    Scene reset;
    reset.dialogue->fail_at = 0;
    CHECK(run(reset.session.read_greeting()).has_error());
    CHECK(reset.session.failure()->kind == FailureKind::closed);
}

TEST_CASE("[SMTP-SEC-24] Control bytes never enter a command") {
    for (const std::string line : {"EHLO a\r\nMAIL FROM:<>", "EHLO a\n", "NOOP \x7f"}) {
        Scene scene;
        const auto result = run(scene.session.command(line));
        REQUIRE(result.has_error());
        CHECK(result.error().kind == base::ErrorKind::usage);
        CHECK(scene.dialogue->sent.empty());
    }
    Scene scene;
    CHECK(run(scene.session.command(std::string("NOOP a\0b", 8))).has_error());
    CHECK(run(scene.session.ehlo("a\r\nRSET")).has_error());
    CHECK(scene.dialogue->sent.empty());
}

TEST_CASE("Saying goodbye never fails and always closes") {
    Scene dead;
    dead.dialogue->closes();
    finish(dead.session.quit());
    CHECK(dead.dialogue->closed);
    CHECK_FALSE(dead.session.failure());
}

TEST_CASE("[SMTP-SEC-17] Every step stands under the deadline that was set") {
    Scene scene;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(7);
    scene.session.set_deadline(deadline);
    REQUIRE(scene.dialogue->deadlines.size() == 1);
    CHECK(scene.dialogue->deadlines.front() == deadline);
}

TEST_CASE("[SMTP-SEC-40] The EHLO name is the host's full name or an address literal") {
    const auto v4 = base::IpAddress::parse("192.0.2.1").value();
    const auto v6 = base::IpAddress::parse("2001:db8::1").value();
    CHECK(smtp::ehlo_name("mail.example.com", v4) == "mail.example.com");
    CHECK(smtp::ehlo_name("laptop", v4) == "[192.0.2.1]");
    CHECK(smtp::ehlo_name("localhost", v6) == "[IPv6:2001:db8::1]");
    CHECK(smtp::ehlo_name("bad name.example", v4) == "[192.0.2.1]");
    CHECK(smtp::ehlo_name("", v4) == "[192.0.2.1]");
}
