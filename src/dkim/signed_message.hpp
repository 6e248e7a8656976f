// A message read once, as a stream, with all that its DKIM signatures need of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dkim/body_hashes.hpp"
#include "dkim/signature.hpp"
#include "mail/message.hpp"

namespace dkim {

inline constexpr std::size_t most_signatures = 20;  // that are looked at, from the top of the message

class SignedMessage {
  public:
    explicit SignedMessage(base::Time now);

    // The bytes of the message, in any chunking; bare LFs count as CRLF. Memory: the header, and some 400 kB
    // whatever the body's size. Errors: usage, as mail::MessageReader.
    base::Result<void> feed(std::string_view chunk);
    base::Result<void> finish();

    struct Item {
        std::size_t field;  // in the header
        Signature signature;
    };
    const std::vector<Item>& signatures() const { return signatures_; }
    std::size_t total_signatures() const { return total_signatures_; }  // those beyond the cap with them
    const mail::Header& header() const { return reader_.header(); }
    const mail::LineEndingCounts& line_endings() const { return reader_.counts(); }
    const BodyHashes& body() const { return body_; }
    // Fields of DKIM's successor, DKIM2-Signature and Message-Instance: how many.
    std::size_t successor_fields() const { return successor_fields_; }

  private:
    void take_body(std::string_view piece);
    void read_signatures();

    base::Time now_;
    mail::MessageReader reader_;
    std::vector<Item> signatures_;
    std::size_t total_signatures_ = 0;
    std::size_t successor_fields_ = 0;
    BodyHashes body_;
    bool header_is_read_ = false;
};

}  // namespace dkim
