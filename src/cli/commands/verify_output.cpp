#include "cli/commands/verify_output.hpp"

#include <utility>
#include <vector>

#include "base/text.hpp"
#include "base/translation.hpp"
#include "output/characters.hpp"
#include "output/wrap.hpp"

namespace cli {

namespace {

output::Style style_of(std::string_view verdict) {
    if (verdict == "good") return output::Style::good;
    if (verdict == "bad") return output::Style::bad;
    return output::Style::warn;
}

// Words one after the other; one that would pass the terminal's width goes to a line of its own below.
class Line {
  public:
    explicit Line(const output::Terminal& terminal) : terminal_(terminal) {}

    // Behind `gap` blanks at least.
    void add(std::size_t gap, std::string_view plain, std::string_view word = "",
             output::Style style = output::Style::none) {
        const std::size_t width = output::display_width(plain) + output::display_width(word);
        gap += std::exchange(padding_, 0);
        if (terminal_.width != 0 && column_ > indent && column_ + gap + width > terminal_.width) {
            text_ += "\n" + std::string(indent, ' ');
            column_ = indent;
            gap = 0;
        }
        text_ += std::string(gap, ' ') + std::string(plain);
        if (!word.empty()) text_ += output::paint(word, style, terminal_);
        column_ += gap + width;
    }
    // Blanks that make up so many columns with `word`, which was added last, should there be more to come.
    void pad(std::string_view word, std::size_t columns) {
        const std::size_t width = output::display_width(word);
        padding_ = columns > width ? columns - width : 0;
    }
    void add_sentence(std::string_view sentence, output::Style style) {
        const std::size_t gap = 2 + std::exchange(padding_, 0);
        std::string wrapped(sentence);
        if (terminal_.width != 0) wrapped = output::wrap(sentence, indent, column_ + gap, terminal_.width);
        std::string before(gap, ' ');
        for (const auto line : base::split(base::trim(wrapped), '\n')) {
            text_ += before + output::paint(base::trim(line), style, terminal_);
            before = "\n" + std::string(indent, ' ');
        }
    }
    std::string ended() const { return text_ + "\n"; }

  private:
    static constexpr std::size_t indent = 2;
    const output::Terminal& terminal_;
    std::string text_;
    std::size_t column_ = 0;
    std::size_t padding_ = 0;
};

void add_checks(Line& line, const VerifyResult& result) {
    constexpr std::size_t word_width = 9;  // of "unchecked"
    std::string last_check;
    for (const auto& row : verify_rows(result)) {
        const auto check = member_text(row, "check").value_or("");
        const auto word = member_text(row, "result").value_or("");
        const auto style = style_of(member_text(row, "verdict").value_or(""));
        const bool is_new = std::exchange(last_check, check) != check;
        line.add(is_new ? 2 : 1, is_new ? check + " " : "", word, style);
        line.pad(word, word_width);
    }
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
    constexpr std::size_t domain_width = 32;
    const auto& fault = result.verification.domain_fault;
    const auto domain = base::printable(result.verification.domain);
    Line line(terminal);
    line.add(0, domain);
    line.pad(domain, domain_width);
    if (!fault.empty()) {
        line.add_sentence(base::translated_message(fault), output::Style::bad);
        return line.ended();
    }
    add_checks(line, result);
    std::set<std::string_view> ids;
    collect_finding_ids(result.verification, ids);
    std::vector<std::string> told;
    for (const auto severity : {finding::Severity::error, finding::Severity::warning})
        for (const auto id : ids)
            if (finding::find_entry(id)->severity == severity) told.emplace_back(id);
    for (std::size_t i = 0; i < told.size(); ++i)
        line.add(i == 0 ? 1 : 0, told[i] + (i + 1 < told.size() ? "," : ""));
    return line.ended();
}

}  // namespace cli
