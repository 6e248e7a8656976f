#include "store/rows.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace store {

using base::Error;
using base::ErrorKind;
using base::Result;

namespace {

constexpr std::size_t longest_path = 4096;
constexpr std::size_t longest_reason = 200;
constexpr std::size_t longest_findings = 8192;
constexpr std::size_t longest_public_key = 16384;  // RSA of 65536 bits in base64 is shorter

Error fault(std::string_view column, std::string_view why) {
    return {.kind = ErrorKind::io, .message = fmt::format("{}: {}", column, why)};
}

Result<std::int64_t> read_integer(const Statement& row, int column, std::string_view name,
                                  std::int64_t smallest, std::int64_t largest) {
    const auto value = row.integer(column);
    if (!row.is_null(column) && value >= smallest && value <= largest) return value;
    return fault(name, "not a number from " + std::to_string(smallest) + " to " + std::to_string(largest));
}

Result<bool> read_flag(const Statement& row, int column, std::string_view name) {
    TRY(const auto value, read_integer(row, column, name, 0, 1));
    return value == 1;
}

Result<base::Time> read_time(const Statement& row, int column, std::string_view name) {
    constexpr std::int64_t end_of_year_9999 = 253'402'300'799;
    TRY(const auto value, read_integer(row, column, name, 0, end_of_year_9999));
    return base::Time(std::chrono::seconds(value));
}

Result<std::string> read_text(const Statement& row, int column, std::string_view name, std::size_t longest) {
    const auto text = row.text(column);
    if (text.size() > longest) return fault(name, fmt::format("longer than {} octets", longest));
    if (std::any_of(text.begin(), text.end(), base::is_control))
        return fault(name, "control bytes in it: " + base::quoted(text));
    return std::string(text);
}

Result<relay::PasswordSource> parse_password_source(std::string_view text) {
    if (text == "none") return relay::PasswordSource::none;
    if (text == "stored") return relay::PasswordSource::stored;
    if (text == "command") return relay::PasswordSource::command;
    return fault("password_source", base::quoted(text));
}

std::string_view to_string(relay::PasswordSource source) {
    switch (source) {
        case relay::PasswordSource::none:
            return "none";
        case relay::PasswordSource::stored:
        case relay::PasswordSource::missing:
            return "stored";
        case relay::PasswordSource::command:
            return "command";
    }
    return "?";
}

// The columns of a relay, in their order.
enum RelayColumn : int {
    column_id,
    column_name,
    column_host,
    column_port,
    column_security,
    column_verify_certificate,
    column_ca_file,
    column_fingerprint,
    column_daily_limit,
    column_priority,
    column_dkim_selector,
    column_return_path,
    column_login_user,
    column_password_source,
    column_password_command,
    column_fallback,
    column_enabled,
    column_description,
    column_created_at,
    column_changed_at,
    column_limit_unit,
    column_over_limit,
    column_unaligned_fallback,
};

Result<std::optional<relay::Login>> read_login(const Statement& row) {
    if (row.is_null(column_login_user)) return std::optional<relay::Login>();
    relay::Login login;
    TRY(login.user, read_text(row, column_login_user, "login_user", 255));
    if (login.user.empty()) return fault("login_user", "empty");
    TRY(login.source, parse_password_source(row.text(column_password_source)));
    login.command = row.text(column_password_command);
    return std::optional<relay::Login>(std::move(login));
}

Result<void> read_endpoint(const Statement& row, relay::Relay& relay) {
    TRY(const auto port, read_integer(row, column_port, "port", 1, 65535));
    relay.port = static_cast<std::uint16_t>(port);
    TRY(relay.security, relay::parse_security(row.text(column_security)));
    TRY(const bool verify, read_flag(row, column_verify_certificate, "verify_certificate"));
    relay.verification = verify ? relay::Verification::on : relay::Verification::off;
    TRY(relay.ca_file, read_text(row, column_ca_file, "ca_file", longest_path));
    if (!row.is_null(column_fingerprint)) {
        TRY(relay.fingerprint, relay::parse_fingerprint(row.text(column_fingerprint)));
    }
    TRY(relay.login, read_login(row));
    return {};
}

Result<void> read_policy(const Statement& row, relay::Relay& relay) {
    if (!row.is_null(column_daily_limit)) {
        TRY(const auto limit, read_integer(row, column_daily_limit, "daily_limit", 1, UINT32_MAX));
        relay.daily_limit = static_cast<std::uint32_t>(limit);
    }
    TRY(relay.limit_unit, relay::parse_limit_unit(row.text(column_limit_unit)));
    TRY(relay.over_limit, relay::parse_over_limit(row.text(column_over_limit)));
    TRY(const auto priority, read_integer(row, column_priority, "priority", 0, 65535));
    relay.priority = static_cast<std::uint16_t>(priority);
    if (!row.is_null(column_dkim_selector)) {
        TRY(relay.dkim_selector, relay::parse_selector(row.text(column_dkim_selector)));
    }
    TRY(relay.return_path, relay::parse_return_path(row.text(column_return_path)));
    TRY(relay.fallback, read_flag(row, column_fallback, "fallback"));
    TRY(relay.unaligned_fallback, read_flag(row, column_unaligned_fallback, "unaligned_fallback"));
    TRY(relay.enabled, read_flag(row, column_enabled, "enabled"));
    TRY(relay.description, relay::parse_description(row.text(column_description)));
    TRY(relay.created_at, read_time(row, column_created_at, "created_at"));
    TRY(relay.changed_at, read_time(row, column_changed_at, "changed_at"));
    return {};
}

Result<relay::Relay> parse_relay(const Statement& row) {
    TRY(auto name, relay::parse_relay_name(row.text(column_name)));
    TRY(auto host, relay::Host::parse(row.text(column_host)));
    relay::Relay relay{.id = row.integer(column_id), .name = std::move(name), .host = std::move(host)};
    TRY_VOID(read_endpoint(row, relay));
    TRY_VOID(read_policy(row, relay));
    return relay;
}

// One label is enough here: what to allow is decided before a value is stored.
Result<base::DomainName> parse_domain(std::string_view text) {
    return base::DomainName::parse(text, 1);
}

Result<std::optional<base::Time>> read_time_if_any(const Statement& row, int column, std::string_view name) {
    if (row.is_null(column)) return std::optional<base::Time>();
    TRY(const auto time, read_time(row, column, name));
    return std::optional(time);
}

Result<relay::DkimLife> parse_dkim_life(const Statement& row, int first) {
    relay::DkimLife life;
    TRY(life.state, relay::parse_dkim_state(row.text(first)));
    TRY(life.activated_at, read_time_if_any(row, first + 1, "activated_at"));
    TRY(life.retiring_at, read_time_if_any(row, first + 2, "retiring_at"));
    TRY(life.retires_at, read_time_if_any(row, first + 3, "retires_at"));
    TRY(life.last_seen_at, read_time_if_any(row, first + 4, "last_seen_at"));
    return life;
}

Result<relay::DkimKey> parse_dkim_key(const Statement& row) {
    TRY(auto domain, parse_domain(row.text(1)));
    relay::DkimKey key{.id = row.integer(0), .domain = std::move(domain), .selector = {}, .public_key = {}};
    TRY(key.selector, relay::parse_selector(row.text(2)));
    TRY(key.algorithm, relay::parse_key_algorithm(row.text(3)));
    TRY(const auto bits, read_integer(row, 4, "bits", 1, 65536));
    key.bits = static_cast<std::uint32_t>(bits);
    TRY(key.public_key, read_text(row, 5, "public_key", longest_public_key));
    TRY(key.note, relay::parse_note(row.text(6)));
    TRY(key.created_at, read_time(row, 7, "created_at"));
    TRY(key.life, parse_dkim_life(row, 8));
    return key;
}

Result<finding::Verdict> parse_verdict(std::string_view text) {
    for (const auto verdict : {finding::Verdict::good, finding::Verdict::bad, finding::Verdict::unchecked})
        if (text == finding::to_string(verdict)) return verdict;
    return fault("verdict", base::quoted(text));
}

Result<relay::LastProbe> parse_last_probe(const Statement& row) {
    TRY(auto host, relay::Host::parse(row.text(3)));
    relay::LastProbe probe{.relay = row.integer(0), .host = std::move(host)};
    TRY(probe.at, read_time(row, 1, "probed_at"));
    TRY(probe.verdict, parse_verdict(row.text(2)));
    TRY(const auto port, read_integer(row, 4, "port", 1, 65535));
    probe.port = static_cast<std::uint16_t>(port);
    TRY(probe.security, relay::parse_security(row.text(5)));
    TRY(probe.reason, read_text(row, 6, "reason", longest_reason));
    TRY(const auto total, read_integer(row, 7, "total_ms", 0, UINT32_MAX));
    probe.total = std::chrono::milliseconds(total);
    TRY(const auto findings, read_text(row, 8, "findings", longest_findings));
    for (const auto id : base::split(findings, ' '))
        if (!id.empty()) probe.findings.emplace_back(id);
    return probe;
}

Result<relay::Domain> parse_domain_row(const Statement& row) {
    TRY(auto name, parse_domain(row.text(0)));
    TRY(const auto created_at, read_time(row, 1, "created_at"));
    return relay::Domain{.name = std::move(name), .created_at = created_at};
}

std::string row_name(std::int64_t id, std::string_view name) {
    return fmt::format("{} ({})", id, base::quoted(name));
}

std::optional<std::string_view> null_if_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

std::int64_t seconds(base::Time time) {
    return time.time_since_epoch().count();
}

}  // namespace

