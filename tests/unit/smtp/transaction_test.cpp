#include "smtp/transaction.hpp"

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_stream.hpp"

namespace {

using smtp::Delivery;
using smtp::Envelope;

constexpr const char* plain = "250 mail.example\r\n";
constexpr const char* pipelining = "250-mail.example\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250 8BITMIME\r\n";
constexpr const char* message = "Subject: a\r\n\r\n.dot\r\n";

mail::Address address(std::string_view text) {
    return mail::Address::parse(text).value();
}

Envelope envelope_of(std::vector<std::string> recipients = {"b@example.net"}) {
    Envelope envelope{.sender = address("a@example.com"), .recipients = {}, .octets = 20};
    for (const auto& recipient : recipients)
        envelope.recipients.push_back(address(recipient));
    return envelope;
}

// Gives the text in one piece.
smtp::ReadMessage reader(std::string text) {
    auto left = std::make_shared<std::string>(std::move(text));
    auto given = std::make_shared<std::string>();
    return [left, given]() -> base::Result<std::string_view> {
        *given = std::move(*left);
        left->clear();
        return std::string_view(*given);
    };
}

struct Scene {
    std::shared_ptr<test::Dialogue> dialogue = std::make_shared<test::Dialogue>();
    std::string trace;

    explicit Scene(const std::string& ehlo) { dialogue->client("EHLO me.example\r\n").server(ehlo); }
    base::Result<smtp::TransactionResult> send(Envelope envelope, smtp::ReadMessage read) {
        test::FakeStream stream(dialogue);
        smtp::Session session(stream);
        session.set_trace([this](smtp::Direction direction, std::string_view line) {
            trace += (direction == smtp::Direction::sent ? "> " : "< ") + std::string(line) + "\n";
        });
        return net::run(talk(session, std::move(envelope), std::move(read)));
    }
    smtp::TransactionResult result(Envelope envelope, smtp::ReadMessage read = reader(message)) {
        auto sent = send(std::move(envelope), std::move(read));
        REQUIRE(sent.has_value());
        CHECK(dialogue->fault == "");
        CHECK(dialogue->finished());
        return *sent;
    }

  private:
    static net::Task<base::Result<smtp::TransactionResult>> talk(smtp::Session& session, Envelope envelope,
                                                                 smtp::ReadMessage read) {
        std::string name = "me.example";
        CO_TRY(const auto reply, co_await session.ehlo(std::move(name)));
        static_cast<void>(reply);
        smtp::TransactionLimits limits;
        co_return co_await smtp::send_mail(session, std::move(envelope), std::move(read), limits);
    }
};

}  // namespace

TEST_CASE("a transaction without extensions goes step by step") {
    Scene scene(plain);
    scene.dialogue->client("MAIL FROM:<a@example.com>\r\n")
        .server("250 ok\r\n")
        .client("RCPT TO:<b@example.net>\r\n")
        .server("250 ok\r\n")
        .client("DATA\r\n")
        .server("354 go\r\n")
        .client("Subject: a\r\n\r\n..dot\r\n.\r\n")
        .server("250 2.0.0 queued as 4711\r\n");
    const auto result = scene.result(envelope_of());
    CHECK(result.delivery == Delivery::accepted);
    CHECK(result.final_reply->text() == "2.0.0 queued as 4711");
    CHECK(result.is_open);
    CHECK(scene.trace.ends_with(
        "> DATA\n< 354 go\n> (a message of 21 octets) .\n< 250 2.0.0 queued as 4711\n"));
}

TEST_CASE("with PIPELINING sender, recipients and DATA go in one group") {
    Scene scene(pipelining);
    scene.dialogue
        ->client(
            "MAIL FROM:<a@example.com> SIZE=20\r\nRCPT TO:<b@example.net>\r\nRCPT "
            "TO:<c@example.net>\r\nDATA\r\n")
        .server("250 ok\r\n250 ok\r\n550 5.1.1 no such user\r\n354 go\r\n")
        .client("Subject: a\r\n\r\n..dot\r\n.\r\n")
        .server("250 ok\r\n");
    const auto result = scene.result(envelope_of({"b@example.net", "c@example.net"}));
    CHECK(result.delivery == Delivery::accepted);
    CHECK(result.accepted_recipients() == 1);
    CHECK(result.accepts(0));
    CHECK_FALSE(result.accepts(1));
}

