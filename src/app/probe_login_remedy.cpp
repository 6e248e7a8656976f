#include "app/probe_login_remedy.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/probe_login.hpp"
#include "app/probe_remedy.hpp"
#include "app/probe_verdict.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"

namespace app {

namespace {

using finding::Verdict;
using smtp::AuthFailure;

bool was_tried(const ProbeReport& report, const ProbeEndpoint& endpoint) {
    return std::any_of(report.combinations.begin(), report.combinations.end(),
                       [&](const Combination& cell) { return cell.endpoint == endpoint; });
}

// Where a login was seen to be offered inside TLS.
std::optional<ProbeEndpoint> find_login(const ProbeReport& report) {
    for (const auto security : {relay::Security::ssl, relay::Security::tls})
        for (const auto& cell : report.combinations)
            if (cell.endpoint.security == security && cell.verdict == Verdict::good &&
                offers_known_login(cell))
                return cell.endpoint;
    return std::nullopt;
}

// This endpoint if it offers a login, else another that does, else the usual one unless that was tried.
std::optional<ProbeEndpoint> login_endpoint(const ProbeReport& report, const Combination& cell) {
    if (cell.endpoint.security != relay::Security::none && offers_known_login(cell)) return cell.endpoint;
    if (const auto found = find_login(report)) return found;
    const ProbeEndpoint usual;
    return was_tried(report, usual) ? std::nullopt : std::optional(usual);
}

// For a relay whose endpoint works and offers no login: one that was seen to offer it, else the usual one
// unless that was tried too.
std::string remedy_without_auth(const ProbeReport& report, const Combination& cell) {
    const auto& name = report.target.relay;
    if (name.empty()) return {};
    if (!is_own(report, cell.endpoint))
        return fmt::format("At the relay's own endpoint: relayctl probe {} --login", name);
    const std::string without = fmt::format("a relay that needs no login: relayctl edit {} --no-auth", name);
    if (const auto other = find_login(report))
        return fmt::format("Port {} offers a login with {}: {}; {}", other->port,
                           relay::to_string(other->security), change_to(report, cell.endpoint, *other),
                           without);
    const ProbeEndpoint usual;
    if (was_tried(report, usual)) return "Ask the server's operator where logins are taken; " + without;
    return fmt::format("{}; {}", change_to(report, cell.endpoint, usual), without);
}

std::string remedy_of_clear_text(const ProbeReport& report, const Combination& cell) {
    const ProbeEndpoint inside_tls{.port = cell.endpoint.port, .security = relay::Security::tls};
    if (const auto better = better_endpoint(report, cell.endpoint))
        return change_to(report, cell.endpoint, *better);
    if (was_tried(report, inside_tls))
        return "No way in with TLS works: the server's operator must mend that.";
    return change_to(report, cell.endpoint, inside_tls);
}

// What was asked for, once more, with the relay's own login.
std::string again_with_login(const LoginAttempt& attempt, const PathCheck& check) {
    const auto& report = attempt.report;
    const auto& sender = *report.dialogue.sender;
    const auto option = [](std::string_view name, const std::string& address) {
        return fmt::format(" {} {}", name, base::shell_word(address.empty() ? "<>" : address));
    };
    std::string command = is_own(report, attempt.cell.endpoint) ? "relayctl probe " + report.target.relay
                                                                : probe_at(report, attempt.cell.endpoint);
    command += " --login" + option("--sender", sender.address);
    return &check == &sender ? command : command + option("--recipient", check.address);
}

std::string how_to_log_in(const LoginAttempt& attempt, const PathCheck& check, const ProbeEndpoint& where) {
    const auto& [report, cell, user, mechanism_is_chosen] = attempt;
    constexpr std::string_view without =
        "Without a login the server's operator must allow this machine's address.";
    const auto& name = report.target.relay;
    if (name.empty())
        return fmt::format("Log in: {} --login --user USER. {}", probe_at(report, where), without);
    const bool own = is_own(report, cell.endpoint);
    std::string edit = own && where != cell.endpoint ? change_to(report, cell.endpoint, where) : "";
    if (report.target.user.empty()) edit = (edit.empty() ? "relayctl edit " + name : edit) + " --user USER";
    if (!edit.empty())
        return fmt::format("Log in: {}, then relayctl probe {} --login. {}", edit, name, without);
    if (where != cell.endpoint)
        return fmt::format("At the relay's own endpoint: relayctl probe {} --login", name);
    return "Log in as the relay's user: " + again_with_login(attempt, check);
}

// The server serves no strangers, or takes no mail of theirs for other domains.
std::string remedy_of_refused_client(const LoginAttempt& attempt, const PathCheck& check) {
    if (!attempt.user.empty())
        return fmt::format("Logged in as {}, and refused all the same: ask the server's operator.",
                           attempt.user);
    if (const auto where = login_endpoint(attempt.report, attempt.cell))
        return how_to_log_in(attempt, check, *where);
    return "No way in with TLS that works offers a login: the server's operator must allow this machine's "
           "address.";
}

}  // namespace

bool offers_known_login(const Combination& cell) {
    const auto& capabilities = cell.after_tls ? cell.after_tls : cell.before_tls;
    return capabilities &&
           std::any_of(capabilities->auth.begin(), capabilities->auth.end(),
                       [](const auto& name) { return sasl::parse_mechanism(name).has_value(); });
}

// The server's part of this mechanism is out of order: another that it offers, if any.
std::string with_another_mechanism(const LoginAttempt& attempt) {
    const auto& [report, cell, user, mechanism_is_chosen] = attempt;
    const auto& capabilities = cell.after_tls ? cell.after_tls : cell.before_tls;
    const std::string& tried = report.dialogue.login->mechanism;
    if (capabilities)
        for (const auto& name : capabilities->auth)
            if (sasl::parse_mechanism(name) && !base::equals_ignoring_case(name, tried))
                return fmt::format("Try another mechanism: {} --auth {}; tell the server's operator.",
                                   login_at(report, cell.endpoint), base::lower(name));
    return "Tell the server's operator: it offers no other mechanism that is known here.";
}

// Of a bare host, which has no settings to change.
std::string remedy_at_host(const LoginAttempt& attempt, std::string_view id) {
    const auto& [report, cell, user, mechanism_is_chosen] = attempt;
    const ProbeEndpoint inside_tls{.port = cell.endpoint.port, .security = relay::Security::tls};
    if (id == "smtp-login-not-safe" && cell.endpoint.security == relay::Security::none)
        return fmt::format("{}; on a network you trust: {} --allow-cleartext-auth",
                           login_at(report, inside_tls), login_at(report, cell.endpoint));
    if (id == "smtp-auth-mechanism" && mechanism_is_chosen)
        return fmt::format("{}, without --auth", login_at(report, cell.endpoint));
    return {};
}

std::string remedy_of_login(const LoginAttempt& attempt, const smtp::AuthOutcome& outcome) {
    const auto& [report, cell, user, mechanism_is_chosen] = attempt;
    if (!outcome.failure) return {};
    if (report.dialogue.login->finding == "smtp-auth-protocol") return with_another_mechanism(attempt);
    if (report.target.relay.empty()) return remedy_at_host(attempt, report.dialogue.login->finding);
    const auto& name = report.target.relay;
    const auto id = report.dialogue.login->finding;
    if (id == "smtp-auth-wrong-password" || id == "smtp-auth-unsuccessful" || id == "smtp-auth-app-password")
        return fmt::format(
            "relayctl edit {} --user {}, and type {}; the user name is often the whole address", name, user,
            id == "smtp-auth-app-password" ? "an app password" : "the password");
    if (id == "smtp-login-not-safe" && !is_own(report, cell.endpoint))
        return fmt::format("At the relay's own endpoint: relayctl probe {} --login", name);
    if (id == "smtp-login-not-safe" && cell.endpoint.security == relay::Security::none)
        return fmt::format(
            "relayctl edit {} --security tls; on a network you trust: relayctl probe {} --login "
            "--allow-cleartext-auth",
            name, name);
    const bool was_refused = *outcome.failure == AuthFailure::refused;
    if (id == "smtp-auth-mechanism" && (mechanism_is_chosen || was_refused))
        return fmt::format("relayctl probe {} --login, without --auth", name);
    if (*outcome.failure == AuthFailure::no_common_mechanism) return remedy_without_auth(report, cell);
    if (id == "smtp-starttls-required") return remedy_of_clear_text(report, cell);
    return {};
}

std::string remedy_of_path(const LoginAttempt& attempt, const PathCheck& check) {
    const auto& [report, cell, user, mechanism_is_chosen] = attempt;
    const std::string& id = check.finding;
    if (id == "smtp-starttls-required") return remedy_of_clear_text(report, cell);
    if (id == "smtp-client-refused" || id == "smtp-relaying-denied")
        return remedy_of_refused_client(attempt, check);
    const bool about_sender = id == "smtp-sender-not-owned" || id == "smtp-sender-no-send-as" ||
                              id == "smtp-sender-not-verified" || id == "smtp-policy-refused";
    if (!about_sender || report.target.relay.empty() || !mail::Address::parse(user)) return {};
    const std::string& sender = report.dialogue.sender->address;
    if (base::equals_ignoring_case(sender, user)) return {};
    return fmt::format(
        "Logged in as {0}, but {1} may not be used: relayctl edit {2} --return-path {0}, or have "
        "{1} allowed for this login.",
        user, sender.empty() ? "<>" : sender, report.target.relay);
}

std::vector<finding::Finding> missing_auth_findings(const ProbeReport& report) {
    const auto at = dialogue_endpoint(report);
    if (report.target.user.empty() || !at) return {};
    const auto& cell = report.combinations[*at];
    const auto& capabilities = cell.after_tls ? cell.after_tls : cell.before_tls;
    if (cell.verdict != Verdict::good || !capabilities) return {};
    const auto& offered = capabilities->auth;
    if (cannot_send_login(report))
        return {finding::make("smtp-login-needs-tls", subject_of(report, cell),
                              fmt::format("user {}, security none", report.target.user),
                              remedy_without_auth(report, cell))};
    if (offers_known_login(cell)) return {};
    std::string observed = offered.empty() ? "no AUTH" : "AUTH " + base::join(offered, " ");
    return {finding::make("smtp-user-without-auth", subject_of(report, cell), std::move(observed),
                          remedy_without_auth(report, cell))};
}

}  // namespace app
