#include "cli/views/predict_view.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/views/finding_view.hpp"

namespace cli {

using app::Prediction;
using output::text_or_null;
using output::Value;

namespace {

constexpr ColumnView columns[] = {
    {.key = "relay", .title = "RELAY", .never_cut = true},
    {.key = "from", .title = "FROM"},
    {.key = "return_path", .title = "RETURN PATH"},
    {.key = "mail_from", .title = "MAIL FROM"},
    {.key = "signed", .title = "SIGNED"},
    {.key = "spf", .title = "SPF"},
    {.key = "spf_aligned", .title = "ALIGNED"},
    {.key = "dkim", .title = "DKIM"},
    {.key = "dkim_aligned", .title = "ALIGNED"},
    {.key = "dmarc", .title = "DMARC"},
    {.key = "verdict", .title = "VERDICT"},
    {.key = "disposition", .title = "ASKED FOR"},
    {.key = "configured", .title = "CONFIGURED"},
    {.key = "reason", .title = "WHY", .spoken = true},
    {.key = "remedy", .title = "REMEDY", .shown = false, .spoken = true},
};

Value disposition_value(const Prediction& prediction) {
    return prediction.disposition ? Value(dmarc::to_string(*prediction.disposition)) : Value();
}

Value spf_item(const app::PathFacts& path, const app::Leg& leg) {
    Value addresses = Value::array();
    for (const auto& result : path.spf)
        addresses.push_back(Value::object({{"ip", result.ip.to_string()},
                                           {"result", spf::to_string(result.verdict)},
                                           {"term", text_or_null(result.term)},
                                           {"reason", result.reason}}));
    return Value::object({{"result", leg.result},
                          {"domain", text_or_null(path.domain)},
                          {"aligned", dmarc::to_string(leg.aligned)},
                          {"alignment", text_or_null(leg.alignment)},
                          {"reason", leg.reason},
                          {"addresses", std::move(addresses)}});
}

Value dkim_item(const app::SigningFacts& key, const app::Leg& leg) {
    return Value::object({{"result", leg.result},
                          {"domain", key.domain},
                          {"selector", key.selector},
                          {"key", to_string(key.state)},
                          {"aligned", dmarc::to_string(leg.aligned)},
                          {"alignment", text_or_null(leg.alignment)},
                          {"reason", leg.reason}});
}

Value dmarc_item(const app::Forecast& forecast) {
    const auto& discovery = forecast.discovery;
    const auto* record = discovery.record();
    const auto* step = discovery.governing_step();
    return Value::object(
        {{"result", dmarc::to_string(forecast.prediction.dmarc)},
         {"policy", discovery.effective ? Value(dmarc::to_string(*discovery.effective)) : Value()},
         {"record_name", step != nullptr ? Value(step->name) : Value()},
         {"spf_alignment", record != nullptr ? Value(dmarc::to_string(record->spf_alignment)) : Value()},
         {"dkim_alignment", record != nullptr ? Value(dmarc::to_string(record->dkim_alignment)) : Value()},
         {"disposition", disposition_value(forecast.prediction)},
         {"reason", forecast.prediction.reason}});
}

Value remedy_item(const app::Remedy& remedy) {
    Value records = Value::array();
    for (const auto& record : remedy.records)
        records.push_back(Value::object({{"name", record.name},
                                         {"type", "TXT"},
                                         {"value", text_or_null(record.value)},
                                         {"replaces", text_or_null(record.replaces)},
                                         {"flattened", Value::list(record.flattened)},
                                         {"lookups", record.lookups}}));
    return Value::object({{"summary", remedy.summary},
                          {"commands", Value::list(remedy.commands)},
                          {"records", std::move(records)},
                          {"dmarc", dmarc::to_string(remedy.after.dmarc)},
                          {"reason", remedy.after.reason}});
}

std::string remedy_line(const app::Remedy& remedy) {
    std::vector<std::string> pieces = remedy.commands;
    for (const auto& record : remedy.records)
        pieces.push_back(fmt::format("{} TXT {}", record.name, record.value));
    return base::join(pieces, "; ");
}

Value row_of(const app::Forecast& forecast, const Prediction& row) {
    const auto& path = *forecast.facts.find(row.scenario.path);
    const bool own = is_own_row(forecast, row);
    return Value::object(
        {{"relay", forecast.request.relay.name},
         {"from", forecast.request.from.to_string()},
         {"return_path", to_string(path.kind)},
         {"mail_from", text_or_null(path.domain)},
         {"signed", row.scenario.signing == app::Signing::on},
         {"spf", row.spf.result},
         {"spf_aligned", dmarc::to_string(row.spf.aligned)},
         {"dkim", row.dkim.result},
         {"dkim_aligned", dmarc::to_string(row.dkim.aligned)},
         {"dmarc", dmarc::to_string(row.dmarc)},
         {"verdict", finding::to_string(own ? forecast.verdict() : row.verdict)},
         {"disposition", disposition_value(row)},
         {"configured", own},
         {"reason", own ? forecast.reason() : row.reason},
         {"remedy", own && forecast.remedy ? Value(remedy_line(*forecast.remedy)) : Value()}});
}

}  // namespace

bool is_own_row(const app::Forecast& forecast, const Prediction& row) {
    return row.scenario == forecast.prediction.scenario;
}

std::span<const ColumnView> predict_columns() {
    return columns;
}

Value::Array predict_rows(const app::Forecast& forecast) {
    Value::Array rows;
    if (forecast.matrix.empty()) rows.push_back(row_of(forecast, forecast.prediction));
    for (const auto& row : forecast.matrix)
        rows.push_back(row_of(forecast, row));
    return rows;
}

Value predict_item(const app::Forecast& forecast) {
    const auto& request = forecast.request;
    const auto& prediction = forecast.prediction;
    const auto& path = *forecast.facts.find(prediction.scenario.path);
    Value egress_ips = Value::array();
    for (const auto& address : forecast.egress_ips)
        egress_ips.push_back(address.to_string());
    Value item = Value::object({{"relay", request.relay.name},
                                {"from", request.from.to_string()},
                                {"from_domain", forecast.facts.author},
                                {"mail_type", relay::to_string(request.type)},
                                {"return_path", to_string(path.kind)},
                                {"mail_from", text_or_null(path.sender)},
                                {"helo", text_or_null(request.helo)},
                                {"egress_ips", std::move(egress_ips)},
                                {"egress_source", to_string(forecast.egress_source)},
                                {"signed", prediction.scenario.signing == app::Signing::on},
                                {"body_altered", prediction.scenario.body == app::Body::altered},
                                {"spf", spf_item(path, prediction.spf)},
                                {"dkim", dkim_item(forecast.facts.signing, prediction.dkim)},
                                {"dmarc", dmarc_item(forecast)},
                                {"verdict", finding::to_string(forecast.verdict())},
                                {"reason", forecast.reason()},
                                {"remedy", forecast.remedy ? remedy_item(*forecast.remedy) : Value()},
                                {"matrix", Value()},
                                {"findings", finding_items(forecast.findings)}});
    if (!forecast.matrix.empty()) item.set("matrix", Value::array(predict_rows(forecast)));
    return item;
}

}  // namespace cli
