#include "cli/sysexits.hpp"

#include <doctest/doctest.h>

using cli::ExitCode;
namespace sysexits = cli::sysexits;

namespace {

smtp::Reply reply(int code, std::string text) {
    return {.code = code, .lines = {std::move(text)}};
}

ExitCode of_recipients(std::vector<std::optional<smtp::Reply>> replies) {
    app::SendAttempt attempt;
    attempt.stage = app::SessionStage::ready;
    attempt.mail.emplace();
    attempt.mail->delivery = smtp::Delivery::refused;
    attempt.mail->recipients = std::move(replies);
    return sysexits::of_refusal(attempt);
}

ExitCode of_failure(app::SessionStage stage, std::string message) {
    app::SendAttempt attempt;
    attempt.stage = stage;
    attempt.failure = base::Error{.kind = base::ErrorKind::refused, .message = std::move(message)};
    return sysexits::of_refusal(attempt);
}

}  // namespace

TEST_CASE("a recipient that is refused has the code of its reason") {
    CHECK(of_recipients({reply(550, "5.1.1 no such user")}) == sysexits::no_user);
    CHECK(of_recipients({reply(550, "User unknown")}) == sysexits::no_user);
    CHECK(of_recipients({reply(550, "5.1.2 bad destination system address")}) == sysexits::no_host);
    CHECK(of_recipients({reply(556, "5.1.10 null MX")}) == sysexits::no_host);
    CHECK(of_recipients({reply(554, "5.7.1 <a@b.example>: Relay access denied")}) == sysexits::no_permission);
    CHECK(of_recipients({reply(552, "5.2.2 mailbox full")}) == sysexits::unavailable);
    CHECK(of_recipients({reply(250, "ok"), reply(550, "5.1.1 no such user")}) == sysexits::no_user);
    CHECK(of_recipients({reply(450, "4.2.0 later"), reply(550, "5.1.1 no such user")}) == sysexits::no_user);
}

TEST_CASE("recipients that are refused for different reasons leave the general code") {
    CHECK(of_recipients({reply(550, "5.1.1 no such user"), reply(550, "5.1.1 nor this one")}) ==
          sysexits::no_user);
    CHECK(of_recipients({reply(550, "5.1.1 no such user"), reply(554, "5.7.1 Relay access denied")}) ==
          sysexits::unavailable);
}

TEST_CASE("what DATA says of no recipients does not hide why there are none") {
    app::SendAttempt attempt;
    attempt.mail.emplace();
    attempt.mail->recipients = {reply(550, "5.1.1 no such user")};
    attempt.mail->data_reply = reply(554, "5.5.1 no valid recipients");
    CHECK(sysexits::of_refusal(attempt) == sysexits::no_user);
    attempt.mail->recipients = {reply(250, "ok")};
    attempt.mail->final_reply = reply(554, "5.6.0 spam");
    attempt.mail->data_reply.reset();
    CHECK(sysexits::of_refusal(attempt) == sysexits::unavailable);
}

TEST_CASE("a sender or a login that is refused is a matter of permission") {
    app::SendAttempt attempt;
    attempt.mail.emplace();
    attempt.mail->recipients = {std::nullopt};
    attempt.mail->sender_reply = reply(553, "5.7.1 Sender address rejected: not owned by user joe");
    CHECK(sysexits::of_refusal(attempt) == sysexits::no_permission);
    attempt.mail->sender_reply = reply(530, "5.7.0 Authentication required");
    CHECK(sysexits::of_refusal(attempt) == sysexits::no_permission);
    CHECK(of_failure(app::SessionStage::login, "the login failed: PLAIN: 535 5.7.8 no") ==
          sysexits::no_permission);
}

TEST_CASE(
    "a session that is refused before the login is unavailable, but for an address that is not let in") {
    CHECK(of_failure(app::SessionStage::tls, "the certificate does not verify: expired") ==
          sysexits::unavailable);
    CHECK(of_failure(app::SessionStage::greeting, "the server does not greet: 554 no SMTP here") ==
          sysexits::unavailable);
    CHECK(of_failure(app::SessionStage::greeting,
                     "the server does not greet: 554 5.7.1 192.0.2.1 is blocked using zen.example") ==
          sysexits::no_permission);
}

TEST_CASE("by the contract of send a refusal is one code, and all else stays") {
    for (const auto code :
         {sysexits::no_user, sysexits::no_host, sysexits::unavailable, sysexits::no_permission})
        CHECK(sysexits::to_contract(code) == ExitCode::refused);
    for (const auto code : {sysexits::data, sysexits::config})
        CHECK(sysexits::to_contract(code) == ExitCode::usage);
    for (const auto code : {ExitCode::done, ExitCode::usage, ExitCode::io, ExitCode::interrupted,
                            static_cast<ExitCode>(75), ExitCode::bug})
        CHECK(sysexits::to_contract(code) == code);
}
