// What verify found, as people read it.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/translation.hpp"
#include "cli/told.hpp"
#include "cli/views/finding_view.hpp"
#include "cli/views/part_view.hpp"
#include "cli/views/verify_view.hpp"
#include "output/tree.hpp"

namespace cli {

using output::Style;

namespace {

Style style_of(finding::Verdict verdict) {
    switch (verdict) {
        case finding::Verdict::good:
            return Style::good;
        case finding::Verdict::bad:
            return Style::bad;
        case finding::Verdict::unchecked:
            return Style::warn;
    }
    return Style::none;
}

std::string_view word_of(finding::Verdict verdict) {
    switch (verdict) {
        case finding::Verdict::good:
            return "ok";
        case finding::Verdict::bad:
            return "fail";
        case finding::Verdict::unchecked:
            return "unchecked";
    }
    return "?";
}

// A terminal has what is to be mended; what is only worth knowing stands in the rows and in JSON.
std::string graver_text(std::vector<finding::Finding> findings, const output::Terminal& terminal) {
    std::erase_if(findings, [](const auto& finding) { return finding.severity == finding::Severity::info; });
    return findings_text(findings, terminal);
}

// "SPF    pass  for 192.0.2.10": the word is painted, padding comes outside the paint.
std::string headline(std::string_view title, std::string_view word, finding::Verdict verdict,
                     const std::string& text, const output::Terminal& terminal) {
    const std::string padding(word.size() < 4 ? 4 - word.size() : 0, ' ');
    const auto painted = output::paint(word, style_of(verdict), terminal);
    return titled_line(title, text.empty() ? painted : painted + padding + "  " + told(text));
}

Style style_of(const spf::Node& node) {
    if (node.decides) return Style::bold;
    if (node.cost > spf::most_lookups || node.outcome == spf::Outcome::permerror ||
        node.outcome == spf::Outcome::temperror)
        return Style::bad;
    return node.outcome == spf::Outcome::not_reached ? Style::dim : Style::none;
}

output::Branch branch_of(const spf::Node& node) {
    const auto style = style_of(node);
    const auto note = node.note + (node.decides ? (node.note.empty() ? "<- decides" : "  <- decides") : "");
    const auto optional = [](std::string text) {
        return text.empty() ? output::Cell{.display = ""} : output::Cell{.text = std::move(text)};
    };
    output::Branch branch;
    branch.cells = {optional(node.cost == 0 ? "" : std::to_string(node.cost)),
                    {.text = node.text, .style = style},
                    optional(std::string(spf::to_string(node.outcome))),
                    optional(base::translated_message(note))};
    branch.cells[2].style = style;
    for (const auto& child : node.children)
        branch.children.push_back(branch_of(child));
    return branch;
}

std::string tree_text(const spf::Node& root, const output::Terminal& terminal) {
    if (root.children.empty()) return "";
    output::Tree tree{.columns = {{.key = "cost", .title = "COST", .alignment = output::Alignment::right},
                                  {.key = "term", .title = "TERM"},
                                  {.key = "result", .title = "RESULT"},
                                  {.key = "note", .title = "NOTE"}},
                      .branch_column = 1,
                      .roots = {branch_of(root)}};
    return output::render_tree(tree, terminal);
}

// What to take out of a record that costs too much, the dearest first.
std::string savings_text(const spf::Lint& lint, const output::Terminal& terminal) {
    constexpr std::size_t most_shown = 5;
    if (lint.lookups <= spf::most_lookups) return "";
    std::string text;
    auto savings = spf::savings(lint.tree);
    const std::size_t shown = std::min(savings.size(), most_shown);
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& saving = savings[i];
        const auto line =
            told(fmt::format("without {}: {} saved, {} left", saving.term, saving.lookups, saving.left));
        text += "  " + output::paint(line, saving.suffices ? Style::good : Style::none, terminal) + "\n";
    }
    if (shown < savings.size())
        text += told(fmt::format("  other terms that cost look-ups: {}", savings.size() - shown)) + "\n";
    return text;
}

bool is_error(spf::Verdict verdict) {
    return verdict == spf::Verdict::permerror || verdict == spf::Verdict::temperror;
}

std::string spf_text(const VerifyResult& result, const app::SpfPart& spf, const output::Terminal& terminal) {
    std::string about;
    if (spf.evaluation) {
        about = client_text(result);
        if (!spf.evaluation->term.empty())
            about += fmt::format(
                ", by {} in {}", spf.evaluation->term,
                spf.evaluation->path.empty() ? result.verification.domain : spf.evaluation->path.back());
        // A term that matches is reason enough.
        if (spf.evaluation->term.empty() || is_error(spf.evaluation->verdict))
            about += ": " + spf.evaluation->reason;
    } else {
        const bool other_text = spf.lint.status == dns::Status::found;
        about = !spf.lint.record.empty() ? ""
                : other_text             ? "no usable record"
                                         : spf_status_text(result, spf);
    }
    std::string text = headline("SPF", spf_result(spf), spf.verdict, about, terminal);
    text += tree_text(spf::condensed(spf.evaluation ? spf.evaluation->trace : spf.lint.tree), terminal);
    if (spf.lint.record.empty()) return text + graver_text(spf.findings, terminal);
    auto worst = fmt::format(
        "{} in the worst case, limit {}; void {} of {}", spf.lint.lookups, spf::most_lookups,
        spf.evaluation ? spf.evaluation->void_lookups : spf.lint.void_lookups, spf::most_void_lookups);
    if (!spf.evaluation && spf.lint.void_lookups_ipv6 > spf.lint.void_lookups)
        worst += fmt::format(", {} for clients on IPv6", spf.lint.void_lookups_ipv6);
    if (spf.evaluation) text += told(fmt::format("lookups {} used", spf.evaluation->lookups)) + ", ";
    text += (spf.evaluation ? "" : told("lookups") + " ") + told(worst) + "\n";
    text += savings_text(spf.lint, terminal);
    if (spf.evaluation && !spf.evaluation->explanation.empty())
        text += told("the domain explains: ") + base::printable(spf.evaluation->explanation) + "\n";
    return text + graver_text(spf.findings, terminal);
}

std::string dkim_text(const app::DkimPart& dkim, const std::string& domain,
                      const output::Terminal& terminal) {
    std::string text;
    for (const auto& lookup : dkim.keys) {
        const auto verdict = lookup.verdict;
        text +=
            headline("DKIM", word_of(verdict), verdict,
                     fmt::format("{}._domainkey: {}", lookup.selector, dkim_detail(dkim, lookup)), terminal);
    }
    for (const auto& selector : keys_passed_over(dkim))
        text += headline("DKIM", "skip", finding::Verdict::unchecked,
                         fmt::format("{}._domainkey: {}", selector, passed_over_detail(selector, domain)),
                         terminal);
    return text + graver_text(dkim.findings, terminal);
}

std::string dmarc_text(const app::DmarcPart& dmarc, const output::Terminal& terminal) {
    std::string text =
        headline("DMARC", word_of(dmarc.verdict), dmarc.verdict, dmarc_detail(dmarc), terminal);
    if (dmarc.discovery.steps.size() > 1 || dmarc.discovery.record() == nullptr)
        for (const auto& step : dmarc.discovery.steps)
            text += titled_line("", fmt::format("{}: {}", base::printable(step.name),
                                                told(step.outcome == dmarc::StepOutcome::nothing
                                                         ? dns::to_string(step.status)
                                                         : dmarc::to_string(step.outcome))));
    if (dmarc.psl)
        text += titled_line(
            "", told(fmt::format(
                    "by the public suffix list: {}, {}{}", dmarc.psl->organizational_domain.to_string(),
                    dmarc.psl->policy ? "policy " + std::string(dmarc::to_string(*dmarc.psl->policy))
                                      : "no policy",
                    dmarc.psl->name.empty() ? "" : " from " + dmarc.psl->name)));
    return text + graver_text(dmarc.findings, terminal);
}

// "DNSSEC secure: example.com; insecure: _dmarc.example.com"; without the names where all are alike. Where
// the server's word is not trusted there is nothing to tell.
std::string answers_text(const std::vector<app::AnswerState>& answers) {
    std::string text;
    for (const auto state : {dns::Security::secure, dns::Security::insecure, dns::Security::bogus}) {
        std::vector<std::string> names;
        for (const auto& answer : answers)
            if (answer.security == state) names.push_back(answer.name);
        if (names.empty()) continue;
        if (!text.empty()) text += "; ";
        text += dns::to_string(state);
        if (state == dns::Security::insecure) text += " (unsigned, or the DNS server does not validate)";
        if (names.size() < answers.size()) text += ": " + base::join(names, ", ");
    }
    return text.empty() ? "" : titled_line("DNSSEC", told(text));
}

}  // namespace

