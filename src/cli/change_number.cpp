#include "cli/change_number.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace cli {

base::Result<relay::ChangeId> parse_change_number(std::string_view text) {
    constexpr std::uint64_t most = 1'000'000'000'000;
    const auto number = base::parse_decimal(text, most);
    if (number && *number > 0) return static_cast<relay::ChangeId>(*number);
    return base::usage_error("not a number of the history: " + base::quoted(text), "relayctl history");
}

base::Result<std::unique_ptr<relay::Store>> open_store_then(Context& context, const Arguments& arguments) {
    context.warn_without_store(arguments);
    const auto number = arguments.value(past_option.name);
    if (!number) return context.open_store(arguments);
    TRY(const auto id, parse_change_number(*number));
    TRY(const auto store, context.open_store(arguments));
    return store->at(id);
}

std::string undo_hint(const relay::Store& store) {
    const auto change = store.last_change();
    return change ? fmt::format(" (undo: relayctl undo {})", *change) : "";
}

}  // namespace cli
