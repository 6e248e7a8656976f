#include "app/sending_sessions.hpp"

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_dialer.hpp"
#include "support/fake_resolver.hpp"

namespace {

using Words = std::vector<std::string>;

relay::Relay make_relay(relay::RelayId id = 1) {
    relay::Relay relay{.name = "news", .host = relay::Host::parse("192.0.2.1").value()};
    relay.id = id;
    relay.port = static_cast<std::uint16_t>(24 + id);
    relay.security = relay::Security::none;
    return relay;
}

constexpr const char* mail_from = "MAIL FROM:<joe@example.com>\r\n";

struct Scene {
    test::FakeResolver resolver;
    test::FakeDialer dialer;
    unsigned asked = 0;  // for the password

    test::Dialogue& dialogue(std::uint16_t port = 25) {
        return dialer.accept("192.0.2.1", port)
            .server("220 mail\r\n")
            .client("EHLO me.example\r\n")
            .server("250 mail\r\n");
    }
    static test::Dialogue& transaction(test::Dialogue& dialogue) {
        return dialogue.client(mail_from)
            .server("250 ok\r\n")
            .client("RCPT TO:<ann@example.net>\r\n")
            .server("250 ok\r\n")
            .client("DATA\r\n")
            .server("354 go\r\n")
            .client("A: b\r\n\r\n")
            .client(".\r\n")
            .server("250 ok\r\n");
    }
    app::SendingSessions sessions() {
        app::RelaySessionOptions options;
        options.ehlo_name = "me.example";
        return app::SendingSessions(resolver, dialer, std::move(options));
    }
    net::Task<app::SendAttempt> send(app::SendingSessions& sessions, relay::Relay relay) {
        smtp::Envelope envelope;
        envelope.sender = mail::Address::parse("joe@example.com").value();
        envelope.recipients.push_back(mail::Address::parse("ann@example.net").value());
        const app::ReadPassword password = [this]() -> base::Result<std::optional<base::Secret>> {
            ++asked;
            return std::optional<base::Secret>();
        };
        const app::OpenMessage open = [] {
            return [given = false]() mutable -> base::Result<std::string_view> {
                return std::exchange(given, true) ? std::string_view() : std::string_view("A: b\r\n\r\n");
            };
        };
        return sessions.send(std::move(relay), password, std::move(envelope), open);
    }
    void check_finished() {
        for (const auto& dialogue : dialer.dialogues) {
            CHECK(dialogue->fault == "");
            CHECK(dialogue->finished());
        }
    }
};

net::Task<Words> send_each(Scene& scene, std::vector<relay::Relay> relays) {
    auto sessions = scene.sessions();
    Words deliveries;
    for (const auto& relay : relays) {
        const auto attempt = co_await scene.send(sessions, relay);
        deliveries.emplace_back(attempt.mail ? smtp::to_string(attempt.mail->delivery) : "none");
    }
    co_await sessions.close();
    co_return deliveries;
}

Words send_all(Scene& scene, std::vector<relay::Relay> relays) {
    auto words = net::run(send_each(scene, std::move(relays)));
    REQUIRE(words.has_value());
    return std::move(*words);
}

}  // namespace

TEST_CASE("a session is kept for the next message of its relay, and ends with QUIT") {
    Scene scene;
    auto& dialogue = scene.dialogue();
    Scene::transaction(Scene::transaction(dialogue)).client("QUIT\r\n").server("221 bye\r\n");
    CHECK(send_all(scene, {make_relay(), make_relay()}) == Words{"accepted", "accepted"});
    CHECK(scene.dialer.connected.size() == 1);
    CHECK(scene.asked == 1);
    scene.check_finished();
}

TEST_CASE("a relay that was changed gets another session") {
    for (const int change : {0, 1, 2}) {
        Scene scene;
        Scene::transaction(scene.dialogue()).client("QUIT\r\n").server("221 bye\r\n");
        Scene::transaction(scene.dialogue()).client("QUIT\r\n").server("221 bye\r\n");
        auto changed = make_relay();
        if (change == 0) changed.verification = relay::Verification::off;
        if (change == 1) changed.fingerprint = "aa";
        if (change == 2) changed.description = "new";
        send_all(scene, {make_relay(), changed});
        CHECK(scene.dialer.connected.size() == 2);
        scene.check_finished();
    }
}

TEST_CASE("a session that was ended meanwhile is opened anew once, with the password asked again") {
    Scene scene;
    Scene::transaction(scene.dialogue()).client(mail_from).server("421 too many\r\n");
    scene.dialogue().client(mail_from).server("421 still too many\r\n");
    CHECK(send_all(scene, {make_relay(), make_relay()}) == Words{"accepted", "deferred"});
    CHECK(scene.asked == 2);
    scene.check_finished();
}

TEST_CASE("no more than a few sessions are open: the one unused for longest ends") {
    Scene scene;
    std::vector<relay::Relay> relays;
    constexpr auto all = static_cast<relay::RelayId>(app::SendingSessions::most_open) + 1;
    for (relay::RelayId id = 1; id <= all; ++id) {
        relays.push_back(make_relay(id));
        Scene::transaction(scene.dialogue(relays.back().port)).client("QUIT\r\n").server("221 bye\r\n");
    }
    relays.push_back(make_relay(1));
    Scene::transaction(scene.dialogue(relays.back().port)).client("QUIT\r\n").server("221 bye\r\n");
    const auto deliveries = send_all(scene, relays);
    CHECK(deliveries == Words(relays.size(), "accepted"));
    scene.check_finished();
}