std::string verify_text(const VerifyResult& result, const output::Terminal& terminal) {
    const auto& verification = result.verification;
    std::string text = output::paint(verification.domain, Style::bold, terminal);
    if (!result.relay.empty()) text += "  " + told("mail through " + result.relay);
    text += "\n";
    if (!verification.domain_fault.empty()) text += titled_line("", told(verification.domain_fault));
    if (verification.spf) text += spf_text(result, *verification.spf, terminal);
    if (verification.dkim)
        text += dkim_text(*verification.dkim, verification.domain, terminal);
    else if (verification.domain_fault.empty() && result.dkim_wanted)
        text += headline(
            "DKIM", verification.dkim_unchecked ? "unchecked" : "skip", finding::Verdict::unchecked,
            "no selector is known: give --selector, or make a key with relayctl dkim generate", terminal);
    if (verification.dmarc) text += dmarc_text(*verification.dmarc, terminal);
    for (const auto& part : part_views(verification)) {
        text += headline(
            part.title, word_of(part.verdict), part.verdict,
            part.detail.empty() ? part.result : part.result + ", " + base::translated_message(part.detail),
            terminal);
        for (const auto& line : part.lines)
            text += titled_line("", told(line));
        text += graver_text(*part.findings, terminal);
    }
    text += answers_text(verification.answers);
    if (result.mail) {
        text += headline("MAIL", result.mail->judged ? word_of(result.mail->verdict) : "skip",
                         result.mail->verdict,
                         fmt::format("through {}: {}", result.relay, result.mail->reason), terminal);
        if (result.mail->verdict == finding::Verdict::bad)
            text += titled_line("", told(fmt::format("what to change: relayctl predict {} --from {}",
                                                     result.relay, verification.domain)));
    }
    return text;
}

}  // namespace cli
