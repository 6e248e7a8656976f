#include "cli/commands/relay_options.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/ca_file.hpp"
#include "cli/password.hpp"

namespace cli {

namespace {

using app::RelaySettings;

base::Result<bool> parse_switch(std::string_view option, const std::string& text) {
    if (text == "on") return true;
    if (text == "off") return false;
    return base::usage_error(
        fmt::format("not a value of {}: {}: it is on or off", option, base::quoted(text)));
}

// Repeated options and commas: --type mass,workflow --type individual.
template <class Parse>
auto parse_set(const std::vector<std::string>& texts, Parse parse)
    -> base::Result<std::set<typename decltype(parse(std::string_view()))::value_type>> {
    std::set<typename decltype(parse(std::string_view()))::value_type> result;
    for (const auto& text : texts) {
        for (const auto piece : base::split(text, ',')) {
            TRY(auto value, parse(base::trim(piece)));
            result.insert(std::move(value));
        }
    }
    return result;
}

// Parses an option's value into an optional member, where it is given.
template <class T, class Parse>
base::Result<void> read(const Arguments& arguments, std::string_view option, std::optional<T>& member,
                        Parse parse) {
    const auto text = arguments.value(option);
    if (!text) return {};
    auto value = parse(*text);
    if (value.has_error()) return std::move(value).error().with_context(std::string(option));
    member = std::move(*value);
    return {};
}

// An empty value means: none; which is said so, lest a variable that was not set takes something away.
base::Result<void> refuse_empty(const Arguments& arguments) {
    for (const std::string_view option :
         {"--ca-file", "--fingerprint", "--daily-limit", "--egress-ip", "--fallback-to", "--dkim-selector"})
        for (const auto& text : arguments.values(option))
            if (text.empty())
                return base::usage_error(fmt::format("{}: the value is empty", option),
                                         fmt::format("{} none takes it back", option));
    return {};
}

base::Result<void> read_server(const Arguments& arguments, RelaySettings& settings) {
    const auto any_port = arguments.flag("--any-port") ? relay::AnyPort::yes : relay::AnyPort::no;
    TRY_VOID(read(arguments, "--host", settings.host, relay::Host::parse));
    TRY_VOID(read(arguments, "--port", settings.port,
                  [&](const std::string& text) { return relay::parse_port(text, any_port); }));
    TRY_VOID(read(arguments, "--security", settings.security, relay::parse_security));
    TRY_VOID(read(arguments, "--ca-file", settings.ca_file, parse_ca_file));
    if (arguments.value("--fingerprint") == "none")
        settings.fingerprint = "";
    else
        TRY_VOID(read(arguments, "--fingerprint", settings.fingerprint, relay::parse_fingerprint));
    std::optional<bool> verify;
    TRY_VOID(read(arguments, "--verify-certificate", verify,
                  [](const std::string& text) { return parse_switch("--verify-certificate", text); }));
    if (verify) settings.verification = *verify ? relay::Verification::on : relay::Verification::off;
    return {};
}

// In the order given, each once.
base::Result<std::optional<std::vector<std::string>>> read_fallbacks(const Arguments& arguments) {
    const auto& texts = arguments.values("--fallback-to");
    std::optional<std::vector<std::string>> names;
    if (texts.empty()) return names;
    names.emplace();
    if (texts.size() == 1 && texts.front() == "none") return names;
    for (const auto& text : texts) {
        for (const auto piece : base::split(text, ',')) {
            auto name = relay::parse_relay_name(base::trim(piece));
            if (name.has_error()) return std::move(name).error().with_context("--fallback-to");
            if (std::find(names->begin(), names->end(), *name) == names->end())
                names->push_back(std::move(*name));
        }
    }
    return names;
}

base::Result<void> read_selector(const Arguments& arguments, RelaySettings& settings) {
    if (arguments.flag("--dkim")) settings.dkim = app::DkimChoice::on;
    if (arguments.value("--dkim-selector") != "none")
        return read(arguments, "--dkim-selector", settings.dkim_selector, relay::parse_selector);
    if (settings.dkim == app::DkimChoice::on)
        return base::usage_error("--dkim and --dkim-selector none cannot be given together");
    settings.dkim = app::DkimChoice::off;
    return {};
}

base::Result<void> read_service(const Arguments& arguments, RelaySettings& settings) {
    if (!arguments.values("--domain").empty()) {
        TRY(settings.domains, parse_set(arguments.values("--domain"), relay::DomainPattern::parse));
    }
    if (!arguments.values("--type").empty()) {
        TRY(settings.mail_types, parse_set(arguments.values("--type"), relay::parse_mail_type));
    }
    TRY_VOID(read(arguments, "--daily-limit", settings.daily_limit, relay::parse_daily_limit));
    TRY_VOID(read(arguments, "--limit-unit", settings.limit_unit, relay::parse_limit_unit));
    TRY_VOID(read(arguments, "--over", settings.over_limit, relay::parse_over_limit));
    TRY_VOID(read(arguments, "--priority", settings.priority, relay::parse_priority));
    TRY_VOID(read_selector(arguments, settings));
    TRY_VOID(read(arguments, "--return-path", settings.return_path, relay::parse_return_path));
    TRY(settings.egress_ips, read_egress_ips(arguments));
    TRY_VOID(read(arguments, "--description", settings.description, relay::parse_description));
    if (arguments.flag("--fallback")) settings.fallback = true;
    TRY(settings.fallback_to, read_fallbacks(arguments));
    if (arguments.flag("--allow-unaligned-fallback")) settings.unaligned_fallback = true;
    return {};
}

base::Result<void> read_edit_only(const Arguments& arguments, RelaySettings& settings) {
    TRY(settings.added_domains, parse_set(arguments.values("--add-domain"), relay::DomainPattern::parse));
    TRY(settings.removed_domains,
        parse_set(arguments.values("--remove-domain"), relay::DomainPattern::parse));
    const auto both = [&](std::string_view a, std::string_view b) {
        return base::usage_error(fmt::format("{} and {} cannot be given together", a, b));
    };
    if (arguments.flag("--no-dkim")) {
        if (settings.dkim == app::DkimChoice::on || settings.dkim_selector)
            return both("--dkim", "--no-dkim");
        settings.dkim = app::DkimChoice::off;
    }
    if (arguments.flag("--no-fallback")) {
        if (settings.fallback) return both("--fallback", "--no-fallback");
        settings.fallback = false;
    }
    if (arguments.flag("--refuse-unaligned-fallback")) {
        if (settings.unaligned_fallback)
            return both("--allow-unaligned-fallback", "--refuse-unaligned-fallback");
        settings.unaligned_fallback = false;
    }
    if (arguments.flag("--no-auth")) {
        if (arguments.value("--user")) return both("--user", "--no-auth");
        settings.login.emplace(std::nullopt);
    }
    return {};
}

base::Result<void> read_login(Context& context, const Arguments& arguments, For command,
                              RelaySettings& settings) {
    TRY(auto answer, read_password(context, arguments));
    if (const auto text = arguments.value("--user")) {
        if (text->empty() && command == For::edit)
            return base::usage_error("the user name is empty", "--no-auth takes the login back");
        TRY(auto user, parse_user(*text));
        relay::Login login{.user = std::move(user), .source = relay::PasswordSource::stored};
        if (answer.command) {
            login.source = relay::PasswordSource::command;
            login.command = *answer.command;
        }
        settings.login.emplace(std::move(login));
    } else if ((answer.password || answer.command) && command == For::add) {
        return base::usage_error("a password without a user name", "give --user NAME");
    } else if (answer.command) {
        settings.password_command = std::move(answer.command);
    }
    settings.password = std::move(answer.password);
    return {};
}

}  // namespace

base::Result<std::string> parse_user(const std::string& text) {
    if (text.empty()) return base::usage_error("the user name is empty");
    if (text.size() > 255 || base::printable(text) != text)
        return base::usage_error("not a user name: " + base::quoted(text) +
                                 ": at most 255 octets of UTF-8 without control characters");
    return text;
}

base::Result<RelaySettings> read_settings(Context& context, const Arguments& arguments, For command) {
    RelaySettings settings;
    TRY_VOID(refuse_empty(arguments));
    TRY_VOID(read_server(arguments, settings));
    TRY_VOID(read_service(arguments, settings));
    if (command == For::edit) TRY_VOID(read_edit_only(arguments, settings));
    TRY_VOID(read_login(context, arguments, command, settings));
    return settings;
}

base::Result<void> ask_for_password(Context& context, app::RelaySettings& settings,
                                    const Rehearse& rehearse) {
    const bool is_new = settings.login && *settings.login;
    if (!is_new || settings.password || (*settings.login)->source != relay::PasswordSource::stored) return {};
    RelaySettings trial = settings;
    trial.dkim = app::DkimChoice::unchanged;  // a key takes its time to make
    TRY_VOID(rehearse(trial));
    TRY(settings.password, ask_password(context, (*settings.login)->user));
    return {};
}

base::Result<std::vector<std::string>> read_names(Context& context, const Arguments& arguments) {
    std::vector<std::string> texts;
    for (const auto& word : arguments.positionals()) {
        if (word != "-") {
            texts.push_back(word);
            continue;
        }
        TRY(const auto input, context.console().read_input(16 * 1024 * 1024));
        for (const auto line : base::split(input, '\n'))
            if (!base::trim(line).empty()) texts.emplace_back(base::trim(line));
    }
    if (texts.empty()) return base::usage_error("no relay is named");
    std::vector<std::string> names;
    std::set<std::string> seen;
    for (const auto& text : texts) {
        TRY(auto name, relay::parse_relay_name(text));
        if (seen.insert(name).second) names.push_back(std::move(name));
    }
    return names;
}

base::Result<std::optional<std::set<base::IpAddress>>> read_egress_ips(const Arguments& arguments) {
    const auto& texts = arguments.values("--egress-ip");
    std::optional<std::set<base::IpAddress>> addresses;
    if (texts.empty()) return addresses;
    addresses.emplace();
    if (texts.size() == 1 && texts.front() == "none") return addresses;
    auto parsed = parse_set(texts, base::IpAddress::parse);
    if (parsed.has_error()) return std::move(parsed).error().with_context("--egress-ip");
    if (parsed->size() > relay::most_egress_ips)
        return base::usage_error(
            fmt::format("--egress-ip: {} addresses, at most {}", parsed->size(), relay::most_egress_ips));
    for (const auto& address : *parsed)
        addresses->insert(address.unmapped());
    return addresses;
}

app::DryRun dry_run_of(const Arguments& arguments) {
    return arguments.flag("--dry-run") ? app::DryRun::yes : app::DryRun::no;
}

}  // namespace cli
