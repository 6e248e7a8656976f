// The tables by which OpenDKIM finds its keys (opendkim.conf(5), opendkim(8)): what they say, without the
// files that they name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/domain_name.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace app {

// A line "name domain:selector:key" of a KeyTable.
struct KeyTableLine {
    std::string name;                        // by which the SigningTable calls the key
    std::optional<base::DomainName> domain;  // nullopt: %, that of each message
    std::string selector;
    std::string path = {};  // as written, also where OpenDKIM takes only what begins with / or .; or empty:
    base::Secret key = {};  // PEM or base64 in the line itself
};

// Comments and empty lines are passed over. At most 10000 keys. Errors: usage, with the line's number; no
// message shows what may be a key.
base::Result<std::vector<KeyTableLine>> parse_key_table(std::string_view text);

// A line "pattern name" of a SigningTable whose pattern is of one domain: "*@example.com", "example.com".
struct SigningTableLine {
    base::DomainName domain;
    std::string key_name;  // the domain's where the table says %
};

// Patterns of more than one domain (*, .example.com, *@*.example.com) are passed over, as are comments and
// empty lines. At most 100000 lines. Errors: usage, with the line's number.
base::Result<std::vector<SigningTableLine>> parse_signing_table(std::string_view text);

// Each line of % becomes one for every domain that the SigningTable gives its key. Errors: usage: it gives
// none.
base::Result<std::vector<KeyTableLine>> with_domains(std::vector<KeyTableLine> keys,
                                                     const std::vector<SigningTableLine>& signers);

}  // namespace app
