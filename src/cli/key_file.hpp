// Files of private keys and other secrets.
#pragma once

#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace cli {

struct KeyFile {
    base::Secret text;
    bool others_read = false;  // its mode lets the group or others in
};

// A regular file of at most `limit` octets. Errors: usage.
base::Result<KeyFile> read_key_file(const std::string& path, std::size_t limit);

// A new file with mode 0600; one that is there, or is no regular file, is never written to. What could not be
// written whole is removed. Errors: conflict (it exists), io.
// `what` is for the message.
base::Result<void> write_key_file(const std::string& path, const base::Secret& text,
                                  std::string_view what = "key file");

}  // namespace cli
