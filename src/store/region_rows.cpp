#include "store/region_rows.hpp"

#include "base/text.hpp"
#include "store/rows.hpp"

namespace store {

using base::Result;

namespace {

Result<void> take_source(const Statement& row, relay::Region& region) {
    if (row.text(1) == "spf") {
        TRY(auto name, relay::parse_spf_name(row.text(2)));
        region.spf.insert(std::move(name));
        return {};
    }
    TRY(const auto network, base::IpPrefix::parse(row.text(2)));
    region.networks.insert(network);
    return {};
}

Result<void> insert_source(Connection& connection, const std::string& region, std::string_view kind,
                           std::string_view value) {
    TRY(auto insert, connection.prepare("INSERT INTO region_source (region, kind, value) VALUES (?, ?, ?)"));
    return insert.bind(std::string_view(region)).bind(kind).bind(value).run();
}

}  // namespace

Result<std::vector<relay::Region>> read_regions(Connection& connection) {
    TRY(const auto snapshot, Snapshot::begin(connection));
    std::vector<relay::Region> regions;
    TRY(auto rows, connection.prepare("SELECT name, kind, value FROM region LEFT JOIN region_source "
                                      "ON region = name ORDER BY name"));
    for (;;) {
        TRY(const bool found, rows.step());
        if (!found) return regions;
        if (regions.empty() || regions.back().name != rows.text(0)) {
            auto name = relay::parse_region_name(rows.text(0));
            if (name.has_error()) return damaged("region", base::quoted(rows.text(0)), name.error());
            regions.push_back({.name = std::move(*name)});
        }
        if (rows.is_null(1)) continue;
        const auto taken = take_source(rows, regions.back());
        if (taken.has_error()) return damaged("region_source", base::quoted(rows.text(2)), taken.error());
    }
}

Result<void> write_region(Connection& connection, const relay::Region& region) {
    const std::string_view name = region.name;
    TRY(auto insert,
        connection.prepare("INSERT INTO region (name) VALUES (?) ON CONFLICT (name) DO NOTHING"));
    TRY_VOID(insert.bind(name).run());
    TRY(auto remove, connection.prepare("DELETE FROM region_source WHERE region = ?"));
    TRY_VOID(remove.bind(name).run());
    for (const auto& spf : region.spf)
        TRY_VOID(insert_source(connection, region.name, "spf", spf));
    for (const auto& network : region.networks)
        TRY_VOID(insert_source(connection, region.name, "network", network.to_string()));
    return {};
}

Result<std::vector<relay::NetworkSnapshot>> read_network_snapshots(Connection& connection) {
    std::vector<relay::NetworkSnapshot> snapshots;
    TRY(auto rows,
        connection.prepare("SELECT region, taken_at, networks FROM network_snapshot ORDER BY region"));
    for (;;) {
        TRY(const bool found, rows.step());
        if (!found) return snapshots;
        relay::NetworkSnapshot snapshot{.region = std::string(rows.text(0)),
                                        .taken_at = base::Time(std::chrono::seconds(rows.integer(1)))};
        for (const auto piece : base::split(rows.text(2), ' ')) {
            if (piece.empty()) continue;
            const auto network = base::IpPrefix::parse(piece);
            if (network.has_error())
                return damaged("network_snapshot", base::quoted(snapshot.region), network.error());
            snapshot.networks.insert(*network);
        }
        snapshots.push_back(std::move(snapshot));
    }
}

Result<void> write_network_snapshot(Connection& connection, const relay::NetworkSnapshot& snapshot) {
    std::string networks;
    for (const auto& network : snapshot.networks)
        networks += network.to_string() + " ";
    TRY(auto set, connection.prepare("INSERT OR REPLACE INTO network_snapshot (region, taken_at, networks) "
                                     "VALUES (?, ?, ?)"));
    set.bind(std::string_view(snapshot.region))
        .bind(std::int64_t{snapshot.taken_at.time_since_epoch().count()});
    return set.bind(std::string_view(networks)).run();
}

Result<void> remove_network_snapshot(Connection& connection, std::string_view region) {
    TRY(auto remove, connection.prepare("DELETE FROM network_snapshot WHERE region = ?"));
    return remove.bind(region).run();
}

}  // namespace store
