// Enhanced status codes, "5.7.8": what RFC 3463 and the IANA registry of RFC 5248 say about them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace smtp {

struct EnhancedCode {
    int success = 5;  // the class: 2 = done, 4 = not now, 5 = no (RFC 3463 section 3.1)
    int subject = 0;  // 0 to 999
    int detail = 0;   // 0 to 999

    std::string to_string() const;  // "5.7.8"
    bool operator==(const EnhancedCode&) const = default;
};

// A whole word: "5.7.8". Punctuation around it is forgiven, for servers write "5.7.1:" and "(#5.1.1)";
// nullopt = it is none.
std::optional<EnhancedCode> parse_enhanced_code(std::string_view word);

// What it says, whoever sent it: "authentication credentials invalid". A detail that is not registered is
// described by its subject: "security or policy".
std::string_view meaning_of(const EnhancedCode& code);

// The same for a reply code: "authentication failed"; an unknown one by its first digit.
// RFC 5321 section 4.2.2, RFC 4954 section 6.
std::string_view meaning_of_reply_code(int code);

}  // namespace smtp