Error damaged(std::string_view table, std::string_view row, const Error& why) {
    return {.kind = ErrorKind::io,
            .message = fmt::format("the store is damaged: table {}, row {}: {}", table, row, why.message),
            .hint = "restore it from a backup, or mend that row with sqlite3"};
}

Error missing(std::string message) {
    return {.kind = ErrorKind::not_found, .message = std::move(message)};
}

Result<relay::Relay> read_relay(const Statement& row) {
    auto relay = parse_relay(row);
    if (relay.has_value()) return relay;
    return damaged("relay", row_name(row.integer(column_id), row.text(column_name)), relay.error());
}

Result<relay::DomainPattern> read_relay_domain(const Statement& row) {
    const auto text = row.text(1);
    if (text == "*") return relay::DomainPattern::any();
    const bool below = text.starts_with("*.");
    auto name = parse_domain(below ? text.substr(2) : text);
    if (name.has_value())
        return below ? relay::DomainPattern::below(std::move(*name)) : relay::DomainPattern(std::move(*name));
    return damaged("relay_domain", row_name(row.integer(0), row.text(1)), name.error());
}

Result<relay::MailType> read_relay_mail_type(const Statement& row) {
    const auto type = relay::parse_mail_type(row.text(1));
    if (type.has_value()) return *type;
    return damaged("relay_mail_type", row_name(row.integer(0), row.text(1)), type.error());
}

