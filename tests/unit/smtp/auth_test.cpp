#include "smtp/auth.hpp"

#include <doctest/doctest.h>

#include "login_scene.hpp"

using namespace login_test;

TEST_CASE("a login with PLAIN takes one line, and the capabilities stay") {
    Scene scene("LOGIN PLAIN");
    scene.dialogue->client(plain_line).server("235 2.7.0 welcome\r\n");
    const auto outcome = scene.login(tim());
    REQUIRE(outcome.has_value());
    CHECK(outcome->accepted());
    CHECK(outcome->mechanism == MechanismId::plain);
    CHECK(outcome->reply->to_string() == "235 2.7.0 welcome");
    CHECK(outcome->detail.empty());
    CHECK(scene.session.capabilities()->has("AUTH"));
    CHECK(scene.dialogue->finished());
    CHECK(scene.login_trace() == "C: AUTH PLAIN ***\nS: 235 2.7.0 welcome\n");
}

TEST_CASE("[SMTP-SEC-31] the trace has every line of the dialogue, in any chunking") {
    for (std::size_t chunk = 0; chunk < 20; ++chunk) {
        Scene scene("PLAIN");
        scene.dialogue->client(plain_line).server("235 ok\r\n");
        scene.dialogue->chunk = chunk;
        CHECK(scene.login(tim())->accepted());
        CHECK(scene.trace ==
              "C: EHLO a.example\nS: 250-mail\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nC: EHLO a.example\n"
              "S: 250-mail\nS: 250 AUTH PLAIN\nC: AUTH PLAIN ***\nS: 235 ok\n");
    }
}

TEST_CASE("a refused login is a verdict with the server's reply") {
    for (const std::string reply : {"535 5.7.8 no", "454 4.7.0 later", "504 5.5.4 unknown"}) {
        Scene scene("PLAIN");
        scene.dialogue->client(plain_line).server(reply + "\r\n");
        const auto outcome = scene.login(tim());
        CHECK(outcome->failure == AuthFailure::refused);
        CHECK(outcome->reply->to_string() == reply);
        CHECK(outcome->detail == "the server refused the login: " + reply);
    }
}

TEST_CASE("[SMTP-SEC-04] nothing secret is said without TLS, or with a certificate that does not verify") {
    const auto ask = [](Cleartext cleartext, const std::string& mechanism, bool in_tls) {
        auto tls = test::Dialogue::good_tls();
        tls.status = net::CertificateStatus::self_signed;
        auto dialogue = std::make_shared<test::Dialogue>();
        dialogue->client("EHLO a\r\n").server("250-m\r\n250-STARTTLS\r\n250 AUTH " + mechanism + "\r\n");
        if (in_tls)
            dialogue->client("STARTTLS\r\n")
                .server("220 go\r\n")
                .tls(tls)
                .client("EHLO a\r\n")
                .server("250-m\r\n250 AUTH " + mechanism + "\r\n");
        dialogue->answer([](std::string_view line) {
            return line.substr(0, 5) == "AUTH " ? "535 no\r\n" : "500 unknown\r\n";
        });
        test::FakeStream stream(dialogue);
        smtp::Session session(stream);
        CHECK(run(session.ehlo("a")).has_value());
        net::TlsOptions options;
        options.server_name = "mail.example";
        if (in_tls) {
            CHECK(run(session.start_tls(options)).has_value());
            CHECK(run(session.ehlo("a")).has_value());
        }
        const auto id = sasl::parse_mechanism(mechanism);
        Login login = sasl::credential_kind(*id) == sasl::CredentialKind::token ? token(*id, "ab") : tim(id);
        login.cleartext = cleartext;
        const auto outcome = run(smtp::authenticate(session, std::move(login)));
        CHECK((dialogue->sent.find("AUTH") == std::string::npos) == (cleartext == Cleartext::refused));
        CHECK(outcome->mechanism == id);
        return outcome->failure;
    };
    for (const auto id : {MechanismId::plain, MechanismId::login, MechanismId::xoauth2,
                          MechanismId::oauthbearer, MechanismId::cram_md5, MechanismId::scram_sha_256}) {
        for (const bool in_tls : {false, true}) {
            const std::string name(to_string(id));
            CAPTURE(name);
            CHECK(ask(Cleartext::refused, name, in_tls) == AuthFailure::not_safe);
            CHECK(ask(Cleartext::allowed, name, in_tls) == AuthFailure::refused);
        }
    }
}

