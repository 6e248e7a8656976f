#include "cli/commands/activation.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands/dkim_checks.hpp"
#include "cli/views/dkim_view.hpp"

namespace cli {

output::Value activation_item(const Context& context, const Arguments& arguments,
                              const app::Activation& activation, const app::KeyCheck* check) {
    auto item = dkim_key_item(activation.key, context.clock().now());
    output::Value retiring = output::Value::array();
    for (const auto& key : activation.retiring)
        retiring.push_back(app::to_string(key));
    item.set("changed", activation.changed).set("retiring", std::move(retiring));
    item.set("relays_moved", output::Value::list(activation.relays));
    item.set("relays_left", output::Value::list(activation.relays_left));
    item.set("dry_run", arguments.flag("--dry-run"));
    item.set("check", check == nullptr ? output::Value() : key_check_item(*check));
    return item;
}

void tell_activation(Console& console, const Arguments& arguments, const app::Activation& activation) {
    const auto name = app::to_string(activation.key);
    if (!activation.changed) {
        console.notice(fmt::format("{} is active already", name));
        return;
    }
    const std::string_view would = arguments.flag("--dry-run") ? "would be " : "";
    console.notice(fmt::format("{} {}active", name, would.empty() ? "is " : would));
    for (const auto& key : activation.retiring)
        console.notice(fmt::format("{} {}retiring: leave its record published until it is retired",
                                   app::to_string(key), would.empty() ? "is " : would));
    if (!activation.relays.empty())
        console.notice(fmt::format("relays that {}name {} now: {}", would.empty() ? "" : "would ",
                                   activation.key.selector, base::join(activation.relays, ", ")));
    if (activation.relays_left.empty()) return;
    console.notice(fmt::format(
        "relays that name the retiring one still, for another domain of theirs: {}; {} signs once it "
        "is retired",
        base::join(activation.relays_left, ", "), name));
}

}  // namespace cli
