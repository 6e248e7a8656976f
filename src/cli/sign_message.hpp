// One message from its input through a signer to an output, in bounded memory.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/message_input.hpp"
#include "cli/spool.hpp"
#include "dkim/sign.hpp"

namespace cli {

enum class Keep : bool { no, yes };

class MessageSigning {
  public:
    // `signer` must live on. With Keep::yes write() can be called: what cannot be read a second time is kept,
    // in `folder` beyond a megabyte.
    MessageSigning(const dkim::Signer& signer, MessageInput input, std::string folder, Keep keep)
        : stream_(signer),
          endings_(signer.options().endings),
          input_(std::move(input)),
          body_(std::move(folder)),
          keep_(keep) {}

    // Reads the whole message. Errors: those of reading, of dkim::SigningStream, and io for the kept body.
    base::Result<void> sign(base::Time now);
    const std::vector<std::string>& fields() const { return fields_; }  // each with its CRLF
    const dkim::SigningStream& stream() const { return stream_; }

    using Take = std::function<base::Result<void>(std::string_view)>;
    // Hands on the signed message in pieces: the fields, the header, an empty line, the body, its lines ended
    // by CRLF, the last one too. Errors: that of `take`, io, conflict (the file was changed since it was
    // signed).
    base::Result<void> write(const Take& take);

  private:
    base::Result<void> keep(std::string_view body);
    base::Result<void> write_body_again(const Take& take);

    dkim::SigningStream stream_;
    mail::LineEndings endings_;
    MessageInput input_;
    Spool body_;
    Keep keep_;
    bool read_again_ = false;
    std::vector<std::string> fields_;
};

}  // namespace cli
