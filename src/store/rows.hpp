// Rows of the tables as values of the model. What does not parse was not written by relayctl: an io Error
// that names the row.
#pragma once

#include <string>

#include "relay/last_probe.hpp"
#include "store/sqlite.hpp"

namespace store {

// The columns in the order that the readers and writers below expect.
#define STORE_RELAY_COLUMNS                                                                   \
    "id, name, host, port, security, verify_certificate, ca_file, fingerprint, daily_limit, " \
    "priority, dkim_selector, return_path, login_user, password_source, password_command, "   \
    "fallback, enabled, description, created_at, changed_at, limit_unit, "                    \
    "over_limit, unaligned_fallback"
#define STORE_DKIM_KEY_COLUMNS                                              \
    "id, domain, selector, algorithm, bits, public_key, note, created_at, " \
    "state, activated_at, retiring_at, retires_at, last_seen_at"
#define STORE_RELAY_PROBE_COLUMNS \
    "relay_id, probed_at, verdict, host, port, security, reason, total_ms, findings"

// What does not parse, in the words of every table.
base::Error damaged(std::string_view table, std::string_view row, const base::Error& why);

base::Error missing(std::string message);  // not_found

base::Result<relay::Relay> read_relay(const Statement& row);  // without what other tables hold of it
base::Result<relay::DomainPattern> read_relay_domain(const Statement& row);  // relay_id, domain
base::Result<relay::MailType> read_relay_mail_type(const Statement& row);    // relay_id, mail_type
base::Result<base::IpAddress> read_relay_egress(const Statement& row);       // relay_id, address
base::Result<std::string> read_relay_fallback(const Statement& row);         // relay_id, name
base::Result<relay::Domain> read_domain(const Statement& row);               // name, created_at
base::Result<relay::DkimKey> read_dkim_key(const Statement& row);
base::Result<relay::LastProbe> read_last_probe(const Statement& row);

// Binds all columns but the id, in the same order.
void bind_relay(Statement& statement, const relay::Relay& relay);
void bind_dkim_key(Statement& statement, const relay::DkimKey& key);
void bind_dkim_life(Statement& statement, const relay::DkimLife& life);     // state and its three times
void bind_last_probe(Statement& statement, const relay::LastProbe& probe);  // the relay's id too

}  // namespace store
