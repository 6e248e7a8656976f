#include "cli/narrow_listing.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "output/characters.hpp"

namespace cli {

namespace {

bool fits(std::string_view text, std::size_t width) {
    const auto lines = base::split(text, '\n');
    return std::all_of(lines.begin(), lines.end(),
                       [&](std::string_view line) { return output::display_width(line) <= width; });
}

}  // namespace

base::Result<void> print_narrowed(Context& context, const Arguments& arguments, const Listing& listing,
                                  std::span<const std::string_view> least_first) {
    TRY(const auto format, chosen_format(context, context.console(), arguments));
    auto terminal = context.console().terminal();
    if (format != Format::table || arguments.value("--columns") || terminal.width == 0)
        return print_listing(context, arguments, listing);
    terminal.color = false;  // what colours take is no width
    std::vector<ColumnView> columns(listing.columns.begin(), listing.columns.end());
    Listing narrowed = listing;
    narrowed.columns = columns;
    for (const auto key : least_first) {
        TRY(const auto text, listing_text(narrowed, format, arguments, terminal, output::Header::yes));
        if (fits(text, terminal.width)) break;
        const auto left_out =
            std::find_if(columns.begin(), columns.end(), [&](const auto& each) { return each.key == key; });
        if (left_out != columns.end()) left_out->shown = false;
    }
    return print_listing(context, arguments, narrowed);
}

}  // namespace cli
