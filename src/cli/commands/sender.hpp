// Whose mail is meant: --from and --mail-type of route and predict.
#pragma once

#include "cli/arguments.hpp"
#include "cli/command.hpp"
#include "cli/commands/relay_option_table.hpp"
#include "relay/relay.hpp"

namespace cli {

inline constexpr Option sender_option = {.name = "--from",
                                         .value = "ADDRESS|DOMAIN",
                                         .help = "the From address of the mail, or its domain",
                                         .completion = Completion::domain};
inline constexpr Option mail_type_option = {.name = "--mail-type",
                                            .value = "TYPE",
                                            .help = "individual (default), mass or workflow",
                                            .completion = Completion::words,
                                            .words = mail_type_words};

// Errors: usage: --from is missing, or neither an address nor a domain.
base::Result<base::DomainName> read_sender_domain(const Arguments& arguments);
// Errors: usage: no such type.
base::Result<relay::MailType> read_mail_type(const Arguments& arguments);

}  // namespace cli
