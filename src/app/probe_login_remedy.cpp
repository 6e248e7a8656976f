#include "app/probe_login_remedy.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/probe_login.hpp"
#include "app/probe_remedy.hpp"
#include "app/probe_verdict.hpp"
#include "base/text.hpp"

namespace app {

namespace {

using finding::Verdict;
using smtp::AuthFailure;

bool offers_known_login(const Combination& cell) {
    const auto& capabilities = cell.after_tls ? cell.after_tls : cell.before_tls;
    return capabilities &&
           std::any_of(capabilities->auth.begin(), capabilities->auth.end(),
                       [](const auto& name) { return sasl::parse_mechanism(name).has_value(); });
}

bool was_tried(const ProbeReport& report, const ProbeEndpoint& endpoint) {
    return std::any_of(report.combinations.begin(), report.combinations.end(),
                       [&](const Combination& cell) { return cell.endpoint == endpoint; });
}

// For a relay whose endpoint works and offers no login: one that was seen to offer it, else the usual one
// unless that was tried too.
std::string remedy_without_auth(const ProbeReport& report, const Combination& cell) {
    const auto& name = report.target.relay;
    if (name.empty()) return {};
    if (!is_own(report, cell.endpoint))
        return fmt::format("At the relay's own endpoint: relayctl probe {} --login", name);
    const std::string without = fmt::format("a relay that needs no login: relayctl edit {} --no-auth", name);
    for (const auto security : {relay::Security::ssl, relay::Security::tls})
        for (const auto& other : report.combinations)
            if (other.endpoint.security == security && other.verdict == Verdict::good &&
                offers_known_login(other))
                return fmt::format("Port {} offers a login with {}: {}; {}", other.endpoint.port,
                                   relay::to_string(security),
                                   change_to(report, cell.endpoint, other.endpoint), without);
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

}  // namespace

std::string remedy_of_login(const LoginAttempt& attempt, const smtp::AuthOutcome& outcome) {
    const auto& [report, cell, user, mechanism_is_chosen] = attempt;
    if (report.target.relay.empty() || !outcome.failure) return {};
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

std::string remedy_of_path(const LoginAttempt& attempt, std::string_view id) {
    const auto& [report, cell, user, mechanism_is_chosen] = attempt;
    if (id == "smtp-starttls-required") return remedy_of_clear_text(report, cell);
    if ((id == "smtp-client-refused" || id == "smtp-relaying-denied") && report.target.relay.empty())
        return fmt::format(
            "Log in: {} --login --user USER. Without a login the server's operator must allow this machine's "
            "address.",
            probe_at(report, cell.endpoint.port == 25 ? ProbeEndpoint() : cell.endpoint));
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
