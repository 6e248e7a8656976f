// The parts of inspect_key_record(), which share one list of findings. Internal to this room.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "dkim/inspect.hpp"
#include "dkim/tag_list.hpp"

namespace dkim {

class Inspector {
  public:
    Inspector(std::string_view text, std::string subject) : subject_(std::move(subject)) {
        result_.text = text;
    }

    KeyInspection inspect();

  private:
    void add(std::string_view id, std::string observed, std::optional<std::size_t> offset = {},
             std::string remedy = {});
    bool has(std::string_view id) const;
    bool has_error() const;

    // inspect.cpp: the text and its tags
    bool check_copying_faults();  // false = PEM armour: nothing more can be said
    void check_syntax();
    void check_version();
    void check_names();
    void check_missing_semicolons();
    void check_lists();
    void check_flags_and_notes();

    // inspect_public_key.cpp: k= and p=
    void check_public_key();
    std::optional<base::Bytes> decode_public_key(const Tag& tag);
    bool explain_padding(const Tag& tag, std::string_view digits);
    void explain_bad_base64(const Tag& tag, std::string_view digits);
    void check_rsa_bytes(const Tag& tag, const base::Bytes& bytes);
    void check_ed25519_bytes(const Tag& tag, const base::Bytes& bytes);
    bool check_reading(const Tag& tag, const base::Bytes& bytes, const crypto::KeyReading& reading);
    void check_rsa_key(const Tag& tag, const crypto::PublicKey& key);

    std::string subject_;
    TagScan scan_;
    KeyInspection result_;
};

}  // namespace dkim
