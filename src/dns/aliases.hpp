// Where a CNAME chain leads inside one message. Pure.
#pragma once

#include <cstdint>

#include "dns/wire.hpp"

namespace dns {

inline constexpr std::size_t maximum_aliases = 10;

struct Chain {
    Status status = Status::no_data;
    bool leads_out = false;            // the target's records are not here: ask for aliases.back()
    std::vector<Record> records = {};  // of the asked type, at the end of the chain
    std::vector<Name> aliases = {};    // the targets, in order, `before` included
    std::uint32_t ttl = 0;             // seconds: the least of all records used, or of the negative answer
};

// `question` names where this message begins; `before` are the aliases that led there from `origin`, in
// order, so that a loop over several messages is seen too.
Chain follow_aliases(const Name& origin, const Question& question, std::vector<Name> before,
                     Response response);

Status status_of(unsigned code);  // of an RCODE; NOERROR = no_data

}  // namespace dns
