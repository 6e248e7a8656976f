#include "cli/commands/send_outcome.hpp"

#include <fmt/format.h>

#include "cli/sendmail_words.hpp"

namespace cli {

namespace {

constexpr std::size_t most_told = 50;  // recipients, a line each

void tell_recipients(Console& console, const SendReport& report, std::string_view who) {
    const auto& mail = *report.attempt.mail;
    std::size_t left_out = 0, told = 0;
    for (std::size_t i = 0; i < mail.recipients.size(); ++i) {
        if (mail.accepts(i)) continue;
        if (told == most_told) {
            ++left_out;
            continue;
        }
        ++told;
        console.notice(fmt::format("{} not to {}: {}", who, report.mail.envelope.recipients[i].to_string(),
                                   mail.recipients[i] ? mail.recipients[i]->to_string() : "not asked"));
    }
    if (left_out != 0)
        console.notice(
            fmt::format("{} not to {} more recipients: --output json tells of each", who, left_out));
}

}  // namespace

void tell_outcome(Console& console, const SendReport& report, std::string_view name) {
    const auto result = app::result_of(report.attempt);
    const auto& mail = report.attempt.mail;
    const auto who = name.empty() ? std::string("relayctl:") : fmt::format("relayctl: {}:", name);
    if (result == relay::LogResult::unknown) {
        console.notice(
            fmt::format("{} the message may have been accepted by {}, and it is not sent again: {}", who,
                        report.relay.name, app::reply_of(report.attempt)));
    } else if (result != relay::LogResult::accepted) {
        console.notice(fmt::format("{} cannot send through {}: {}", who, report.relay.name,
                                   app::reply_of(report.attempt)));
        if (report.attempt.failure && !report.attempt.failure->hint.empty())
            console.notice("  hint: " + report.attempt.failure->hint);
        // The one line above tells of one recipient.
        const bool none_accepted = mail && mail->recipients.size() > 1 && mail->accepted_recipients() == 0;
        if (none_accepted && mail->recipients.front()) tell_recipients(console, report, who);
    } else {
        tell_recipients(console, report, who);
    }
}

void tell_untaken(Console& console, const NotTaken& untaken) {
    console.notice("relayctl: " + untaken.why.message);
    if (!untaken.why.hint.empty()) console.notice("  hint: " + untaken.why.hint);
}

ExitCode send_exit_code(const SendReport& report, std::optional<relay::OverLimit> asked) {
    using relay::LogResult;
    const auto& attempt = report.attempt;
    if (attempt.failure && attempt.failure->kind == base::ErrorKind::interrupted)
        return ExitCode::interrupted;
    if (attempt.failure && attempt.failure->kind == base::ErrorKind::io) return ExitCode::io;
    const auto over = asked.value_or(report.relay.over_limit);
    if (report.limit == smtp::Limit::for_now) return ExitCode::try_later;
    if (report.limit == smtp::Limit::today)
        return over == relay::OverLimit::reject ? ExitCode::refused : ExitCode::try_later;
    const auto result = app::result_of(attempt);
    if (result == LogResult::refused || result == LogResult::unable) return ExitCode::refused;
    if (result != LogResult::accepted) return ExitCode::try_later;
    auto code = ExitCode::done;
    for (const auto& reply : attempt.mail->recipients) {
        if (reply && reply->is_permanent()) return ExitCode::refused;
        if (!reply || !reply->is_positive()) code = ExitCode::try_later;
    }
    return code;
}

ExitCode send_exit_code(const base::Error& error) {
    const bool later = error.kind == base::ErrorKind::unavailable || error.kind == base::ErrorKind::conflict;
    return later ? ExitCode::try_later : exit_code_of(error.kind);
}

}  // namespace cli