TEST_CASE("with CHUNKING the message goes in BDAT, and its dots stay single") {
    Scene scene("250-mail.example\r\n250 CHUNKING\r\n");
    scene.dialogue->client("MAIL FROM:<a@example.com>\r\n")
        .server("250 ok\r\n")
        .client("RCPT TO:<b@example.net>\r\n")
        .server("250 ok\r\n")
        .client("BDAT 20 LAST\r\nSubject: a\r\n\r\n.dot\r\n")
        .server("250 ok\r\n");
    CHECK(scene.result(envelope_of()).delivery == Delivery::accepted);
}

TEST_CASE("a long message goes in several chunks, and the first that is refused is the last") {
    const std::string body(1'500'000, 'x');
    for (const bool refused : {false, true}) {
        Scene scene("250-mail.example\r\n250 CHUNKING\r\n");
        scene.dialogue->client("MAIL FROM:<a@example.com>\r\n")
            .server("250 ok\r\n")
            .client("RCPT TO:<b@example.net>\r\n")
            .server("250 ok\r\n")
            .client("BDAT 1500000\r\n" + body);
        if (refused)
            scene.dialogue->server("552 5.3.4 too big\r\n").client("RSET\r\n").server("250 ok\r\n");
        else
            scene.dialogue->server("250 ok\r\n").client("BDAT 2 LAST\r\n\r\n").server("250 ok\r\n");
        const auto result = scene.result(envelope_of(), reader(body));
        CHECK(result.delivery == (refused ? Delivery::refused : Delivery::accepted));
        CHECK(result.is_open);
    }
}

TEST_CASE("the null sender, a DSN and xtext are written as RFC 3461 wants them") {
    Scene scene("250-mail.example\r\n250 DSN\r\n");
    scene.dialogue->client("MAIL FROM:<> RET=HDRS ENVID=a+2Bb+3Dc\r\n")
        .server("250 ok\r\n")
        .client("RCPT TO:<b+x@example.net> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b+2Bx@example.net\r\n")
        .server("250 ok\r\n")
        .client("DATA\r\n")
        .server("354 go\r\n")
        .client_until("\r\n.\r\n")
        .server("250 ok\r\n");
    auto envelope = envelope_of({"b+x@example.net"});
    envelope.sender.reset();
    envelope.dsn = {.notify = "SUCCESS,FAILURE", .returned = "HDRS", .envelope_id = "a+b=c"};
    CHECK(scene.result(std::move(envelope)).delivery == Delivery::accepted);
}

TEST_CASE("[SMTP-SEC-39] what a message needs and the server lacks is told before anything is sent") {
    auto eight = envelope_of(), utf8 = envelope_of(), large = envelope_of();
    eight.has_eight_bit = true;
    utf8.needs_smtputf8 = true;
    large.octets = 1001;
    for (const auto& [envelope, ehlo, word] :
         {std::tuple{eight, plain, "8BITMIME"}, {utf8, plain, "SMTPUTF8"}, {large, pipelining, "1000"}}) {
        Scene scene(ehlo);
        const auto result = scene.result(envelope);
        CHECK(result.delivery == Delivery::unable);
        CHECK(result.detail.find(word) != std::string::npos);
        CHECK(result.is_open);
    }
}

TEST_CASE("a refused sender ends the transaction, and the session goes on") {
    for (const auto& [reply, delivery] : {std::pair{"553 5.7.1 not yours\r\n", Delivery::refused},
                                          {"451 4.3.0 later\r\n", Delivery::deferred}}) {
        Scene scene(plain);
        scene.dialogue->client("MAIL FROM:<a@example.com>\r\n")
            .server(reply)
            .client("RSET\r\n")
            .server("250 ok\r\n");
        const auto result = scene.result(envelope_of());
        CHECK(result.delivery == delivery);
        CHECK(result.is_open);
        CHECK_FALSE(result.recipients.front());
    }
}

