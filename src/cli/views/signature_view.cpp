#include "cli/views/signature_view.hpp"

#include "base/text.hpp"

namespace cli {

namespace {

constexpr ColumnView columns[] = {
    {.key = "file", .title = "FILE", .never_cut = true},
    {.key = "key", .title = "KEY", .never_cut = true},
    {.key = "algorithm", .title = "ALGORITHM"},
    {.key = "body_octets", .title = "BODY", .number = true},
    {.key = "expires_at", .title = "EXPIRES"},
    {.key = "domain", .title = "DOMAIN", .shown = false},
    {.key = "selector", .title = "SELECTOR", .shown = false},
    {.key = "canonicalization", .title = "CANONICALIZATION", .shown = false},
    {.key = "signed_at", .title = "SIGNED", .shown = false},
    {.key = "body_hash", .title = "BODY HASH", .shown = false, .never_cut = true},
    {.key = "header_field", .title = "FIELD", .shown = false, .never_cut = true},
    {.key = "bare_lf", .title = "BARE LF", .shown = false, .number = true},
    {.key = "bare_cr", .title = "BARE CR", .shown = false, .number = true},
    {.key = "nul", .title = "NUL", .shown = false, .number = true},
};

}  // namespace

std::span<const ColumnView> signature_columns() {
    return columns;
}

output::Value signature_item(std::string_view file, const dkim::Signer& signer, std::size_t index,
                             const dkim::SigningStream& message, std::string_view field,
                             base::Time signed_at) {
    const auto& key = signer.keys()[index];
    const auto& counts = message.message().counts();
    output::Value expires_at = nullptr;
    if (signer.options().expire) expires_at = base::to_rfc3339(signed_at + *signer.options().expire);
    return output::Value::object({
        {"file", base::printable(file)},
        {"key", key.selector + "@" + key.domain.ascii()},
        {"domain", key.domain.ascii()},
        {"selector", key.selector},
        {"algorithm", crypto::to_string(key.key.public_key().kind())},
        {"canonicalization", dkim::to_string(signer.options().canonical)},
        {"signed_at", base::to_rfc3339(signed_at)},
        {"expires_at", std::move(expires_at)},
        {"body_octets", message.body_size()},
        {"body_hash", base::encode_base64(message.body_hash())},
        {"header_field", std::string(field)},
        {"bare_lf", counts.bare_lf},
        {"bare_cr", counts.bare_cr},
        {"nul", counts.nul},
    });
}

}  // namespace cli