TEST_CASE("[SMTP-SEC-05] a list offered only before TLS is ignored, and what is not offered is not tried") {
    auto dialogue = std::make_shared<test::Dialogue>();
    dialogue->client("EHLO a\r\n")
        .server("250-m\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n")
        .client("STARTTLS\r\n")
        .server("220 go\r\n")
        .tls(test::Dialogue::good_tls());
    test::FakeStream stream(dialogue);
    smtp::Session session(stream);
    CHECK(run(session.ehlo("a")).has_value());
    net::TlsOptions options;
    options.server_name = "mail.example";
    CHECK(run(session.start_tls(options)).has_value());
    const auto outcome = run(smtp::authenticate(session, tim()));
    CHECK(outcome->failure == AuthFailure::no_common_mechanism);
    CHECK(outcome->detail == "the server offers no login");
    CHECK(dialogue->finished());

    Scene other("NTLM DIGEST-MD5 ANONYMOUS");
    const auto none = other.login(tim());
    CHECK(none->failure == AuthFailure::no_common_mechanism);
    CHECK(none->detail == "the server offers no login for a password, but NTLM DIGEST-MD5 ANONYMOUS");
    Scene wanted("PLAIN");
    CHECK(wanted.login(tim(MechanismId::scram_sha_256))->detail ==
          "the server does not offer SCRAM-SHA-256, but PLAIN");
}

TEST_CASE("[SMTP-SEC-28] LOGIN and CRAM-MD5 wait for the server") {
    Scene scene("LOGIN");
    scene.dialogue->client("AUTH LOGIN\r\n")
        .server("334 " + base64(std::string_view("User Name\0", 10)) + "\r\n")
        .client(base64("tim") + "\r\n")
        .server("334 VXNlcm5hbWU6\r\n")
        .client(base64(password) + "\r\n")
        .server("235 ok\r\n");
    CHECK(scene.login(tim())->accepted());
    CHECK(scene.dialogue->finished());
    CHECK(scene.login_trace() == "C: AUTH LOGIN\nS: 334 ***\nC: ***\nS: 334 ***\nC: ***\nS: 235 ok\n");

    Scene cram("CRAM-MD5");
    Login login = tim();
    login.credentials.secret = base::Secret("tanstaaftanstaaf");
    cram.dialogue->client("AUTH CRAM-MD5\r\n")
        .server("334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+\r\n")
        .client("dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\r\n")
        .server("235 ok\r\n");
    CHECK(cram.login(login)->accepted());
}

TEST_CASE("[SMTP-SEC-28] a third LOGIN prompt is cancelled") {
    Scene scene("LOGIN");
    scene.dialogue->client("AUTH LOGIN\r\n")
        .server("334 \r\n")
        .client(base64("tim") + "\r\n")
        .server("334 \r\n")
        .client(base64(password) + "\r\n")
        .server("334 VXNlcm5hbWU6\r\n")
        .client("*\r\n")
        .server("501 5.7.0 cancelled\r\n");
    const auto outcome = scene.login(tim());
    CHECK(outcome->failure == AuthFailure::protocol);
    CHECK(outcome->reply->code == 501);
    CHECK(scene.dialogue->finished());
}

