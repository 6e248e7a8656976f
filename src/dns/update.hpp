// Dynamic updates of a zone (RFC 2136), signed with a shared key (TSIG, RFC 8945), as messages. Pure, but for
// the moment of the signature, which ldns takes from the system.
#pragma once

#include <optional>

#include "base/clock.hpp"
#include "dns/resolver.hpp"
#include "dns/tsig_key.hpp"

namespace dns {

// What is to become of the TXT records at a name. The server does it only if it finds there what is expected,
// so that nothing that came meanwhile is lost.
struct TextUpdate {
    Name zone;
    Name owner;
    std::vector<Txt> before = {};   // these and no others; empty = no TXT record there, and no CNAME
    std::optional<Txt> after = {};  // in their place; nullopt = none
    std::uint32_t ttl = 3600;       // of `after`, in seconds
};

// The same as commands for nsupdate, a line each, without the server and without "send".
std::vector<std::string> nsupdate_lines(const TextUpdate& update);

struct SignedUpdate {
    std::string message;
    std::string mac;  // of its signature, with its length in two octets before it: the answer's covers it
};
SignedUpdate encode_update(const TextUpdate& update, std::uint16_t id, const TsigKey& key);

struct UpdateAnswer {
    unsigned code = 0;             // RCODE
    bool is_signed = false;        // with our key, for our question; else anybody may have made it
    unsigned signature_error = 0;  // of TSIG: 16 BADSIG, 17 BADKEY, 18 BADTIME
    std::optional<base::Time> server_time = {};  // with BADTIME, and only if it is signed
};
// Error: unavailable, for what is no answer to this update.
base::Result<UpdateAnswer> decode_update_answer(std::string_view message, const SignedUpdate& update,
                                                const TsigKey& key);

// Whether the server did it. Errors: refused (key, zone, clock), conflict (the name has not what was
// expected), unavailable (SERVFAIL; an answer that is not signed, where it should be). `now` is for the words
// about clocks.
base::Result<void> judge_update(const UpdateAnswer& answer, const TextUpdate& update, const TsigKey& key,
                                base::Time now);

}  // namespace dns
