// The OpenSSL contexts of TLS clients, and what is set for one connection. Inside net only: it needs OpenSSL.
#pragma once

#include <memory>
#include <string>

#include <openssl/ssl.h>

#include "net/stream.hpp"

namespace net {

inline constexpr std::size_t maximum_chain = 10;

using ContextPointer = std::shared_ptr<SSL_CTX>;

// Kept for the thread: one for the system's CAs and one for each CA file, and for scans one more of each,
// which is the only one that speaks what RFC 9325 forbids. Errors: usage (the CA file), bug.
base::Result<ContextPointer> context_for(const TlsOptions& options);

// RFC 9525 section 6: the names are in subjectAltName alone, a wildcard is a whole left-most label. SNI takes
// no trailing dot and no addresses (RFC 6066 section 3). False = not a name.
bool expect_name(SSL* ssl, std::string name);

// Errors: unavailable, when OpenSSL has no cipher left to offer.
base::Result<void> restrict_offer(SSL* ssl, const TlsOffer& offer);

// Sets `wanted` when the server asks for a client certificate; none is sent. `wanted` must outlive the
// handshake.
void note_client_certificate_request(SSL* ssl, bool& wanted);

std::string openssl_reason();  // of the last fault of this thread

}  // namespace net
