// What a receiver writes about a check into the message: header fields for people to compare with. Pure.
#pragma once

#include <string>
#include <string_view>

#include "spf/evaluate.hpp"

namespace spf {

// "Received-SPF: pass (...) client-ip=192.0.2.1; ..." (RFC 7208 section 9.1), folded at blanks with "\n    ",
// no newline at the end. Text from outside is quoted; control bytes and bad UTF-8 in it become \xNN.
std::string received_spf(const Query& query, const Evaluation& evaluation);

// "Authentication-Results: mx.example.org;\n    spf=pass smtp.mailfrom=..." (RFC 8601 sections 2.2
// and 2.7.2), folded and quoted likewise. `authserv_id` names who checked.
std::string authentication_results(const Query& query, const Evaluation& evaluation,
                                   std::string_view authserv_id);

// The part of that field that tells of SPF, "spf=pass smtp.mailfrom=...", to stand beside other methods.
std::string authentication_result(const Query& query, const Evaluation& evaluation);

// A token of RFC 2045 as it is, anything else as a quoted-string.
std::string header_value(std::string_view text);

}  // namespace spf
