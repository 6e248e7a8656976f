// What the replies and the facts of a probe lead to beyond the obvious.
#include "app/probe_remedy.hpp"
#include "probe_scene.hpp"

using namespace probe_test;
using finding::Verdict;
using relay::Security;

namespace {

app::ProbeReport greeted_with(std::string_view reply) {
    Scene scene(587, Security::tls);
    bye(scene.accept(587).server(std::string(reply) + "\r\n"));
    return scene.probe();
}

}  // namespace

TEST_CASE("A greeting that refuses is told by its words [PROBE-01]") {
    const auto listed =
        greeted_with("554 5.7.1 mail.example: your address is blocked using zen.spamhaus.org");
    CHECK(ids(listed) == Words{"smtp-client-blocklisted"});
    CHECK(listed.findings[0].subject == "mail.example:587");
    CHECK(listed.verdict == Verdict::bad);
    CHECK(ids(greeted_with("554 no PTR record")) == Words{"smtp-client-no-reverse-name"});
    CHECK(ids(greeted_with("421 4.7.0 too many connections")) == Words{"smtp-too-many-connections"});
    CHECK(ids(greeted_with("554 no")) == Words{"smtp-greeting-rejected"});
    CHECK(ids(greeted_with("421 later")) == Words{"smtp-greeting-deferred"});
}

TEST_CASE("A greeting refused on one port is followed by the port that works [PROBE-01]") {
    Scene scene(25, Security::tls);
    scene.options.endpoints = {{.port = 25, .security = Security::tls},
                               {.port = 465, .security = Security::ssl}};
    bye(scene.accept(25).server("554 5.7.1 listed at dnsbl.example\r\n"));
    works_with_implicit_tls(scene.accept(465));
    CHECK(find(scene.probe(), "smtp-client-blocklisted").remedy ==
          "Port 465 works with ssl: relayctl edit news --port 465 --security ssl");
}

TEST_CASE("EHLO and STARTTLS that are refused are told by their words [PROBE-02]") {
    Scene ehlo(25, Security::none);
    greet(ehlo.accept(25));
    bye(ehlo.dialer.dialogues.back()->server("550 5.7.25 no reverse DNS for your address\r\n"));
    CHECK(ids(ehlo.probe()) == Words{"smtp-client-no-reverse-name"});

    Scene starttls(587, Security::tls);
    greet(starttls.accept(587));
    starttls.dialer.dialogues.back()
        ->server(clear_keywords)
        .client("STARTTLS\r\n")
        .server("454 4.7.0 busy\r\n");
    CHECK(ids(starttls.probe()) == Words{"smtp-starttls-refused"});
}

TEST_CASE("A host that answers on no port is told once [PROBE-03]") {
    Scene scene;
    for (const std::uint16_t port : {std::uint16_t{25}, std::uint16_t{465}, std::uint16_t{587}})
        for (int i = 0; i < 3; ++i)
            scene.dialer.refuse(scene.dialer.at(address, port), "timed out");
    const auto report = scene.probe();
    CHECK(ids(report) == Words{"smtp-host-silent"});
    CHECK(report.findings[0].observed == "no answer on ports 25, 465, 587");
    CHECK(report.verdict == Verdict::unchecked);
}

TEST_CASE("A server that knows HELO only is told [PROBE-04]") {
    Scene scene(25, Security::none);
    greet(scene.accept(25));
    bye(scene.dialer.dialogues.back()
            ->server("502 what\r\n")
            .client("HELO client.example\r\n")
            .server("250 mail.example\r\n"));
    const auto report = scene.probe();
    CHECK(ids(report) == Words{"smtp-no-ehlo"});
    CHECK(report.verdict == Verdict::good);
}

TEST_CASE("What is offered in clear and taken back inside TLS is told [PROBE-05]") {
    Scene scene(587, Security::tls);
    greet(scene.accept(587));
    bye(scene.dialer.dialogues.back()
            ->server("250-mail.example\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250-HELP\r\n250 STARTTLS\r\n")
            .client("STARTTLS\r\n")
            .server("220 go\r\n")
            .tls(good_tls())
            .client(hello)
            .server("250-mail.example\r\n250 SIZE 1000\r\n"));
    CHECK(find(scene.probe(), "smtp-keywords-lost-in-tls").observed == "8BITMIME before TLS and not inside");
}

