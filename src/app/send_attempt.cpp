#include "app/send_attempt.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/settings.hpp"
#include "base/text.hpp"

namespace app {

namespace {

using relay::LogResult;

constexpr std::size_t most_logged_octets = 500;

// Cut between characters.
std::string cut(std::string text, std::size_t octets) {
    if (text.size() <= octets) return text;
    while (octets > 0 && (static_cast<unsigned char>(text[octets]) & 0xC0U) == 0x80U)
        --octets;
    text.resize(octets);
    return text;
}

bool may_be_queue_id(std::string_view word) {
    return word.size() >= 4 && word.size() <= 100 && std::all_of(word.begin(), word.end(), [](char c) {
               return base::is_alnum(c) || c == '-' || c == '_' || c == '.' || c == '+';
           });
}

const smtp::Reply* deciding_reply(const smtp::TransactionResult& mail) {
    if (mail.final_reply) return &*mail.final_reply;
    if (mail.data_reply) return &*mail.data_reply;
    return nullptr;
}

}  // namespace

LogResult result_of(const SendAttempt& attempt) {
    if (attempt.mail) {
        switch (attempt.mail->delivery) {
            case smtp::Delivery::accepted:
                return LogResult::accepted;
            case smtp::Delivery::refused:
                return LogResult::refused;
            case smtp::Delivery::deferred:
                return LogResult::deferred;
            case smtp::Delivery::unable:
                return LogResult::unable;
            case smtp::Delivery::unknown:
                return LogResult::unknown;
        }
    }
    // A certificate or STARTTLS that is not in order says nothing about the message, and may be mended before
    // it is too late; a login is refused by the server.
    if (attempt.failure->kind == base::ErrorKind::refused && attempt.stage != SessionStage::tls)
        return LogResult::refused;
    return LogResult::deferred;
}

std::optional<smtp::ReplyText> said_before_mail(const SendAttempt& attempt) {
    if (attempt.mail || !attempt.failure) return std::nullopt;
    constexpr int most_tried = 8;  // "the login failed: PLAIN: 535 5.7.8 ..."
    std::string_view rest = attempt.failure->message;
    for (int i = 0; i < most_tried; ++i) {
        if (auto reply = smtp::read_reply_text(rest); reply && reply->code >= 400) return reply;
        const auto colon = rest.find(": ");
        if (colon == std::string_view::npos) break;
        rest.remove_prefix(colon + 2);
    }
    return std::nullopt;
}

SendingOutcome outcome_of(const SendAttempt& attempt) {
    SendingOutcome outcome;
    const auto result = result_of(attempt);
    outcome.given = result == LogResult::accepted || result == LogResult::unknown ? Given::kept : Given::back;
    if (attempt.mail) {
        outcome.limit = smtp::told_limit(*attempt.mail);
        return outcome;
    }
    const auto kind = attempt.failure->kind;
    // What we could not read, what the DNS did not tell, a network that we have not, and Ctrl-C, are not the
    // relay's failures.
    if (attempt.stage == SessionStage::ready || attempt.stage == SessionStage::address ||
        kind == base::ErrorKind::interrupted) {
        outcome.tried = false;
        return outcome;
    }
    outcome.failure = cut(base::printable(attempt.failure->message), most_logged_octets);
    const auto said = said_before_mail(attempt);
    if (!said) return outcome;
    // A greeting, as any other reply, can be about a limit.
    const auto stage = attempt.stage == SessionStage::login ? smtp::Stage::auth : smtp::Stage::unknown;
    outcome.limit = smtp::told_limit(*said, stage);
    // A full relay is not a broken one.
    if (outcome.limit != smtp::Limit::none) outcome.failure.clear();
    return outcome;
}

std::string queue_id_of(const smtp::Reply& reply) {
    const std::string text = reply.text();
    const std::string lower = base::lower(text);
    for (const std::string_view before :
         {"queued as ", "queued mail for delivery as ", "id=", "queue id ", "ok id "}) {
        const auto at = lower.find(before);
        if (at == std::string::npos) continue;
        const auto rest = std::string_view(text).substr(at + before.size());
        auto word = rest.substr(0, rest.find_first_of(" \t\r\n,;)"));
        if (may_be_queue_id(word)) return std::string(word);
    }
    // "250 2.0.0 Ok 0100018c..." (Amazon SES), and nothing behind it.
    if (const auto at = lower.find("ok "); at != std::string::npos) {
        const auto word = base::trim(std::string_view(text).substr(at + 3));
        if (may_be_queue_id(word) && word.find_first_of("0123456789") != std::string_view::npos)
            return std::string(word);
    }
    return {};
}

std::string reply_of(const SendAttempt& attempt) {
    if (!attempt.mail) return base::printable(attempt.failure->message);
    if (attempt.mail->delivery == smtp::Delivery::accepted)
        return base::printable(attempt.mail->final_reply->to_string());
    return base::printable(attempt.mail->detail);
}

relay::LogEntry log_entry_of(const SendAttempt& attempt, const Reservation& reservation,
                             const base::DomainName& from_domain, relay::MailType type, base::Time now,
                             const std::string& instead_of) {
    relay::LogEntry entry{
        .at = now, .relay = reservation.relay.name, .from_domain = from_domain, .type = type};
    entry.recipients = reservation.recipients;
    entry.result = result_of(attempt);
    if (entry.result == LogResult::accepted) entry.accepted = attempt.mail->accepted_recipients();
    const auto* reply = attempt.mail ? deciding_reply(*attempt.mail) : nullptr;
    if (reply != nullptr && entry.result == LogResult::accepted) entry.queue_id = queue_id_of(*reply);
    entry.reply = cut(reply_of(attempt), most_logged_octets);
    entry.instead_of = cut(base::printable(instead_of), most_logged_octets);
    return entry;
}

base::Result<void> append_log(relay::Store& store, const relay::LogEntry& entry) {
    TRY(auto transaction, relay::Transaction::begin(store, relay::Durability::process));
    TRY_VOID(write_log_line(store, entry));
    return transaction.commit();
}

base::Result<ReversePath> reverse_path(relay::Store& store, const relay::Relay& relay,
                                       const mail::Address& author, const std::optional<ReversePath>& given) {
    if (given) return *given;
    if (std::holds_alternative<relay::FromReturnPath>(relay.return_path)) return ReversePath(author);
    if (std::holds_alternative<relay::NullReturnPath>(relay.return_path)) return ReversePath();
    if (const auto* address = std::get_if<mail::Address>(&relay.return_path)) return ReversePath(*address);
    TRY(const auto managed, find_setting_value(store, relay::managed_return_path));
    if (!managed)
        return base::usage_error(
            fmt::format("relay {} has return path managed, and the store has no such address", relay.name),
            "relayctl config set managed-return-path ADDRESS");
    TRY(auto address, mail::Address::parse(*managed));
    return ReversePath(std::move(address));
}

}  // namespace app
