// How strictly an RSA key that could be read keeps to DER. Internal to this room.
#pragma once

#include <string>

#include "base/base64.hpp"

namespace dkim {

// The first fault of a SubjectPublicKeyInfo or RSAPublicKey (X.690 sections 8.3 and 10.1, RFC 3279
// section 2.3.1) that OpenSSL overlooks and others need not; empty = none. Pure.
std::string der_fault(const base::Bytes& key);

}  // namespace dkim
