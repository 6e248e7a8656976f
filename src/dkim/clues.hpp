// What was done to a message after it was signed: guesses that a computation bears out, in bounded work.
// Internal to this room.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dkim/signed_message.hpp"

namespace dkim {

// Of a body whose hash is not bh=. Tried: an empty body, the other canonicalisation, and ends near the end of
// the body as it is now, behind lines, with and without the last MIME boundary behind them.
std::vector<std::string> body_clues(const SignedMessage& message, const Signature& signature);

// Whether the signature was made over a header with this hash.
using FitsHash = std::function<bool(const base::Bytes& digest)>;

// Of a header that does not fit the signature. Tried: the other canonicalisation, each signed field left out
// (it was added), a Subject without what a list or a filter puts in front, another field in the place of
// From, other encodings, other folding; nothing when the signed fields are longer than 64 kB.
std::vector<std::string> header_clues(const SignedMessage& message, std::size_t index, const FitsHash& fits);

// The hash that b= signs (section 3.7): of the fields of h=, and of the signature itself without b='s value.
base::Bytes header_hash(const SignedMessage& message, std::size_t index);

}  // namespace dkim
