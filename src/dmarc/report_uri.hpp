// The URIs of rua= and ruf= (RFC 9989 sections 4.6 and 4.8).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dmarc/record.hpp"

namespace dmarc {

ReportUri parse_report_uri(std::string_view text);                 // without white space around it
std::vector<ReportUri> parse_report_uris(std::string_view value);  // separated by commas, at most 64

// "mailto:name@host", when that is what the text means: "name@host", "<mailto:name@host>", with typographic
// quotes, with a size limit; empty = not clear.
std::string intended_mailbox(std::string_view text);

// "maito:name@host" -> "mailto:name@host"; empty = an address of another kind.
std::string misspelled_mailto(std::string_view uri);

std::string_view scheme_of(std::string_view uri);  // "mailto", as written; empty = none

}  // namespace dmarc
