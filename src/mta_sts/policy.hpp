// The policy file https://mta-sts.<domain>/.well-known/mta-sts.txt (RFC 8461 section 3.2), and which mail
// hosts it covers (section 4.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "finding/finding.hpp"

namespace mta_sts {

enum class Mode { none, testing, enforce };
std::string_view to_string(Mode mode);  // as in the file

inline constexpr std::uint64_t longest_max_age = 31'557'600;  // seconds: a year

struct Policy {
    Mode mode = Mode::none;
    std::uint64_t max_age = 0;         // seconds, at most longest_max_age
    std::vector<std::string> mx = {};  // patterns in lower case: "mail.example.com", "*.example.net"
    std::vector<std::pair<std::string, std::string>> extensions = {};  // other keys
    bool operator==(const Policy&) const = default;
};

// Errors (usage, with the offset): what makes the policy invalid as a whole. Lines end in LF or CRLF; of a
// repeated key other than mx the first counts; unknown keys are kept apart.
base::Result<Policy> parse_policy(std::string_view text);
std::string to_string(const Policy& policy);  // with CRLF; parse_policy is its inverse

struct PolicyInspection {
    std::optional<Policy> policy = {};  // what could be read of it; absent = not even the mode
    std::vector<finding::Finding> findings = {};
};
// Faults name their line ("line 3: ..."), with the line as text; at most 20 of one kind. `subject`: the URL.
PolicyInspection inspect_policy(std::string_view text, const std::string& subject);

// Does the pattern cover the host? "*." in front stands for exactly one label (RFC 6125 section 6.4, whole
// labels only). Case does not matter; a trailing dot of the host is ignored.
bool matches(std::string_view pattern, std::string_view host);

}  // namespace mta_sts
