// What a server says it can do: the EHLO reply (RFC 5321 section 4.1.1.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtp/reply.hpp"

namespace smtp {

struct Keyword {
    std::string name;        // as sent
    std::string parameters;  // what follows the blank, as sent
    bool operator==(const Keyword&) const = default;
};

struct Capabilities {
    std::string server;             // the first word of the first line: the server's name for itself, raw
    bool extended = true;           // EHLO was understood; false = the server knows HELO only
    std::vector<Keyword> keywords;  // at most 100, in order, raw
    std::vector<std::string>
        auth;  // SASL mechanisms in upper case, each once, at most 32 (RFC 4954 section 3)
    std::optional<std::uint64_t> size;  // octets a message may have, 0 = no fixed limit (RFC 1870);
                                        // nullopt = SIZE without a number, or no SIZE
    bool size_unreadable = false;  // SIZE was no number or did not fit 64 bits (then `size` is saturated)
    bool cut = false;              // the server sent more than fits

    bool has(std::string_view keyword) const;  // without regard to case
    bool operator==(const Capabilities&) const = default;
};

// Of a positive reply to EHLO. Old servers write AUTH=PLAIN for AUTH PLAIN; both forms are joined.
Capabilities parse_capabilities(const Reply& reply);

}  // namespace smtp
