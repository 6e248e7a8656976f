// Does mail pass DMARC: an SPF or DKIM pass whose domain is aligned with the author domain (RFC 9989 sections
// 4.4 and 5.3).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dmarc/discovery.hpp"

namespace dmarc {

enum class Authentication { pass, fail, unchecked };  // unchecked: temperror, DNS failure, not known

struct Identifier {
    enum class Mechanism { spf, dkim } mechanism = Mechanism::spf;
    dns::Name domain;  // SPF: of MAIL FROM (or HELO with a null sender); DKIM: d=
    Authentication authentication = Authentication::fail;
};

enum class Aligned { no, yes, unknown };      // unknown: a DNS failure on the identifier's tree walk
std::string_view to_string(Aligned aligned);  // "no", "yes", "unknown"

struct IdentifierResult {
    Identifier identifier;
    Aligned aligned = Aligned::no;
    std::optional<dns::Name> organizational_domain = {};  // when it had to be found
    std::string reason;  // "bounce.example.com and example.com share the organizational domain example.com"
};

enum class EvaluationResult { pass, fail, none, unverified };
std::string_view to_string(EvaluationResult result);  // "pass", "fail", "none", "unverified"

struct Evaluation {
    EvaluationResult result = EvaluationResult::unverified;
    std::vector<IdentifierResult> identifiers;
    std::optional<Policy> applied = {};  // what the domain owner asks for, when the result is fail
    std::string reason;                  // one line
};

// The mode comes from the governing record (adkim=, aspf=); without one the result is none, with the
// identifiers still compared in relaxed mode.
net::Task<Evaluation> evaluate(dns::Resolver& resolver, Discovery discovery,
                               std::vector<Identifier> identifiers);

struct AlignmentResult {
    Aligned aligned = Aligned::no;
    std::optional<dns::Name> author_organizational_domain = {};
    std::optional<dns::Name> other_organizational_domain = {};
};
// Strict asks nothing; relaxed walks the tree for both unless they are equal.
net::Task<AlignmentResult> check_alignment(dns::Resolver& resolver, dns::Name author, dns::Name other,
                                           Alignment mode);

}  // namespace dmarc
