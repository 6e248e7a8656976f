// The DMARC policy record (RFC 9989 sections 4.7 and 4.8): the TXT record at _dmarc.<domain>.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace dmarc {

enum class Policy : std::uint8_t { none, quarantine, reject };  // from weak to strong
enum class Alignment : std::uint8_t { relaxed, strict };
enum class PublicSuffix : std::uint8_t { unknown, yes, no };  // psd=u, y, n
std::string_view to_string(Policy policy);                    // "none", "quarantine", "reject"
std::string_view to_string(Alignment alignment);              // "relaxed", "strict"

// p=, sp= or np=. Neither = the tag is absent; an empty tag is not (RFC 6376 section 3.2).
struct PolicyTag {
    std::optional<Policy> policy = {};
    std::optional<std::string> invalid = {};  // as written, when it is none of the three
    bool operator==(const PolicyTag&) const = default;
};

struct ReportUri {
    std::string uri;               // as written, without the size limit: "mailto:d@example.com"
    std::string size_limit = {};   // the obsolete "!10m", without the "!"
    bool valid = true;             // RFC 3986 with a scheme; readers use mailto: only
    std::string mail_domain = {};  // of a valid mailto: URI, A-labels in lower case; else empty
    bool operator==(const ReportUri&) const = default;
};

struct Record {
    PolicyTag policy = {};                                        // p=
    PolicyTag subdomain_policy = {};                              // sp=
    PolicyTag nonexistent_policy = {};                            // np=
    Alignment dkim_alignment = Alignment::relaxed;                // adkim=
    Alignment spf_alignment = Alignment::relaxed;                 // aspf=
    bool testing = false;                                         // t=y
    PublicSuffix public_suffix = PublicSuffix::unknown;           // psd=
    std::vector<ReportUri> aggregate_reports = {};                // rua=
    std::vector<ReportUri> failure_reports = {};                  // ruf=
    std::string failure_options = "0";                            // fo=, lower case
    std::vector<std::pair<std::string, std::string>> other = {};  // historic (pct, rf, ri) and unknown tags

    bool operator==(const Record&) const = default;
};

// Errors (usage, with the offset): the text is no DMARC record (v=DMARC1 not first) or a tag stands twice.
// Everything else that is wrong falls back to its default, as section 4.8 says.
base::Result<Record> parse_record(std::string_view text);
std::string to_string(const Record& record);  // parse_record is its inverse

// What a reader makes of the tags (section 4.10.1). nullopt: p= is missing or p=, sp= or np= is invalid, and
// no valid rua= saves the record as p=none: no DMARC processing at all.
struct EffectivePolicies {
    Policy domain = Policy::none;       // for the domain itself
    Policy subdomain = Policy::none;    // for existing subdomains
    Policy nonexistent = Policy::none;  // for subdomains that are NXDOMAIN
    bool assumed = false;               // p=none was put in place of a missing or invalid tag
    bool operator==(const EffectivePolicies&) const = default;
};
std::optional<EffectivePolicies> effective_policies(const Record& record);

enum class PolicyTagUsed { p, sp, np };
std::string_view to_string(PolicyTagUsed tag);  // "p", "sp", "np"
Policy policy_of(const EffectivePolicies& policies, PolicyTagUsed tag);

// fo=: "0", "1", "d", "s", each once, 0 and 1 not together, separated by colons (section 4.8).
bool is_failure_options(std::string_view value);

Policy one_level_lower(Policy policy);  // t=y: reject -> quarantine -> none (section 4.7)

}  // namespace dmarc
