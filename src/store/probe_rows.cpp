#include "store/probe_rows.hpp"

#include "store/rows.hpp"

namespace store {

using base::Result;

Result<std::vector<relay::LastProbe>> read_last_probes(Connection& connection) {
    std::vector<relay::LastProbe> probes;
    TRY(auto rows,
        connection.prepare("SELECT " STORE_RELAY_PROBE_COLUMNS " FROM relay_probe ORDER BY relay_id"));
    for (;;) {
        TRY(const bool found, rows.step());
        if (!found) return probes;
        TRY(auto probe, read_last_probe(rows));
        probes.push_back(std::move(probe));
    }
}

Result<std::optional<relay::LastProbe>> find_last_probe(Connection& connection, relay::RelayId id) {
    TRY(auto row,
        connection.prepare("SELECT " STORE_RELAY_PROBE_COLUMNS " FROM relay_probe WHERE relay_id = ?"));
    TRY(const bool found, row.bind(id).step());
    if (!found) return std::optional<relay::LastProbe>();
    TRY(auto probe, read_last_probe(row));
    return std::optional(std::move(probe));
}

Result<void> write_last_probe(Connection& connection, const relay::LastProbe& probe) {
    TRY(auto set, connection.prepare("INSERT OR REPLACE INTO relay_probe (" STORE_RELAY_PROBE_COLUMNS
                                     ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    bind_last_probe(set, probe);
    auto result = set.run();
    if (set.fault() == SQLITE_CONSTRAINT_FOREIGNKEY) return {};
    return result;
}

}  // namespace store
