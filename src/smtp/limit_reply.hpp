// Does a reply say that a limit of the server's own is reached: messages of the day, their rate, recipients.
#pragma once

#include <optional>

#include "smtp/diagnosis.hpp"
#include "smtp/transaction.hpp"

namespace smtp {

// "550 5.4.5 Daily user sending limit exceeded", "452 4.5.3 too many recipients", "421 4.7.0 unusual rate":
// no, when it is about the recipient's mailbox or is greylisting. A permanent "too many recipients" is about
// this message alone.
bool tells_of_limit(const Reply& reply, Stage stage);

// Of a transaction that was not accepted: the reply that decided.
bool tells_of_limit(const TransactionResult& result);

}  // namespace smtp
