// Which fields of the header a signature leaves open (RFC 6376 sections 5.4 and 8.15). Internal to this room.
#pragma once

#include <string>
#include <vector>

#include "dkim/signature.hpp"
#include "mail/header.hpp"

namespace dkim {

std::vector<finding::Finding> check_coverage(const mail::Header& header, const Signature& signature,
                                             const std::string& subject);

}  // namespace dkim