TEST_CASE("A rewritten greeting is told where no STARTTLS was asked for [PROBE-06]") {
    Scene scene(25, Security::none);
    bye(scene.accept(25).server("220 ************\r\n").client(hello).server("250 mail.example\r\n"));
    CHECK(ids(scene.probe()) == Words{"smtp-dialogue-rewritten"});
}

TEST_CASE(
    "[SMTP-SEC-33] A public name that leads to a private address is told when it does not work [PROBE-07]") {
    Scene scene(587, Security::tls);
    scene.target.host = relay::Host::parse("smtp.mailer.com").value();
    scene.resolver.a("smtp.mailer.com", "127.0.0.1");
    const auto report = scene.probe();
    CHECK(ids(report) == Words{"smtp-port-closed", "smtp-address-not-public"});
    CHECK(report.findings[1].observed.starts_with("smtp.mailer.com is 127.0.0.1 ("));
    CHECK(ids(Scene(587, Security::tls).probe()) == Words{"smtp-port-closed"});  // .example is nobody's

    const auto is_public = [](std::string_view name) {
        return app::is_public_name(*relay::Host::parse(name).value().name());
    };
    CHECK(is_public("mail.example.com"));
    for (const auto* name : {"localhost", "mail", "mail.local", "nas.home.arpa", "MX.Corp"})
        CHECK_FALSE(is_public(name));
}

TEST_CASE("A host without an address that is nearly a well-known relay gets its name [PROBE-08]") {
    Scene scene(587, Security::tls);
    scene.target.host = relay::Host::parse("smtp.gmail.co").value();
    CHECK(find(scene.probe(), "smtp-address-missing").remedy ==
          "did you mean smtp.gmail.com? relayctl edit news --host smtp.gmail.com");
    scene.target.relay.clear();
    CHECK(find(scene.probe(), "smtp-address-missing").remedy ==
          "did you mean smtp.gmail.com? relayctl probe smtp.gmail.com");
    scene.target.host = relay::Host::parse("nowhere.example").value();
    CHECK(find(scene.probe(), "smtp-address-missing").remedy ==
          finding::find_entry("smtp-address-missing")->remedy);
}

TEST_CASE("STARTTLS that works, and TLS from the first byte that works too [PROBE-16]") {
    Scene scene(587, Security::tls);
    scene.options.endpoints = app::probe_endpoints({}, {}, scene.target.configured);
    script_usual_server(scene);
    const auto report = scene.probe();
    const auto& told = find(report, "smtp-implicit-tls-preferred");
    CHECK(told.severity == finding::Severity::info);
    CHECK(told.observed == "port 465 works with ssl");
    CHECK(told.remedy == "relayctl edit news --port 465 --security ssl");
    CHECK(report.verdict == Verdict::good);

    Scene alone(587, Security::tls);
    works_with_starttls(alone.accept(587));
    CHECK(ids(alone.probe()) == Words{"smtp-auth-only-after-tls"});
}

TEST_CASE("A handshake of STARTTLS without an end is not advised STARTTLS [PROBE-17]") {
    Scene scene(587, Security::tls);
    greet(scene.accept(587));
    scene.dialer.dialogues.back()
        ->server(clear_keywords)
        .client("STARTTLS\r\n")
        .server("220 go\r\n")
        .tls(base::Error{.kind = base::ErrorKind::unavailable, .message = "timed out"});
    const auto remedy = find(scene.probe(), "tls-handshake-timeout").remedy;
    CHECK(remedy.starts_with("Try again with a longer --timeout"));
}

