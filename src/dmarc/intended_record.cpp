#include "dmarc/intended_record.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "dkim/tag_list.hpp"
#include "dmarc/record.hpp"
#include "dns/plain_text.hpp"

namespace dmarc {

namespace {

bool is_separator(char c) {
    return base::is_space(c) || c == ';' || c == ',';
}

std::string_view trim_separators(std::string_view text) {
    while (!text.empty() && is_separator(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_separator(text.back()))
        text.remove_suffix(1);
    return text;
}

// "v=DMARC1", "V : dmarc1.0", "DMARC1": away with it.
std::string_view without_version(std::string_view text) {
    constexpr std::string_view word = "dmarc";
    auto rest = text;
    if (!rest.empty() && base::to_lower(rest.front()) == 'v') rest.remove_prefix(1);
    while (!rest.empty() && (base::is_space(rest.front()) || rest.front() == '=' || rest.front() == ':'))
        rest.remove_prefix(1);
    if (!base::equals_ignoring_case(rest.substr(0, word.size()), word)) return text;
    rest.remove_prefix(word.size());
    while (!rest.empty() && (base::is_digit(rest.front()) || rest.front() == '.'))
        rest.remove_prefix(1);
    return rest;
}

struct Begin {
    std::size_t name = 0;
    std::size_t name_size = 0;
    std::size_t value = 0;
};

// A known tag that begins at `at`, behind a separator: "p=", "rua :".
std::optional<Begin> tag_at(std::string_view text, std::size_t at) {
    if (at > 0 && !is_separator(text[at - 1])) return std::nullopt;
    auto end = at;
    while (end < text.size() && base::is_alpha(text[end]))
        ++end;
    const auto size = end - at;
    if (!is_known_tag(base::lower(text.substr(at, size)))) return std::nullopt;
    while (end < text.size() && base::is_space(text[end]))
        ++end;
    if (end == text.size() || (text[end] != '=' && text[end] != ':')) return std::nullopt;
    return Begin{at, size, end + 1};
}

}  // namespace

const std::vector<std::string>& known_tags() {
    static const std::vector<std::string> names = {"v",   "p",   "sp",  "np", "adkim", "aspf", "t",
                                                   "psd", "rua", "ruf", "fo", "pct",   "rf",   "ri"};
    return names;
}

bool is_known_tag(std::string_view name) {
    return std::find(known_tags().begin(), known_tags().end(), name) != known_tags().end();
}

std::optional<std::string> intended_record(std::string_view text) {
    const std::string plain = dns::without_zone_form(dns::plain_ascii(text));
    const auto rest = trim_separators(without_version(trim_separators(plain)));
    std::vector<Begin> begins;
    for (std::size_t i = 0; i < rest.size(); ++i)
        if (const auto begin = tag_at(rest, i)) begins.push_back(*begin);
    if (begins.empty() || begins.front().name != 0) return std::nullopt;
    std::string record = "v=DMARC1";
    for (std::size_t i = 0; i < begins.size(); ++i) {
        const auto& [name, size, value] = begins[i];
        const auto end = i + 1 < begins.size() ? begins[i + 1].name : rest.size();
        const auto tag = base::lower(rest.substr(name, size));
        if (tag == "v") continue;
        record += "; " + tag + "=" + std::string(trim_separators(rest.substr(value, end - value)));
    }
    const auto parsed = parse_record(record);
    if (parsed.has_error() || !dkim::scan_tag_list(record).faults.empty()) return std::nullopt;
    return effective_policies(*parsed) ? std::optional(record) : std::nullopt;
}

}  // namespace dmarc