TEST_CASE("[SMTP-SEC-28] a challenge that is not in strict base64, or has two lines, is cancelled") {
    for (const std::string challenge : {"334 ====", "334 abc", "334 YWJj YWJj", "334 YQ==YQ==", "334 Y\x01Jj",
                                        "334-YWJj\r\n334 YWJj", "334 YR=="}) {
        Scene scene("LOGIN");
        scene.dialogue->client("AUTH LOGIN\r\n")
            .server(challenge + "\r\n")
            .client("*\r\n")
            .server("501 cancelled\r\n");
        CHECK(scene.login(tim())->failure == AuthFailure::protocol);
        CHECK(scene.dialogue->finished());
    }
}

TEST_CASE("[SMTP-SEC-28] a challenge has 12288 octets at most") {
    for (const bool fits : {true, false}) {
        Scene scene("LOGIN");
        scene.dialogue->client("AUTH LOGIN\r\n")
            .server("334 " + std::string(fits ? 12288 : 12292, 'A') + "\r\n");
        if (fits) scene.dialogue->client(base64("tim") + "\r\n").server("535 no\r\n");
        const auto outcome = scene.login(tim());
        REQUIRE(outcome.has_value() == fits);
        if (fits) CHECK(outcome->failure == AuthFailure::refused);
    }
}

TEST_CASE("[SMTP-SEC-28] an accepted login that was not finished is none") {
    Scene scene("LOGIN");
    scene.dialogue->client("AUTH LOGIN\r\n").server("235 ok\r\n");
    CHECK(scene.login(tim())->failure == AuthFailure::protocol);
    Scene odd("PLAIN");
    odd.dialogue->client(plain_line).server("250 ok\r\n");
    CHECK(odd.login(tim())->failure == AuthFailure::protocol);
}

TEST_CASE("[SMTP-SEC-28] no cancelled exchange turns into a login") {
    Scene scene("LOGIN");
    scene.dialogue->client("AUTH LOGIN\r\n").server("334 !\r\n").client("*\r\n").server("235 welcome\r\n");
    CHECK(scene.login(tim())->failure == AuthFailure::protocol);
    Scene gone("LOGIN");
    gone.dialogue->client("AUTH LOGIN\r\n").server("334 !\r\n").client("*\r\n").closes();
    const auto outcome = gone.login(tim());
    CHECK(outcome->failure == AuthFailure::protocol);
    CHECK_FALSE(outcome->reply);
}

TEST_CASE("[SMTP-SEC-30] a response that makes the line longer than 512 octets waits for a 334") {
    // "AUTH XOAUTH2 " and CRLF are 15 octets; 372 octets make 496 of base64, 373 make 500.
    const std::string around =
        "user=tim\x01"
        "auth=Bearer \x01\x01";
    for (const std::size_t size : {std::size_t{10}, 372 - around.size(), 373 - around.size(),
                                   std::size_t{2400}, sasl::max_secret_octets}) {
        Scene scene("XOAUTH2");
        const std::string value(size, 't');
        const std::string response = base64(
            "user=tim\x01"
            "auth=Bearer " +
            value + "\x01\x01");
        if (size <= 372 - around.size())
            scene.dialogue->client("AUTH XOAUTH2 " + response + "\r\n");
        else
            scene.dialogue->client("AUTH XOAUTH2\r\n").server("334 \r\n").client(response + "\r\n");
        scene.dialogue->server("235 ok\r\n");
        CHECK(scene.login(token(MechanismId::xoauth2, value))->accepted());
        CHECK(scene.dialogue->finished());
        CHECK(scene.trace.find("ttt") == std::string::npos);
        CHECK(response.size() + 2 <= smtp::max_challenge_octets);
    }
}

