#include "cli/commands/verify_output.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "output/json.hpp"

namespace cli {

namespace {

constexpr std::string_view schema = "relayctl.verify/1";

Listing listing_of(const VerifyResult& result, Format format) {
    Listing listing{.schema = std::string(schema), .columns = verify_columns(), .items = {}};
    if (format == Format::json || format == Format::jsonl)
        listing.items.push_back(verify_item(result));
    else
        listing.items = verify_rows(result);
    return listing;
}

output::Style style_of(std::string_view verdict) {
    if (verdict == "good") return output::Style::good;
    if (verdict == "bad") return output::Style::bad;
    return output::Style::warn;
}

}  // namespace

base::Result<VerifyOutput> VerifyOutput::create(Context& context, const Arguments& arguments) {
    Console& console = context.console();
    TRY(auto format, chosen_format(context, console, arguments));
    // Columns chosen by hand cannot be aligned before all is known.
    if (format == Format::table && arguments.value("--columns")) format = Format::tsv;
    return VerifyOutput(console, arguments, format);
}

void VerifyOutput::append(std::string& text, const VerifyResult& result) {
    const bool first = std::exchange(first_, false);
    const bool whole = !arguments_.value("--columns");
    switch (format_) {
        case Format::table:
            text += verify_line(result, console_->terminal());
            break;
        case Format::jsonl:
            if (whole)
                output::append_json_line(text, verify_item(result));
            else
                append_listing(text, result, Format::jsonl, output::Header::no);
            break;
        case Format::json:
            text += first ? fmt::format("{{\"schema\":\"{}\",\"items\":[\n", schema) : ",\n";
            append_listing(text, result, Format::jsonl, output::Header::no);
            text.pop_back();  // the newline of the item
            break;
        case Format::name:
            text += output::render_names({.columns = {{.key = "domain", .title = ""}},
                                          .rows = {{{.text = result.verification.domain}}}});
            break;
        case Format::tsv:
        case Format::csv: {
            const bool header = first && arguments_.flag("--header");
            append_listing(text, result, format_, header ? output::Header::yes : output::Header::no);
            break;
        }
    }
}

void VerifyOutput::append_listing(std::string& text, const VerifyResult& result, Format format,
                                  output::Header header) const {
    // check_output() has seen the columns: nothing is left to fail.
    text +=
        listing_text(listing_of(result, format), format, arguments_, console_->terminal(), header).value();
}

std::string VerifyOutput::end() const {
    if (format_ != Format::json) return {};
    return first_ ? fmt::format("{{\"schema\":\"{}\",\"items\":[]}}\n", schema) : "\n]}\n";
}

void collect_finding_ids(const app::Verification& verification, std::set<std::string_view>& ids) {
    const auto add = [&ids](const auto& part) {
        if (!part) return;
        for (const auto& finding : part->findings)
            if (const auto* entry = finding::find_entry(finding.id)) ids.insert(entry->id);
    };
    add(verification.spf);
    add(verification.dkim);
    add(verification.dmarc);
    add(verification.mx);
    add(verification.reverse);
    add(verification.mta_sts);
    add(verification.tls_rpt);
    add(verification.dane);
}

std::string verify_line(const VerifyResult& result, const output::Terminal& terminal) {
    constexpr std::size_t domain_width = 32, word_width = 8;
    const auto& fault = result.verification.domain_fault;
    std::string line = fmt::format("{:<{}}", base::printable(result.verification.domain), domain_width);
    if (!fault.empty())
        return fmt::format("{}  {}\n", line, output::paint(fault, output::Style::bad, terminal));
    std::string last_check;
    for (const auto& row : verify_rows(result)) {
        const auto check = member_text(row, "check").value_or("");
        const auto word = member_text(row, "result").value_or("");
        const auto style = style_of(member_text(row, "verdict").value_or(""));
        if (std::exchange(last_check, check) != check) line += fmt::format("  {}", check);
        line += " " + output::paint(word, style, terminal);
        line.append(word.size() < word_width ? word_width - word.size() : 0, ' ');
    }
    std::set<std::string_view> ids;
    collect_finding_ids(result.verification, ids);
    const char* separator = " ";
    for (const auto severity : {finding::Severity::error, finding::Severity::warning})
        for (const auto id : ids)
            if (finding::find_entry(id)->severity == severity) {
                line += fmt::format("{}{}", separator, id);
                separator = ",";
            }
    return std::string(base::trim(line)) + "\n";
}

}  // namespace cli
