#include "cli/views/publication_view.hpp"

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "cli/commands/dkim_checks.hpp"
#include "cli/views/dkim_view.hpp"

namespace cli {

namespace {

constexpr ColumnView columns[] = {
    {.key = "key", .title = "KEY", .never_cut = true},
    {.key = "state", .title = "STATE"},
    {.key = "change", .title = "CHANGE"},
    {.key = "zone", .title = "ZONE"},
    {.key = "server", .title = "SERVER"},
    {.key = "verdict", .title = "EVERYWHERE"},
    {.key = "owner", .title = "OWNER", .shown = false},
};

}  // namespace

std::span<const ColumnView> publication_columns() {
    return columns;
}

std::vector<std::string> publication_lines(const app::PublishPlan& plan) {
    if (plan.change == app::PublishPlan::Change::none) return {};
    const auto& server = plan.server.endpoint;
    std::vector<std::string> lines = {fmt::format("server {} {}", server.address.to_string(), server.port)};
    const auto update = dns::nsupdate_lines(plan.update);
    lines.insert(lines.end(), update.begin(), update.end());
    lines.emplace_back("send");
    return lines;
}

output::Value publication_item(const app::Publication& publication, base::Time now, bool dry_run) {
    const auto& plan = publication.plan;
    auto item = dkim_key_item(publication.check.key, now);
    item.set("change", to_string(plan.change)).set("changed", publication.done).set("dry_run", dry_run);
    item.set("zone", plan.place.zone.to_string()).set("owner", plan.place.owner.to_string());
    item.set("server", net::to_string(plan.server.endpoint)).set("server_name", plan.server.name);
    item.set("found", output::Value::list(plan.found))
        .set("update", output::Value::list(publication_lines(plan)));
    const auto check = key_check_item(publication.check);
    item.set("verdict", dry_run ? output::Value() : *check.find("verdict"));
    item.set("answers", *check.find("answers"));
    return item;
}

}  // namespace cli
