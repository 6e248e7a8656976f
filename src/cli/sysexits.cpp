#include "cli/sysexits.hpp"

#include <algorithm>

#include "smtp/diagnosis.hpp"

namespace cli::sysexits {

namespace {

// Ids, or what they begin with.
constexpr std::string_view users[] = {"smtp-recipient-unknown", "smtp-recipient-moved"};
constexpr std::string_view hosts[] = {"smtp-recipient-domain-unknown", "smtp-recipient-no-mail"};
constexpr std::string_view permissions[] = {
    "smtp-auth-",           "smtp-client-", "smtp-relay-connector-unmatched",
    "smtp-relaying-denied", "smtp-sender-", "smtp-starttls-required"};

// The code that all of them have.
class Common {
  public:
    void add(ExitCode code) {
        if (code_ && *code_ != code)
            code_ = unavailable;
        else
            code_ = code;
    }
    ExitCode code() const { return code_.value_or(unavailable); }

  private:
    std::optional<ExitCode> code_ = {};
};

ExitCode of_reply(const std::string& text, smtp::Stage stage) {
    const auto reply = smtp::read_reply_text(text);
    return reply ? of_refusal(smtp::diagnose(*reply, stage)) : unavailable;
}

}  // namespace

ExitCode of_refusal(std::string_view diagnosis) {
    const auto is_among = [&](const auto& ids) {
        return std::any_of(std::begin(ids), std::end(ids),
                           [&](std::string_view id) { return diagnosis.starts_with(id); });
    };
    if (is_among(users)) return no_user;
    if (is_among(hosts)) return no_host;
    return is_among(permissions) ? no_permission : unavailable;
}

ExitCode of_refusal(const app::SendAttempt& attempt) {
    if (!attempt.mail) {
        if (attempt.stage == app::SessionStage::login) return no_permission;
        const auto said = app::said_before_mail(attempt);
        return said ? of_refusal(smtp::diagnose(*said)) : unavailable;
    }
    Common common;
    const auto add = [&](const std::optional<smtp::Reply>& reply, smtp::Stage stage) {
        if (reply && reply->is_permanent()) common.add(of_reply(reply->to_string(), stage));
    };
    const auto& mail = *attempt.mail;
    add(mail.sender_reply, smtp::Stage::mail);
    for (const auto& reply : mail.recipients)
        add(reply, smtp::Stage::rcpt);
    // "no valid recipients" repeats what was said of them.
    if (mail.accepted_recipients() != 0) {
        add(mail.data_reply, smtp::Stage::data);
        add(mail.final_reply, smtp::Stage::data);
    }
    return common.code();
}

ExitCode to_contract(ExitCode code) {
    if (code == data || code == config) return ExitCode::usage;
    const bool refusal = code == no_user || code == no_host || code == unavailable || code == no_permission;
    return refusal ? ExitCode::refused : code;
}

}  // namespace cli::sysexits
