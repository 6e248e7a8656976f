// Rows of the tables as values of the model. What does not parse was not written by relayctl: an io Error
// that names the row.
#pragma once

#include "relay/last_probe.hpp"
#include "store/sqlite.hpp"

namespace store {

// The columns in the order that the readers and writers below expect.
#define STORE_RELAY_COLUMNS                                                                   \
    "id, name, host, port, security, verify_certificate, ca_file, fingerprint, daily_limit, " \
    "priority, dkim_selector, return_path, login_user, password_source, password_command, "   \
    "fallback, enabled, description, created_at, changed_at, limit_unit"
#define STORE_DKIM_KEY_COLUMNS "id, domain, selector, algorithm, bits, public_key, note, created_at"
