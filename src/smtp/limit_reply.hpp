// Does a reply say that a limit of the server's own is reached, and for how long?
#pragma once

#include <cstdint>
#include <optional>

#include "smtp/diagnosis.hpp"
#include "smtp/transaction.hpp"

namespace smtp {

enum class Limit : std::uint8_t {
    none,
    for_now,  // a rate, connections, recipients at a time: soon there is room again
    today,    // what the account may send in a day or longer
};

// "454 Throttling failure: Maximum sending rate exceeded", "421 4.7.0 try again later", "452 4.5.3 too many
// recipients": for_now. "550 5.4.5 Daily user sending limit exceeded": today. none when it is about the
// recipient's mailbox, about logins, or is greylisting; a permanent "too many recipients" is about this
// message alone.
Limit told_limit(const ReplyText& reply, Stage stage);

// Of a transaction that was not accepted: what the reply that decided says, of several the longest.
Limit told_limit(const TransactionResult& result);

}  // namespace smtp
