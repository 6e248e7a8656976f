#include "store/schema.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace store {

using base::Error;
using base::ErrorKind;
using base::Result;

namespace {

// Ids are never used twice (AUTOINCREMENT). Secrets are in tables of their own, so that no `select *` shows
// them. Times are seconds since 1970 in UTC; a word stands for what is one of a few.
constexpr const char* version_1 = R"sql(
CREATE TABLE relay (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    security TEXT NOT NULL CHECK (security IN ('ssl', 'tls', 'none')),
    verify_certificate INTEGER NOT NULL CHECK (verify_certificate IN (0, 1)),
    ca_file TEXT,
    fingerprint TEXT,
    daily_limit INTEGER CHECK (daily_limit > 0),
    priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 65535),
    dkim_selector TEXT,
    return_path TEXT NOT NULL,
    login_user TEXT,
    password_source TEXT CHECK (password_source IN ('none', 'stored', 'command')),
    password_command TEXT,
    fallback INTEGER NOT NULL CHECK (fallback IN (0, 1)),
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    description TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    CHECK ((login_user IS NULL) = (password_source IS NULL)),
    CHECK ((password_command IS NOT NULL) = (password_source IS 'command'))
) STRICT;

CREATE TABLE relay_domain (
    relay_id INTEGER NOT NULL REFERENCES relay (id) ON DELETE CASCADE,
    domain TEXT NOT NULL,
    PRIMARY KEY (relay_id, domain)
) STRICT, WITHOUT ROWID;

CREATE TABLE relay_mail_type (
    relay_id INTEGER NOT NULL REFERENCES relay (id) ON DELETE CASCADE,
    mail_type TEXT NOT NULL CHECK (mail_type IN ('individual', 'mass', 'workflow')),
    PRIMARY KEY (relay_id, mail_type)
) STRICT, WITHOUT ROWID;

CREATE TABLE relay_password (
    relay_id INTEGER PRIMARY KEY REFERENCES relay (id) ON DELETE CASCADE,
    password BLOB NOT NULL
) STRICT;

CREATE TABLE domain (
    name TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE dkim_key (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    domain TEXT NOT NULL,
    selector TEXT NOT NULL,
    algorithm TEXT NOT NULL CHECK (algorithm IN ('rsa', 'ed25519')),
    bits INTEGER NOT NULL CHECK (bits > 0),
    public_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (domain, selector)
) STRICT;

CREATE TABLE dkim_private_key (
    dkim_key_id INTEGER PRIMARY KEY REFERENCES dkim_key (id) ON DELETE CASCADE,
    pem BLOB NOT NULL
) STRICT;
)sql";

// What the last probe of each relay found; ids of findings with blanks between.
constexpr const char* version_2 = R"sql(
CREATE TABLE relay_probe (
    relay_id INTEGER PRIMARY KEY REFERENCES relay (id) ON DELETE CASCADE,
    probed_at INTEGER NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('good', 'bad', 'unchecked')),
    host TEXT NOT NULL,
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    security TEXT NOT NULL CHECK (security IN ('ssl', 'tls', 'none')),
    reason TEXT NOT NULL,
    total_ms INTEGER NOT NULL CHECK (total_ms >= 0),
    findings TEXT NOT NULL
) STRICT;
)sql";

