#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/translation.hpp"
#include "cli/commands/commands.hpp"
#include "cli/listing.hpp"
#include "finding/finding.hpp"
#include "output/wrap.hpp"
#include "smtp/diagnosis.hpp"

namespace cli {

namespace {

using base::translated;

constexpr Example examples[] = {{"explain spf-too-many-lookups", "a finding's cause and remedy"},
                                {"explain '535 5.7.8 Username and Password not accepted'", "an SMTP reply"},
                                {"explain 5.7.139", "an enhanced status code"},
                                {"explain - < bounce.txt", "what is on standard input"},
                                {"explain tls-certificate", "all that begin so"},
                                {"explain", "all finding ids"}};
constexpr Argument arguments_taken[] = {{.name = "ID", .minimum = 0, .completion = Completion::finding},
                                        {.name = "WORD", .minimum = 0, .maximum = unlimited}};

constexpr ColumnView columns[] = {
    {.key = "id", .title = "ID", .never_cut = true},
    {.key = "severity", .title = "SEVERITY", .spoken = true},
    {.key = "summary", .title = "SUMMARY", .spoken = true},
    {.key = "cause", .title = "CAUSE", .shown = false, .spoken = true},
    {.key = "remedy", .title = "REMEDY", .shown = false, .spoken = true},
    {.key = "reference", .title = "REFERENCE", .shown = false},
};

constexpr ColumnView all_columns[] = {
    {.key = "id", .title = "ID"},
    {.key = "severity", .title = "SEVERITY", .spoken = true},
    {.key = "summary", .title = "SUMMARY", .spoken = true},
    {.key = "cause", .title = "CAUSE", .spoken = true},
    {.key = "remedy", .title = "REMEDY", .spoken = true},
    {.key = "reference", .title = "REFERENCE"},
};

output::Value entry_item(const finding::Entry& entry) {
    return output::Value::object(
        {{"id", entry.id},
         {"severity", finding::to_string(entry.severity)},
         {"summary", entry.summary},
         {"cause", entry.cause},
         {"remedy", entry.remedy},
         {"reference", entry.reference.empty() ? output::Value() : output::Value(entry.reference)}});
}

base::Error unknown_id(const std::string& id) {
    std::vector<std::string> ids;
    for (const auto& entry : finding::catalogue())
        ids.emplace_back(entry.id);
    constexpr std::size_t longest_id = 100;
    const auto suggestion = id.size() <= longest_id ? base::nearest(id, ids) : std::nullopt;
    if (!suggestion && id.find_first_of(" \n") != std::string::npos)
        return {.kind = base::ErrorKind::not_found,
                .message = "there is no SMTP reply that is known in " + base::quoted(id),
                .hint = "give it from its three digits on: relayctl explain '550 5.7.1 ...'"};
    return {.kind = base::ErrorKind::not_found,
            .message = "there is no finding " + base::quoted(id),
            .hint = suggestion ? fmt::format("did you mean {}?", *suggestion) : "relayctl explain"};
}

output::Value reply_value(const smtp::ReplyText& reply) {
    auto value = output::Value::object({{"code", nullptr},
                                        {"code_meaning", nullptr},
                                        {"enhanced_code", nullptr},
                                        {"enhanced_meaning", nullptr},
                                        {"temporary", reply.is_temporary()},
                                        {"stage", nullptr},
                                        {"text", reply.text}});
    if (reply.code != 0) {
        value.set("code", reply.code);
        value.set("code_meaning", smtp::meaning_of_reply_code(reply.code));
    }
    if (reply.enhanced) {
        value.set("enhanced_code", reply.enhanced->to_string());
        value.set("enhanced_meaning", smtp::meaning_of(*reply.enhanced));
    }
    if (reply.stage != smtp::Stage::unknown) value.set("stage", smtp::to_string(reply.stage));
    return value;
}

std::string reply_text(const smtp::ReplyText& reply, std::size_t width) {
    const auto line = [&](std::string_view code, std::string_view meaning) {
        return "  " + output::wrap(fmt::format("{}: {}", code, translated(meaning)), 4, 2, width);
    };
    std::string text = fmt::format("\n{}\n  {}", translated("Reply"),
                                   output::wrap(base::printable(reply.to_string()), 4, 2, width));
    if (reply.code != 0) text += line(std::to_string(reply.code), smtp::meaning_of_reply_code(reply.code));
    if (reply.enhanced) text += line(reply.enhanced->to_string(), smtp::meaning_of(*reply.enhanced));
    return text;
}

base::Result<ExitCode> explain_entry(Context& context, const Arguments& arguments,
                                     const finding::Entry& entry,
                                     const std::optional<smtp::ReplyText>& reply) {
    if (arguments.value("--output") || arguments.flag("--quiet") || !context.console().output_is_terminal()) {
        auto item = entry_item(entry);
        if (reply) item.set("reply", reply_value(*reply));
        TRY_VOID(
            print_item(context, arguments,
                       {.schema = "relayctl.explain/1", .columns = all_columns, .items = {std::move(item)}}));
        return ExitCode::done;
    }
    const std::size_t width = std::clamp<std::size_t>(context.console().terminal().width, 40, 100);
    const auto section = [&](std::string_view title, std::string_view text) {
        return text.empty() ? ""
                            : fmt::format("\n{}\n  {}", translated(title),
                                          output::wrap(translated(text), 2, 2, width));
    };
    context.console().print(fmt::format("{} ({})\n  {}{}", entry.id,
                                        translated(finding::to_string(entry.severity)),
                                        output::wrap(translated(entry.summary), 2, 2, width),
                                        reply ? reply_text(*reply, width) : "") +
                            section("Cause", entry.cause) + section("Remedy", entry.remedy) +
                            section("Reference", entry.reference));
    return ExitCode::done;
}

// Those whose ids begin with `beginning`.
base::Result<ExitCode> explain_all(Context& context, const Arguments& arguments, std::string_view beginning) {
    Listing listing{.schema = "relayctl.explain/1", .columns = columns, .items = {}};
    for (const auto& entry : finding::catalogue())
        if (entry.id.starts_with(beginning)) listing.items.push_back(entry_item(entry));
    TRY_VOID(print_listing(context, arguments, listing));
    return ExitCode::done;
}

// Of ids: a whole word ("smtp"), or more than that ("tls-cert").
bool is_beginning(std::string_view id) {
    const auto all = finding::catalogue();
    return std::any_of(all.begin(), all.end(), [&](const finding::Entry& entry) {
        return entry.id.starts_with(id) &&
               (id.find('-') != std::string_view::npos || entry.id.substr(id.size()).starts_with('-'));
    });
}

base::Result<ExitCode> run_explain(Context& context, const Arguments& arguments) {
    const auto& words = arguments.positionals();
    if (words.empty()) return explain_all(context, arguments, "");
    std::string given = base::join(words, " ");
    if (given == "-") {
        constexpr std::size_t longest_input = 64 * 1024;
        TRY(auto input, context.console().read_input(longest_input));
        given = base::trim(input);
    }
    const std::string id = base::lower(given);
    if (const auto* entry = finding::find_entry(id))
        return explain_entry(context, arguments, *entry, std::nullopt);
    if (is_beginning(id)) return explain_all(context, arguments, id);
    const auto reply = smtp::read_reply_text(given);
    if (!reply) {
        const auto* told = finding::find_entry(smtp::diagnose_log_line(given));
        if (told == nullptr) return unknown_id(given);
        return explain_entry(context, arguments, *told, std::nullopt);
    }
    const auto* entry = finding::find_entry(smtp::diagnose(*reply));
    if (entry == nullptr) return unknown_id(given);
    return explain_entry(context, arguments, *entry, reply);
}

}  // namespace

const Command explain_command = {
    .path = "explain",
    .heading = "Checks",
    .summary = "say what a finding or an SMTP reply means and what to do",
    .description =
        "A reply is given as it came, in quotes or not, with one line or many, or as a line that quotes it, "
        "of a mail log, of probe's findings or its --trace; an enhanced status code alone will do, and so "
        "will a line of Postfix's or Exim's log where no server replied. - reads it from standard input. "
        "Nothing is asked of the network.\n"
        "Of one finding or reply a pipe gets a line for each field, its name, a TAB and its value, as of one "
        "relay by show; with -o tsv it is one row.",
    .examples = examples,
    .arguments = arguments_taken,
    .groups = output_group,
    .columns = columns,
    .run = run_explain,
};

}  // namespace cli
