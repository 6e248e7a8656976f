// The report of a probe as people read it: the matrix, TLS, certificate, AUTH, findings.
#include <algorithm>

#include <fmt/format.h>

#include "app/probe_remedy.hpp"
#include "app/probe_summary.hpp"
#include "app/probe_verdict.hpp"
#include "base/text.hpp"
#include "base/translation.hpp"
#include "cli/told.hpp"
#include "cli/views/finding_view.hpp"
#include "cli/views/probe_login_view.hpp"
#include "cli/views/probe_summary.hpp"
#include "cli/views/probe_tls_view.hpp"
#include "cli/views/probe_view.hpp"
#include "cli/views/times_view.hpp"
#include "output/table.hpp"

namespace cli {

using output::Cell;
using output::Style;

namespace {

Style style_of(app::Outcome outcome) {
    switch (outcome) {
        case app::Outcome::ok:
            return Style::good;
        case app::Outcome::unverified:
            return Style::warn;
        case app::Outcome::fail:
        case app::Outcome::closed:
        case app::Outcome::timeout:
            return Style::bad;
        case app::Outcome::skip:
            return Style::dim;
    }
    return Style::none;
}

Cell outcome_cell(const app::Combination& combination, bool configured) {
    const bool works =
        combination.outcome == app::Outcome::ok || combination.outcome == app::Outcome::unverified;
    const auto detail = works ? fmt::format("{:>5} ms", combination.total.count()) : combination.reason;
    return {.text = fmt::format("{:<4} {} {}", app::to_string(combination.outcome), configured ? '*' : ' ',
                                base::translated_message(detail)),
            .style = style_of(combination.outcome)};
}

// "118 ms", or what stands in the way.
std::string way_text(const app::Combination& way) {
    return way.reason.empty() ? fmt::format("{} ms", way.total.count()) : told(way.reason);
}

std::string table_text(const app::ProbeReport& report, const output::Terminal& terminal) {
    constexpr relay::Security order[] = {relay::Security::none, relay::Security::tls, relay::Security::ssl};
    output::Table table{
        .columns = {
            {.key = "port", .title = "PORT", .alignment = output::Alignment::right, .never_cut = true},
            {.key = "none", .title = "NONE"},
            {.key = "tls", .title = "TLS (STARTTLS)"},
            {.key = "ssl", .title = "SSL (IMPLICIT)"}}};
    std::vector<std::uint16_t> ports;
    for (const auto& combination : report.combinations)
        if (std::find(ports.begin(), ports.end(), combination.endpoint.port) == ports.end())
            ports.push_back(combination.endpoint.port);
    std::sort(ports.begin(), ports.end());
    for (const auto port : ports) {
        output::Row row = {{.text = std::to_string(port)}};
        for (const auto security : order) {
            Cell cell{.display = "-", .style = Style::dim};
            for (std::size_t i = 0; i < report.combinations.size(); ++i)
                if (report.combinations[i].endpoint == app::ProbeEndpoint{port, security})
                    cell = outcome_cell(report.combinations[i], report.configured == i);
            row.push_back(std::move(cell));
        }
        table.rows.push_back(std::move(row));
    }
    return output::render_table(table, terminal);
}

std::string auth_of(const std::optional<smtp::Capabilities>& capabilities) {
    return capabilities && !capabilities->auth.empty() ? base::join(capabilities->auth, " ") : "none";
}

std::string auth_text(const app::Combination& combination, const output::Terminal& terminal) {
    if (!combination.before_tls && !combination.after_tls) return "";
    std::string text;
    if (combination.before_tls) {
        const bool offered = !combination.before_tls->auth.empty();
        text = combination.endpoint.security == relay::Security::none
                   ? auth_of(combination.before_tls) + (offered ? " in clear text" : "")
                   : auth_of(combination.before_tls) + " before TLS" + (offered ? "" : " (good)");
    }
    if (combination.after_tls)
        text += (text.empty() ? "" : "; ") + std::string("after TLS: ") + auth_of(combination.after_tls);
    return titled_text("AUTH", told(text), terminal);
}

// "the configured endpoint 587 tls", or what stands for it where nothing decides.
std::string deciding_endpoint(const app::ProbeReport& report) {
    if (!report.configured) return "";
    const auto& endpoint = report.combinations[*report.configured].endpoint;
    return fmt::format("{} endpoint, {} {},",
                       app::is_own(report, endpoint) ? "the configured" : "the required", endpoint.port,
                       relay::to_string(endpoint.security));
}

std::string what_decided(const app::ProbeReport& report) {
    const bool is_bad = report.verdict == finding::Verdict::bad;
    if (auto failure = dialogue_failure(report); !failure.empty()) return failure;
    if (report.addresses.empty())
        return is_bad ? "the host has no address" : "the host could not be looked up";
    if (report.verdict != finding::Verdict::good && report.address &&
        app::overall_verdict(report) == finding::Verdict::good)
        return is_bad ? "mail can be handed in, but a check that was asked for fails"
                      : "mail can be handed in, but a check that was asked for could not be made";
    const auto endpoint = deciding_endpoint(report);
    const bool has_tls = std::any_of(report.combinations.begin(), report.combinations.end(),
                                     [](const auto& combination) { return combination.tls.has_value(); });
    const bool works_in_clear =
        std::any_of(report.combinations.begin(), report.combinations.end(),
                    [](const auto& combination) { return combination.verdict == finding::Verdict::good; });
    switch (report.verdict) {
        case finding::Verdict::good:
            if (report.configured) return endpoint + " works";
            return has_tls ? "a way in with TLS works" : "it works in clear text";
        case finding::Verdict::bad:
            if (report.configured) return endpoint + " does not work";
            return std::string(app::no_way_in(report.combinations));
        case finding::Verdict::unchecked:
            if (report.configured) return endpoint + " could not be checked";
            return works_in_clear ? "no way in with TLS could be checked" : "nothing could be checked";
    }
    return "";
}

// "465: none no banner, tls no banner, ssl 40 ms": what became of each way in, a line for ports of which the
// same is to be said.
std::vector<std::string> lines_of_ways(const std::vector<app::Combination>& ways) {
    std::vector<std::pair<std::uint16_t, std::vector<const app::Combination*>>> by_port;
    for (const auto& way : ways) {
        if (by_port.empty() || by_port.back().first != way.endpoint.port)
            by_port.push_back({way.endpoint.port, {}});
        by_port.back().second.push_back(&way);
    }
    std::vector<std::pair<std::string, std::string>> lines;  // ports, and what is said of them
    for (const auto& [port, cells] : by_port) {
        const auto& reason = cells.front()->reason;
        const bool same = !reason.empty() && std::all_of(cells.begin(), cells.end(), [&](const auto* cell) {
            return cell->reason == reason;
        });
        std::vector<std::string> words;
        for (const auto* cell : cells)
            words.push_back(fmt::format("{} {}", relay::to_string(cell->endpoint.security), way_text(*cell)));
        std::string said = same ? told(reason) : base::join(words, ", ");
        if (!lines.empty() && lines.back().second == said)
            lines.back().first += fmt::format(", {}", port);
        else
            lines.emplace_back(std::to_string(port), std::move(said));
    }
    std::vector<std::string> result;
    for (const auto& [ports, said] : lines)
        result.push_back(fmt::format("{}: {}", ports, said));
    return result;
}

// Of --all-addresses: a line an address, with the endpoint that decides, and below it each way in.
std::string addresses_text(const app::ProbeReport& report, const output::Terminal& terminal) {
    constexpr std::size_t below_address = 13;
    std::string text;
    for (const auto& one : report.by_address) {
        std::string line = one.address.to_string();
        if (report.configured) {
            const auto& cell = one.combinations[*report.configured];
            line += fmt::format("  {} {} {}", cell.endpoint.port, relay::to_string(cell.endpoint.security),
                                way_text(cell));
        } else if (one.verdict != finding::Verdict::good) {
            const bool is_bad = one.verdict == finding::Verdict::bad;
            line += "  " + told(is_bad ? std::string(app::no_way_in(one.combinations)) : "not checked");
        }
        const bool works = one.verdict == finding::Verdict::good;
        text += titled_line(
            text.empty() ? "ADDR" : "",
            fmt::format("{}  {}",
                        output::paint(works ? "ok  " : "fail", works ? Style::good : Style::bad, terminal),
                        line));
        if (one.combinations.size() < 2) continue;
        for (const auto& ways : lines_of_ways(one.combinations))
            text += titled_text("", ways, terminal, below_address);
    }
    return text;
}

std::string head_text(const app::ProbeReport& report) {
    std::string text = report.target.relay.empty() ? "" : report.target.relay + "  ";
    text += report.target.host.to_string();
    if (report.address && report.address->to_string() != report.target.host.to_string())
        text += "  " + report.address->to_string();
    if (!report.aliases.empty()) text += "  " + told("by " + base::join(report.aliases, ", "));
    if (report.addresses.size() > 1)
        text += "  " + told(fmt::format("(1 of {} addresses)", report.addresses.size()));
    return text + "\n\n";
}

}  // namespace

std::string matrix_text(const app::ProbeReport& report, const output::Terminal& terminal) {
    if (!report.configured) return table_text(report, terminal);
    const bool own = app::is_own(report, report.combinations[*report.configured].endpoint);
    return table_text(report, terminal) + told(own ? "  * the configured one" : "  * the required one") +
           "\n";
}

std::string verdict_text(const app::ProbeReport& report, const output::Terminal& terminal) {
    return fmt::format("{}: {}\n",
                       output::paint(verdict_word(report.verdict), verdict_style(report.verdict), terminal),
                       told(what_decided(report)));
}

std::string named_verdict(const app::ProbeReport& report) {
    const auto& target = report.target;
    return (target.relay.empty() ? target.host.to_string() : target.relay) + ": " +
           verdict_text(report, output::Terminal{});
}

std::string probe_text(const app::ProbeReport& report, base::Time now, const output::Terminal& terminal) {
    std::string text = head_text(report);
    if (!report.combinations.empty() && report.address) {
        text += matrix_text(report, terminal) + "\n";
    }
    if (const auto at = app::told_combination(report); at && report.address) {
        const auto& shown = report.combinations[*at];
        if (!report.configured)
            text += titled_line("", told(fmt::format("port {}, {}:", shown.endpoint.port,
                                                     relay::to_string(shown.endpoint.security))));
        if (shown.tls) text += tls_text(report.target, *shown.tls, now, terminal);
        text += auth_text(shown, terminal);
        text += stages_text(report.dns_time, shown.times, terminal);
    }
    text += addresses_text(report, terminal);
    text += policy_text(report.mta_sts, report.target.host.to_string(), terminal);
    text += dane_text(report, terminal) + tls_scan_text(report, terminal);
    text += dialogue_text(report, terminal);
    auto findings = report.findings;
    std::erase_if(findings, [](const auto& finding) { return finding.severity == finding::Severity::info; });
    return text + findings_text(findings, terminal, remedy_target(report)) + verdict_text(report, terminal);
}

}  // namespace cli
