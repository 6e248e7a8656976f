// The stapled OCSP answer (RFC 6960, RFC 6066 section 8). Inside net only: it needs OpenSSL.
#pragma once

#include <openssl/x509.h>

#include "net/stream.hpp"

namespace net {

// `response`: the DER as the server sent it, empty = none. `issuer` signed `leaf`; null = it is not known, so
// nothing can be said. The answer counts when the issuer, or a responder it appointed, signed it, and when it
// is of today (5 minutes are granted to clocks).
Staple read_staple(std::string_view response, X509* leaf, X509* issuer);

}  // namespace net
