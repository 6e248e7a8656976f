#include "cli/declaration_relay.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/ca_file.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/password.hpp"
#include "cli/views/relay_view.hpp"

namespace cli {

namespace {

// A relay while its members are read.
struct Draft {
    std::filesystem::path folder;
    std::optional<relay::Host> host = {};
    std::optional<std::uint16_t> port = {};
    std::optional<relay::Security> security = {};
    std::optional<std::set<relay::MailType>> mail_types = {};
    app::DeclaredRelay declared;
    std::string user = {};
    std::optional<std::string> command = {};
    std::optional<std::string> source = {};
};

base::Result<void> take_truth(const Placed& place, bool& member) {
    TRY(member, truth_of(place));
    return {};
}

base::Result<std::uint16_t> parse_any_port(std::string_view text) {
    return relay::parse_port(text, relay::AnyPort::yes);
}

base::Result<std::string> parse_source(const std::string& text) {
    if (text == "none" || text == "stored" || text == "command") return text;
    // What export writes of a store that lacks it.
    if (text == "missing") return std::string("stored");
    return base::usage_error("not a source of a password: " + base::quoted(text) +
                             ": it is stored or command");
}

base::Result<void> take_password(base::Result<base::Secret> password, Draft& draft) {
    if (password.has_error()) return std::move(password).error();
    if (draft.declared.password) return base::usage_error("the password is given twice");
    draft.declared.password = std::move(*password);
    return {};
}

base::Result<void> take_verification(const Placed& place, Draft& draft) {
    TRY(const bool on, truth_of(place));
    draft.declared.relay.verification = on ? relay::Verification::on : relay::Verification::off;
    return {};
}

base::Result<void> take_egress(const Placed& place, Draft& draft) {
    const auto parse = [](const std::string& text) -> base::Result<base::IpAddress> {
        TRY(const auto address, base::IpAddress::parse(text));
        return address.unmapped();
    };
    auto& addresses = draft.declared.relay.egress_ips;
    TRY_VOID(take_texts(place, parse, addresses));
    if (addresses.size() <= relay::most_egress_ips) return {};
    return base::usage_error(
        fmt::format("{} addresses, at most {}", addresses.size(), relay::most_egress_ips));
}

// In their order, which counts.
base::Result<void> take_fallbacks(const Placed& place, Draft& draft) {
    TRY(const auto texts, texts_of(place));
    for (const auto& text : texts) {
        TRY(auto name, relay::parse_relay_name(text));
        auto& names = draft.declared.relay.fallback_to;
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
    return {};
}

constexpr Field<Draft> fields[] = {
    {"host", [](const Placed& p, Draft& d) { return take_text(p, relay::Host::parse, d.host); }},
    {"port", [](const Placed& p, Draft& d) { return take_number(p, parse_any_port, d.port); }},
    {"security", [](const Placed& p, Draft& d) { return take_text(p, relay::parse_security, d.security); }},
    {"verify_certificate", take_verification},
    {"ca_file",
     [](const Placed& p, Draft& d) {
         const auto parse = [&](const std::string& text) {
             return parse_ca_file(text == "none" ? text : (d.folder / text).string());
         };
         return take_text(p, parse, d.declared.relay.ca_file);
     }},
    {"fingerprint",
     [](const Placed& p, Draft& d) {
         return take_text(p, relay::parse_fingerprint, d.declared.relay.fingerprint);
     }},
    {"domains",
     [](const Placed& p, Draft& d) {
         return take_texts(p, relay::DomainPattern::parse, d.declared.relay.domains);
     }},
    {"mail_types",
     [](const Placed& p, Draft& d) { return take_texts(p, relay::parse_mail_type, d.mail_types.emplace()); }},
    {"daily_limit",
     [](const Placed& p, Draft& d) {
         return take_number(p, relay::parse_daily_limit, d.declared.relay.daily_limit);
     }},
    {"limit_unit",
     [](const Placed& p, Draft& d) {
         return take_text(p, relay::parse_limit_unit, d.declared.relay.limit_unit);
     }},
    {"over_limit",
     [](const Placed& p, Draft& d) {
         return take_text(p, relay::parse_over_limit, d.declared.relay.over_limit);
     }},
    {"priority", [](const Placed& p,
                    Draft& d) { return take_number(p, relay::parse_priority, d.declared.relay.priority); }},
    {"dkim_selector",
     [](const Placed& p, Draft& d) {
         return take_text(p, relay::parse_selector, d.declared.relay.dkim_selector);
     }},
    {"return_path",
     [](const Placed& p, Draft& d) {
         return take_text(p, relay::parse_return_path, d.declared.relay.return_path);
     }},
    {"egress_ips", take_egress},
    {"user", [](const Placed& p, Draft& d) { return take_text(p, parse_user, d.user); }},
    {"password_source", [](const Placed& p, Draft& d) { return take_text(p, parse_source, d.source); }},
    {"password_command", [](const Placed& p, Draft& d) { return take_text(p, check_command, d.command); }},
    {"password_file",
     [](const Placed& p, Draft& d) -> base::Result<void> {
         TRY(const auto path, text_of(p));
         return take_password(read_password_file((d.folder / path).string()), d);
     }},
    {"password",
     [](const Placed& p, Draft& d) -> base::Result<void> {
         TRY(auto text, text_of(p));
         return take_password(parse_password(std::move(text), "the file"), d);
     }},
    {"fallback", [](const Placed& p, Draft& d) { return take_truth(p, d.declared.relay.fallback); }},
    {"fallback_to", take_fallbacks},
    {"allow_unaligned_fallback",
     [](const Placed& p, Draft& d) { return take_truth(p, d.declared.relay.unaligned_fallback); }},
    {"enabled", [](const Placed& p, Draft& d) { return take_truth(p, d.declared.relay.enabled); }},
    {"description",
     [](const Placed& p, Draft& d) {
         return take_text(p, relay::parse_description, d.declared.relay.description);
     }},
};

base::Result<void> complete_login(Draft& draft) {
    auto& declared = draft.declared;
    if (declared.password && draft.command)
        return base::usage_error("a password and a password_command cannot both be given");
    if (draft.user.empty()) {
        const bool has_source = draft.source && draft.source != "none";
        if (declared.password || draft.command || has_source)
            return base::usage_error("a password without a user", "give user");
        return {};
    }
    const auto source = draft.command ? relay::PasswordSource::command : relay::PasswordSource::stored;
    if (draft.source && draft.source != (draft.command ? "command" : "stored"))
        return base::usage_error("password_source does not agree with the password that is given");
    declared.relay.login =
        relay::Login{.user = std::move(draft.user), .source = source, .command = draft.command.value_or("")};
    return {};
}

// As add does.
void complete_endpoint(Draft& draft) {
    auto& relay = draft.declared.relay;
    const bool ssl = draft.security == relay::Security::ssl;
    relay.port = draft.port.value_or(ssl ? 465 : 587);
    relay.security = draft.security.value_or(draft.port == 465 ? relay::Security::ssl : relay::Security::tls);
}

}  // namespace

output::Value declared_relay_value(const app::DeclaredRelay& declared) {
    const auto shown = relay_item(declared.relay);
    output::Value value = output::Value::object();
    for (const auto& field : fields)
        if (const auto* member = shown.find(field.name)) value.set(std::string(field.name), *member);
    if (!declared.relay.login) value.set("password_source", nullptr);
    if (declared.relay.description.empty()) value.set("description", nullptr);
    if (declared.password) value.set("password", declared.password->reveal());
    return value;
}

base::Result<app::DeclaredRelay> parse_declared_relay(const std::string& name, const Placed& place,
                                                      const std::filesystem::path& folder) {
    auto parsed_name = relay::parse_relay_name(name);
    if (parsed_name.has_error()) return at(place, std::move(parsed_name).error());
    TRY(const auto somewhere, relay::Host::parse("localhost.invalid"));
    Draft draft{.folder = folder,
                .declared = {.relay = {.name = std::move(*parsed_name), .host = somewhere}}};
    TRY_VOID(take_fields<Draft>(place, fields, draft));
    if (!draft.host) return at(place, base::usage_error("a relay needs a host", "give host"));
    draft.declared.relay.host = std::move(*draft.host);
    complete_endpoint(draft);
    auto& relay = draft.declared.relay;
    if (draft.mail_types)
        relay.mail_types = std::move(*draft.mail_types);
    else if (!relay.domains.empty())
        relay.mail_types = {relay::all_mail_types.begin(), relay::all_mail_types.end()};
    if (auto login = complete_login(draft); login.has_error()) return at(place, std::move(login).error());
    return std::move(draft.declared);
}

}  // namespace cli
