// What an answer itself gives to report, before anybody reads the record in it.
#pragma once

#include <optional>
#include <vector>

#include "dns/resolver.hpp"
#include "finding/finding.hpp"

namespace dns {

// Why nothing can be said about the name: one for every temporary status, for a CNAME loop, and for a CNAME
// that leads to a name that does not exist; nullopt for found, and for plain missing records (what is missing
// is the caller's to say). `name` and `type` as asked.
std::optional<finding::Finding> finding_for(const Name& name, Type type, const Answer& answer);

// Size and TTL of an answer that was found; for names whose record matters in every message (SPF, DKIM,
// DMARC).
std::vector<finding::Finding> answer_findings(const Name& name, Type type, const Answer& answer);

// Damage on the way from an editor to the zone: bytes that are not ASCII, literal quotes and backslashes,
// control characters, and strings that join into one word where two were meant. `text` and `offset` of each
// finding speak of the joined text. For records that begin with v=spf1, v=DKIM1 or v=DMARC1.
std::vector<finding::Finding> text_findings(const Name& name, const Txt& txt);

}  // namespace dns
