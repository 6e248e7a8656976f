// The parts of the catalogue, one file a subject.
#pragma once

#include <span>

#include "finding/finding.hpp"

namespace finding {

std::span<const Entry> dns_entries();             // catalogue_dns.cpp:   DNS answers of any kind
std::span<const Entry> spf_entries();             // catalogue_spf.cpp
std::span<const Entry> dkim_entries();            // catalogue_dkim.cpp
std::span<const Entry> dkim_signature_entries();  // signatures of messages
std::span<const Entry> dmarc_entries();           // catalogue_dmarc.cpp
std::span<const Entry> mx_entries();              // MX, PTR
std::span<const Entry> mta_sts_entries();         //
std::span<const Entry> tls_rpt_entries();         //
std::span<const Entry> dane_entries();            //
std::span<const Entry> predict_entries();  // catalogue_predict.cpp: mail through a relay, as receivers see it
std::span<const Entry> smtp_entries();     // catalogue_smtp.cpp:  probe: connection, TLS, SMTP
std::span<const Entry> smtp_login_entries();  // catalogue_smtp_login.cpp: replies to a login
std::span<const Entry> smtp_reply_entries();  // catalogue_smtp_replies.cpp: all other replies

}  // namespace finding