Result<base::IpAddress> read_relay_egress(const Statement& row) {
    const auto address = base::IpAddress::parse(row.text(1));
    if (address.has_value()) return *address;
    return damaged("relay_egress", row_name(row.integer(0), row.text(1)), address.error());
}

Result<std::string> read_relay_fallback(const Statement& row) {
    auto name = relay::parse_relay_name(row.text(1));
    if (name.has_value()) return name;
    return damaged("relay_fallback", row_name(row.integer(0), row.text(1)), name.error());
}

Result<relay::Domain> read_domain(const Statement& row) {
    auto domain = parse_domain_row(row);
    if (domain.has_value()) return domain;
    return damaged("domain", base::quoted(row.text(0)), domain.error());
}

Result<relay::DkimKey> read_dkim_key(const Statement& row) {
    auto key = parse_dkim_key(row);
    if (key.has_value()) return key;
    return damaged("dkim_key", row_name(row.integer(0), row.text(2)), key.error());
}

Result<relay::LastProbe> read_last_probe(const Statement& row) {
    auto probe = parse_last_probe(row);
    if (probe.has_value()) return probe;
    return damaged("relay_probe", std::to_string(row.integer(0)), probe.error());
}

void bind_relay(Statement& statement, const relay::Relay& relay) {
    const auto host = relay.host.to_string();
    const auto return_path = relay::to_string(relay.return_path);
    std::optional<std::int64_t> daily_limit;
    if (relay.daily_limit) daily_limit = *relay.daily_limit;
    std::optional<std::string_view> selector, user, source, command;
    if (relay.dkim_selector) selector = *relay.dkim_selector;
    if (relay.login) {
        user = relay.login->user;
        source = to_string(relay.login->source);
        if (relay.login->source == relay::PasswordSource::command) command = relay.login->command;
    }
    statement.bind(std::string_view(relay.name)).bind(std::string_view(host));
    statement.bind(std::int64_t{relay.port}).bind(relay::to_string(relay.security));
    statement.bind(std::int64_t{relay.verification == relay::Verification::on});
    statement.bind(null_if_empty(relay.ca_file)).bind(null_if_empty(relay.fingerprint));
    statement.bind(daily_limit).bind(std::int64_t{relay.priority});
    statement.bind(selector).bind(std::string_view(return_path));
    statement.bind(user).bind(source).bind(command);
    statement.bind(std::int64_t{relay.fallback}).bind(std::int64_t{relay.enabled});
    statement.bind(std::string_view(relay.description));
    statement.bind(seconds(relay.created_at)).bind(seconds(relay.changed_at));
    statement.bind(relay::to_string(relay.limit_unit)).bind(relay::to_string(relay.over_limit));
    statement.bind(std::int64_t{relay.unaligned_fallback});
}

void bind_dkim_key(Statement& statement, const relay::DkimKey& key) {
    statement.bind(std::string_view(key.domain.ascii())).bind(std::string_view(key.selector));
    statement.bind(relay::to_string(key.algorithm)).bind(std::int64_t{key.bits});
    statement.bind(std::string_view(key.public_key)).bind(std::string_view(key.note));
    statement.bind(seconds(key.created_at));
    bind_dkim_life(statement, key.life);
}

void bind_dkim_life(Statement& statement, const relay::DkimLife& life) {
    // That it has retired is read from the time until when it is retiring.
    const auto state = life.state == relay::DkimState::retired ? relay::DkimState::retiring : life.state;
    statement.bind(relay::to_string(state));
    for (const auto& time : {life.activated_at, life.retiring_at, life.retires_at, life.last_seen_at})
        statement.bind(time ? std::optional(seconds(*time)) : std::nullopt);
}

void bind_last_probe(Statement& statement, const relay::LastProbe& probe) {
    const auto host = probe.host.to_string();
    const auto findings = base::join(probe.findings, " ");
    statement.bind(probe.relay).bind(seconds(probe.at));
    statement.bind(finding::to_string(probe.verdict)).bind(std::string_view(host));
    statement.bind(std::int64_t{probe.port}).bind(relay::to_string(probe.security));
    statement.bind(std::string_view(probe.reason)).bind(std::int64_t{probe.total.count()});
    statement.bind(std::string_view(findings));
}

}  // namespace store
