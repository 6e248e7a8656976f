#include "app/probe_remedy.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/shell_word.hpp"
#include "base/special_network.hpp"
#include "base/text.hpp"

namespace app {

namespace {

using relay::Security;

// What a port speaks that answered in clear: STARTTLS as far as anybody saw it offered, or nobody looked.
Security security_of_plain_port(const ProbeReport& report, std::uint16_t port) {
    for (const auto& cell : report.combinations)
        if (cell.endpoint.port == port && cell.before_tls && !cell.before_tls->has("STARTTLS"))
            return Security::none;
    return Security::tls;
}

bool is_mail_port(std::uint16_t port) {
    return port == 25 || port == 465 || port == 587;
}

bool own_fails(const ProbeReport& report) {
    return std::any_of(report.combinations.begin(), report.combinations.end(), [&](const Combination& cell) {
        return is_own(report, cell.endpoint) && cell.verdict == finding::Verdict::bad;
    });
}

// fe80::/10, which every network has one of (RFC 4007 section 6).
bool without_interface(const ProbeReport& report) {
    const auto& host = report.target.host;
    return host.address() && !host.address()->is_v4() &&
           base::special_use(*host.address()) == "link-local use";
}

std::string use_instead(const ProbeReport& report, const Combination& cell) {
    const auto better = better_endpoint(report, cell.endpoint);
    if (!better) return {};
    return fmt::format("Port {} works with {}: {}", better->port, relay::to_string(better->security),
                       change_to(report, cell.endpoint, *better));
}

}  // namespace

std::string subject_of(const ProbeReport& report, const Combination& cell) {
    const auto& host = report.target.host;
    const auto address = host.address();
    if (address && !address->is_v4()) return fmt::format("[{}]:{}", host.to_string(), cell.endpoint.port);
    return fmt::format("{}:{}", host.to_string(), cell.endpoint.port);
}

std::string observed_of(const Combination& cell) {
    if (cell.problem == Problem::implicit_tls_port)
        return fmt::format("{}: no greeting in clear, TLS is answered",
                           relay::to_string(cell.endpoint.security));
    if (cell.problem == Problem::plain_port && cell.observed.empty())
        return "ssl: the server greets in clear";
    if (cell.problem == Problem::no_greeting || cell.problem == Problem::connect_timeout)
        return fmt::format("{} within {} ms", cell.reason, cell.total.count());
    return cell.observed.empty() ? cell.reason : cell.observed;
}

std::string probe_host_at(std::string_view name_or_host, const ProbeEndpoint& endpoint) {
    return fmt::format("relayctl probe {} --require {}:{}{}", name_or_host, endpoint.port,
                       relay::to_string(endpoint.security), is_mail_port(endpoint.port) ? "" : " --any-port");
}

std::string with_ca_file(const ProbeReport& report) {
    const auto& file = report.target.ca_file;
    const bool is_plain = std::all_of(file.begin(), file.end(), [](char c) {
        return base::is_alnum(c) || std::string_view("/._-+@").find(c) != std::string_view::npos;
    });
    return file.empty() || !is_plain ? std::string() : " --ca-file " + file;
}

std::string login_at(const ProbeReport& report, const ProbeEndpoint& endpoint) {
    const auto& target = report.target;
    if (!target.relay.empty()) return fmt::format("relayctl probe {} --login", target.relay);
    return fmt::format("{}{} --login --user {}", probe_host_at(target.host.to_string(), endpoint),
                       with_ca_file(report), target.user.empty() ? "USER" : base::shell_word(target.user));
}

std::string probe_at(const ProbeReport& report, const ProbeEndpoint& endpoint) {
    const auto& target = report.target;
    return probe_host_at(target.relay.empty() ? target.host.to_string() : target.relay, endpoint);
}

std::string endpoint_options(const ProbeEndpoint& endpoint) {
    if (endpoint == ProbeEndpoint()) return {};
    return fmt::format(" --port {}{} --security {}", endpoint.port,
                       is_mail_port(endpoint.port) ? "" : " --any-port", relay::to_string(endpoint.security));
}

bool is_own(const ProbeReport& report, const ProbeEndpoint& endpoint) {
    return report.target.own == endpoint;
}

std::string change_to(const ProbeReport& report, const ProbeEndpoint& from, const ProbeEndpoint& to) {
    const auto& name = report.target.relay;
    if (name.empty()) return probe_at(report, to);
    const bool in_full = !is_own(report, from);
    if (in_full && !own_fails(report)) return probe_at(report, to);
    std::string options;
    if (in_full || from.port != to.port) options += fmt::format(" --port {}", to.port);
    if (in_full || from.security != to.security)
        options += fmt::format(" --security {}", relay::to_string(to.security));
    if ((in_full || from.port != to.port) && !is_mail_port(to.port)) options += " --any-port";
    return "relayctl edit " + name + options;
}

bool is_public_name(const base::DomainName& name) {
    // RFC 6761, RFC 6762, RFC 8375, RFC 9476, and what networks call themselves all the same.
    constexpr std::string_view own[] = {"test",     "example",  "invalid",   "localhost",  "local",
                                        "internal", "alt",      "home.arpa", "lan",        "home",
                                        "corp",     "intranet", "private",   "localdomain"};
    const std::string& text = name.ascii();
    return text.find('.') != std::string::npos &&
           std::none_of(std::begin(own), std::end(own),
                        [&](std::string_view suffix) { return text.ends_with(fmt::format(".{}", suffix)); });
}

std::string right_name(const ProbeReport& report) {
    static const std::vector<std::string> known = {
        "smtp.gmail.com",       "smtp-relay.gmail.com", "smtp.office365.com",   "smtp-mail.outlook.com",
        "smtp.mail.yahoo.com",  "smtp.mail.me.com",     "smtp.aol.com",         "smtp.zoho.com",
        "smtp.fastmail.com",    "smtp.yandex.com",      "smtp.sendgrid.net",    "smtp.mailgun.org",
        "smtp.postmarkapp.com", "smtp-relay.brevo.com", "smtp.mandrillapp.com", "smtp.sparkpostmail.com",
        "in-v3.mailjet.com",    "smtp.mailersend.net",  "smtp.resend.com",      "smtp.ionos.com",
    };
    const auto name = base::nearest(base::lower(report.target.host.to_string()), known);
    if (!name) return {};
    if (report.target.relay.empty()) return fmt::format("did you mean {0}? relayctl probe {0}", *name);
    return fmt::format("did you mean {0}? relayctl edit {1} --host {0}", *name, report.target.relay);
}

std::optional<ProbeEndpoint> better_endpoint(const ProbeReport& report, const ProbeEndpoint& instead_of) {
    const auto find = [&](auto wanted) -> std::optional<ProbeEndpoint> {
        for (const auto security : {Security::ssl, Security::tls})
            for (const auto& cell : report.combinations)
                if (cell.verdict == finding::Verdict::good && cell.endpoint.security == security &&
                    wanted(cell.endpoint))
                    return cell.endpoint;
        return std::nullopt;
    };
    const auto on_the_port = [&](const ProbeEndpoint& endpoint) { return endpoint.port == instead_of.port; };
    if (const auto same = find(on_the_port)) return same;
    return find([](const ProbeEndpoint&) { return true; });
}

std::string remedy_for(const ProbeReport& report, const Combination& cell) {
    ProbeEndpoint right = cell.endpoint;
    switch (cell.problem) {
        case Problem::implicit_tls_port:
            right.security = Security::ssl;
            return change_to(report, cell.endpoint, right);
        case Problem::plain_port:
            right.security = security_of_plain_port(report, cell.endpoint.port);
            if (right.security == Security::none) return use_instead(report, cell);
            return change_to(report, cell.endpoint, right);
        case Problem::not_smtp:
            if (auto better = use_instead(report, cell);
                !better.empty() || !cell.observed.starts_with("HTTP"))
                return better;
            return "A web server answers there, or a proxy on the way: check host and port. Mail is handed "
                   "in at "
                   "port 587 or 465, and goes from server to server at 25.";
        case Problem::closed:
        case Problem::connect_timeout:
        case Problem::no_greeting:
        case Problem::closed_early:
        case Problem::line_too_long:
        case Problem::reply_too_long:
        case Problem::starttls_missing:
        case Problem::starttls_refused:
        case Problem::handshake_failed:
            return use_instead(report, cell);
        case Problem::handshake_timeout: {
            auto better = use_instead(report, cell);
            if (!better.empty() || cell.endpoint.security == Security::ssl) return better;
            return "Try again with a longer --timeout; if it stays so, the server's operator must look into "
                   "its log "
                   "for TLS.";
        }
        case Problem::greeting_refused:
        case Problem::ehlo_refused:
            // "Too many connections" and the like have nothing to do with the endpoint.
            return cell.reply_code / 100 == 5 ? use_instead(report, cell) : std::string();
        case Problem::connect_failed:
            return without_interface(report)
                       ? "A link-local address leads nowhere without its interface: use "
                         "the server's name, or a global address of it."
                       : "";
        case Problem::none:
        case Problem::skipped:
        case Problem::interrupted:
        case Problem::no_address:
        case Problem::no_dns_answer:
        case Problem::no_route:
        case Problem::data_before_tls:
        case Problem::certificate:
        case Problem::connection_lost:
        case Problem::reply_timeout:
            return {};
    }
    return {};
}

}  // namespace app
