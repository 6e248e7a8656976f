// What an answer itself gives to report, before anybody reads the record in it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "dns/resolver.hpp"
#include "finding/finding.hpp"

namespace dns {

// "a.example -> b.example -> c.example": what was asked, and where its CNAMEs lead.
std::string chain_text(std::string_view name, const std::vector<Name>& aliases);

// Why nothing can be said about the name: one for every temporary status, for a CNAME loop, and for a CNAME
// that leads to a name that does not exist; nullopt for found, and for plain missing records (what is missing
// is the caller's to say). `name` and `type` as asked.
std::optional<finding::Finding> finding_for(const Name& name, Type type, const Answer& answer);

// Size and TTL of an answer that was found; for names whose record matters in every message (SPF, DKIM,
// DMARC).
std::vector<finding::Finding> answer_findings(const Name& name, Type type, const Answer& answer);

// The states of RFC 4035 section 4.3 as far as a stub resolver sees them.
enum class Security {
    secure,         // AD, from a resolver that is trusted
    insecure,       // no AD, from a resolver that is trusted: unsigned, or the resolver does not validate
    bogus,          // the resolver says that validation fails
    indeterminate,  // no answer, or nothing can be said because the resolver is not trusted
};
std::string_view to_string(Security security);  // "secure", "insecure", "bogus", "indeterminate"

// `trust_ad`: the AD bit of the resolver counts as validation (RFC 4035 section 3.2.3): it is local, or the
// user says so.
Security security_of(const Answer& answer, bool trust_ad);

// Damage to a record meant for mail (SPF or a tag list), on the way from an editor to the zone:
// character_findings() of the joined text, and split_findings(). `text` and `offset` of each finding speak of
// the joined text.
std::vector<finding::Finding> text_findings(const Name& name, const Txt& txt);

// Bytes that are not ASCII, by name where an editor puts them in; U-labels, with the A-labels to write in
// their place; control characters; literal quotes and backslashes; blanks at either end. At most one of each
// id, but for U-labels at most five. A TAB is an error in SPF and legal between tags.
std::vector<finding::Finding> character_findings(const Name& name, std::string_view text);

// Two strings that join into one word where two were meant (RFC 7208 section 3.3): at most one, with the
// whole record to paste as remedy.
std::vector<finding::Finding> split_findings(const Name& name, const Txt& txt);

// Where a string ends and the next begins, in bytes of the joined text: "abc" "de" "" "f" -> 3, 5, 5.
std::vector<std::size_t> split_points(const Txt& txt);

// A text cut into strings of at most 255 octets, at least one.
Txt in_strings(std::string_view text);

// The strings as a zone file has them, between quotes: "v=spf1 " "-all".
std::string zone_text(const Txt& txt);

}  // namespace dns
