#include "app/send_attempt.hpp"

#include <doctest/doctest.h>

using app::SendAttempt;
using app::SessionStage;

namespace {

SendAttempt failed(SessionStage stage, std::string message) {
    SendAttempt attempt;
    attempt.stage = stage;
    attempt.failure = base::Error{.kind = base::ErrorKind::unavailable, .message = std::move(message)};
    return attempt;
}

}  // namespace

TEST_CASE("a server that tells of its limit before any mail is full, not broken") {
    using smtp::Limit;
    for (const auto& [attempt, limit] :
         {std::pair{failed(SessionStage::greeting, "the server does not greet: 421 4.7.0 try again later"),
                    Limit::for_now},
          std::pair{failed(SessionStage::greeting, "the server does not greet: 421 Too many connections"),
                    Limit::for_now},
          std::pair{failed(SessionStage::ehlo,
                           "the server does not take our EHLO: 550 5.4.5 daily sending limit exceeded"),
                    Limit::today},
          std::pair{
              failed(SessionStage::login, "the login failed: 550 5.4.5 Daily user sending limit exceeded"),
              Limit::today}}) {
        const auto outcome = app::outcome_of(attempt);
        CHECK_MESSAGE(outcome.limit == limit, attempt.failure->message);
        CHECK(outcome.failure == "");
        CHECK(outcome.given == app::Given::back);
    }
}

TEST_CASE("what else ends a session before any mail is a failure of the relay, with its reason") {
    for (const auto& attempt :
         {failed(SessionStage::connect, "192.0.2.1:587 cannot be reached: timed out"),
          failed(SessionStage::tls, "the certificate does not verify: expired"),
          failed(SessionStage::greeting, "the server does not greet: 554 no"),
          failed(SessionStage::ehlo, "the server does not take our EHLO: 421 4.3.2 down"),
          failed(SessionStage::login, "the login failed: PLAIN: 535 5.7.8 no")}) {
        const auto outcome = app::outcome_of(attempt);
        CHECK(outcome.failure == attempt.failure->message);
        CHECK(outcome.limit == smtp::Limit::none);
        CHECK(outcome.tried);
    }
}

TEST_CASE("what we could not read or look up, and Ctrl-C, are not the relay's failures") {
    auto interrupted = failed(SessionStage::connect, "interrupted");
    interrupted.failure->kind = base::ErrorKind::interrupted;
    for (const auto& attempt :
         {interrupted, failed(SessionStage::ready, "cannot read the message: I/O error"),
          failed(SessionStage::address, "smtp.mailer.example has no address: timed out")}) {
        CHECK_FALSE(app::outcome_of(attempt).tried);
        CHECK(app::outcome_of(attempt).failure == "");
    }
}

TEST_CASE("the reply that ended a session is found in what is told of it") {
    const auto code_of = [](const SendAttempt& attempt) {
        const auto reply = app::said_before_mail(attempt);
        return reply ? reply->code : 0;
    };
    CHECK(code_of(failed(SessionStage::greeting, "the server does not greet: 554 5.7.1 go: away")) == 554);
    CHECK(code_of(failed(SessionStage::login, "the login failed: PLAIN: 535 5.7.8 no")) == 535);
    CHECK(code_of(failed(SessionStage::connect, "192.0.2.1:587 cannot be reached: timed out")) == 0);
    CHECK(code_of({}) == 0);
}
