#include "smtp/limit_reply.hpp"

#include <vector>

#include <doctest/doctest.h>

using smtp::Limit;
using smtp::Stage;

namespace {

struct Told {
    std::string_view reply, id;
    Stage stage = Stage::unknown;
};

void check(Limit limit, const std::vector<Told>& table) {
    for (const auto& [reply, id, stage] : table) {
        const auto text = smtp::read_reply_text(reply);
        REQUIRE_MESSAGE(text, reply);
        CHECK_MESSAGE(smtp::diagnose(*text, stage) == id, reply);
        CHECK_MESSAGE(static_cast<int>(smtp::told_limit(*text, stage)) == static_cast<int>(limit), reply);
    }
}

}  // namespace

TEST_CASE("what an account may send in a day, or has paid for, is a limit of the day [SMTP-06]") {
    check(Limit::today,
          {
              {"550 5.4.5 Daily user sending limit exceeded.", "smtp-daily-limit"},  // Gmail
              {"550-5.4.5 Daily SMTP relay limit exceeded for user.", "smtp-daily-limit"},
              {"550 5.7.1 Daily SMTP relay limit exceeded for customer.", "smtp-daily-limit"},
              {"550 5.1.90 Your message can't be sent because you've reached your daily limit for message "
               "recipients",
               "smtp-daily-limit"},  // Exchange Online
              {"550 5.7.705 Service unavailable. Access denied, tenant has exceeded threshold",
               "smtp-daily-limit"},
              {"550 5.7.232 Your message can't be sent because your trial tenant has exceeded its daily "
               "limit for sending email to external recipients",
               "smtp-daily-limit"},
              {"554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; the message can't "
               "be submitted",
               "smtp-daily-limit", Stage::data},
              {"550 5.2.2 Submission quota exceeded", "smtp-daily-limit"},
              {"454 Throttling failure: Daily message quota exceeded.", "smtp-daily-limit", Stage::data},
              {"451 Authentication failed: Maximum credits exceeded", "smtp-daily-limit",
               Stage::auth},  // SendGrid
              {"421 Domain mg.example.com is not allowed to send: recipient limit exceeded",
               "smtp-daily-limit"},  // Mailgun
              {"452 4.5.3 Daily message limit exceeded", "smtp-daily-limit", Stage::mail},
              {"550 5.7.0 You have sent too many messages, try again in 24 hours", "smtp-daily-limit"},
              {"450 Daily email send limit exceeded", "smtp-daily-limit", Stage::rcpt},
          });
}

TEST_CASE("a limit of a second, a minute, an hour or a session soon passes [SMTP-06]") {
    check(
        Limit::for_now,
        {
            {"421-4.7.0 Try again later, closing connection. (MAIL)", "smtp-rate-limited"},  // Gmail
            {"421-4.7.28 Gmail has detected an unusual rate of unsolicited mail", "smtp-rate-limited"},
            {"450 4.2.1 Peak SMTP relay limit exceeded for customer. This is a temporary error.",
             "smtp-rate-limited"},
            {"421 4.4.2 Message submission rate for this client has exceeded the configured limit",
             "smtp-rate-limited"},  // Exchange
            {"432 4.4.2 Message submission rate for this client has exceeded the configured limit",
             "smtp-rate-limited", Stage::data},
            {"432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending",
             "smtp-too-many-connections"},
            {"432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", "smtp-rate-limited"},
            {"421 4.3.2 The maximum number of concurrent server connections has exceeded a limit",
             "smtp-too-many-connections"},
            {"451 4.7.500 Server busy. Please try again later from [192.0.2.1].", "smtp-rate-limited"},
            {"451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP "
             "reputation.",
             "smtp-rate-limited"},
            {"451 4.7.652 The mail server [192.0.2.1] has exceeded the maximum number of connections.",
             "smtp-too-many-connections"},
            {"454 Throttling failure: Maximum sending rate exceeded.", "smtp-rate-limited",
             Stage::data},  // SES
            {"421 Too many concurrent SMTP connections", "smtp-too-many-connections", Stage::greeting},
            {"450 too frequent connects from 192.0.2.1, please try again later.",
             "smtp-too-many-connections"},  // SendGrid
            {"421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or "
             "user complaints",
             "smtp-rate-limited"},  // Yahoo
            {"421 Domain mg.example.com is not allowed to send: You are sending too fast.",
             "smtp-rate-limited"},                                                                // Mailgun
            {"450 4.7.1 Error: too much mail from 192.0.2.1", "smtp-rate-limited", Stage::mail},  // Postfix
            {"450 4.7.1 Error: too many recipients from 192.0.2.1", "smtp-rate-limited", Stage::rcpt},
            {"421 4.7.0 mx.example Error: too many errors", "smtp-rate-limited", Stage::rcpt},
            {"421 4.7.0 mx.example Error: too many connections from 192.0.2.1", "smtp-too-many-connections",
             Stage::greeting},
            {"450 4.7.0 Error: too many new TLS sessions from 192.0.2.1", "smtp-too-many-connections"},
            {"450 4.7.1 <a@example.org>: Sender address rejected: rate limit exceeded", "smtp-rate-limited"},
            {"452 4.5.3 Error: too many recipients", "smtp-too-many-recipients", Stage::rcpt},
            {"421 Too many concurrent SMTP connections; please try again later.",
             "smtp-too-many-connections"},  // Exim
            {"450 Sender rate overlimit - 105.3 / 1h", "smtp-rate-limited", Stage::rcpt},
            {"550 Domain example.com has exceeded the max emails per hour (250/250 (100%)) allowed. "
             "Message discarded.",
             "smtp-rate-limited", Stage::data},  // cPanel
            {"450 Requested mail action not taken: mailbox unavailable. Mail send limit exceeded.",
             "smtp-rate-limited", Stage::rcpt},  // GMX, IONOS
            {"550 5.7.1 Refused by local policy. Mails per session limit exceeded.", "smtp-rate-limited",
             Stage::mail},  // Strato
            {"550 Too many messages. Try again in 92 seconds.", "smtp-rate-limited"},
            {"452 4.4.5 Messages per second limit exceeded", "smtp-rate-limited", Stage::mail},
        });
}

TEST_CASE(
    "what is about a mailbox, a login, this message or the server is no limit of the sender's [SMTP-06]") {
    check(Limit::none,
          {
              {"450 4.2.1 The user you are trying to contact is receiving mail too quickly.",
               "smtp-recipient-rate-limited"},
              {"450 4.2.1 The user is receiving mail at a rate that prevents additional messages from being "
               "delivered.",
               "smtp-recipient-rate-limited"},
              {"550 5.2.121 Recipient's hourly message receive limit from specific sender exceeded",
               "smtp-recipient-rate-limited"},
              {"552 5.2.2 The email account that you tried to reach is over quota", "smtp-mailbox-full"},
              {"452 4.3.1 Insufficient system resources", "smtp-server-full"},
              {"454 4.7.0 Too many login attempts, please try again later.", "smtp-auth-too-many-failures"},
              {"450 4.7.1 Error: too many AUTH commands from 192.0.2.1", "smtp-auth-too-many-failures"},
              {"432 4.7.12 A password transition is needed", "smtp-auth-password-transition"},
              {"550 5.5.3 Too many recipients", "smtp-too-many-recipients", Stage::rcpt},
              {"550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP.",
               "smtp-client-reputation"},
              {"450 4.2.0 <a@example.org>: Recipient address rejected: Greylisted", "smtp-greylisted"},
              {"421 4.3.2 Service shutting down", "smtp-service-not-available"},
              {"250 2.0.0 throttling", "smtp-reply-positive"},
          });
}
