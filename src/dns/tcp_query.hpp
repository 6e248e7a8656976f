// One message over TCP (RFC 7766), on a connection of its own: a question whose answer did not fit into UDP,
// or an update.
#pragma once

#include "dns/update.hpp"
#include "dns/wire.hpp"

namespace dns {

// Errors: unavailable, with "connection refused", "timed out", "malformed answer: ..."; interrupted.
net::Task<base::Result<Response>> ask_over_tcp(net::Endpoint server, Question question, QueryFlags flags,
                                               net::Deadline deadline);

// Errors: unavailable, as above; interrupted. When one comes after the message was sent, nobody knows whether
// the update was made.
net::Task<base::Result<UpdateAnswer>> send_update(net::Endpoint server, TextUpdate update, TsigKey key,
                                                  net::Deadline deadline);

}  // namespace dns
