// What is wrong, or unwise, with the text of a DKIM key record.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/key.hpp"
#include "dkim/key_record.hpp"
#include "finding/verdict.hpp"

namespace dkim {

struct KeyInspection {
    std::string text;                       // the record, joined
    std::vector<std::string> strings = {};  // as the DNS sent them; empty when the text came from elsewhere
    bool is_key = false;                    // a DKIM record, be it a broken one; false = unrelated text
    std::optional<KeyRecord> record = {};   // nullopt = does not parse
    std::optional<crypto::PublicKey> key = {};  // nullopt = revoked, or not readable
    finding::Verdict verdict = finding::Verdict::bad;
    std::vector<finding::Finding> findings = {};

    std::string key_text() const;  // "rsa 2048", "ed25519", "revoked", or "-"
};

// `subject` names the record in the findings: "s1._domainkey.example.com".
KeyInspection inspect_key_record(std::string_view text, std::string subject);

}  // namespace dkim
