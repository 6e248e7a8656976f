#include "cli/views/probe_view.hpp"

#include <fmt/format.h>

#include "app/probe_login.hpp"
#include "app/probe_remedy.hpp"
#include "app/probe_summary.hpp"
#include "base/text.hpp"
#include "cli/views/finding_view.hpp"
#include "cli/views/probe_login_view.hpp"
#include "cli/views/probe_tls_view.hpp"

namespace cli {

using output::text_or_null;
using output::Value;

namespace {

constexpr ColumnView columns[] = {
    {.key = "target", .title = "TARGET", .never_cut = true},
    {.key = "host", .title = "HOST"},
    {.key = "address", .title = "ADDRESS"},
    {.key = "port", .title = "PORT", .number = true},
    {.key = "security", .title = "SECURITY"},
    {.key = "outcome", .title = "OUTCOME"},
    {.key = "reason", .title = "REASON", .spoken = true},
    {.key = "total_ms", .title = "MS", .number = true},
    {.key = "configured", .title = "CONFIGURED"},
    {.key = "findings", .title = "FINDINGS"},
    {.key = "problem", .title = "PROBLEM", .shown = false},
    {.key = "verdict", .title = "VERDICT", .shown = false},
    {.key = "connect_ms", .title = "CONNECT", .shown = false, .number = true},
    {.key = "greeting_ms", .title = "GREETING", .shown = false, .number = true},
    {.key = "ehlo_ms", .title = "EHLO", .shown = false, .number = true},
    {.key = "tls_ms", .title = "TLS", .shown = false, .number = true},
    {.key = "ehlo_after_tls_ms", .title = "EHLO2", .shown = false, .number = true},
    {.key = "greeting", .title = "GREETING", .shown = false},
    {.key = "tls_version", .title = "TLS", .shown = false},
    {.key = "cipher", .title = "CIPHER", .shown = false},
    {.key = "certificate", .title = "CERTIFICATE", .shown = false},
    {.key = "days_left", .title = "DAYS", .shown = false, .number = true},
    {.key = "auth_before_tls", .title = "AUTH", .shown = false},
    {.key = "auth_after_tls", .title = "AUTH TLS", .shown = false},
    {.key = "login", .title = "LOGIN", .shown = false},
    {.key = "decides", .title = "DECIDES", .shown = false},
    // Of --repeat, see stage_rows().
    {.key = "stage", .title = "STAGE", .shown = false},
    {.key = "count", .title = "COUNT", .shown = false, .number = true},
    {.key = "min_ms", .title = "MIN", .shown = false, .number = true},
    {.key = "median_ms", .title = "MEDIAN", .shown = false, .number = true},
    {.key = "max_ms", .title = "MAX", .shown = false, .number = true},
};

Value milliseconds(const std::optional<app::Milliseconds>& time) {
    return time ? Value(time->count()) : Value();
}

Value capabilities_item(const std::optional<smtp::Capabilities>& capabilities) {
    if (!capabilities) return nullptr;
    Value keywords = Value::array();
    for (const auto& keyword : capabilities->keywords)
        keywords.push_back(keyword.parameters.empty() ? keyword.name
                                                      : keyword.name + " " + keyword.parameters);
    return Value::object({{"server", capabilities->server},
                          {"keywords", std::move(keywords)},
                          {"auth", Value::list(capabilities->auth)},
                          {"size", capabilities->size}});
}

// The members that rows and the JSON document share.
Value combination_item(const app::ProbeReport& report, const app::Combination& combination,
                       std::size_t index) {
    return Value::object(
        {{"port", combination.endpoint.port},
         {"security", relay::to_string(combination.endpoint.security)},
         {"outcome", app::to_string(combination.outcome)},
         {"reason", text_or_null(combination.reason)},
         {"problem", app::to_string(combination.problem)},
         {"verdict", finding::to_string(combination.verdict)},
         {"configured", app::is_own(report, combination.endpoint)},
         {"decides", app::deciding_combination(report) == index},
         {"observed", text_or_null(combination.observed)},
         {"reply_code", combination.reply_code == 0 ? Value() : Value(combination.reply_code)},
         {"connect_ms", milliseconds(combination.times.connect)},
         {"greeting_ms", milliseconds(combination.times.greeting)},
         {"ehlo_ms", milliseconds(combination.times.ehlo)},
         {"tls_ms", milliseconds(combination.times.tls)},
         {"ehlo_after_tls_ms", milliseconds(combination.times.ehlo_after_tls)},
         {"total_ms", combination.total.count()},
         {"greeting", text_or_null(combination.greeting)}});
}

Value address_item(const app::AddressResult& result) {
    Value combinations = Value::array();
    for (const auto& cell : result.combinations)
        combinations.push_back(Value::object({{"port", cell.endpoint.port},
                                              {"security", relay::to_string(cell.endpoint.security)},
                                              {"outcome", app::to_string(cell.outcome)},
                                              {"reason", text_or_null(cell.reason)},
                                              {"problem", app::to_string(cell.problem)},
                                              {"verdict", finding::to_string(cell.verdict)},
                                              {"observed", text_or_null(cell.observed)},
                                              {"total_ms", cell.total.count()}}));
    return Value::object({{"address", result.address.to_string()},
                          {"verdict", finding::to_string(result.verdict)},
                          {"combinations", std::move(combinations)}});
}

std::string target_name(const app::ProbeTarget& target) {
    return target.relay.empty() ? target.host.to_string() : target.relay;
}

}  // namespace

std::span<const ColumnView> probe_columns() {
    return columns;
}

RemedyTarget remedy_target(const app::ProbeReport& report) {
    const auto at = app::dialogue_endpoint(report);
    const auto endpoint = at ? report.combinations[*at].endpoint : app::ProbeEndpoint();
    return {.relay = report.target.relay,
            .host = report.target.host.to_string(),
            .probe = app::probe_at(report, endpoint),
            .endpoint = app::endpoint_options(endpoint)};
}

Value probe_item(const app::ProbeReport& report, base::Time now) {
    Value combinations = Value::array();
    for (std::size_t i = 0; i < report.combinations.size(); ++i) {
        Value item = combination_item(report, report.combinations[i], i);
        const auto& tls = report.combinations[i].tls;
        item.set("tls", tls ? tls_item(*tls, now) : Value());
        item.set("before_tls", capabilities_item(report.combinations[i].before_tls));
        item.set("after_tls", capabilities_item(report.combinations[i].after_tls));
        combinations.push_back(std::move(item));
    }
    Value addresses = Value::array();
    for (const auto& address : report.addresses)
        addresses.push_back(address.to_string());
    Value by_address = Value::array();
    for (const auto& one : report.by_address)
        by_address.push_back(address_item(one));
    return Value::object({{"target", target_name(report.target)},
                          {"relay", text_or_null(report.target.relay)},
                          {"host", report.target.host.to_string()},
                          {"aliases", Value::list(report.aliases)},
                          {"addresses", std::move(addresses)},
                          {"address", report.address ? Value(report.address->to_string()) : Value()},
                          {"dns_ms", milliseconds(report.dns_time)},
                          {"verdict", finding::to_string(report.verdict)},
                          {"combinations", std::move(combinations)},
                          {"by_address", std::move(by_address)},
                          {"mta_sts", policy_item(report.mta_sts)},
                          {"dane", dane_items(report.dane)},
                          {"tls_scan", tls_scan_item(report.tls_scan)},
                          {"login", login_item(report.dialogue)},
                          {"sender", sender_item(report.dialogue)},
                          {"recipients", recipient_items(report.dialogue)},
                          {"open_relay", open_relay_item(report.dialogue)},
                          {"findings", finding_items(report.findings, remedy_target(report))},
                          {"fault", nullptr}});
}

namespace {

void add_rows(Value::Array& rows, const app::ProbeReport& report,
              const std::optional<base::IpAddress>& address,
              const std::vector<app::Combination>& combinations, base::Time now) {
    for (std::size_t i = 0; i < combinations.size(); ++i) {
        const auto& combination = combinations[i];
        Value row = Value::object({{"target", target_name(report.target)},
                                   {"host", report.target.host.to_string()},
                                   {"address", address ? Value(address->to_string()) : Value()}});
        const Value item = combination_item(report, combination, i);
        for (const auto& [key, value] : std::get<Value::Object>(item.data()))
            row.set(key, value);
        if (combination.tls) {
            row.set("tls_version", combination.tls->version);
            row.set("cipher", combination.tls->cipher);
            row.set("certificate", net::to_string(combination.tls->status));
            if (!combination.tls->chain.empty())
                row.set("days_left",
                        std::chrono::floor<std::chrono::days>(combination.tls->chain.front().not_after - now)
                            .count());
        }
        if (combination.before_tls) row.set("auth_before_tls", Value::list(combination.before_tls->auth));
        if (combination.after_tls) row.set("auth_after_tls", Value::list(combination.after_tls->auth));
        if (app::dialogue_endpoint(report) == i && address == report.address)
            row.set("login", login_word(report.dialogue));
        row.set("findings", finding_ids(report.findings));
        rows.push_back(std::move(row));
    }
}

}  // namespace

Value::Array probe_rows(const app::ProbeReport& report, base::Time now) {
    Value::Array rows;
    for (const auto& one : report.by_address)
        add_rows(rows, report, one.address, one.combinations, now);
    if (report.by_address.empty()) add_rows(rows, report, report.address, report.combinations, now);
    return rows;
}

}  // namespace cli
