// What dkim verify found, as an item, as rows (one a signature; then SPF, DMARC and
// Authentication-Results where they were asked for), and as people read it.
#pragma once

#include <span>
#include <string>

#include "app/verify_message.hpp"
#include "cli/listing.hpp"
#include "output/terminal.hpp"

namespace cli {

// `name` is that of the file, or "-".
output::Value message_item(const std::string& name, const app::MessageVerification& verification);
output::Value::Array message_rows(const std::string& name, const app::MessageVerification& verification);
std::span<const ColumnView> message_columns();
std::string message_text(const app::MessageVerification& verification, const output::Terminal& terminal);

// The word of RFC 8601 for the message: pass when one signature passes, none when there is none, else
// temperror when one may pass later, else that of the first signature.
std::string_view message_result(const dkim::MessageResult& result);

// "reject", or "reject, but ..." and the like: what the author's domain asks for; empty = nothing.
std::string disposition(const app::MessageDmarc& dmarc);

}  // namespace cli
