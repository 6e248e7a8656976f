#include "cli/views/log_view.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace cli {

using output::Cell;
using output::Style;
using output::Value;

namespace {

Cell result_cell(const Value& item) {
    const auto result = member_text(item, "result").value_or("");
    const bool whole = member_text(item, "accepted") == member_text(item, "recipients");
    if (result == "accepted") return {.text = result, .style = whole ? Style::good : Style::warn};
    return {.text = result, .style = result == "deferred" ? Style::warn : Style::bad};
}

Cell recipients_cell(const Value& item) {
    const auto asked = member_text(item, "recipients").value_or("");
    const auto accepted = member_text(item, "accepted").value_or("");
    return {.text = asked, .display = accepted == asked ? asked : fmt::format("{} of {}", accepted, asked)};
}

constexpr ColumnView columns[] = {
    {.key = "at", .title = "TIME", .never_cut = true},
    {.key = "relay", .title = "RELAY", .never_cut = true},
    {.key = "from_domain", .title = "FROM", .never_cut = true},
    {.key = "mail_type", .title = "TYPE"},
    {.key = "recipients", .title = "RCPT", .number = true, .cell = recipients_cell},
    {.key = "result", .title = "RESULT", .never_cut = true, .cell = result_cell},
    {.key = "queue_id", .title = "QUEUE ID", .never_cut = true},
    {.key = "reply", .title = "REPLY", .spoken = true},
    {.key = "instead_of", .title = "INSTEAD OF", .spoken = true},
    {.key = "accepted", .title = "ACCEPTED", .shown = false, .number = true},
    {.key = "id", .title = "ID", .shown = false, .number = true},
};

Value printable_or_null(const std::string& text) {
    return text.empty() ? Value() : Value(base::printable(text));
}

}  // namespace

std::span<const ColumnView> log_columns() {
    return columns;
}

Value log_item(const relay::LogEntry& entry) {
    return Value::object({{"id", entry.id},
                          {"at", base::to_rfc3339(entry.at)},
                          {"relay", output::text_or_null(entry.relay)},
                          {"from_domain", entry.from_domain.ascii()},
                          {"mail_type", relay::to_string(entry.type)},
                          {"recipients", entry.recipients},
                          {"accepted", entry.accepted},
                          {"result", relay::to_string(entry.result)},
                          {"queue_id", printable_or_null(entry.queue_id)},
                          {"reply", printable_or_null(entry.reply)},
                          {"instead_of", printable_or_null(entry.instead_of)}});
}

}  // namespace cli
