// An SPF record (RFC 7208 sections 4.6, 5, 6 and 12), parsed once and printed back. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ip_address.hpp"
#include "base/result.hpp"
#include "spf/macro.hpp"

namespace spf {

enum class Qualifier { pass, fail, softfail, neutral };
char to_char(Qualifier qualifier);  // '+', '-', '~', '?'

struct All {
    bool operator==(const All&) const = default;
};
struct Include {
    MacroString domain;
    bool operator==(const Include&) const = default;
};
// Prefix lengths of "a" and "mx", for each family.
struct DualLength {
    unsigned v4 = 32;
    unsigned v6 = 128;
    bool operator==(const DualLength&) const = default;
};
struct A {
    std::optional<MacroString> domain = {};  // nullopt = the domain of the record
    DualLength length = {};
    bool operator==(const A&) const = default;
};
struct Mx {
    std::optional<MacroString> domain = {};
    DualLength length = {};
    bool operator==(const Mx&) const = default;
};
struct Ptr {
    std::optional<MacroString> domain = {};
    bool operator==(const Ptr&) const = default;
};
struct Ip4 {
    base::IpPrefix network;  // the address as written, host bits too
    bool operator==(const Ip4&) const = default;
};
struct Ip6 {
    base::IpPrefix network;
    bool operator==(const Ip6&) const = default;
};
struct Exists {
    MacroString domain;
    bool operator==(const Exists&) const = default;
};
using Mechanism = std::variant<All, Include, A, Mx, Ptr, Ip4, Ip6, Exists>;

struct Directive {
    Qualifier qualifier = Qualifier::pass;
    Mechanism mechanism;
    bool operator==(const Directive&) const = default;
};
struct Redirect {
    MacroString domain;
    bool operator==(const Redirect&) const = default;
};
struct Explanation {
    MacroString domain;
    bool operator==(const Explanation&) const = default;
};
struct UnknownModifier {
    std::string name;  // as written
    MacroString value;
    bool operator==(const UnknownModifier&) const = default;
};
using Term = std::variant<Directive, Redirect, Explanation, UnknownModifier>;

struct Record {
    std::vector<Term> terms;

    const Redirect* redirect() const;        // nullptr = none
    const Explanation* explanation() const;  // nullptr = none
    bool has_all() const;
    bool operator==(const Record&) const = default;
};

// The domain-spec the term looks up, nullptr = none: it takes the domain of the record, or asks nothing. That
// of exp= is not meant: it is looked up only after a fail.
const MacroString* domain_spec(const Mechanism& mechanism);
const MacroString* domain_spec(const Term& term);

// Begins with "v=spf1" in any case, followed by a space or the end (section 4.5).
bool is_record(std::string_view text);

// The whole record with its version. Errors: usage; the offset is in the bad term, the hint says what to
// write instead. A fault anywhere makes the whole record bad (section 4.6).
base::Result<Record> parse_record(std::string_view text);
Parsed<Record> parse_record_or_fault(std::string_view text);  // the same, for findings
Parsed<Term> parse_term(std::string_view text);
std::string to_string(const Record& record);  // one space between terms, mechanisms in lower case
std::string to_string(const Term& term);

// The terms as written, views into `record`: the n-th belongs to Record::terms[n].
std::vector<std::string_view> term_texts(std::string_view record);

}  // namespace spf