TEST_CASE("when no recipient is left a 4xx among the refusals decides that a later try may do") {
    Scene scene(plain);
    scene.dialogue->client("MAIL FROM:<a@example.com>\r\n")
        .server("250 ok\r\n")
        .client("RCPT TO:<b@example.net>\r\n")
        .server("550 5.1.1 no\r\n")
        .client("RCPT TO:<c@example.net>\r\n")
        .server("450 4.2.0 greylisted\r\n")
        .client("RSET\r\n")
        .server("250 ok\r\n");
    const auto result = scene.result(envelope_of({"b@example.net", "c@example.net"}));
    CHECK(result.delivery == Delivery::deferred);
    CHECK(result.detail == "no recipient was accepted: 450 4.2.0 greylisted");
}

TEST_CASE("a server that accepts DATA for nobody gets a dot and nothing else") {
    Scene scene(pipelining);
    scene.dialogue->client("MAIL FROM:<a@example.com> SIZE=20\r\nRCPT TO:<b@example.net>\r\nDATA\r\n")
        .server("250 ok\r\n550 5.1.1 no\r\n354 go\r\n")
        .client(".\r\n")
        .server("554 5.5.1 no valid recipients\r\n")
        .client("RSET\r\n")
        .server("250 ok\r\n");
    const auto result = scene.result(envelope_of());
    CHECK(result.delivery == Delivery::refused);
    CHECK(result.detail == "no recipient was accepted: 550 5.1.1 no");
    CHECK(result.is_open);
}

TEST_CASE("many recipients go in groups, each answered before the next") {
    Scene scene("250-mail.example\r\n250 PIPELINING\r\n");
    std::vector<std::string> recipients;
    std::string first = "MAIL FROM:<a@example.com>\r\n", second, first_replies = "250 ok\r\n", second_replies;
    for (int i = 0; i < 150; ++i) {
        recipients.push_back("r" + std::to_string(i) + "@example.net");
        (i < 100 ? first : second) += "RCPT TO:<" + recipients.back() + ">\r\n";
        (i < 100 ? first_replies : second_replies) += "250 ok\r\n";
    }
    scene.dialogue->client(first)
        .server(first_replies)
        .client(second + "DATA\r\n")
        .server(second_replies + "354 go\r\n")
        .client_until("\r\n.\r\n")
        .server("250 ok\r\n");
    CHECK(scene.result(envelope_of(recipients)).accepted_recipients() == 150);
}

TEST_CASE(
    "[SMTP-SEC-34] a connection lost before the final dot was not delivered, one lost behind it may have "
    "been") {
    Scene before(plain);
    before.dialogue->client("MAIL FROM:<a@example.com>\r\n")
        .server("250 ok\r\n")
        .client("RCPT TO:<b@example.net>\r\n");
    before.dialogue->closes();
    const auto lost = before.result(envelope_of());
    CHECK(lost.delivery == Delivery::deferred);
    CHECK_FALSE(lost.is_open);

    Scene behind(plain);
    behind.dialogue->client("MAIL FROM:<a@example.com>\r\n")
        .server("250 ok\r\n")
        .client("RCPT TO:<b@example.net>\r\n")
        .server("250 ok\r\n")
        .client("DATA\r\n")
        .server("354 go\r\n")
        .client_until("\r\n.\r\n")
        .closes();
    const auto unknown = behind.result(envelope_of());
    CHECK(unknown.delivery == Delivery::unknown);
    CHECK(unknown.detail.find("may have been delivered") != std::string::npos);
    CHECK_FALSE(unknown.is_open);
}

