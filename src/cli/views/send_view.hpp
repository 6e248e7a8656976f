// What became of a message that was sent.
#pragma once

#include "cli/commands/send_run.hpp"
#include "cli/listing.hpp"

namespace cli {

std::span<const ColumnView> send_columns();
output::Value send_item(const SendReport& report, const OutgoingMessage& message, relay::MailType type);

// What a dry run shows before the message: relay, envelope, signatures; a line each.
std::string preview_text(const SendRun::Preview& preview);

}  // namespace cli
