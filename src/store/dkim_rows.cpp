#include "store/dkim_rows.hpp"

#include <fmt/format.h>

#include "store/rows.hpp"

namespace store {

namespace {

base::Result<std::optional<relay::DkimKey>> read_one(Statement& row) {
    TRY(const bool found, row.step());
    if (!found) return std::optional<relay::DkimKey>();
    TRY(auto key, read_dkim_key(row));
    return std::optional(std::move(key));
}

}  // namespace

base::Result<std::optional<relay::DkimKey>> find_dkim_key(Connection& connection,
                                                          const base::DomainName& domain,
                                                          std::string_view selector) {
    TRY(auto row, connection.prepare("SELECT " STORE_DKIM_KEY_COLUMNS
                                     " FROM dkim_key WHERE domain = ? AND selector = ?"));
    row.bind(std::string_view(domain.ascii())).bind(selector);
    return read_one(row);
}

base::Result<std::optional<relay::DkimKey>> find_dkim_key(Connection& connection, std::int64_t id) {
    TRY(auto row, connection.prepare("SELECT " STORE_DKIM_KEY_COLUMNS " FROM dkim_key WHERE id = ?"));
    row.bind(id);
    return read_one(row);
}

base::Result<std::optional<std::string>> find_deleted_dkim_key(Connection& connection,
                                                               const base::DomainName& domain,
                                                               std::string_view selector) {
    TRY(auto row,
        connection.prepare("SELECT public_key FROM deleted_dkim_key WHERE domain = ? AND selector = ?"));
    row.bind(std::string_view(domain.ascii())).bind(selector);
    TRY(const bool found, row.step());
    if (!found) return std::optional<std::string>();
    return std::optional(std::string(row.text(0)));
}

base::Result<std::int64_t> write_dkim_key(Connection& connection, const relay::DkimKey& key,
                                          const base::Secret& private_key) {
    TRY(auto insert, connection.prepare("INSERT INTO dkim_key (" STORE_DKIM_KEY_COLUMNS ") VALUES "
                                        "(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    bind_dkim_key(insert, key);
    const auto result = insert.run();
    if (insert.is_duplicate())
        return base::Error{
            .kind = base::ErrorKind::conflict,
            .message = fmt::format("a key {} of {} exists already", key.selector, key.domain.ascii())};
    TRY_VOID(result);
    const auto id = connection.last_id();
    TRY(auto secret, connection.prepare("INSERT INTO dkim_private_key (dkim_key_id, pem) VALUES (?, ?)"));
    TRY_VOID(secret.bind(id).bind(private_key).run());
    return id;
}

base::Result<std::vector<relay::DkimKey>> read_dkim_keys(Connection& connection) {
    std::vector<relay::DkimKey> keys;
    TRY(auto rows,
        connection.prepare("SELECT " STORE_DKIM_KEY_COLUMNS " FROM dkim_key ORDER BY domain, selector"));
    for (;;) {
        TRY(const bool found, rows.step());
        if (!found) return keys;
        TRY(auto key, read_dkim_key(rows));
        keys.push_back(std::move(key));
    }
}

base::Result<void> write_dkim_life(Connection& connection, std::int64_t id, const relay::DkimLife& life) {
    TRY(auto update, connection.prepare("UPDATE dkim_key SET (state, activated_at, retiring_at, retires_at, "
                                        "last_seen_at) = (?, ?, ?, ?, ?) WHERE id = ?"));
    bind_dkim_life(update, life);
    return update.bind(id).run();
}

}  // namespace store
