#include "cli/views/relay_view.hpp"

#include "base/text.hpp"
#include "cli/views/last_probe_view.hpp"

namespace cli {

using output::Cell;
using output::Style;
using output::text_or_null;
using output::Value;

namespace {

constexpr std::string_view password_source_words[] = {"none", "stored", "command", "missing"};

Value login_value(const std::optional<relay::Login>& login) {
    if (!login) return nullptr;
    return login->user;
}

std::string text_of(const Value& item, std::string_view key) {
    return member_text(item, key).value_or("");
}

Cell security_cell(const Value& item) {
    const auto security = text_of(item, "security");
    const bool unverified = text_of(item, "verify_certificate") == "no" && security != "none";
    if (unverified) return {.text = security, .display = security + " (unverified)", .style = Style::warn};
    return {.text = security, .style = security == "none" ? Style::warn : Style::none};
}

Cell domains_cell(const Value& item) {
    const auto domains = member_text(item, "domains");
    if (!domains && text_of(item, "fallback") == "yes") return {.text = domains, .display = "*"};
    return {.text = domains};
}

Cell mail_types_cell(const Value& item) {
    const auto types = member_text(item, "mail_types");
    if (text_of(item, "fallback") != "yes") return {.text = types};
    return {.text = types, .display = types ? *types + " (fallback)" : "(fallback)"};
}

Cell state_cell(const Value& item) {
    if (text_of(item, "enabled") != "yes") return {.text = "disabled", .style = Style::dim};
    const auto cause = member_text(item, "tripped");
    if (!cause) return {.text = "enabled", .style = Style::good};
    return {.text = "tripped", .display = "tripped: " + *cause, .style = Style::bad};
}

// "412/5000", "88/-"; for people with the word that quota has as its state: "4100/5000 near".
Cell today_cell(const Value& item) {
    const auto* today = item.find("today");
    if (today == nullptr || !today->is_object()) return {};
    const auto limit = member_text(item, "daily_limit");
    const auto text = text_of(*today, "used") + "/" + limit.value_or("-");
    const bool is_reached = text_of(*today, "limit_reached") == "yes";
    if (!is_reached && text_of(*today, "near_limit") != "yes") return {.text = text};
    return {.text = text,
            .display = base::join({text, is_reached ? "reached" : "near"}, " "),
            .style = is_reached ? Style::bad : Style::warn};
}

Cell description_cell(const Value& item) {
    const auto text = text_of(item, "description");
    return text.empty() ? Cell{} : Cell{.text = text};
}

constexpr ColumnView list_columns[] = {
    {.key = "name", .title = "NAME", .never_cut = true},
    {.key = "host", .title = "HOST"},
    {.key = "port", .title = "PORT", .number = true},
    {.key = "security", .title = "SECURITY", .never_cut = true, .cell = security_cell},
    {.key = "domains", .title = "DOMAINS", .cell = domains_cell},
    {.key = "mail_types", .title = "TYPES", .cell = mail_types_cell},
    {.key = "today", .title = "TODAY", .number = true, .cell = today_cell},
    {.key = "state", .title = "STATE", .cell = state_cell},
    {.key = "last_probe", .title = "LAST", .cell = last_probe_cell},
    {.key = "daily_limit", .title = "LIMIT", .shown = false, .number = true},
    {.key = "limit_unit", .title = "UNIT", .shown = false},
    {.key = "over_limit", .title = "OVER", .shown = false},
    {.key = "priority", .title = "PRIORITY", .shown = false, .number = true},
    {.key = "verify_certificate", .title = "VERIFY", .shown = false},
    {.key = "ca_file", .title = "CA FILE", .shown = false},
    {.key = "fingerprint", .title = "FINGERPRINT", .shown = false, .never_cut = true},
    {.key = "dkim_selector", .title = "DKIM", .shown = false},
    {.key = "return_path", .title = "RETURN PATH", .shown = false},
    {.key = "egress_ips", .title = "EGRESS", .shown = false},
    {.key = "user", .title = "USER", .shown = false},
    {.key = "password_source", .title = "PASSWORD", .shown = false},
    {.key = "password_command", .title = "PASSWORD COMMAND", .shown = false},
    {.key = "fallback", .title = "FALLBACK", .shown = false},
    {.key = "fallback_to", .title = "FALLBACK TO", .shown = false},
    {.key = "allow_unaligned_fallback", .title = "UNALIGNED", .shown = false},
    {.key = "enabled", .title = "ENABLED", .shown = false},
    {.key = "tripped", .title = "TRIPPED", .shown = false, .spoken = true},
    {.key = "description", .title = "DESCRIPTION", .shown = false, .cell = description_cell},
    {.key = "id", .title = "ID", .shown = false, .number = true},
    {.key = "created_at", .title = "CREATED", .shown = false},
    {.key = "changed_at", .title = "CHANGED", .shown = false},
};

constexpr ColumnView show_columns[] = {
    {.key = "name", .title = "NAME"},
    {.key = "description", .title = "DESCRIPTION", .cell = description_cell},
    {.key = "state", .title = "STATE", .cell = state_cell},
    {.key = "tripped", .title = "TRIPPED", .spoken = true},
    {.key = "today", .title = "TODAY", .cell = today_cell},
    {.key = "host", .title = "HOST"},
    {.key = "port", .title = "PORT"},
    {.key = "security", .title = "SECURITY", .cell = security_cell},
    {.key = "verify_certificate", .title = "VERIFY"},
    {.key = "ca_file", .title = "CA FILE"},
    {.key = "fingerprint", .title = "FINGERPRINT"},
    {.key = "domains", .title = "DOMAINS", .cell = domains_cell},
    {.key = "mail_types", .title = "TYPES", .cell = mail_types_cell},
    {.key = "daily_limit", .title = "LIMIT"},
    {.key = "limit_unit", .title = "UNIT"},
    {.key = "over_limit", .title = "OVER"},
    {.key = "priority", .title = "PRIORITY"},
    {.key = "fallback", .title = "FALLBACK"},
    {.key = "fallback_to", .title = "FALLBACK TO"},
    {.key = "allow_unaligned_fallback", .title = "UNALIGNED"},
    {.key = "dkim_selector", .title = "DKIM"},
    {.key = "return_path", .title = "RETURN PATH"},
    {.key = "egress_ips", .title = "EGRESS"},
    {.key = "user", .title = "USER"},
    {.key = "password_source", .title = "PASSWORD"},
    {.key = "password_command", .title = "PASSWORD COMMAND"},
    {.key = "id", .title = "ID"},
    {.key = "created_at", .title = "CREATED"},
    {.key = "changed_at", .title = "CHANGED"},
    {.key = "last_probe", .title = "LAST", .cell = last_probe_full_cell},
};

}  // namespace

std::span<const ColumnView> relay_columns() {
    return list_columns;
}

std::span<const ColumnView> relay_show_columns() {
    return show_columns;
}

Value relay_item(const relay::Relay& relay) {
    Value domains = Value::array();
    for (const auto& domain : relay.domains)
        domains.push_back(domain.to_string());
    Value mail_types = Value::array();
    for (const auto type : relay.mail_types)
        mail_types.push_back(to_string(type));
    Value egress_ips = Value::array();
    for (const auto& address : relay.egress_ips)
        egress_ips.push_back(address.to_string());
    Value fallback_to = Value::array();
    for (const auto& name : relay.fallback_to)
        fallback_to.push_back(name);
    const bool by_command = relay.login && relay.login->source == relay::PasswordSource::command;
    const auto source = relay.login ? relay.login->source : relay::PasswordSource::none;
    return Value::object({
        {"name", relay.name},
        {"id", relay.id},
        {"host", relay.host.to_string()},
        {"port", relay.port},
        {"security", to_string(relay.security)},
        {"verify_certificate", relay.verification == relay::Verification::on},
        {"ca_file", text_or_null(relay.ca_file)},
        {"fingerprint", text_or_null(relay.fingerprint)},
        {"domains", std::move(domains)},
        {"mail_types", std::move(mail_types)},
        {"daily_limit", relay.daily_limit},
        {"limit_unit", relay::to_string(relay.limit_unit)},
        {"over_limit", relay::to_string(relay.over_limit)},
        {"priority", relay.priority},
        {"dkim_selector", relay.dkim_selector},
        {"return_path", relay::to_string(relay.return_path)},
        {"egress_ips", std::move(egress_ips)},
        {"user", login_value(relay.login)},
        {"password_source", password_source_words[static_cast<std::size_t>(source)]},
        {"password_command", by_command ? Value(relay.login->command) : Value()},
        {"fallback", relay.fallback},
        {"fallback_to", std::move(fallback_to)},
        {"allow_unaligned_fallback", relay.unaligned_fallback},
        {"enabled", relay.enabled},
        {"description", relay.description},
        {"created_at", base::to_rfc3339(relay.created_at)},
        {"changed_at", base::to_rfc3339(relay.changed_at)},
    });
}

void set_today(Value& item, const relay::Relay& relay, const relay::RelayDay& day) {
    const bool tripped = !day.tripped.empty();
    item.set("state", !relay.enabled ? "disabled" : tripped ? "tripped" : "enabled");
    item.set("tripped", tripped ? Value(day.tripped) : Value());
    item.set("today", Value::object({{"used", relay::used(relay, day)},
                                     {"messages", day.messages},
                                     {"recipients", day.recipients},
                                     {"near_limit", relay::is_near_limit(relay, day)},
                                     {"limit_reached", !relay::has_room(relay, day, 1)}}));
}

void set_key_warnings(Value& item, const std::vector<base::Error>& warnings) {
    std::vector<std::string> texts;
    for (const auto& warning : warnings)
        texts.push_back(warning.message);
    item.set("dkim_warnings", Value::list(texts));
}

Value outcome_item(const app::RelayOutcome& outcome) {
    Value item = relay_item(outcome.relay);
    item.set("action", to_string(outcome.action));
    item.set("changed", outcome.action != app::Action::unchanged);
    return item;
}

}  // namespace cli