// Where the mail of a relay leaves from, and what holds for the whole store.
constexpr const char* version_3 = R"sql(
CREATE TABLE relay_egress (
    relay_id INTEGER NOT NULL REFERENCES relay (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    PRIMARY KEY (relay_id, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// What goes through the relays: the limit's use, the breaker, the log.
constexpr const char* version_4 = R"sql(
ALTER TABLE relay ADD COLUMN limit_unit TEXT NOT NULL DEFAULT 'messages'
    CHECK (limit_unit IN ('messages', 'recipients'));

CREATE TABLE relay_day (
    relay_id INTEGER NOT NULL REFERENCES relay (id) ON DELETE CASCADE,
    day INTEGER NOT NULL,
    messages INTEGER NOT NULL CHECK (messages >= 0),
    recipients INTEGER NOT NULL CHECK (recipients >= 0),
    failures INTEGER NOT NULL CHECK (failures >= 0),
    tripped TEXT NOT NULL,
    limit_told INTEGER NOT NULL CHECK (limit_told IN (0, 1)),
    PRIMARY KEY (relay_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE mail_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    logged_at INTEGER NOT NULL,
    relay TEXT NOT NULL,
    from_domain TEXT NOT NULL,
    mail_type TEXT NOT NULL CHECK (mail_type IN ('individual', 'mass', 'workflow')),
    recipients INTEGER NOT NULL CHECK (recipients >= 0),
    accepted INTEGER NOT NULL CHECK (accepted >= 0),
    result TEXT NOT NULL CHECK (result IN ('accepted', 'refused', 'deferred', 'unable', 'unknown')),
    queue_id TEXT NOT NULL,
    reply TEXT NOT NULL
) STRICT;

CREATE INDEX mail_log_at ON mail_log (logged_at);
)sql";

// What a DKIM key is for, in its owner's words.
constexpr const char* version_5 = R"sql(
ALTER TABLE dkim_key ADD COLUMN note TEXT NOT NULL DEFAULT '';
)sql";

// The life of a DKIM key. What signed goes on to sign: the newest key of each domain and algorithm, which a
// domain alone stands for, and each that a relay names. An older one may be named in somebody's script, so it
// is retiring, and since when nobody knows, so that it does not retire by itself.
constexpr const char* version_6 = R"sql(
ALTER TABLE dkim_key ADD COLUMN state TEXT NOT NULL DEFAULT 'pending'
    CHECK (state IN ('pending', 'active', 'retiring', 'revoked'));
ALTER TABLE dkim_key ADD COLUMN activated_at INTEGER;
ALTER TABLE dkim_key ADD COLUMN retiring_at INTEGER;
ALTER TABLE dkim_key ADD COLUMN last_seen_at INTEGER;

UPDATE dkim_key SET state =
    CASE WHEN selector IN (SELECT dkim_selector FROM relay WHERE dkim_selector IS NOT NULL)
           OR NOT EXISTS (SELECT 1 FROM dkim_key AS other
                          WHERE other.domain = dkim_key.domain AND other.algorithm = dkim_key.algorithm
                            AND (other.created_at, other.id) > (dkim_key.created_at, dkim_key.id))
         THEN 'active' ELSE 'retiring' END;
)sql";

// Counts the changes of relays and settings, so that a process that sends much reads them again only then.
constexpr const char* version_7 = R"sql(
CREATE TABLE configuration (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL
) STRICT;

INSERT INTO configuration VALUES (1, 0);

CREATE TRIGGER relay_insert AFTER INSERT ON relay
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER relay_update AFTER UPDATE ON relay
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER relay_delete AFTER DELETE ON relay
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER relay_domain_insert AFTER INSERT ON relay_domain
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER relay_domain_update AFTER UPDATE ON relay_domain
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER relay_domain_delete AFTER DELETE ON relay_domain
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER relay_mail_type_insert AFTER INSERT ON relay_mail_type
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER relay_mail_type_update AFTER UPDATE ON relay_mail_type
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER relay_mail_type_delete AFTER DELETE ON relay_mail_type
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER relay_egress_insert AFTER INSERT ON relay_egress
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER relay_egress_update AFTER UPDATE ON relay_egress
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER relay_egress_delete AFTER DELETE ON relay_egress
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER setting_insert AFTER INSERT ON setting
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER setting_update AFTER UPDATE ON setting
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER setting_delete AFTER DELETE ON setting
    BEGIN UPDATE configuration SET generation = generation + 1; END;
)sql";

// What persons changed, newest last, and what takes it back: a changeset of SQLite's session extension, which
// knows no table of secrets. And where the platform's mail comes from.
constexpr const char* version_8 = R"sql(
CREATE TABLE change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    made_at INTEGER NOT NULL,
    who TEXT NOT NULL,
    command TEXT NOT NULL,
    undoes INTEGER,
    changeset BLOB NOT NULL
) STRICT;