TEST_CASE(
    "A client certificate that is wanted is told once, however and on whatever port it is said [PROBE-10]") {
    Scene scene;
    auto wanting = good_tls();
    wanting.wants_client_certificate = true;
    const std::string no = "421 4.7.1 mail.example Error: No client certificate presented\r\n";
    scene.options.endpoints = {{.port = 25, .security = Security::tls},
                               {.port = 465, .security = Security::ssl},
                               {.port = 587, .security = Security::ssl}};
    auto& starttls = scene.accept(25);
    greet(starttls);
    starttls.server(clear_keywords).client("STARTTLS\r\n").server("220 go\r\n").tls(wanting);
    bye(starttls.client(hello).server(no));
    bye(scene.accept(465).tls(wanting).server(no));
    scene.accept(587).tls(base::Error{.kind = base::ErrorKind::unavailable,
                                      .message = "TLS: " + std::string(net::client_certificate_wanted)});
    const auto report = scene.probe();
    CHECK(table(report) == Words{"25 tls fail client certificate wanted",
                                 "465 ssl fail client certificate wanted",
                                 "587 ssl fail client certificate wanted"});
    CHECK(ids(report) == Words{"tls-client-certificate"});
    CHECK(report.verdict == finding::Verdict::bad);
}

TEST_CASE(
    "A relay with a user where no login is offered is told where one is, by its name [PROBE-22] [PROBE-25]") {
    const std::string without = "; a relay that needs no login: relayctl edit news --no-auth";
    Scene alone(25, Security::none);
    alone.target.user = "alice";
    works_in_clear(alone.accept(25));
    const auto in_clear = alone.probe();
    CHECK(in_clear.verdict == finding::Verdict::bad);
    CHECK(find(in_clear, "smtp-login-needs-tls").remedy ==
          "relayctl edit news --port 587 --security tls" + without);

    Scene both(25, Security::none);
    both.target.user = "alice";
    both.options.endpoints.push_back({.port = 465, .security = Security::ssl});
    works_in_clear(both.accept(25));
    works_with_implicit_tls(both.accept(465));
    CHECK(find(both.probe(), "smtp-login-needs-tls").remedy ==
          "Port 465 offers a login with ssl: relayctl edit news --port 465 --security ssl" + without);

    Scene usual(587, Security::tls);
    usual.target.user = "alice";
    auto& dialogue = usual.accept(587);
    greet(dialogue);
    dialogue.server(clear_keywords).client("STARTTLS\r\n").server("220 go\r\n").tls(good_tls());
    bye(dialogue.client(hello).server("250 mail.example\r\n"));
    CHECK(find(usual.probe(), "smtp-user-without-auth").remedy ==
          "Ask the server's operator where logins are taken" + without);
}

TEST_CASE("An endpoint in clear text where STARTTLS is offered is a warning [PROBE-25]") {
    Scene offered(587, Security::none);
    works_in_clear(offered.accept(587));
    const auto report = offered.probe();
    CHECK(report.verdict == finding::Verdict::good);
    CHECK(find(report, "smtp-clear-text-endpoint").remedy == "relayctl edit news --security tls");

    Scene alone(25, Security::none);
    greet(alone.accept(25));
    bye(alone.dialer.dialogues.front()->server("250 mail.example\r\n"));
    CHECK(ids(alone.probe()).empty());
}

TEST_CASE("A server of old TLS versions only is told once, and not as one without TLS [PROBE-10]") {
    Scene scene;
    scene.options.endpoints = {{.port = 25, .security = Security::none},
                               {.port = 25, .security = Security::tls},
                               {.port = 587, .security = Security::tls}};
    const auto too_old = base::Error{.kind = base::ErrorKind::unavailable,
                                     .message = "TLS: " + std::string(net::only_old_versions)};
    works_in_clear(scene.accept(25));
    for (const std::uint16_t port : {std::uint16_t{25}, std::uint16_t{587}}) {
        auto& dialogue = scene.accept(port);
        greet(dialogue);
        dialogue.server(clear_keywords).client("STARTTLS\r\n").server("220 go\r\n").tls(too_old);
    }
    const auto report = scene.probe();
    const auto all = ids(report);
    CHECK(std::count(all.begin(), all.end(), "smtp-no-tls") == 0);
    CHECK(std::count(all.begin(), all.end(), "tls-version-too-old") == 1);
}
