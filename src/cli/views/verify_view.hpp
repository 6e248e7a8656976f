// What verify found, as an item, as rows (one a check), and as people read it.
#pragma once

#include <span>
#include <string>

#include "app/relay_mail.hpp"
#include "app/verify_domain.hpp"
#include "cli/listing.hpp"
#include "output/terminal.hpp"

namespace cli {

// What was verified, and for which client.
struct VerifyResult {
    app::Verification verification;
    std::optional<base::IpAddress> ip = {};
    bool dkim_wanted = true;                  // DKIM was to be checked, if a selector is known
    std::string relay = {};                   // the relay whose mail it is, or empty
    std::optional<app::RelayMail> mail = {};  // of that relay
    std::string ip_note = {};                 // where the address came from, or empty
};

output::Value verify_item(const VerifyResult& result);
output::Value::Array verify_rows(const VerifyResult& result);
std::span<const ColumnView> verify_columns();
std::string verify_text(const VerifyResult& result, const output::Terminal& terminal);

// The short texts of a check, shared by rows and terminal.
std::string spf_result(const app::SpfPart& spf);         // "pass", "permerror", "ok", "none"
std::string dkim_detail(const dkim::KeyLookup& lookup);  // "rsa 2048, matches the key in the store"
std::string dmarc_detail(const app::DmarcPart& dmarc);   // "p=reject, relaxed alignment, reports to ..."

}  // namespace cli
