// check_host() (RFC 7208 section 4): may this address send mail for this domain?
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "dns/resolver.hpp"
#include "spf/tree.hpp"

namespace spf {

enum class Verdict { none, neutral, pass, fail, softfail, temperror, permerror };
std::string_view to_string(Verdict verdict);  // the words of section 2.6

// Section 4.6.4. The last two are per term.
inline constexpr unsigned most_lookups = 10;
inline constexpr unsigned most_void_lookups = 2;
inline constexpr unsigned most_mx_names = 10;
inline constexpr unsigned most_ptr_names = 10;
inline constexpr std::chrono::seconds longest_check{20};

// What a receiver may set for itself.
struct Limits {
    unsigned void_lookups = most_void_lookups;  // section 4.6.4 leaves it to the receiver
    std::chrono::milliseconds time = longest_check;
};

enum class Identity { mail_from, helo };
std::string_view to_string(Identity identity);  // "mailfrom", "helo" (section 9.1)

struct Query {
    std::string domain;  // as it came, may be no domain name: then the verdict is none
    base::IpAddress ip;  // of the client; IPv4-mapped is taken as IPv4
    std::string sender;  // local@domain, for macros; an empty local part is "postmaster"
    std::string helo;    // for macros
    Identity identity = Identity::mail_from;
    std::string receiver = "unknown";  // %{r}
    base::Time now = {};               // %{t}
    Limits limits = {};
};

// A MAIL FROM as the server sees it, with or without angle brackets; empty for the null reverse-path: then
// HELO is the identity (section 2.4).
Query make_query(std::string_view mail_from, std::string_view helo, base::IpAddress ip);

struct Evaluation {
    Verdict verdict = Verdict::none;
    std::string reason;             // one line, why; not escaped
    std::string explanation = {};   // the domain's own words on a fail (exp=), ASCII, or empty
    std::string term = {};          // the term that decided, as written; empty = none did
    std::vector<std::string> path;  // the domains from the checked one to the record the term stands in
    std::string record = {};        // the checked domain's own record, or empty
    unsigned lookups = 0;           // DNS terms counted, at most 11
    unsigned void_lookups = 0;      // at most 3
    std::optional<dns::Status> failure =
        {};  // of the look-up that made a temperror; nullopt: the time was up
    Node trace;
    bool operator==(const Evaluation&) const = default;
};

// Asks the least that the verdict needs, in order. Never fails: what could not be asked is a temperror.
net::Task<Evaluation> evaluate(dns::Resolver& resolver, Query query);

}  // namespace spf
