#include "cli/outgoing_message.hpp"

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "crypto/hasher.hpp"

namespace cli {

std::string_view DotEnd::feed(std::string_view chunk) {
    if (ended_ || chunk.empty()) return {};
    std::string_view text = chunk;
    if (!held_.empty()) {
        buffer_ = std::exchange(held_, {});
        buffer_ += chunk;
        text = buffer_;
    }
    std::size_t line = at_line_start_ ? 0 : std::string_view::npos;
    if (!at_line_start_) {
        const auto found = text.find("\n.");
        line = found == std::string_view::npos ? found : found + 1;
    }
    while (line != std::string_view::npos) {
        const auto rest = text.substr(line);
        if (rest.starts_with(".\n") || rest.starts_with(".\r\n")) {
            ended_ = true;
            has_more_ = rest.find('\n') + 1 < rest.size();
            return text.substr(0, line);
        }
        if (rest == "." || rest == ".\r") {
            held_ = std::string(rest);
            at_line_start_ = true;
            return text.substr(0, line);
        }
        const auto found = text.find("\n.", line);
        line = found == std::string_view::npos ? found : found + 1;
    }
    at_line_start_ = text.back() == '\n';
    return text;
}

base::Result<void> OutgoingMessage::keep(std::string_view body) {
    if (body.empty()) return {};
    last_ = body.back();
    body_octets_ += body.size();
    has_eight_bit_ = has_eight_bit_ || std::any_of(body.begin(), body.end(), [](char c) {
                         return static_cast<unsigned char>(c) > 127;
                     });
    return body_.append(body);
}

base::Result<void> OutgoingMessage::read(const ReadOctets& input, const OutgoingOptions& options) {
    mail::MessageReader reader;
    DotEnd end;
    std::optional<crypto::Sha256> hash;
    if (options.digest) hash.emplace();
    while (!end.is_ended()) {
        TRY(auto chunk, input());
        if (chunk.empty()) break;
        if (hash) hash->update(chunk);
        if (options.dot_ends) chunk = end.feed(chunk);
        TRY(const auto body, reader.feed(chunk));
        TRY_VOID(keep(body));
    }
    if (end.is_ended()) ended_ = end.has_more() ? Ended::cut : Ended::by_dot;
    TRY(const auto rest, reader.finish());
    TRY_VOID(keep(rest));
    if (last_ != '\n') TRY_VOID(keep("\r\n"));
    if (hash) digest_ = hash->digest();
    TRY(submission_, mail::prepare_submission(reader.header(), options.submission, options.recipients));
    return {};
}

std::string OutgoingMessage::message_id() const {
    const std::string lower = "\r\n" + base::lower(submission_->header);
    const auto at = lower.find("\r\nmessage-id:");
    if (at == std::string::npos) return {};
    const auto rest =
        std::string_view(submission_->header).substr(at + std::string_view("message-id:").size());
    return base::printable(base::trim(rest.substr(0, rest.find("\r\n"))));
}

base::Result<std::string> OutgoingMessage::sign(const dkim::Signer& signer, base::Time now) const {
    dkim::SigningStream stream(signer);
    const auto read = reader({});
    for (;;) {
        TRY(const auto piece, read());
        if (piece.empty()) break;
        TRY(const auto passed, stream.feed(piece));
        static_cast<void>(passed);
    }
    TRY(const auto rest, stream.finish());
    static_cast<void>(rest);
    TRY(const auto fields, stream.sign(now));
    return base::join(fields, "");
}

smtp::ReadMessage OutgoingMessage::reader(std::string fields) const {
    const auto start = std::make_shared<std::string>(std::move(fields) + submission_->header + "\r\n");
    const auto body = std::make_shared<SpoolReader>(body_);
    const auto begun = std::make_shared<bool>(false);
    return [=]() -> base::Result<std::string_view> {
        if (!std::exchange(*begun, true)) return std::string_view(*start);
        return body->next();
    };
}

}  // namespace cli
