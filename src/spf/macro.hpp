// Macro-strings (RFC 7208 section 7): parsed with the record, expanded for each check. Pure.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/ip_address.hpp"
#include "dns/name.hpp"
#include "spf/fault.hpp"

namespace spf {

// "%{d2r-}"
struct MacroExpand {
    char letter = 'd';            // one of slodiphvcrt; in upper case the value is URL-escaped
    unsigned keep = 0;            // right-hand parts to keep, at most 9999; 0 = all
    bool reverse = false;         // "r"
    std::string delimiters = {};  // of ".-+,/_="; empty = "."
    bool operator==(const MacroExpand&) const = default;
};
enum class MacroEscape { percent, space, url_space };  // "%%", "%_", "%-"
using MacroPart = std::variant<std::string, MacroEscape, MacroExpand>;

struct MacroString {
    std::vector<MacroPart> parts;

    bool uses(char lower_case_letter) const;
    bool needs_message() const;  // depends on more than <domain>
    bool operator==(const MacroString&) const = default;
};

enum class MacroPlace {
    term,         // visible characters; the letters c, r and t are faults
    explanation,  // spaces and every letter
};

Parsed<MacroString> parse_macro_string(std::string_view text, MacroPlace place);
// domain-spec: a macro-string that ends in a macro or in a dot and a top label.
Parsed<MacroString> parse_domain_spec(std::string_view text);
std::string to_string(const MacroString& macro);

// What the letters stand for. Views must outlive the call of expand().
struct MacroValues {
    std::string_view local_part;     // l; s = l@o
    std::string_view sender_domain;  // o, A-labels
    std::string_view domain;         // d
    base::IpAddress ip;              // i, c, v
    std::string_view helo;           // h
    std::string_view validated;      // p
    std::string_view receiver;       // r
    base::Time now;                  // t
};

std::string expand(const MacroString& macro, const MacroValues& values);

// The expansion as a name to ask for: one trailing dot goes, labels go from the left until at most 253 octets
// are left (section 7.3). Fault: an empty label, a label over 63 octets, nothing left.
Parsed<dns::Name> target_name(std::string_view expansion);

}  // namespace spf
