#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/views/allowlist_view.hpp"
#include "net/run.hpp"
#include "output/json.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"allowlist", "the networks of all regions, one a line"},
    {"allowlist --region eu,jp --format postfix --save > /etc/postfix/platform.cidr", "a cidr table"},
    {"allowlist --format nft --save | nft -f -", "sets allowlist4 and allowlist6 of the table inet relayctl"},
    {"allowlist --diff", "exit code 1 when they are not those of the last --save"},
};
constexpr Option options[] = {
    {.name = "--region",
     .value = "NAME",
     .help = "only this region, repeatable",
     .completion = Completion::region,
     .repeat = Repeat::yes,
     .commas = Commas::yes},
    {.name = "--format",
     .value = "FORMAT",
     .help = "cidr (default), postfix, exim, opensmtpd, nft or json",
     .completion = Completion::words,
     .words = allowlist_words},
    {.name = "--diff", .help = "compare with the last --save; exit code 1 when something changed"},
    {.name = "--save", .help = "keep what was found, for --diff"},
};

base::Result<std::vector<std::string>> read_regions(const Arguments& arguments) {
    std::vector<std::string> names;
    for (const auto& text : arguments.values("--region"))
        for (const auto piece : base::split(text, ',')) {
            TRY(auto name, relay::parse_region_name(base::trim(piece)));
            names.push_back(std::move(name));
        }
    return names;
}

base::Result<std::string> read_format(const Arguments& arguments) {
    const auto format = arguments.value("--format").value_or("cidr");
    if (std::find(std::begin(allowlist_words), std::end(allowlist_words), format) !=
        std::end(allowlist_words))
        return format;
    return base::usage_error("no such --format: " + base::quoted(format) +
                             ": it is cidr, postfix, exim, opensmtpd, nft or json");
}

void warn(Console& console, const app::Allowlist& list) {
    for (const auto& region : list.regions) {
        for (const auto& text : region.left_out)
            console.notice(fmt::format("warning: region {}: left out {}", region.region.name, text));
        if (region.networks.empty())
            console.notice(fmt::format("warning: region {} has no network", region.region.name));
    }
}

void print_list(Console& console, const app::Allowlist& list, const std::string& format) {
    if (format != "json") return console.print(allowlist_text(list, format));
    output::Value::Array items;
    for (const auto& region : list.regions)
        items.push_back(allowlist_item(region, list.at));
    console.print(output::render_json(output::document("relayctl.allowlist/1", std::move(items))));
}

base::Result<bool> print_difference(Context& context, relay::Store& store, const app::Allowlist& list,
                                    const std::string& format) {
    TRY(const auto differences, app::compare_with_snapshots(store, list));
    bool changed = false;
    output::Value::Array items;
    std::string text;
    for (const auto& difference : differences) {
        changed = changed || !difference.added.empty() || !difference.removed.empty();
        items.push_back(region_difference_item(difference));
        for (const auto& network : difference.added)
            text += fmt::format("+ {} {}\n", difference.region, network.to_string());
        for (const auto& network : difference.removed)
            text += fmt::format("- {} {}\n", difference.region, network.to_string());
    }
    context.console().print(format == "json" ? output::render_json(output::document(
                                                   "relayctl.allowlist.diff/1", std::move(items)))
                                             : text);
    return changed;
}

base::Result<ExitCode> run_allowlist(Context& context, const Arguments& arguments) {
    TRY(const auto names, read_regions(arguments));
    TRY(const auto format, read_format(arguments));
    const bool diff = arguments.flag("--diff"), save = arguments.flag("--save");
    TRY(const auto store, context.open_store(arguments));
    TRY(auto regions, app::choose_regions(*store, names));
    TRY(const auto resolver, context.make_resolver(arguments));
    TRY(const auto list, net::run(app::find_allowlist(*resolver, std::move(regions), context.clock().now())));
    warn(context.console(), list);
    bool changed = false;
    if (diff) {
        TRY(changed, print_difference(context, *store, list, format));
    } else {
        print_list(context.console(), list, format);
    }
    if (save) {
        // What did not arrive is not what the next --diff compares with.
        TRY_VOID(context.console().flush());
        TRY(const auto noting, context.open_store_to_note(arguments));
        TRY_VOID(app::keep_snapshots(*noting, list));
    }
    return changed ? ExitCode::no : ExitCode::done;
}

}  // namespace

const Command allowlist_command = {
    .path = "allowlist",
    .heading = "Checks",
    .summary = "print the platform's source networks for allow-lists",
    .description =
        "An open relay, which takes mail by its source address and without a login, must allow exactly "
        "these; for "
        "others it is wise. The regions and their sources are those of config region: SPF records are looked "
        "up "
        "now, with includes, redirects, a and mx, and merged with the networks of the store: none that lies "
        "in "
        "another, and two halves as one. No addresses are built in. A question without an answer is an "
        "error, for "
        "half a list is worse than none: nothing is printed, exit code 3.",
    .examples = examples,
    .options = options,
    .groups = dns_group,
    .run = run_allowlist,
};

}  // namespace cli