TEST_CASE("[SMTP-SEC-35] the final reply decides, and 421 ends the session") {
    for (const auto& [reply, delivery] :
         {std::pair{"554 5.7.1 spam\r\n", Delivery::refused}, {"452 4.3.1 full\r\n", Delivery::deferred}}) {
        Scene scene(plain);
        scene.dialogue->client("MAIL FROM:<a@example.com>\r\n")
            .server("250 ok\r\n")
            .client("RCPT TO:<b@example.net>\r\n")
            .server("250 ok\r\n")
            .client("DATA\r\n")
            .server("354 go\r\n")
            .client_until("\r\n.\r\n")
            .server(reply)
            .client("RSET\r\n")
            .server("250 ok\r\n");
        CHECK(scene.result(envelope_of()).delivery == delivery);
    }
    Scene scene(plain);
    scene.dialogue->client("MAIL FROM:<a@example.com>\r\n").server("421 4.7.0 too much\r\n");
    const auto result = scene.result(envelope_of());
    CHECK(result.delivery == Delivery::deferred);
    CHECK_FALSE(result.is_open);
}

TEST_CASE("421 to a recipient is kept, one command at a time or pipelined, for it may tell of a limit") {
    Scene stepwise(plain);
    stepwise.dialogue->client("MAIL FROM:<a@example.com>\r\n")
        .server("250 ok\r\n")
        .client("RCPT TO:<b@example.net>\r\n")
        .server("421 4.7.0 limit\r\n");
    Scene pipelined(pipelining);
    pipelined.dialogue->client("MAIL FROM:<a@example.com> SIZE=20\r\nRCPT TO:<b@example.net>\r\nDATA\r\n")
        .server("250 ok\r\n421 4.7.0 limit\r\n");
    for (auto* scene : {&stepwise, &pipelined}) {
        const auto result = scene->result(envelope_of());
        REQUIRE(result.recipients.front().has_value());
        CHECK(result.recipients.front()->code == 421);
        CHECK(result.delivery == Delivery::deferred);
    }
}

TEST_CASE("an error of the reader breaks the message off, and nobody takes the half for the whole") {
    Scene scene(plain);
    scene.dialogue->client("MAIL FROM:<a@example.com>\r\n")
        .server("250 ok\r\n")
        .client("RCPT TO:<b@example.net>\r\n")
        .server("250 ok\r\n")
        .client("DATA\r\n")
        .server("354 go\r\n");
    const smtp::ReadMessage broken = []() -> base::Result<std::string_view> {
        return base::Error{.kind = base::ErrorKind::io, .message = "cannot read"};
    };
    const auto sent = scene.send(envelope_of(), broken);
    REQUIRE(sent.has_error());
    CHECK(sent.error().kind == base::ErrorKind::io);
    CHECK(scene.dialogue->sent.find("\r\n.\r\n") == std::string::npos);
}

TEST_CASE("wherever the connection fails, a result comes, and never accepted without a reply to the whole") {
    for (std::size_t at = 2;; ++at) {
        Scene scene(pipelining);
        scene.dialogue->client("MAIL FROM:<a@example.com> SIZE=20\r\nRCPT TO:<b@example.net>\r\nDATA\r\n")
            .server("250 ok\r\n250 ok\r\n354 go\r\n")
            .client("Subject: a\r\n\r\n..dot\r\n.\r\n")
            .server("250 ok\r\n");
        scene.dialogue->fail_at = at;
        const auto sent = scene.send(envelope_of(), reader(message));
        REQUIRE(sent.has_value());
        if (scene.dialogue->operations <= at) {
            CHECK(sent->delivery == Delivery::accepted);
            break;
        }
        // A dot whose write failed may have left all the same.
        const bool may_be_whole = scene.dialogue->sent.find("..dot\r\n") != std::string::npos;
        CHECK(sent->delivery == (may_be_whole ? Delivery::unknown : Delivery::deferred));
    }
}

TEST_CASE("a message without a recipient is not sent") {
    Scene scene(plain);
    CHECK(scene.send(envelope_of({}), reader(message)).has_error());
}
