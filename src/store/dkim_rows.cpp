#include "store/dkim_rows.hpp"

#include "store/rows.hpp"

namespace store {

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
    TRY(auto update, connection.prepare("UPDATE dkim_key SET (state, activated_at, retiring_at, "
                                        "last_seen_at) = (?, ?, ?, ?) WHERE id = ?"));
    bind_dkim_life(update, life);
    return update.bind(id).run();
}

}  // namespace store