TEST_CASE("[SMTP-SEC-29] the reason why a token is refused is told, the token is not") {
    struct Case {
        MechanismId id;
        std::string answer;
    };
    const std::string reason = R"({"status":"401","schemes":"bearer","scope":"tttoken"})";
    for (const auto& [id, answer] :
         {Case{MechanismId::xoauth2, ""}, Case{MechanismId::oauthbearer, "AQ=="}}) {
        Scene scene("XOAUTH2 OAUTHBEARER");
        scene.dialogue->client_until("\r\n")
            .server("334 " + base64(reason) + "\r\n")
            .client(answer + "\r\n")
            .server("535 5.7.8 tttoken is bad\r\n");
        const auto outcome = scene.login(token(id, "tttoken"));
        CHECK(outcome->failure == AuthFailure::refused);
        REQUIRE(outcome->token_error);
        CHECK(outcome->token_error->status == "401");
        CHECK(outcome->token_error->schemes == "bearer");
        CHECK(outcome->token_error->scope == "***");
        CHECK(outcome->reply->to_string() == "535 5.7.8 *** is bad");
        CHECK(scene.dialogue->finished());
    }
}

TEST_CASE("[SMTP-SEC-31] a server that repeats what it hears puts no secret in trace, outcome or error") {
    for (const auto id : sasl::mechanisms()) {
        for (const std::string before : {"502 5.5.1 unknown: ", "535 ", "", "HTTP/1.1 400 ", "334 "}) {
            const bool is_token = sasl::credential_kind(id) == sasl::CredentialKind::token;
            Scene scene(std::string(to_string(id)), bound_tls());
            std::string payloads;
            const auto echo = [&before, &payloads](std::string_view line) {
                payloads.append(line.substr(line.rfind(' ') + 1)).append("\n");
                return fmt::format("{}{} {}\r\n", before, line, password);
            };
            scene.dialogue->answer([echo](std::string_view line) {
                const bool has_response = line.find(' ') != line.rfind(' ');
                return has_response ? echo(line) : std::string("334 \r\n");
            });
            for (int i = 0; i < 12; ++i)
                scene.dialogue->answer(echo);
            const auto outcome = scene.login(is_token ? token(id, password) : tim(id));
            std::string seen = scene.trace;
            if (outcome) {
                CHECK_FALSE(outcome->accepted());
                seen += outcome->detail + (outcome->reply ? outcome->reply->to_string() : "");
            } else {
                seen += outcome.error().message + scene.session.failure()->detail +
                        scene.session.failure()->first_octets;
            }
            CAPTURE(seen);
            CHECK(seen.find(password) == std::string::npos);
            CHECK(seen.find(base64(password)) == std::string::npos);
            for (std::size_t at = 0, end = 0; (end = payloads.find('\n', at)) != std::string::npos;
                 at = end + 1) {
                if (end - at > 20) CHECK(seen.find(payloads.substr(at, end - at)) == std::string::npos);
            }
        }
    }
}

TEST_CASE("trouble at any operation of a login gives an Error") {
    for (std::size_t operation = 0;; ++operation) {
        Scene scene("SCRAM-SHA-256");
        begin_scram(*scene.dialogue);
        scene.dialogue->server("334 " + base64("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=") + "\r\n")
            .client("\r\n")
            .server("235 ok\r\n");
        scene.dialogue->fail_at = operation;
        const auto outcome = scene.login(pencil());
        if (outcome.has_value()) {
            CHECK(outcome->accepted());
            break;
        }
        REQUIRE(scene.session.failure());
        const auto kind = scene.session.failure()->kind;
        CHECK((kind == smtp::FailureKind::closed || kind == smtp::FailureKind::handshake));
        REQUIRE(operation < 20);
    }
}

TEST_CASE("[SMTP-SEC-28] a server that never stops asking is left after 8 challenges at the latest") {
    Scene scene("XOAUTH2");
    int challenges = 0;
    for (int i = 0; i < 20; ++i)
        scene.dialogue->answer([&challenges](std::string_view) {
            ++challenges;
            return "334 \r\n";
        });
    const auto outcome = scene.login(token(MechanismId::xoauth2, "ab"));
    CHECK(outcome->failure == AuthFailure::protocol);
    CHECK(challenges <= smtp::max_auth_rounds + 1);
}
