#include "cli/views/finding_view.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/domain_name.hpp"
#include "base/text.hpp"
#include "base/translation.hpp"
#include "cli/told.hpp"
#include "output/caret.hpp"
#include "output/wrap.hpp"

namespace cli {

using output::Style;
using output::Value;

namespace {

Style style_of(finding::Severity severity) {
    switch (severity) {
        case finding::Severity::error:
            return Style::bad;
        case finding::Severity::warning:
            return Style::warn;
        case finding::Severity::info:
            return Style::dim;
    }
    return Style::none;
}

std::string_view word_of(finding::Severity severity) {
    switch (severity) {
        case finding::Severity::error:
            return "error";
        case finding::Severity::warning:
            return "warn";
        case finding::Severity::info:
            return "info";
    }
    return "?";
}

std::string indented(const std::string& text, std::string_view indent) {
    std::string result;
    for (const auto line : base::split(text, '\n'))
        if (!line.empty()) result += std::string(indent) + std::string(line) + "\n";
    return result;
}

// Not the whole of a record of kilobytes, also where the width is not known.
unsigned caret_width(const output::Terminal& terminal) {
    constexpr unsigned indent = 4, usual = 100;
    return terminal.width > 2 * indent ? terminal.width - indent : usual;
}

void replace_all(std::string& text, const std::string& what, const std::string& with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

void name_host(std::string& text, const RemedyTarget& target) {
    const std::string edit = "relayctl edit NAME";
    const std::string login = target.probe + " --login --user USER";
    replace_all(text, edit + " --user USER", login);
    replace_all(text, "relayctl probe NAME --login", login);
    for (const std::string option : {" --port", " --security"})
        replace_all(text, edit + option, "relayctl probe " + target.host + option);
    const std::string add =
        fmt::format("relayctl add NAME --host {}{} --domain DOMAIN", target.host, target.endpoint);
    replace_all(text, edit + " --no-auth", add);
    replace_all(text, edit, add);
    replace_all(text, "relayctl probe NAME", "relayctl probe " + target.host);
}

// Whose key it is about, in the commands that make and print keys: "s1._domainkey.example.com", or a domain.
void name_key(std::string& text, std::string_view subject) {
    constexpr std::string_view below = "._domainkey.", policy = "_dmarc.";
    std::string_view selector;
    if (const auto at = subject.find(below); at != std::string_view::npos) {
        selector = subject.substr(0, at);
        subject.remove_prefix(at + below.size());
    }
    if (subject.starts_with(policy)) subject.remove_prefix(policy.size());
    const auto domain = base::DomainName::parse(subject);
    if (domain.has_error()) return;
    replace_all(text, "relayctl dkim generate DOMAIN", "relayctl dkim generate " + domain->ascii());
    if (base::DomainName::parse(selector))
        replace_all(text, "SELECTOR@DOMAIN", fmt::format("{}@{}", selector, domain->ascii()));
}

std::string remedy_for(std::string_view remedy, std::string_view subject, const RemedyTarget& target) {
    std::string text(remedy);
    if (text.find("DOMAIN") != std::string::npos) name_key(text, subject);
    if (!target.host.empty()) replace_all(text, "relayctl probe HOST", "relayctl probe " + target.host);
    if (target.relay.empty() && !target.host.empty()) name_host(text, target);
    if (target.relay.empty()) return text;
    for (const std::string command : {"relayctl probe ", "relayctl edit ", "relayctl disable "})
        replace_all(text, command + "NAME", command + target.relay);
    return text;
}

std::string finding_text(const finding::Finding& finding, const output::Terminal& terminal,
                         const RemedyTarget& target) {
    const std::string padding(6 - word_of(finding.severity).size(), ' ');
    std::string text = output::paint(word_of(finding.severity), style_of(finding.severity), terminal) +
                       padding + finding.id + "  " + base::printable(finding.subject);
    if (!finding.observed.empty()) text += ": " + told(finding.observed);
    text += "\n";
    if (!finding.text.empty() && finding.offset)
        text += indented(output::render_caret(finding.text, *finding.offset, caret_width(terminal)), "    ");
    if (!finding.remedy.empty())
        text += fmt::format(
            "      {} {}\n", terminal.unicode ? "→" : "->",
            base::printable(remedy_for(base::translated_message(finding.remedy), finding.subject, target)));
    return text;
}

// Errors first.
std::vector<const finding::Finding*> sorted(const std::vector<finding::Finding>& findings) {
    std::vector<const finding::Finding*> order;
    order.reserve(findings.size());
    for (const auto& finding : findings)
        order.push_back(&finding);
    std::stable_sort(order.begin(), order.end(),
                     [](const auto* a, const auto* b) { return a->severity < b->severity; });
    return order;
}

}  // namespace

Value finding_item(const finding::Finding& finding, const RemedyTarget& target) {
    Value item = Value::object({{"id", finding.id},
                                {"severity", finding::to_string(finding.severity)},
                                {"subject", finding.subject},
                                {"observed", finding.observed},
                                {"remedy", remedy_for(finding.remedy, finding.subject, target)},
                                {"text", finding.text.empty() ? Value() : Value(finding.text)},
                                {"offset", finding.offset}});
    if (const auto* entry = finding::find_entry(finding.id)) {
        item.set("cause", entry->cause);
        item.set("reference", entry->reference.empty() ? Value() : Value(entry->reference));
    }
    return item;
}

Value finding_items(const std::vector<finding::Finding>& findings, const RemedyTarget& target) {
    Value items = Value::array();
    for (const auto* finding : sorted(findings))
        items.push_back(finding_item(*finding, target));
    return items;
}

std::string findings_text(const std::vector<finding::Finding>& findings, const output::Terminal& terminal,
                          const RemedyTarget& target) {
    constexpr std::size_t most_of_one_kind = 3;
    std::string text;
    std::vector<const finding::Finding*> printed;
    std::map<std::string, std::size_t> counts;
    for (const auto* finding : sorted(findings)) {
        const auto is_same = [finding](const auto* before) { return *before == *finding; };
        if (std::any_of(printed.begin(), printed.end(), is_same)) continue;
        printed.push_back(finding);
        if (++counts[finding->id] <= most_of_one_kind) text += finding_text(*finding, terminal, target);
    }
    for (const auto& [id, count] : counts)
        if (count > most_of_one_kind)
            text += told(fmt::format("      and {} more {}; --output json has them all",
                                     count - most_of_one_kind, id)) +
                    "\n";
    return text;
}

std::string titled_line(std::string_view title, std::string_view text) {
    return fmt::format("{:<7}{}\n", title, text);
}

std::string titled_text(std::string_view title, std::string_view text, const output::Terminal& terminal,
                        std::size_t column) {
    const std::string lines =
        terminal.width == 0 ? std::string(text) + "\n" : output::wrap(text, column, column, terminal.width);
    return fmt::format("{:<{}}{}", title, column, lines);
}

Value finding_ids(const std::vector<finding::Finding>& findings) {
    std::vector<std::string> ids;
    for (const auto* finding : sorted(findings))
        if (std::find(ids.begin(), ids.end(), finding->id) == ids.end()) ids.push_back(finding->id);
    return ids.empty() ? Value() : Value(base::join(ids, ","));
}

}  // namespace cli
