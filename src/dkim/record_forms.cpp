#include "dkim/record_forms.hpp"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dns/zone_text.hpp"

namespace dkim {

namespace {

constexpr std::size_t longest_string = 255;
constexpr std::array all_forms = {RecordForm::zone,  RecordForm::value, RecordForm::strings,
                                  RecordForm::parts, RecordForm::name,  RecordForm::cname};

std::string key_name(const RecordPlace& place) {
    return fmt::format("{}._domainkey.{}.", place.selector, place.domain.ascii());
}

std::string owner(const RecordPlace& place) {
    return place.target.empty() ? key_name(place) : fmt::format("{}.", place.target);
}

}  // namespace

std::string_view to_string(RecordForm form) {
    switch (form) {
        case RecordForm::zone:
            return "zone";
        case RecordForm::value:
            return "value";
        case RecordForm::strings:
            return "strings";
        case RecordForm::parts:
            return "parts";
        case RecordForm::name:
            return "name";
        case RecordForm::cname:
            return "cname";
    }
    return "zone";
}

base::Result<RecordForm> parse_record_form(std::string_view text) {
    for (const auto form : all_forms)
        if (to_string(form) == text) return form;
    return base::usage_error("not a form of a DKIM record: " + base::quoted(text) +
                             ": zone, value, strings, parts, name or cname");
}

std::vector<std::string> split_into_strings(std::string_view value) {
    std::vector<std::string> strings;
    do {
        strings.emplace_back(value.substr(0, longest_string));
        value.remove_prefix(strings.back().size());
    } while (!value.empty());
    return strings;
}

std::string print_record(const RecordPlace& place, std::string_view value, RecordForm form,
                         NameForm name_form) {
    const auto strings = split_into_strings(value);
    std::vector<std::string> quoted;
    for (const auto& piece : strings)
        quoted.push_back(dns::quote_text(piece));
    switch (form) {
        case RecordForm::zone:
            return fmt::format("{} IN TXT (\n        {} )\n", owner(place), base::join(quoted, "\n        "));
        case RecordForm::value:
            return fmt::format("{}\n", value);
        case RecordForm::strings:
            return base::join(quoted, " ") + "\n";
        case RecordForm::parts: {
            std::string text;
            for (std::size_t i = 0; i < strings.size(); ++i)
                text += fmt::format("{}: {}\n", i + 1, strings[i]);
            return text;
        }
        case RecordForm::name:
            return name_form == NameForm::absolute || !place.target.empty()
                       ? owner(place) + "\n"
                       : fmt::format("{}._domainkey\n", place.selector);
        case RecordForm::cname:
            return fmt::format("{} IN CNAME {}\n", key_name(place), owner(place));
    }
    return {};
}

namespace {

// "1: v=DKIM1; ...", "2: ...": nothing, where it is not that.
std::optional<std::string> read_parts(std::string_view text) {
    std::string value;
    std::size_t number = 0;
    for (auto line : base::split(text, '\n')) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (base::trim(line).empty()) continue;
        const auto start = fmt::format("{}: ", ++number);
        if (!line.starts_with(start)) return std::nullopt;
        value += line.substr(start.size());
    }
    if (number == 0) return std::nullopt;
    return value;
}

// The strings in quotes, or a record with its type in front of them.
bool is_zone_text(std::string_view text) {
    const auto front = text.substr(0, text.find('"'));
    if (base::trim(front).empty() && front.size() < text.size()) return true;
    for (const auto line : base::split(front, '\n'))
        for (const auto part : base::split(line, '\t'))
            for (const auto word : base::split(part, ' '))
                if (base::equals_ignoring_case(base::trim(word), "TXT")) return true;
    return false;
}

}  // namespace

base::Result<std::vector<std::string>> read_record(std::string_view text) {
    if (auto value = read_parts(text)) return std::vector{std::move(*value)};
    if (is_zone_text(text)) return dns::parse_txt_records(text);
    return std::vector{std::string(base::trim(text))};
}

std::size_t record_size(const RecordPlace& place, std::string_view value) {
    // Owner: a length octet for each dot, one before the name and the root; then type, class, TTL, RDLENGTH
    // (RFC 1035 section 3.2.1).
    const std::size_t name = owner(place).size() + 1;
    constexpr std::size_t fixed = 2 + 2 + 4 + 2;
    return name + fixed + value.size() + split_into_strings(value).size();
}

}  // namespace dkim
