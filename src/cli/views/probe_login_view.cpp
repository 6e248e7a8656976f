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

std::string login_text(const app::LoginCheck& check) {
    if (check.accepted) return told(fmt::format("ok, {}, {} ms", check.mechanism, check.time.count()));
    const bool was_sent = !check.reply.empty();
    return told(fmt::format("{}{}{}: {}", was_sent ? "failed" : "not done",
                            check.mechanism.empty() ? "" : ", ", check.mechanism, check.detail));
}

std::string path_text(const app::PathCheck& check) {
    const std::string address = check.address.empty() ? "<>" : check.address;
    if (check.reply.empty())
        return told(
            fmt::format("not asked for, {}{}{}", address, check.finding.empty() ? "" : ": ", check.finding));
    return told(fmt::format("{}, {}: {}", check.accepted ? "ok" : "refused", address, check.reply));
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
    const bool bad = dialogue.verdict == finding::Verdict::bad;
    if (dialogue.login && !dialogue.login->accepted)
        return bad ? "the login failed" : "the login could not be checked";
    const auto refused = [](const app::PathCheck& check) {
        return !check.accepted && !(check.reply.empty() && check.finding.empty());
    };
    if (dialogue.sender && refused(*dialogue.sender))
        return bad ? "the sender was refused" : "the sender was put off";
    if (std::any_of(dialogue.recipients.begin(), dialogue.recipients.end(), refused))
        return bad ? "a recipient was refused" : "a recipient was put off";
    if (dialogue.open_relay && dialogue.open_relay->open.value_or(false))
        return "the server relays for this machine without a login";
    if (dialogue.open_relay && !dialogue.open_relay->reply.empty() && !dialogue.open_relay->open)
        return "whether the server relays without a login is not known";
    return "the dialogue broke off";
}

}  // namespace cli
