#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/replace_file.hpp"
#include "cli/views/allowlist_view.hpp"
#include "net/run.hpp"
#include "output/json.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"allowlist", "the networks of all regions, one a line"},
    {"allowlist --region eu,jp --format postfix --file /etc/postfix/platform.cidr --save", "a cidr table"},
    {"allowlist --format nft | nft -f -",
     "fills the sets allowlist4 and allowlist6 of the table inet relayctl"},
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
    {.name = "--file",
     .short_name = "-f",
     .value = "FILE",
     .help = "write to this file, which has the old list or the whole new one at any time",
     .completion = Completion::file},
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
    for (const auto& region : list.regions)
        for (const auto& text : region.left_out)
            console.notice(fmt::format("warning: region {}: left out {}", region.region.name, text));
}

std::string list_text(const app::Allowlist& list, const std::string& format) {
    if (format != "json") return allowlist_text(list, format);
    output::Value::Array items;
    for (const auto& region : list.regions)
        items.push_back(allowlist_item(region, list.at));
    return output::render_json(output::document("relayctl.allowlist/1", std::move(items)));
}

std::string difference_text(const std::vector<app::RegionDifference>& differences,
                            const std::string& format) {
    output::Value::Array items;
    std::string text;
    for (const auto& difference : differences) {
        items.push_back(region_difference_item(difference));
        for (const auto& network : difference.added)
            text += fmt::format("+ {} {}\n", difference.region, network.to_string());
        for (const auto& network : difference.removed)
            text += fmt::format("- {} {}\n", difference.region, network.to_string());
    }
    if (format != "json") return text;
    return output::render_json(output::document("relayctl.allowlist.diff/1", std::move(items)));
}

base::Result<std::vector<app::RegionDifference>> find_differences(relay::Store& store,
                                                                  const app::Allowlist& list,
                                                                  app::Extent extent, bool save) {
    TRY(const auto before, store.network_snapshots());
    if (before.empty() && !save)
        return base::Error{.kind = base::ErrorKind::not_found,
                           .message = "there is nothing to compare with: no list was saved",
                           .hint = "relayctl allowlist --save"};
    return app::compare(before, list, extent);
}

base::Result<ExitCode> run_allowlist(Context& context, const Arguments& arguments) {
    TRY(const auto names, read_regions(arguments));
    TRY(const auto format, read_format(arguments));
    const bool diff = arguments.flag("--diff"), save = arguments.flag("--save");
    const auto extent = names.empty() ? app::Extent::whole : app::Extent::chosen;
    const auto file = arguments.value("--file");
    TRY(const auto store, context.open_store(arguments));
    TRY(auto regions, app::choose_regions(*store, names));
    TRY(const auto resolver, context.make_resolver(arguments));
    TRY(const auto list, net::run(app::find_allowlist(*resolver, std::move(regions), context.clock().now())));
    warn(context.console(), list);
    std::vector<app::RegionDifference> differences;
    if (diff) {
        TRY(differences, find_differences(*store, list, extent, save));
    }
    const auto text = diff ? difference_text(differences, format) : list_text(list, format);
    if (file) {
        TRY_VOID(replace_file(*file, text));
    } else {
        context.console().print(text);
    }
    if (save) {
        // What did not arrive is not what the next --diff compares with.
        TRY_VOID(context.console().flush());
        TRY(const auto noting, context.open_store_to_note(arguments));
        TRY_VOID(app::keep_snapshots(*noting, list, extent));
    }
    const bool changed = std::any_of(differences.begin(), differences.end(),
                                     [](const auto& difference) { return !difference.is_empty(); });
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
        "up now, "
        "with includes, redirects, a and mx, and merged with the networks of the store: none that lies in "
        "another, "
        "and two halves as one. No addresses are built in. A question without an answer is an error, for "
        "half a list "
        "is worse than none: nothing is written, exit code 3. A shell empties the file of > before that: "
        "--file does "
        "not.\n"
        "--diff compares with the list of the last --save: a region is new, or gone, or has other networks. "
        "With "
        "--region only these are compared and saved.\n"
        "Every form but json begins with the time when the records were looked up, and with the sources.\n"
        "The form nft makes the table inet relayctl and its two sets where they are missing, and puts other "
        "elements "
        "in; rules of yours stand in that table, and stay.",
    .examples = examples,
    .options = options,
    .groups = dns_group,
    .run = run_allowlist,
};

}  // namespace cli
