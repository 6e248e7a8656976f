#include <doctest/doctest.h>

#include "login_scene.hpp"
#include "smtp/auth.hpp"

using namespace login_test;

TEST_CASE("[SMTP-SEC-06] a SCRAM server that proves itself in a 334 gets an empty line, then says 235") {
    Scene scene("PLAIN SCRAM-SHA-256");
    begin_scram(*scene.dialogue);
    scene.dialogue->server("334 " + base64("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=") + "\r\n")
        .client("\r\n")
        .server("235 ok\r\n");
    const auto outcome = scene.login(pencil());
    CHECK(outcome->accepted());
    CHECK(outcome->mechanism == MechanismId::scram_sha_256);
    CHECK(scene.dialogue->finished());
    CHECK(scene.login_trace() ==
          "C: AUTH SCRAM-SHA-256 ***\nS: 334 ***\nC: ***\nS: 334 ***\nC: ***\nS: 235 ok\n");
}

TEST_CASE("[SMTP-SEC-06] a SCRAM server that cannot prove itself is refused") {
    Scene early("SCRAM-SHA-256");
    begin_scram(*early.dialogue);
    early.dialogue->server("235 welcome\r\n");
    CHECK(early.login(pencil())->failure == AuthFailure::server_unproven);

    Scene wrong("SCRAM-SHA-256");
    begin_scram(*wrong.dialogue);
    wrong.dialogue->server("334 " + base64("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=") + "\r\n")
        .client("*\r\n")
        .server("235 welcome all the same\r\n");
    CHECK(wrong.login(pencil())->failure == AuthFailure::server_unproven);
    CHECK(wrong.dialogue->finished());

    Scene replayed("SCRAM-SHA-256");
    replayed.dialogue->client_until("\r\n")
        .server("334 " + base64("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096") + "\r\n")
        .client("*\r\n")
        .server("501 cancelled\r\n");
    CHECK(replayed.login(pencil())->failure == AuthFailure::server_unproven);

    Scene at_once("SCRAM-SHA-256");
    at_once.dialogue->client_until("\r\n").server("235 welcome\r\n");
    CHECK(at_once.login(pencil())->failure == AuthFailure::server_unproven);
}

TEST_CASE("[SMTP-SEC-06] a SCRAM server that asks for few iterations is not safe") {
    Scene scene("SCRAM-SHA-256");
    scene.dialogue->client_until("\r\n")
        .server("334 " + base64("r=" + nonce + "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000") + "\r\n")
        .client("*\r\n")
        .server("501 cancelled\r\n");
    const auto outcome = scene.login(pencil());
    CHECK(outcome->failure == AuthFailure::not_safe);
    CHECK(scene.dialogue->finished());
}

TEST_CASE(
    "[SMTP-SEC-07] the channel of the session binds SCRAM-SHA-256-PLUS; without the offer the flag is y") {
    Scene plus("SCRAM-SHA-256 SCRAM-SHA-256-PLUS", bound_tls());
    plus.dialogue->client("AUTH SCRAM-SHA-256-PLUS " + base64("p=tls-exporter,,n=user,r=" + nonce) + "\r\n")
        .server("334 " + base64(server_first) + "\r\n")
        .client_until("\r\n")
        .server("535 no\r\n");
    CHECK(plus.login(pencil())->failure == AuthFailure::refused);
    CHECK(plus.dialogue->finished());
    Scene without("SCRAM-SHA-256", bound_tls());
    without.dialogue->client("AUTH SCRAM-SHA-256 " + base64("y,,n=user,r=" + nonce) + "\r\n")
        .server("535 no\r\n");
    CHECK(without.login(pencil())->failure == AuthFailure::refused);
    CHECK(without.dialogue->finished());
}