CREATE TABLE change_thing (
    change_id INTEGER NOT NULL REFERENCES change (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    thing TEXT NOT NULL,
    name TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('added', 'edited', 'deleted', 'lost')),
    PRIMARY KEY (change_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE change_field (
    change_id INTEGER NOT NULL,
    thing_place INTEGER NOT NULL,
    place INTEGER NOT NULL,
    field TEXT NOT NULL,
    before TEXT,
    after TEXT,
    PRIMARY KEY (change_id, thing_place, place),
    FOREIGN KEY (change_id, thing_place) REFERENCES change_thing (change_id, place) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE region (
    name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE region_source (
    region TEXT NOT NULL REFERENCES region (name) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('spf', 'network')),
    value TEXT NOT NULL,
    PRIMARY KEY (region, kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE network_snapshot (
    region TEXT PRIMARY KEY REFERENCES region (name) ON DELETE CASCADE,
    taken_at INTEGER NOT NULL,
    networks TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// A snapshot outlives its region: that the region is gone is what the next comparison has to tell.
constexpr const char* version_9 = R"sql(
CREATE TABLE network_snapshot_apart (
    region TEXT PRIMARY KEY,
    taken_at INTEGER NOT NULL,
    networks TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO network_snapshot_apart SELECT region, taken_at, networks FROM network_snapshot;
DROP TABLE network_snapshot;
ALTER TABLE network_snapshot_apart RENAME TO network_snapshot;
)sql";

// The names of DKIM keys that are gone, in whatever way, with their public halves.
constexpr const char* version_10 = R"sql(
CREATE TABLE deleted_dkim_key (
    domain TEXT NOT NULL,
    selector TEXT NOT NULL,
    public_key TEXT NOT NULL,
    PRIMARY KEY (domain, selector)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER dkim_key_delete AFTER DELETE ON dkim_key
    BEGIN INSERT OR REPLACE INTO deleted_dkim_key VALUES (OLD.domain, OLD.selector, OLD.public_key); END;
)sql";

// Where the mail of a relay goes when it does not take it.
constexpr const char* version_11 = R"sql(
ALTER TABLE relay ADD COLUMN over_limit TEXT NOT NULL DEFAULT 'fallback'
    CHECK (over_limit IN ('fallback', 'defer', 'reject'));
ALTER TABLE relay ADD COLUMN unaligned_fallback INTEGER NOT NULL DEFAULT 0
    CHECK (unaligned_fallback IN (0, 1));

ALTER TABLE mail_log ADD COLUMN instead_of TEXT NOT NULL DEFAULT '';

CREATE TABLE relay_fallback (
    relay_id INTEGER NOT NULL REFERENCES relay (id) ON DELETE CASCADE,
    position INTEGER NOT NULL CHECK (position >= 0),
    name TEXT NOT NULL,
    PRIMARY KEY (relay_id, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER relay_fallback_insert AFTER INSERT ON relay_fallback
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER relay_fallback_update AFTER UPDATE ON relay_fallback
    BEGIN UPDATE configuration SET generation = generation + 1; END;
CREATE TRIGGER relay_fallback_delete AFTER DELETE ON relay_fallback
    BEGIN UPDATE configuration SET generation = generation + 1; END;
)sql";

// What was counted on a relay outlives it: an undo brings it back, with its number, and its limit must not be
// new.
constexpr const char* version_12 = R"sql(
CREATE TABLE relay_day_apart (
    relay_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    messages INTEGER NOT NULL CHECK (messages >= 0),
    recipients INTEGER NOT NULL CHECK (recipients >= 0),
    failures INTEGER NOT NULL CHECK (failures >= 0),
    tripped TEXT NOT NULL,
    limit_told INTEGER NOT NULL CHECK (limit_told IN (0, 1)),
    PRIMARY KEY (relay_id, day)
) STRICT, WITHOUT ROWID;
INSERT INTO relay_day_apart
    SELECT relay_id, day, messages, recipients, failures, tripped, limit_told FROM relay_day;
DROP TABLE relay_day;
ALTER TABLE relay_day_apart RENAME TO relay_day;
)sql";

// The end of a DKIM key's grace is fixed when it begins: a retired key does not come back by another setting,
// which is one number and one of s, m, h, d and w.
constexpr const char* version_13 = R"sql(
ALTER TABLE dkim_key ADD COLUMN retires_at INTEGER;
UPDATE dkim_key SET retires_at = retiring_at + coalesce(
    (SELECT CAST(value AS INTEGER) * CASE substr(value, -1) WHEN 's' THEN 1 WHEN 'm' THEN 60 WHEN 'h' THEN 3600
                                                            WHEN 'd' THEN 86400 WHEN 'w' THEN 604800 END
     FROM setting WHERE name = 'dkim-grace'), 604800)
WHERE retiring_at IS NOT NULL;
)sql";

constexpr std::array steps_of_the_store = {version_1,  version_2,  version_3, version_4, version_5,
                                           version_6,  version_7,  version_8, version_9, version_10,
                                           version_11, version_12, version_13};

Result<void> run_steps(Connection& connection, std::int64_t version, std::span<const char* const> steps) {
    for (const char* step : steps.subspan(static_cast<std::size_t>(version)))
        TRY_VOID(connection.script(step));
    const auto numbers =
        fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", application_id, steps.size());
    TRY_VOID(connection.script(numbers.c_str()));
    return connection.run("COMMIT");
}

}  // namespace

std::span<const char* const> migrations() {
    return steps_of_the_store;
}

Result<Version> read_version(Connection& connection, std::span<const char* const> steps) {
    // One state of the file: another process may be making the store just now.
    TRY(const auto snapshot, Snapshot::begin(connection));
    TRY(const auto version, connection.integer("PRAGMA user_version"));
    TRY(const auto application, connection.integer("PRAGMA application_id"));
    const auto newest = static_cast<std::int64_t>(steps.size());
    if (application == application_id && version == newest) return Version::current;
    Error error{.kind = ErrorKind::io, .message = {}, .context = "store " + connection.path()};
    if (application == application_id && version > newest) {
        error.message =
            fmt::format("the store has version {}, this relayctl knows versions up to {}", version, newest);
        error.hint = "use the newer relayctl that wrote it";
        return error;
    }
    if (application == application_id && version > 0) return Version::older;
    TRY(const auto tables, connection.integer("SELECT count(*) FROM sqlite_schema"));
    if (application == 0 && version == 0 && tables == 0) return Version::none;
    error.message = "not a relayctl store: an SQLite file of another program";
    return error;
}

Result<void> migrate(Connection& connection, std::span<const char* const> steps) {
    TRY_VOID(connection.run("BEGIN IMMEDIATE"));
    const auto version = connection.integer("PRAGMA user_version");
    if (version.has_value() && *version >= static_cast<std::int64_t>(steps.size()))
        return connection.run("ROLLBACK");
    auto result = version.has_value() ? run_steps(connection, std::max<std::int64_t>(*version, 0), steps)
                                      : Result<void>(version.error());
    if (result.has_error() && connection.in_transaction()) static_cast<void>(connection.run("ROLLBACK"));
    return result;
}

}  // namespace store
