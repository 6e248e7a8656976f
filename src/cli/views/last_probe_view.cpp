#include "cli/views/last_probe_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/views/probe_summary.hpp"

namespace cli {

using output::Cell;
using output::Value;

namespace {

std::string age_text(std::int64_t seconds) {
    if (seconds < 60) return fmt::format("{}s ago", seconds);
    if (seconds < 3600) return fmt::format("{}m ago", seconds / 60);
    if (seconds < 2 * 86400) return fmt::format("{}h ago", seconds / 3600);
    return fmt::format("{}d ago", seconds / 86400);
}

struct LastProbe {
    std::string word, at, reason, age;
    output::Style style;
};

std::optional<LastProbe> read(const Value& item) {
    const Value* probe = item.find("last_probe");
    if (probe == nullptr || !probe->is_object()) return std::nullopt;
    const auto text = [&](std::string_view key) { return member_text(*probe, key).value_or(""); };
    LastProbe result{.word = {}, .at = text("at"), .reason = text("reason"), .age = {}, .style = {}};
    for (const auto verdict : {finding::Verdict::good, finding::Verdict::bad, finding::Verdict::unchecked}) {
        if (text("verdict") != finding::to_string(verdict)) continue;
        result.word = verdict_word(verdict);
        result.style = verdict_style(verdict);
    }
    if (const auto* age = probe->find("age_s")) result.age = age_text(std::get<std::int64_t>(age->data()));
    return result;
}

std::string with(const std::string& word, const std::string& more) {
    return more.empty() ? word : word + " " + more;
}

}  // namespace

Value last_probe_item(const relay::Relay& relay, const std::optional<relay::LastProbe>& probe,
                      base::Time now) {
    if (!probe || !relay::is_of(*probe, relay)) return nullptr;
    const auto age = std::max<std::int64_t>((now - probe->at).count(), 0);  // clocks are set back too
    return Value::object({{"at", base::to_rfc3339(probe->at)},
                          {"age_s", age},
                          {"verdict", finding::to_string(probe->verdict)},
                          {"port", probe->port},
                          {"security", relay::to_string(probe->security)},
                          {"reason", probe->reason.empty() ? Value() : Value(probe->reason)},
                          {"total_ms", probe->total.count()},
                          {"findings", Value::list(probe->findings)}});
}

Cell last_probe_cell(const Value& item) {
    const auto probe = read(item);
    if (!probe) return {};
    return {.text = with(with(probe->word, probe->at), probe->reason),
            .display = with(probe->word, probe->reason.empty() ? probe->age : probe->reason),
            .style = probe->style};
}

Cell last_probe_full_cell(const Value& item) {
    auto cell = last_probe_cell(item);
    const auto probe = read(item);
    if (probe && !probe->reason.empty()) cell.display = *cell.display + ", " + probe->age;
    return cell;
}

}  // namespace cli
