#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/translation.hpp"
#include "cli/told.hpp"
#include "cli/views/finding_view.hpp"
#include "cli/views/predict_view.hpp"
#include "dkim/record_forms.hpp"
#include "output/characters.hpp"
#include "output/table.hpp"

namespace cli {

using app::PathKind;
using app::Prediction;
using output::Cell;
using output::Style;

namespace {

constexpr std::size_t title_width = 11;  // "MAIL FROM  "
constexpr std::size_t result_width = 10;
constexpr std::size_t aligned_width = 13;

std::string line(std::string_view title, std::string_view text) {
    return fmt::format("{:<{}}{}\n", title, title_width, told(text));
}

std::string padded(std::string_view text, std::size_t width, Style style, const output::Terminal& terminal) {
    std::string result = output::paint(text, style, terminal);
    const auto taken = output::display_width(text);
    return result.append(taken < width ? width - taken : 1, ' ');
}

Style style_of(finding::Verdict verdict) {
    return verdict == finding::Verdict::good  ? Style::good
           : verdict == finding::Verdict::bad ? Style::bad
                                              : Style::warn;
}

Style style_of(dmarc::Authentication authentication) {
    return authentication == dmarc::Authentication::pass   ? Style::good
           : authentication == dmarc::Authentication::fail ? Style::bad
                                                           : Style::warn;
}

std::string_view aligned_text(const app::Leg& leg) {
    switch (leg.aligned) {
        case dmarc::Aligned::no:
            return "not aligned";
        case dmarc::Aligned::yes:
            return "aligned";
        case dmarc::Aligned::unknown:
            return "aligned?";
    }
    return "";
}

// "SPF        fail      not aligned  192.0.2.1: ..."; further reasons stand below, in the same column.
std::string leg_line(std::string_view title, const app::Leg& leg, const output::Terminal& terminal) {
    std::string text = fmt::format("{:<{}}", title, title_width);
    const Style style = leg.result == "none" ? Style::dim : style_of(leg.authentication);
    text += padded(leg.result, result_width, style, terminal);
    const bool compared = leg.result != "none" || title == "SPF";
    text += padded(compared ? told(aligned_text(leg)) : "-", aligned_width,
                   leg.passes()                         ? Style::good
                   : leg.aligned == dmarc::Aligned::yes ? Style::none
                                                        : Style::warn,
                   terminal);
    text += told(leg.reason) + "\n";
    if (!leg.alignment.empty())
        text += std::string(title_width + result_width + aligned_width, ' ') + told(leg.alignment) + "\n";
    return text;
}

std::string path_words(PathKind kind) {
    switch (kind) {
        case PathKind::managed:
            return "managed: the platform's own";
        case PathKind::rewritten:
            return "rewritten by the relay";
        case PathKind::from:
            return "from: the From address";
        case PathKind::author_domain:
            return "an address at the From domain";
        case PathKind::subdomain:
            return "an address below the From domain";
        case PathKind::other_domain:
            return "an address at another domain";
        case PathKind::null:
            return "<>: HELO counts";
    }
    return "";
}

std::string mail_from_text(const app::PathFacts& path) {
    if (path.kind == PathKind::null)
        return fmt::format("<>, HELO {}", path.domain.empty() ? "not known" : path.domain);
    const std::string address = path.sender.empty() ? "not known" : path.sender;
    return fmt::format("{}  ({})", address, path_words(path.kind));
}

std::string egress_text(const app::Forecast& forecast) {
    std::vector<std::string> texts;
    for (const auto& address : forecast.egress_ips)
        texts.push_back(address.to_string());
    std::string addresses = base::join(texts, ", ");
    switch (forecast.egress_source) {
        case app::EgressSource::given:
            return addresses;
        case app::EgressSource::stored:
            return addresses + "  (stored)";
        case app::EgressSource::relay:
            return addresses + "  (assumed: the relay's own)";
        case app::EgressSource::none:
            return "not known";
    }
    return addresses;
}

// What the policy asks for and where it stands, and the alignment it asks for; none where there is none.
std::vector<std::string> policy_lines(const app::Forecast& forecast) {
    std::vector<std::string> lines;
    const auto& discovery = forecast.discovery;
    const auto* record = discovery.record();
    if (forecast.prediction.dmarc == dmarc::EvaluationResult::none)
        lines.push_back(forecast.facts.author + " has no DMARC policy");
    if (record == nullptr || !discovery.effective) return lines;
    const auto policy =
        fmt::format("p={} at {}", dmarc::to_string(*discovery.effective), discovery.governing_step()->name);
    const auto asked = disposition_text(forecast.prediction);
    lines.push_back(asked.empty() ? policy : fmt::format("{}: {}", asked, policy));
    lines.push_back(fmt::format("alignment: SPF {}, DKIM {}", dmarc::to_string(record->spf_alignment),
                                dmarc::to_string(record->dkim_alignment)));
    return lines;
}

// A character-string of a zone file (RFC 1035 section 5.1).
std::string zone_string(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + "\"";
}

std::string record_text(const app::RecordChange& record) {
    if (record.value.empty()) return "";
    std::string text;
    if (!record.replaces.empty())
        text += "  " + told("in place of: ") + base::printable(record.replaces) + "\n";
    std::string strings;
    for (const auto& piece : dkim::split_into_strings(record.value))
        strings += (strings.empty() ? "" : " ") + base::printable(zone_string(piece));
    text += fmt::format("  {}. IN TXT {}{}{}\n", record.name, record.value.size() > 255 ? "( " : "", strings,
                        record.value.size() > 255 ? " )" : "");
    if (record.lookups)
        text +=
            told(fmt::format("  ({} of 10 look-ups{})", *record.lookups,
                             record.flattened.empty() ? ""
                                                      : "; written out as networks, to be kept up to date: " +
                                                            base::join(record.flattened, ", "))) +
            "\n";
    return text;
}

// Where each of the single changes was tried, and none was enough.
std::string no_remedy_text(const app::Forecast& forecast, const output::Terminal& terminal) {
    const auto& domain = forecast.request.from.domain().ascii();
    std::string text =
        "\n" +
        output::paint("-> " + base::translated_message("no single change was found that makes it pass"),
                      Style::bold, terminal) +
        "\n";
    if (forecast.prediction.scenario.body == app::Body::altered)
        text +=
            told(
                "  have the relay leave signed messages as they are, or make SPF pass for the From domain;") +
            "\n";
    return text + told(fmt::format("  what is wrong with its records: relayctl verify {}", domain)) + "\n";
}

// "1 of 2" only where there is more than one step.
std::string remedy_text(const app::Remedy& remedy, const output::Terminal& terminal) {
    std::string text =
        "\n" + output::paint("-> " + base::translated_message(remedy.summary), Style::bold, terminal) + "\n";
    for (const auto& command : remedy.commands)
        if (!app::begins_signing(command)) text += "  " + base::printable(command) + "\n";
    for (const auto& record : remedy.records)
        text += record_text(record);
    // Signing begins when the record can be seen.
    for (const auto& command : remedy.commands)
        if (app::begins_signing(command)) text += "  " + base::printable(command) + "\n";
    return text + told(fmt::format("   then DMARC {}: {}", dmarc_word(remedy.after), remedy.after.reason)) +
           "\n";
}

// In brackets what it would be if there were a policy.
std::string matrix_word(const Prediction& row) {
    if (row.dmarc != dmarc::EvaluationResult::none) return dmarc_word(row);
    return row.verdict == finding::Verdict::good  ? "(pass)"
           : row.verdict == finding::Verdict::bad ? "(FAIL)"
                                                  : "unknown";
}

Cell verdict_cell(const Prediction& row, bool own) {
    return {.text = fmt::format("{}{}", matrix_word(row), own ? " <-" : ""), .style = style_of(row.verdict)};
}

std::string matrix_text(const app::Forecast& forecast, const output::Terminal& terminal) {
    output::Table table{.columns = {{.key = "return_path", .title = "RETURN PATH", .never_cut = true},
                                    {.key = "mail_from", .title = "MAIL FROM"},
                                    {.key = "spf", .title = "SPF"},
                                    {.key = "aligned", .title = "ALIGNED"},
                                    {.key = "off", .title = "DKIM OFF", .never_cut = true},
                                    {.key = "on", .title = "DKIM ON", .never_cut = true}}};
    for (std::size_t i = 0; i + 1 < forecast.matrix.size(); i += 2) {
        const auto &off = forecast.matrix[i], &on = forecast.matrix[i + 1];
        const auto& path = *forecast.facts.find(off.scenario.path);
        std::string domain = path.domain.empty() ? "?" : path.domain;
        if (path.assumed && !path.domain.empty()) domain += " (likely)";
        table.rows.push_back(
            {{.text = path.kind == PathKind::null ? "<>" : std::string(to_string(path.kind))},
             {.text = domain},
             {.text = off.spf.result, .style = style_of(off.spf.authentication)},
             {.text = off.spf.aligned == dmarc::Aligned::yes  ? "yes"
                      : off.spf.aligned == dmarc::Aligned::no ? "no"
                                                              : "?"},
             verdict_cell(off, is_own_row(forecast, off)),
             verdict_cell(on, is_own_row(forecast, on))});
    }
    std::string text =
        "\n" + output::render_table(table, terminal) + told("<- as the relay is set up") + "\n";
    if (forecast.facts.policy == dmarc::DiscoveryResult::none)
        text += told("(...) what it would be if there were a DMARC policy") + "\n";
    if (forecast.facts.signing.state == app::KeyState::usable) return text;
    text += told("DKIM ON is as of now: " + forecast.facts.signing.reason) + "\n";
    if (forecast.prediction.scenario.body == app::Body::kept)
        text += told("  once the key is usable, every row of it passes") + "\n";
    return text;
}

}  // namespace

std::string dmarc_word(const Prediction& prediction) {
    switch (prediction.dmarc) {
        case dmarc::EvaluationResult::pass:
            return "pass";
        case dmarc::EvaluationResult::fail:
            return "FAIL";
        case dmarc::EvaluationResult::none:
            return "none";
        case dmarc::EvaluationResult::unverified:
            return "unknown";
    }
    return "unknown";
}

std::string disposition_text(const Prediction& prediction) {
    if (!prediction.disposition) return "";
    switch (*prediction.disposition) {
        case dmarc::Policy::none:
            return "receivers are asked to report it, no more";
        case dmarc::Policy::quarantine:
            return "receivers are asked to put it among spam";
        case dmarc::Policy::reject:
            return "receivers are asked to refuse it";
    }
    return "";
}

std::string predict_text(const app::Forecast& forecast, const output::Terminal& terminal) {
    const auto& request = forecast.request;
    const auto& prediction = forecast.prediction;
    const auto& relay = request.relay;
    std::string text = line("RELAY", fmt::format("{}  {}:{} {}", relay.name, relay.host.to_string(),
                                                 relay.port, relay::to_string(relay.security)));
    text += line("LEAVES", egress_text(forecast));
    text +=
        line("FROM", fmt::format("{}  ({} mail)", request.from.to_string(), relay::to_string(request.type)));
    text += line("MAIL FROM", mail_from_text(*forecast.facts.find(prediction.scenario.path)));
    text += "\n" + leg_line("SPF", prediction.spf, terminal) + leg_line("DKIM", prediction.dkim, terminal);
    text += fmt::format("{:<{}}", "DMARC", title_width) +
            padded(dmarc_word(prediction), result_width, style_of(prediction.verdict), terminal) +
            told(prediction.reason) + "\n";
    for (const auto& policy : policy_lines(forecast))
        text += std::string(title_width + result_width, ' ') + told(policy) + "\n";
    if (forecast.refusal)
        text += fmt::format("{:<{}}", "SEND", title_width) +
                padded("refused", result_width, Style::bad, terminal) + told(forecast.refusal->message) +
                "\n";
    if (!forecast.matrix.empty()) text += matrix_text(forecast, terminal);
    if (forecast.remedy)
        text += remedy_text(*forecast.remedy, terminal);
    else if (forecast.remedy_sought)
        text += no_remedy_text(forecast, terminal);
    // The verdict was told; what is left are conditions beside it.
    auto findings = forecast.findings;
    std::erase_if(findings, [](const auto& finding) {
        return finding.id == "predict-dmarc-fails" || finding.id == "predict-send-refuses" ||
               finding.id == "predict-not-checked";
    });
    if (!findings.empty()) text += "\n" + findings_text(findings, terminal);
    return text;
}

}  // namespace cli
