#include "spf/select.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/a_labels.hpp"
#include "base/text.hpp"
#include "dns/plain_text.hpp"
#include "spf/record.hpp"

namespace spf {

namespace {

constexpr std::string_view version = "v=spf1";
constexpr std::size_t longest_domain = 253;

Fault version_fault(std::string_view text, std::string_view why, std::string hint, std::size_t offset = 0) {
    return {.id = "spf-near-miss-version",
            .message = fmt::format("{} {}", base::quoted(text.substr(0, 40)), why),
            .hint = std::move(hint),
            .offset = offset};
}

bool begins_with_version(std::string_view text) {
    return base::equals_ignoring_case(text.substr(0, version.size()), version);
}

// "v = spf1", "v= spf1"
bool spells_version_with_blanks(std::string_view text) {
    std::size_t at = 0;
    for (const char c : version) {
        while (at > 0 && at < text.size() && text[at] == ' ')
            ++at;
        if (at == text.size() || base::to_lower(text[at]) != c) return false;
        ++at;
    }
    return true;
}

// "v=spf10", "v=spf1;", "v=spf1ip4:..."
Fault unended_version(std::string_view text) {
    const std::string_view rest = text.substr(version.size());
    const auto word = rest.find_first_not_of(",;\t\r\n");
    std::string hint = "begin the record with \"v=spf1 \"";
    if (word == std::string_view::npos || word > 0)
        return version_fault(text, "has something other than a blank after v=spf1", std::move(hint),
                             version.size());
    const bool strings_glued =
        base::is_alpha(rest[0]) || std::string_view("+-~?").find(rest[0]) != std::string_view::npos;
    if (strings_glued) hint += "; strings of one TXT record are joined without a blank";
    return version_fault(text, "has no blank after v=spf1", std::move(hint), version.size());
}

}  // namespace

std::vector<std::size_t> select_records(const dns::Answer& answer) {
    std::vector<std::size_t> selected;
    for (std::size_t i = 0; i < answer.records.size(); ++i) {
        const auto* txt = std::get_if<dns::Txt>(&answer.records[i].data);
        if (txt == nullptr || txt->strings.empty()) continue;
        // Most TXT records are something else: one string is looked at without joining.
        if (txt->strings.size() == 1 ? is_record(txt->strings.front()) : is_record(txt->joined()))
            selected.push_back(i);
    }
    return selected;
}

std::optional<Fault> near_miss(std::string_view text) {
    if (is_record(text)) return std::nullopt;
    if (begins_with_version(text)) return unended_version(text);
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return std::nullopt;
    if (first > 0 && begins_with_version(text.substr(first)))
        return Fault{.id = "spf-leading-blank",
                     .message = fmt::format("{} begins with white space", base::quoted(text.substr(0, 40))),
                     .hint = "take the blank before v=spf1 out"};
    const bool begins_plain = base::is_alnum(text[first]);  // nearly all: no editor's character is in front
    const std::string plain = begins_plain ? std::string() : dns::plain_ascii(text.substr(0, 64));
    const auto unquoted = plain.find_first_not_of("\"'\\ ");
    if (unquoted != std::string::npos && begins_with_version(std::string_view(plain).substr(unquoted))) {
        const bool smart = plain != text.substr(0, 64);
        return Fault{.id = smart ? "spf-smart-quotes" : "spf-literal-quotes",
                     .message = fmt::format("{} has quotation marks or invisible characters before v=spf1",
                                            base::quoted(text.substr(0, 40))),
                     .hint = "write the record without quotation marks"};
    }
    const std::string word =
        base::lower(text.substr(first, std::min<std::size_t>(text.find(' ', first), 12) - first));
    const bool other_version = word.starts_with("v=spf");
    const bool spaced = spells_version_with_blanks(text.substr(first));
    if (other_version || spaced ||
        (word.size() >= 4 && word.find('f') != std::string::npos && base::nearest(version, {word})))
        return version_fault(text, "does not begin with v=spf1", "begin the record with \"v=spf1 \"", first);
    return std::nullopt;
}

Parsed<std::string> checked_domain(std::string_view text) {
    const auto fault = [&](std::string_view why) {
        return Fault{.id = "spf-bad-domain",
                     .message = fmt::format("{} is not a domain name: {}", base::quoted(text), why)};
    };
    std::string domain = base::to_a_labels(text.substr(0, 1025));
    if (domain.ends_with('.')) domain.pop_back();
    if (domain.size() > longest_domain) return fault("it is longer than 253 octets");
    const auto labels = base::split(domain, '.');
    for (const auto label : labels) {
        if (label.empty()) return fault("it has an empty label");
        if (label.size() > 63) return fault("a label is longer than 63 octets");
        const bool ldh = std::all_of(label.begin(), label.end(),
                                     [](char c) { return base::is_alnum(c) || c == '-' || c == '_'; });
        if (!ldh) return fault("only letters, digits, hyphens, underscores and dots are allowed");
    }
    if (labels.size() < 2) return fault("it has no dot");
    if (std::all_of(labels.back().begin(), labels.back().end(), base::is_digit))
        return fault("the last label is a number");
    // In place: a Fault could be made of a string as well.
    return Parsed<std::string>(boost::system::in_place_value, std::move(domain));
}

}  // namespace spf
