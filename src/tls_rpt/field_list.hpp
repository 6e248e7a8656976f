// The form that TLSRPT and MTA-STS records share (RFC 8460 section 3, RFC 8461 section 3.1):
// version 1*(*WSP ";" *WSP name "=" value) [*WSP ";" *WSP].
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace tls_rpt {

struct Field {
    std::string name;        // case-sensitive
    std::string value;       // without the white space at its end; not looked into
    std::size_t offset = 0;  // of the name, in bytes from the start of the text
    std::size_t value_offset = 0;
    bool operator==(const Field&) const = default;
};

struct FieldFault {
    std::size_t offset = 0;
    std::string message;  // one line
    bool operator==(const FieldFault&) const = default;
};

// What a lenient reader gets out of the text; `faults` break the grammar. White space around "=" is not
// allowed there, but read over here.
struct FieldScan {
    std::vector<Field> fields;
    std::vector<FieldFault> faults;
    const Field* find(std::string_view name) const;  // the first, or null
};

// `text` from the semicolon behind the version on; at most 64 fields are read.
FieldScan scan_fields(std::string_view text, std::size_t from);

// An extension's value: %x21-7E without "=" and ";", at least one.
bool is_extension_value(std::string_view value);

// Why the text is no record of its kind: kind usage.
base::Error syntax_error(std::string message, std::size_t offset);

// Does the text begin with `version` and a semicolon, exactly? All other records are discarded.
bool has_version(std::string_view text, std::string_view version);

// Why a text that was meant as a record of this version ("v=STSv1") is none, and where; nullopt when it is
// one, or has nothing to do with it. `names` are the fields that only such a record has.
struct NearMiss {
    std::string message;
    std::size_t offset = 0;
    std::string remedy = {};  // "Publish: ..." when what was meant is clear
};
std::optional<NearMiss> find_near_miss(std::string_view text, std::string_view version,
                                       const std::vector<std::string>& names);

}  // namespace tls_rpt
