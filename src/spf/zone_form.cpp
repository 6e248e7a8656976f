#include "spf/zone_form.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dns/findings.hpp"

namespace spf {

namespace {

constexpr std::size_t longest_string = 255;  // RFC 1035 section 3.3

// One character of a zone file from `at` on, which moves behind it: "\"" and "\065" are escapes.
char read_character(std::string_view text, std::size_t& at) {
    if (text[at] != '\\' || at + 1 >= text.size()) return text[at++];
    const std::string_view digits = text.substr(at + 1, 3);
    if (digits.size() == 3 && std::all_of(digits.begin(), digits.end(), base::is_digit)) {
        const int code = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
        if (code <= 255) {
            at += 4;
            return static_cast<char>(code);
        }
    }
    at += 2;
    return text[at - 1];
}

}  // namespace

dns::Txt read_zone_form(std::string_view text) {
    text = base::trim(text);
    dns::Txt txt;
    if (!text.starts_with('"')) {
        txt.strings.emplace_back(text);
        return txt;
    }
    bool inside = false;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '"') {
            inside = !inside;
            if (inside) txt.strings.emplace_back();
            ++at;
        } else if (inside) {
            txt.strings.back() += read_character(text, at);
        } else {
            ++at;
        }
    }
    return txt;
}

std::string zone_form(std::string_view record) {
    dns::Txt txt;
    while (record.size() > longest_string) {
        const auto blank = record.rfind(' ', longest_string - 1);
        const std::size_t length = blank == std::string_view::npos ? longest_string : blank + 1;
        txt.strings.emplace_back(record.substr(0, length));
        record.remove_prefix(length);
    }
    txt.strings.emplace_back(record);
    return dns::zone_text(txt);
}

std::vector<finding::Finding> inspect_zone_form(std::string_view text, std::string_view subject) {
    std::vector<finding::Finding> findings;
    const dns::Txt txt = read_zone_form(text);
    for (std::size_t i = 0; i < txt.strings.size(); ++i) {
        if (txt.strings[i].size() <= longest_string) continue;
        findings.push_back(
            finding::make("spf-string-too-long", std::string(subject),
                          fmt::format("string {} has {} octets, 255 fit", i + 1, txt.strings[i].size()),
                          "write " + zone_form(txt.joined())));
        break;
    }
    return findings;
}

}  // namespace spf
