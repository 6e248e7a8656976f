#include "dkim/signed_message.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace dkim {

SignedMessage::SignedMessage(base::Time now)
    : now_(now), reader_(mail::MessageOptions{.endings = mail::LineEndings::normalise_lf}) {}

base::Result<void> SignedMessage::feed(std::string_view chunk) {
    TRY(const auto body, reader_.feed(chunk));
    take_body(body);
    return {};
}

base::Result<void> SignedMessage::finish() {
    TRY(const auto body, reader_.finish());
    take_body(body);
    if (!header_is_read_) read_signatures();
    body_.finish();
    return {};
}

void SignedMessage::take_body(std::string_view piece) {
    if (!header_is_read_ && reader_.header_is_complete()) read_signatures();
    if (!piece.empty()) body_.feed(piece);
}

void SignedMessage::read_signatures() {
    header_is_read_ = true;
    const auto& header = reader_.header();
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto field = header[i];
        if (base::equals_ignoring_case(field.name, "DKIM2-Signature") ||
            base::equals_ignoring_case(field.name, "Message-Instance"))
            ++successor_fields_;
        if (!base::equals_ignoring_case(field.name, "DKIM-Signature")) continue;
        ++total_signatures_;
        if (signatures_.size() == most_signatures) continue;
        auto signature = read_signature(field.value, now_, fmt::format("signature {}", total_signatures_));
        if (signature.is_computable()) body_.want(signature.canonical.body, signature.length);
        signatures_.push_back({.field = i, .signature = std::move(signature)});
    }
}

}  // namespace dkim
