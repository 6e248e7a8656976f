#include "cli/views/dkim_view.hpp"

#include "app/dkim_keys.hpp"

namespace cli {

namespace {

constexpr ColumnView columns[] = {
    {.key = "key", .title = "KEY", .never_cut = true},
    {.key = "algorithm", .title = "ALGORITHM"},
    {.key = "bits", .title = "BITS", .number = true},
    {.key = "created_at", .title = "CREATED"},
    {.key = "relays", .title = "USED BY"},
    {.key = "note", .title = "NOTE", .shown = false},
    {.key = "domain", .title = "DOMAIN", .shown = false},
    {.key = "selector", .title = "SELECTOR", .shown = false},
    {.key = "record_name", .title = "RECORD NAME", .shown = false, .never_cut = true},
    {.key = "record_value", .title = "RECORD", .shown = false, .never_cut = true},
    {.key = "record_octets", .title = "OCTETS", .shown = false, .number = true},
};

}  // namespace

std::span<const ColumnView> dkim_key_columns() {
    return columns;
}

output::Value dkim_key_item(const relay::DkimKey& key, const std::vector<relay::Relay>& relays) {
    output::Value names = output::Value::array();
    for (const auto& relay : relays)
        if (app::signs_with(relay, key)) names.push_back(relay.name);
    return output::Value::object({
        {"key", app::to_string(key)},
        {"domain", key.domain.ascii()},
        {"selector", key.selector},
        {"algorithm", to_string(key.algorithm)},
        {"bits", key.bits},
        {"note", key.note},
        {"created_at", base::to_rfc3339(key.created_at)},
        {"relays", std::move(names)},
        {"record_name", key.selector + "._domainkey." + key.domain.ascii()},
        {"record_value", app::dkim_record_value(key)},
        {"record_octets", app::dkim_record_octets(key)},
    });
}

}  // namespace cli
