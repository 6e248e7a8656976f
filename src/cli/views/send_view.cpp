#include "cli/views/send_view.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace cli {

using output::Cell;
using output::Style;
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
    {.key = "reply", .title = "REPLY"},
    {.key = "message_id", .title = "MESSAGE ID", .shown = false, .never_cut = true},
    {.key = "sender", .title = "SENDER", .shown = false, .never_cut = true},
    {.key = "mail_type", .title = "TYPE", .shown = false},
    {.key = "octets", .title = "OCTETS", .shown = false, .number = true},
    {.key = "signatures", .title = "DKIM", .shown = false},
    {.key = "tls", .title = "TLS", .shown = false},
    {.key = "passed_over", .title = "PASSED OVER", .shown = false},
    {.key = "session_ms", .title = "SESSION MS", .shown = false, .number = true},
    {.key = "mail_ms", .title = "MAIL MS", .shown = false, .number = true},
};

Value words(const std::vector<std::string>& texts) {
    Value::Array array;
    for (const auto& text : texts)
        array.emplace_back(text);
    return Value::array(std::move(array));
}

Value text_or_null(const std::string& text) {
    return text.empty() ? Value() : Value(text);
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

Value send_item(const SendReport& report, const OutgoingMessage& message, relay::MailType type) {
    const auto& [relay, mail, attempt, passed_over, limit_told] = report;
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
         {"mail_type", relay::to_string(type)},
         {"octets", mail.envelope.octets},
         {"signatures", words(mail.signatures)},
         {"stage", app::to_string(attempt.stage)},
         {"tls", text_or_null(attempt.sent_over)},
         {"limit_reached", limit_told},
         {"passed_over", words(passed_over)},
         {"session_ms", std::int64_t{attempt.session_time.count()}},
         {"mail_ms", std::int64_t{attempt.mail_time.count()}}});
}

std::string preview_text(const SendRun::Preview& preview) {
    const auto& envelope = preview.mail.envelope;
    auto text = fmt::format("relay      {} ({}:{}, {})\nsender     <{}>\n", preview.relay.name,
                            preview.relay.host.to_string(), preview.relay.port,
                            relay::to_string(preview.relay.security),
                            envelope.sender ? envelope.sender->to_string() : "");
    for (const auto& recipient : envelope.recipients)
        text += fmt::format("recipient  <{}>\n", recipient.to_string());
    text += fmt::format("octets     {}\n", envelope.octets);
    for (const auto& signature : preview.mail.signatures)
        text += fmt::format("dkim       {}\n", signature);
    return text + "\n";
}

}  // namespace cli
