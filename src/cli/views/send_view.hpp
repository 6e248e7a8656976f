// What became of a message that was sent.
#pragma once

#include "cli/commands/send_run.hpp"
#include "cli/exit_code.hpp"
#include "cli/listing.hpp"

namespace cli {

std::span<const ColumnView> send_columns();
std::span<const ColumnView> send_batch_columns();  // the same, and which message it is before them

struct SentMessage {
    std::string source = {};  // its name in a batch; empty = the only one
    relay::MailType type = relay::MailType::individual;
    ExitCode exit = ExitCode::done;  // what sending it alone would have ended with
};
output::Value send_item(const SendReport& report, const OutgoingMessage& message, const SentMessage& sent);
// Of one that no relay takes.
output::Value untaken_item(const NotTaken& untaken, const SendRequest& request,
                           const OutgoingMessage& message, const SentMessage& sent);
// Of a message that no server was asked to take, for another reason of our own.
output::Value unsent_item(const std::string& source, std::string_view result, const std::string& why,
                          ExitCode exit);
// An item as a line for people, with its end.
std::string send_line(const output::Value& item, const output::Terminal& terminal);

// What a dry run shows before the message: relay, envelope, signatures; a line each.
std::string preview_text(const SendRun::Preview& preview);

}  // namespace cli
