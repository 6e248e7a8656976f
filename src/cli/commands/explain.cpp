#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/listing.hpp"
#include "finding/finding.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {{"explain spf-too-many-lookups", "a finding's cause and remedy"},
                                {"explain", "all finding ids"}};
constexpr Argument arguments_taken[] = {{.name = "ID", .minimum = 0, .completion = Completion::finding}};

constexpr ColumnView columns[] = {
    {.key = "id", .title = "ID", .never_cut = true},
    {.key = "severity", .title = "SEVERITY"},
    {.key = "summary", .title = "SUMMARY"},
    {.key = "cause", .title = "CAUSE", .shown = false},
    {.key = "remedy", .title = "REMEDY", .shown = false},
    {.key = "reference", .title = "REFERENCE", .shown = false},
};

constexpr ColumnView all_columns[] = {
    {.key = "id", .title = "ID"},           {.key = "severity", .title = "SEVERITY"},
    {.key = "summary", .title = "SUMMARY"}, {.key = "cause", .title = "CAUSE"},
    {.key = "remedy", .title = "REMEDY"},   {.key = "reference", .title = "REFERENCE"},
};

output::Value entry_item(const finding::Entry& entry) {
    return output::Value::object({{"id", entry.id},
                                  {"severity", finding::to_string(entry.severity)},
                                  {"summary", entry.summary},
                                  {"cause", entry.cause},
                                  {"remedy", entry.remedy},
                                  {"reference", entry.reference}});
}

base::Error unknown_id(const std::string& id) {
    std::vector<std::string> ids;
    for (const auto& entry : finding::catalogue())
        ids.emplace_back(entry.id);
    const auto suggestion = base::nearest(id, ids);
    return {.kind = base::ErrorKind::not_found,
            .message = "there is no finding " + base::quoted(id),
            .hint = suggestion ? fmt::format("did you mean {}?", *suggestion) : "relayctl explain"};
}

base::Result<ExitCode> run_explain(Context& context, const Arguments& arguments) {
    if (arguments.positionals().empty()) {
        Listing listing{.schema = "relayctl.explain/1", .columns = columns, .items = {}};
        for (const auto& entry : finding::catalogue())
            listing.items.push_back(entry_item(entry));
        TRY_VOID(print_listing(context, arguments, listing));
        return ExitCode::done;
    }
    const auto& id = arguments.positionals().front();
    const auto* entry = finding::find_entry(id);
    if (entry == nullptr) return unknown_id(id);
    if (arguments.value("--output") || arguments.flag("--quiet") || !context.console().output_is_terminal()) {
        TRY_VOID(print_item(
            context, arguments,
            {.schema = "relayctl.explain/1", .columns = all_columns, .items = {entry_item(*entry)}}));
        return ExitCode::done;
    }
    context.console().print(fmt::format("{} ({})\n  {}\n\nCause\n  {}\n\nRemedy\n  {}\n\nReference\n  {}\n",
                                        entry->id, finding::to_string(entry->severity), entry->summary,
                                        entry->cause, entry->remedy, entry->reference));
    return ExitCode::done;
}

}  // namespace

const Command explain_command = {
    .path = "explain",
    .heading = "Checks",
    .summary = "say what a finding means and what to do",
    .examples = examples,
    .arguments = arguments_taken,
    .groups = output_group,
    .columns = columns,
    .run = run_explain,
};

}  // namespace cli
