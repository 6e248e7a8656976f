// A message that is handed in to be sent: read once, made fit to leave, and then read as often as it is
// signed and sent, in bounded memory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64.hpp"
#include "cli/spool.hpp"
#include "dkim/sign.hpp"
#include "mail/submission.hpp"
#include "smtp/transaction.hpp"

namespace cli {

// The end of a message that people type: a line of a single dot. Fed in any chunking.
class DotEnd {
  public:
    // What of it belongs to the message; lives until the next call, and no longer than `chunk`.
    std::string_view feed(std::string_view chunk);
    bool is_ended() const { return ended_; }
    bool has_more() const { return has_more_; }  // something stood behind it

  private:
    bool at_line_start_ = true;
    bool ended_ = false;
    bool has_more_ = false;
    std::string held_;  // "." or ".\r", which may be that line
    std::string buffer_;
};

struct OutgoingOptions {
    mail::SubmissionOptions submission = {};
    mail::Recipients recipients = mail::Recipients::not_wanted;
    bool dot_ends = false;
    bool digest = false;  // see OutgoingMessage::digest()
};

// The next octets of what is handed in; empty at its end.
using ReadOctets = std::function<base::Result<std::string_view>()>;

class OutgoingMessage {
  public:
    // Beyond a megabyte the body is kept in `folder`.
    explicit OutgoingMessage(std::string folder) : body_(std::move(folder)) {}

    // Call it once. Errors: usage (see mail::prepare_submission), io, those of `input`.
    base::Result<void> read(const ReadOctets& input, const OutgoingOptions& options);

    // By a line of a single dot, before the end of `input`; `cut` when more of it was seen behind.
    enum class Ended { no, by_dot, cut };
    Ended ended() const { return ended_; }

    const mail::Submission& submission() const { return *submission_; }
    std::string message_id() const;  // "<...>", as the field has it
    std::uint64_t octets() const { return submission_->header.size() + 2 + body_octets_; }
    bool has_eight_bit() const { return has_eight_bit_; }  // in the body
    // SHA-256 of what was handed in, where the options ask for it.
    const base::Bytes& digest() const { return digest_; }

    // The DKIM-Signature fields, one a key, each with its CRLF. Errors: those of dkim::SigningStream, io.
    base::Result<std::string> sign(const dkim::Signer& signer, base::Time now) const;
    // The message from its beginning, `fields` before its header. It must not outlive the message.
    smtp::ReadMessage reader(std::string fields) const;

  private:
    base::Result<void> keep(std::string_view body);

    std::optional<mail::Submission> submission_;
    Spool body_;
    std::uint64_t body_octets_ = 0;
    bool has_eight_bit_ = false;
    base::Bytes digest_;
    char last_ = '\n';
    Ended ended_ = Ended::no;
};

}  // namespace cli
