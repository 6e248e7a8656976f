#include "cli/views/probe_login_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/probe_login.hpp"
#include "app/probe_login_remedy.hpp"
#include "base/text.hpp"
#include "cli/told.hpp"
#include "cli/views/finding_view.hpp"

namespace cli {

using output::text_or_null;
using output::Value;

namespace {

Value path_item(const app::PathCheck& check) {
    return Value::object({{"address", check.address},
                          {"accepted", check.accepted},
                          {"reply", text_or_null(check.reply)},
                          {"finding", text_or_null(check.finding)}});
}

// RFC 5321 section 4.2.1: not now, which is no refusal.
bool is_put_off(const std::string& reply) {
    return reply.starts_with('4');
}

std::string login_text(const app::LoginCheck& check) {
    const std::string with = check.mechanism.empty() ? "" : ", " + check.mechanism;
    if (check.accepted) return told(fmt::format("ok{}, {} ms", with, check.time.count()));
    if (check.reply.empty()) return told(fmt::format("not done{}: {}", with, check.detail));
    if (is_put_off(check.reply)) return told(fmt::format("put off{}: {}", with, check.reply));
    return told(fmt::format("failed{}: {}", with, check.detail));
}

// Why an address was not even named to the server.
std::string_view why_not_asked(const app::PathCheck& check) {
    const auto* entry = check.reply.empty() ? finding::find_entry(check.finding) : nullptr;
    return entry == nullptr ? std::string_view() : entry->summary;
}

std::string path_text(const app::PathCheck& check) {
    const std::string address = check.address.empty() ? "<>" : check.address;
    const auto why = why_not_asked(check);
    if (!why.empty()) return told(fmt::format("not asked for, {}: {}", address, why));
    if (check.reply.empty()) return told(fmt::format("not asked for, {}", address));
    if (check.accepted) return told(fmt::format("ok, {}: {}", address, check.reply));
    if (is_put_off(check.reply)) return told(fmt::format("put off, {}: {}", address, check.reply));
    return told(fmt::format("refused, {}: {}", address, check.reply));
}

bool was_put_off(const app::PathCheck& check) {
    return is_put_off(check.reply);
}

bool was_refused(const app::PathCheck& check) {
    return !check.accepted && !check.reply.empty() && !was_put_off(check);
}

std::string login_failure(const app::LoginCheck& check, finding::Verdict verdict) {
    if (is_put_off(check.reply)) return "the login was put off";
    if (verdict != finding::Verdict::bad) return "the login could not be checked";
    return check.reply.empty() ? "no login was possible" : "the login failed";
}

std::string open_relay_text(const app::ProbeReport& report) {
    const auto& check = *report.dialogue.open_relay;
    if (!check.open) return told("not known: " + (check.reply.empty() ? "not asked" : check.reply));
    const auto at = app::dialogue_endpoint(report);
    const bool has_login = at && app::offers_known_login(report.combinations[*at]);
    return told((*check.open ? "takes mail for other domains from this machine without a login: "
                 : has_login ? "needs a login (good): "
                             : "refuses (good): ") +
                check.reply);
}

}  // namespace

Value login_item(const app::DialogueReport& dialogue) {
    if (!dialogue.login) return Value();
    const auto& check = *dialogue.login;
    return Value::object({{"mechanism", text_or_null(check.mechanism)},
                          {"accepted", check.accepted},
                          {"reply", text_or_null(check.reply)},
                          {"detail", text_or_null(check.detail)},
                          {"finding", text_or_null(check.finding)},
                          {"login_ms", check.reply.empty() ? Value() : Value(check.time.count())}});
}

Value sender_item(const app::DialogueReport& dialogue) {
    return dialogue.sender ? path_item(*dialogue.sender) : Value();
}

Value recipient_items(const app::DialogueReport& dialogue) {
    if (!dialogue.sender) return Value();
    Value items = Value::array();
    for (const auto& recipient : dialogue.recipients)
        items.push_back(path_item(recipient));
    return items;
}

Value open_relay_item(const app::DialogueReport& dialogue) {
    if (!dialogue.open_relay) return Value();
    const auto& check = *dialogue.open_relay;
    return Value::object({{"sender", check.sender},
                          {"recipient", check.recipient},
                          {"open", check.open ? Value(*check.open) : Value()},
                          {"reply", text_or_null(check.reply)},
                          {"finding", text_or_null(check.finding)}});
}

Value login_word(const app::DialogueReport& dialogue) {
    if (!dialogue.login) return Value();
    if (dialogue.login->accepted) return "ok";
    return dialogue.login->reply.empty() ? "not tried" : "failed";
}

std::string dialogue_text(const app::ProbeReport& report, const output::Terminal& terminal) {
    const auto& dialogue = report.dialogue;
    std::string text;
    if (dialogue.login) text += titled_text("LOGIN", login_text(*dialogue.login), terminal);
    if (dialogue.sender) text += titled_text("SENDER", path_text(*dialogue.sender), terminal);
    for (const auto& recipient : dialogue.recipients)
        text += titled_text("RCPT", path_text(recipient), terminal);
    if (dialogue.open_relay) text += titled_text("RELAY", open_relay_text(report), terminal);
    return text;
}

std::string dialogue_failure(const app::ProbeReport& report) {
    const auto& dialogue = report.dialogue;
    const auto at = app::dialogue_endpoint(report);
    const bool endpoint_works = at && report.combinations[*at].verdict == finding::Verdict::good;
    if (!endpoint_works || dialogue.verdict == finding::Verdict::good) return "";
    const auto& [login, sender, recipients, open_relay, verdict, refused] = dialogue;
    if (login && !login->accepted) return login_failure(*login, verdict);
    if (sender && was_refused(*sender)) return "the sender was refused";
    if (sender && !why_not_asked(*sender).empty())
        return fmt::format("the sender was not asked for: {}", why_not_asked(*sender));
    if (std::any_of(recipients.begin(), recipients.end(), was_refused)) return "a recipient was refused";
    if (open_relay && open_relay->open.value_or(false))
        return "the server relays for this machine without a login";
    if (sender && was_put_off(*sender)) return "the sender was put off";
    if (std::any_of(recipients.begin(), recipients.end(), was_put_off)) return "a recipient was put off";
    if (open_relay && !open_relay->reply.empty() && !open_relay->open)
        return "whether the server relays without a login is not known";
    return "the dialogue broke off";
}

}  // namespace cli
