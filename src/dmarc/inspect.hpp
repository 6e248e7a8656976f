// What is wrong, or unwise, with the text of a DMARC record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dmarc/record.hpp"
#include "finding/finding.hpp"

namespace dmarc {

// `subject` names the record in the findings: "_dmarc.example.com". `applied`: the tag that gives the policy
// of the domain asked about; a lenient policy is told of that one.
std::vector<finding::Finding> inspect_record(std::string_view text, std::string subject,
                                             PolicyTagUsed applied = PolicyTagUsed::p);

// Is it a DMARC record: v=DMARC1 in front, exactly (RFC 9989 section 4.7)? "v = DMARC1 ;" is.
bool is_dmarc_record(std::string_view text);
// Is it no DMARC record but was meant as one: "v=dmarc1", "p=reject; rua=...", " v=DMARC1"?
bool is_near_miss(std::string_view text);

}  // namespace dmarc
