#include "store/domain_rows.hpp"

#include "store/rows.hpp"

namespace store {

using base::Result;

Result<std::vector<relay::Domain>> read_domains(Connection& connection) {
    std::vector<relay::Domain> domains;
    TRY(auto rows, connection.prepare("SELECT name, created_at FROM domain ORDER BY name"));
    for (;;) {
        TRY(const bool found, rows.step());
        if (!found) return domains;
        TRY(auto domain, read_domain(rows));
        domains.push_back(std::move(domain));
    }
}

Result<std::optional<relay::Domain>> find_domain(Connection& connection, const base::DomainName& name) {
    TRY(auto row, connection.prepare("SELECT name, created_at FROM domain WHERE name = ?"));
    TRY(const bool found, row.bind(std::string_view(name.ascii())).step());
    if (!found) return std::optional<relay::Domain>();
    TRY(auto domain, read_domain(row));
    return std::optional(std::move(domain));
}

Result<void> write_domain(Connection& connection, const relay::Domain& domain) {
    TRY(auto insert, connection.prepare("INSERT INTO domain (name, created_at) VALUES (?, ?) "
                                        "ON CONFLICT (name) DO NOTHING"));
    return insert.bind(std::string_view(domain.name.ascii()))
        .bind(std::int64_t{domain.created_at.time_since_epoch().count()})
        .run();
}

}  // namespace store
