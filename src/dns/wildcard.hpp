// Is a record the name's own, or does a wildcard (RFC 4592) answer for any name?
#pragma once

#include <optional>

#include "dns/resolver.hpp"
#include "finding/finding.hpp"

namespace dns {

enum class Wildcard {
    none,       // a name nobody ever made has no such record
    same,       // it has the same records: they are the wildcard's
    different,  // it has other records: a wildcard exists, the name has records of its own
    unchecked,  // the question for it failed
};

struct WildcardProbe {
    Wildcard result = Wildcard::unchecked;
    Name asked = {};     // the name made up
    Answer answer = {};  // to the question for it
};

// One question: `type` at a random label in place of the leftmost of `name`, compared with `answer`, which
// was found for `name`. For names of mail's own labels: s1._domainkey.example.com, _dmarc.example.com,
// _mta-sts.example.com. For the apex of a zone it says nothing, and a top-level name is not asked for: none.
net::Task<WildcardProbe> probe_wildcard(Resolver& resolver, Name name, Type type, Answer answer);

// dns-wildcard when the result is `same`.
std::optional<finding::Finding> wildcard_finding(const Name& name, Type type, const WildcardProbe& probe);

}  // namespace dns
