// Records that stand under the wrong type, or beside a CNAME.
#pragma once

#include <vector>

#include "dns/resolver.hpp"
#include "finding/finding.hpp"

namespace dns {

// Three questions (A, AAAA, SPF), and one more for each address type found, at a name that should have a TXT
// record, which `txt`, the answer to that question, does not have: dns-wrong-type for every type that is
// there, and for a CNAME whose target is the text of a record ("v=DKIM1\;..."). Nothing for an NXDOMAIN
// without CNAME, where a question fails, and for addresses that are a wildcard's.
net::Task<std::vector<finding::Finding>> find_wrong_type(Resolver& resolver, Name name, Answer txt);

// One question (CNAME) at a name whose `type` was found without a CNAME: dns-alias-beside-data when there is
// one all the same (RFC 1034 section 3.6.2). What receivers see then depends on their resolver.
net::Task<std::vector<finding::Finding>> find_alias_beside(Resolver& resolver, Name name, Type type);

}  // namespace dns
