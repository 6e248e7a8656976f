// Characters that a word processor or a web form puts into records: named, and taken out. Pure.
#pragma once

#include <string>
#include <string_view>

namespace dns {

// The character that `text` begins with: "a no-break space", "the character ü", "the byte 0xfc"
// where it is no UTF-8.
std::string describe_character(std::string_view text);

// Dashes and minus signs become "-", no-break spaces a blank; typographic quotation marks, zero-width
// characters and the byte order mark go. Other bytes stay.
std::string plain_ascii(std::string_view text);
// Octets of the character that `text` begins with, when it is one of those; else 0.
std::size_t editors_character(std::string_view text);
bool has_smart_quote(std::string_view text);  // U+2018 to U+201F, U+00AB, U+00BB

// What was meant by a text that was stored with the quotes and escapes of the zone-file form (RFC 1035
// section 5.1): `"v=spf1 " "-all"` -> `v=spf1 -all`, `v=DMARC1\; p=none` -> `v=DMARC1; p=none`, `\032` -> a
// blank.
std::string without_zone_form(std::string_view text);

}  // namespace dns
