#include "cli/commands/verify_output.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/translation.hpp"

namespace cli {

namespace {

output::Style style_of(std::string_view verdict) {
    if (verdict == "good") return output::Style::good;
    if (verdict == "bad") return output::Style::bad;
    return output::Style::warn;
}

}  // namespace

base::Result<VerifyOutput> VerifyOutput::create(Context& context, const Arguments& arguments) {
    TRY(auto stream, ItemStream::create(context, arguments, "relayctl.verify/1", verify_columns()));
    return VerifyOutput(context.console(), std::move(stream));
}

void VerifyOutput::append(std::string& text, const VerifyResult& result) {
    stream_.append(text, {.name = result.verification.domain,
                          .item = [&] { return verify_item(result, &shared_terms_); },
                          .rows = [&] { return verify_rows(result); },
                          .line = [&] { return verify_line(result, console_->terminal()); }});
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
        return fmt::format("{}  {}\n", line,
                           output::paint(base::translated_message(fault), output::Style::bad, terminal));
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
