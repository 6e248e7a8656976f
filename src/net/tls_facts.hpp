// What a TLS session is like once the handshake is through. Inside net only: it needs OpenSSL.
#pragma once

#include <openssl/ssl.h>

#include "net/stream.hpp"

namespace net {

// All but wants_client_certificate.
TlsInfo describe_session(SSL* ssl, const TlsOptions& options);

}  // namespace net
