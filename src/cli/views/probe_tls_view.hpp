// What a probe saw of TLS, as items and as people read it.
#pragma once

#include <string>

#include "app/probe_relay.hpp"
#include "output/terminal.hpp"
#include "output/value.hpp"

namespace cli {

// Session, certificate, chain (one line a certificate, leaf first) and OCSP staple.
std::string tls_text(const app::ProbeTarget& target, const net::TlsInfo& tls, base::Time now,
                     const output::Terminal& terminal);

// "70 days left", "expired 3 days ago", "valid in 12 days".
std::string validity_text(const net::Certificate& certificate, base::Time now);

output::Value tls_item(const net::TlsInfo& tls, base::Time now);

// The options --dane, --mta-sts and --tls-scan; "" and null where they were not asked for.
std::string dane_text(const app::ProbeReport& report, const output::Terminal& terminal);
output::Value dane_items(const std::vector<app::DaneCheck>& checks);
std::string policy_text(const std::optional<app::PolicyCheck>& check, const std::string& host,
                        const output::Terminal& terminal);
output::Value policy_item(const std::optional<app::PolicyCheck>& check);
std::string tls_scan_text(const app::ProbeReport& report, const output::Terminal& terminal);
output::Value tls_scan_item(const std::optional<app::TlsScan>& scan);

}  // namespace cli
