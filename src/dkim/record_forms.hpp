// A key record in the forms that zone files and web panels want. Pure text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/domain_name.hpp"
#include "base/result.hpp"

namespace dkim {

enum class RecordForm {
    zone,     // s1._domainkey.example.com. IN TXT ( "..." "..." ), no TTL
    value,    // one unquoted line
    strings,  // "..." "..." on one line, as Route 53 and Google take it
    parts,    // numbered, one string a line, unquoted: "1: v=DKIM1; ..."
    name,     // the owner name
    cname,    // s1._domainkey.example.com. IN CNAME <where the record is>., for a zone that delegates it
};
std::string_view to_string(RecordForm form);
base::Result<RecordForm> parse_record_form(std::string_view text);  // errors: usage

enum class NameForm {
    relative,  // "s1._domainkey", relative to the domain
    absolute,  // "s1._domainkey.example.com."
};

// Pieces of at most 255 octets (RFC 1035 section 3.3): at least one.
std::vector<std::string> split_into_strings(std::string_view value);

// Whose record, and where it stands.
struct RecordPlace {
    const base::DomainName& domain;
    std::string_view selector;
    // Where a CNAME at the key's name leads, without a dot at the end; empty = the record is at the key's
    // name.
    std::string_view target = {};
};

// Lines end with a newline, the last one too. `name_form` counts for RecordForm::name only, which is relative
// to the domain; a target always is absolute. RecordForm::cname needs a target.
std::string print_record(const RecordPlace& place, std::string_view value, RecordForm form,
                         NameForm name_form = NameForm::relative);

// The records in a text that is in one of these forms but name and cname: its values, as the DNS would have
// them. Whatever is in no other form is a value. Errors: usage.
base::Result<std::vector<std::string>> read_record(std::string_view text);

// Octets of the TXT record in a DNS message, its owner name written in full: what counts against 512 and
// 1232.
std::size_t record_size(const RecordPlace& place, std::string_view value);

}  // namespace dkim
