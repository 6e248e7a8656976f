// The messages of a batch, one after the other: of an mbox, a Maildir or a directory of .eml files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/message_input.hpp"
#include "mail/mbox.hpp"

namespace cli {

class MessageBatch {
  public:
    // A directory with new or cur in it is a Maildir: both are read, but what is marked as trashed ("T") is
    // not. Of any other directory the files whose names end in .eml, without those in directories below.
    // Files come in the order of their names; nothing is moved or marked. A file is an mbox, and "-" is one
    // on standard input. Errors: usage.
    static base::Result<MessageBatch> open(const std::string& path);

    // Goes on to the next message, whether or not the one before was read to its end. Its name for people,
    // "new/17.x" or "inbox:3"; nullopt at the end. Errors: usage (no mbox), io. After an Error there is no
    // next.
    base::Result<std::optional<std::string>> next();
    // The next octets of that message; empty at its end. They live until the next call. Errors: usage (a file
    // that cannot be opened), io.
    base::Result<std::string_view> read();

    // How much was read, 0 to 1, where that can be known.
    std::optional<double> share() const;

  private:
    MessageBatch(std::string path, std::vector<std::string> files)
        : path_(std::move(path)), files_(std::move(files)) {}
    static base::Result<std::vector<std::string>> list(const std::string& path);
    base::Result<std::optional<std::string>> next_in_mbox();
    base::Result<mail::MboxSplitter::Piece> next_piece();
    base::Result<std::string_view> read_chunk();

    std::string path_;
    std::vector<std::string> files_;  // below path_
    std::size_t next_file_ = 0;
    std::optional<MessageInput> input_;  // the mbox, or the file that is read
    std::optional<mail::MboxSplitter> mbox_;
    bool at_message_ = false;  // the mbox stands at the beginning of one
    std::uint64_t number_ = 0;
    std::uint64_t octets_ = 0;  // of the mbox
    std::string buffer_;
};

}  // namespace cli
