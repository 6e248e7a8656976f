// Signatures that were made, as items.
#pragma once

#include <span>
#include <string_view>

#include "cli/listing.hpp"
#include "dkim/sign.hpp"

namespace cli {

std::span<const ColumnView> signature_columns();
// The signature by the signer's key number `index`; `field` is its header field.
output::Value signature_item(std::string_view file, const dkim::Signer& signer, std::size_t index,
                             const dkim::SigningStream& message, std::string_view field,
                             base::Time signed_at);

}  // namespace cli
