#include "mta_sts/policy_lines.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "dns/plain_text.hpp"

namespace mta_sts {

namespace {

constexpr std::size_t maximum_lines = 2000;
constexpr std::size_t longest_key = 32;

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

bool is_key_byte(char c) {
    return base::is_alnum(c) || c == '_' || c == '-' || c == '.';
}

void read(PolicyLine& line) {
    const std::string_view text = line.text;
    const auto fail = [&](std::string why, std::size_t at) {
        line.fault = std::move(why);
        line.fault_offset = at;
    };
    line.blank = std::all_of(text.begin(), text.end(), is_blank);
    if (line.blank) return;
    const auto control =
        std::find_if(text.begin(), text.end(), [](char c) { return base::is_control(c) && c != '\t'; });
    if (control != text.end())
        return fail(*control == '\r' ? "a carriage return without a line feed" : "a control character",
                    static_cast<std::size_t>(control - text.begin()));
    const auto colon = text.find(':');
    const auto key = text.substr(0, colon);
    const auto odd = std::find_if_not(key.begin(), key.end(), is_key_byte);
    if (odd != key.end() && static_cast<unsigned char>(*odd) >= 0x80)
        return fail(
            dns::describe_character(std::string_view(&*odd, static_cast<std::size_t>(key.end() - odd))) +
                " in the key",
            static_cast<std::size_t>(odd - key.begin()));
    if (is_blank(text.front())) return fail("a blank stands in front of the key", 0);
    if (colon == std::string_view::npos) return fail("no colon between key and value", text.size());
    if (odd != key.end()) {
        const bool before_colon = base::trim(key).size() == static_cast<std::size_t>(odd - key.begin());
        return fail(before_colon ? "a blank stands in front of the colon" : base::quoted(key) + " is no key",
                    static_cast<std::size_t>(odd - key.begin()));
    }
    if (key.empty() || key.size() > longest_key || !base::is_alnum(key.front()))
        return fail(base::quoted(key) + " is no key", 0);
    line.key = key;
    line.value_offset = colon + 1;
    while (line.value_offset < text.size() && is_blank(text[line.value_offset]))
        ++line.value_offset;
    line.value = base::trim(text.substr(line.value_offset));
}

}  // namespace

std::vector<PolicyLine> read_lines(std::string_view text) {
    std::vector<PolicyLine> lines;
    std::size_t start = 0;
    while (start < text.size() && lines.size() < maximum_lines) {
        const auto end = std::min(text.find('\n', start), text.size());
        PolicyLine line;
        line.number = lines.size() + 1;
        line.offset = start;
        line.text = text.substr(start, end - start);
        if (line.text.ends_with('\r')) line.text.pop_back();
        read(line);
        lines.push_back(std::move(line));
        start = end + 1;
    }
    while (!lines.empty() && lines.back().blank)
        lines.pop_back();
    return lines;
}

}  // namespace mta_sts
