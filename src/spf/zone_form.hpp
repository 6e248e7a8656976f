// An SPF record as it is typed into a zone file or a provider's form. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dns/resolver.hpp"
#include "finding/finding.hpp"

namespace spf {

// The strings of `"v=spf1 ..." "..."` (RFC 1035 section 5.1); a text without quotation marks is one string.
dns::Txt read_zone_form(std::string_view text);

// The record as strings of at most 255 octets, cut behind blanks: "\"v=spf1 ... \" \"-all\"".
std::string zone_form(std::string_view record);

// What the form does to the record: a string over 255 octets. `text` is as typed, `subject` the domain.
std::vector<finding::Finding> inspect_zone_form(std::string_view text, std::string_view subject);

}  // namespace spf
