// One question over TCP (RFC 7766): a connection of its own, after a UDP answer that did not fit.
#pragma once

#include "dns/wire.hpp"

namespace dns {

// Errors: unavailable, with "connection refused", "timed out", "malformed answer: ..."; interrupted.
net::Task<base::Result<Response>> ask_over_tcp(net::Endpoint server, Question question, QueryFlags flags,
                                               net::Deadline deadline);

}  // namespace dns
