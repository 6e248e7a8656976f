#include "cli/views/send_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/told.hpp"

namespace cli {

using output::Cell;
using output::Style;
using output::text_or_null;
using output::Value;

namespace {

Cell result_cell(const Value& item) {
    const auto result = member_text(item, "result").value_or("");
    return {.text = result, .style = result == "accepted" ? Style::good : Style::bad};
}

constexpr ColumnView columns[] = {
    {.key = "relay", .title = "RELAY", .never_cut = true},
    {.key = "result", .title = "RESULT", .never_cut = true, .cell = result_cell},
    {.key = "queue_id", .title = "QUEUE ID", .never_cut = true},
    {.key = "accepted", .title = "ACCEPTED", .number = true},
    {.key = "refused", .title = "REFUSED", .number = true},
    {.key = "reply", .title = "REPLY", .spoken = true},
    {.key = "message_id", .title = "MESSAGE ID", .shown = false, .never_cut = true},
    {.key = "sender", .title = "SENDER", .shown = false, .never_cut = true},
    {.key = "mail_type", .title = "TYPE", .shown = false},
    {.key = "octets", .title = "OCTETS", .shown = false, .number = true},
    {.key = "signatures", .title = "DKIM", .shown = false},
    {.key = "tls", .title = "TLS", .shown = false},
    {.key = "passed_over", .title = "PASSED OVER", .shown = false},
    {.key = "session_ms", .title = "SESSION MS", .shown = false, .number = true},
    {.key = "mail_ms", .title = "MAIL MS", .shown = false, .number = true},
    {.key = "source", .title = "MESSAGE", .shown = false, .never_cut = true},
    {.key = "exit", .title = "EXIT", .shown = false, .number = true},
};

std::vector<ColumnView> make_batch_columns() {
    std::vector<ColumnView> all(std::begin(columns), std::end(columns));
    const auto source =
        std::find_if(all.begin(), all.end(), [](const auto& column) { return column.key == "source"; });
    source->shown = true;
    std::rotate(all.begin(), source, source + 1);
    return all;
}

Value words(const std::vector<std::string>& texts) {
    Value::Array array;
    for (const auto& text : texts)
        array.emplace_back(text);
    return Value::array(std::move(array));
}

std::string sender_text(const smtp::Envelope& envelope) {
    return envelope.sender ? envelope.sender->to_string() : "<>";
}

Value recipients_of(const SendReport& report) {
    Value::Array array;
    const auto& mail = report.attempt.mail;
    const bool taken = mail && mail->delivery == smtp::Delivery::accepted;
    for (std::size_t i = 0; i < report.mail.envelope.recipients.size(); ++i) {
        const auto* reply = mail && mail->recipients[i] ? &*mail->recipients[i] : nullptr;
        array.push_back(Value::object(
            {{"address", report.mail.envelope.recipients[i].to_string()},
             {"accepted", taken && mail->accepts(i)},
             {"reply", reply == nullptr ? Value() : Value(base::printable(reply->to_string()))}}));
    }
    return Value::array(std::move(array));
}

}  // namespace

std::span<const ColumnView> send_columns() {
    return columns;
}

std::span<const ColumnView> send_batch_columns() {
    static const auto all = make_batch_columns();
    return all;
}

Value send_item(const SendReport& report, const OutgoingMessage& message, const SentMessage& sent) {
    const auto& [relay, mail, attempt, passed_over, limit, tripped] = report;
    const auto result = app::result_of(attempt);
    const bool is_accepted = result == relay::LogResult::accepted;
    const auto asked = mail.envelope.recipients.size();
    const auto accepted = is_accepted ? attempt.mail->accepted_recipients() : 0;
    return Value::object(
        {{"relay", relay.name},
         {"result", relay::to_string(result)},
         {"queue_id", text_or_null(is_accepted ? app::queue_id_of(*attempt.mail->final_reply) : "")},
         {"reply", app::reply_of(attempt)},
         {"accepted", std::uint64_t{accepted}},
         {"refused", std::uint64_t{result == relay::LogResult::unknown ? 0 : asked - accepted}},
         {"recipients", recipients_of(report)},
         {"sender", sender_text(mail.envelope)},
         {"message_id", message.message_id()},
         {"mail_type", relay::to_string(sent.type)},
         {"octets", mail.envelope.octets},
         {"signatures", words(mail.signatures)},
         {"stage", app::to_string(attempt.stage)},
         {"tls", text_or_null(attempt.sent_over)},
         {"limit_reached", limit == smtp::Limit::today},
         {"limited_for_now", limit == smtp::Limit::for_now},
         {"tripped", tripped},
         {"passed_over", words(passed_over)},
         {"session_ms", std::int64_t{attempt.session_time.count()}},
         {"mail_ms", std::int64_t{attempt.mail_time.count()}},
         {"source", text_or_null(base::printable(sent.source))},
         {"exit", static_cast<int>(sent.exit)}});
}

Value unsent_item(const std::string& source, std::string_view result, const std::string& why, ExitCode exit) {
    auto item = Value::object();
    for (const auto& column : columns)
        item.set(std::string(column.key), nullptr);
    item.set("stage", nullptr);
    item.set("result", std::string(result));
    item.set("reply", base::printable(why));
    item.set("limit_reached", false);
    item.set("limited_for_now", false);
    item.set("tripped", false);
    item.set("accepted", 0);
    item.set("refused", 0);
    item.set("recipients", Value::array());
    item.set("signatures", Value::array());
    item.set("passed_over", Value::array());
    item.set("source", text_or_null(base::printable(source)));
    item.set("exit", static_cast<int>(exit));
    return item;
}

Value untaken_item(const NotTaken& untaken, const SendRequest& request, const OutgoingMessage& message,
                   const SentMessage& sent) {
    auto item = unsent_item(sent.source, relay::to_string(untaken.result), untaken.why.message, sent.exit);
    Value::Array recipients;
    for (const auto& recipient : request.recipients)
        recipients.push_back(
            Value::object({{"address", recipient.to_string()}, {"accepted", false}, {"reply", nullptr}}));
    item.set("relay", text_or_null(untaken.relay));
    item.set("refused", std::uint64_t{recipients.size()});
    item.set("recipients", Value::array(std::move(recipients)));
    item.set("message_id", message.message_id());
    item.set("mail_type", relay::to_string(request.type));
    item.set("limit_reached", untaken.at_limit);
    return item;
}

std::string send_line(const Value& item, const output::Terminal& terminal) {
    const auto text = [&](std::string_view key) { return member_text(item, key).value_or(""); };
    const auto result = text("result");
    const bool all = result == "accepted" && text("refused") == "0";
    constexpr std::size_t widest_result = 8;
    auto line = output::paint(result,
                              all                    ? Style::good
                              : result == "accepted" ? Style::warn
                                                     : Style::bad,
                              terminal);
    line.append(widest_result - std::min(widest_result, result.size()) + 2, ' ').append(text("source"));
    if (const auto relay = text("relay"); !relay.empty()) line += "  " + relay;
    if (result == "accepted" && !all)
        line += "  " + told(fmt::format("for {}, not for {}", text("accepted"), text("refused")));
    const auto id = text("queue_id");
    return line + "  " + (id.empty() ? told(text("reply")) : id) + "\n";
}

std::string preview_text(const SendRun::Preview& preview) {
    const auto& envelope = preview.mail.envelope;
    auto text = fmt::format("relay      {} ({}:{}, {})\nsender     <{}>\n", preview.relay.name,
                            preview.relay.host.to_string(), preview.relay.port,
                            relay::to_string(preview.relay.security),
                            envelope.sender ? envelope.sender->to_string() : "");
    for (const auto& passed_over : preview.instead_of)
        text += fmt::format("instead of {}\n", told(passed_over));
    for (const auto& recipient : envelope.recipients)
        text += fmt::format("recipient  <{}>\n", recipient.to_string());
    text += fmt::format("octets     {}\n", envelope.octets);
    for (const auto& signature : preview.mail.signatures)
        text += fmt::format("dkim       {}\n", signature);
    return text + "\n";
}

}  // namespace cli
