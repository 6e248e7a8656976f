#include "store/setting_rows.hpp"

namespace store {

base::Result<std::map<std::string, std::string>> read_settings(Connection& connection) {
    std::map<std::string, std::string> settings;
    TRY(auto rows, connection.prepare("SELECT name, value FROM setting"));
    for (;;) {
        TRY(const bool found, rows.step());
        if (!found) return settings;
        settings.emplace(rows.text(0), rows.text(1));
    }
}

base::Result<void> write_setting(Connection& connection, std::string_view name,
                                 std::optional<std::string_view> value) {
    TRY(auto forget, connection.prepare("DELETE FROM setting WHERE name = ?"));
    TRY_VOID(forget.bind(name).run());
    if (!value) return {};
    TRY(auto insert, connection.prepare("INSERT INTO setting (name, value) VALUES (?, ?)"));
    return insert.bind(name).bind(*value).run();
}

}  // namespace store
