#include <algorithm>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/dkim_checks.hpp"
#include "cli/listing.hpp"
#include "cli/verdict.hpp"
#include "cli/views/probe_summary.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"dkim check", "every key that signs, or is to sign"},
    {"dkim check s202611@example.com --all-ns --wait 30m", "until every name server of the zone has it"},
    {"dkim check example.com --ns 192.0.2.53", "this name server alone"},
};
constexpr Option options[] = {all_ns_option, ns_option, wait_option};
constexpr Argument arguments_taken[] = {{.name = "SELECTOR@DOMAIN|DOMAIN",
                                         .minimum = 0,
                                         .maximum = unlimited,
                                         .completion = Completion::dkim_key}};

constexpr std::string_view warned = "warn";  // in place of ok

output::Cell result_cell(const output::Value& item) {
    const auto result = member_text(item, "result");
    if (result == warned) return {.text = result, .style = output::Style::warn};
    for (const auto verdict : {finding::Verdict::good, finding::Verdict::bad, finding::Verdict::unchecked})
        if (result == verdict_word(verdict)) return {.text = result, .style = verdict_style(verdict)};
    return {.text = result};
}

constexpr ColumnView columns[] = {
    {.key = "key", .title = "KEY", .never_cut = true},
    {.key = "state", .title = "STATE"},
    {.key = "server", .title = "SERVER"},
    {.key = "result", .title = "RESULT", .cell = result_cell},
    {.key = "reason", .title = "REASON", .spoken = true},
};

// A domain alone stands for its keys whose record should be there.
base::Result<std::vector<relay::DkimKey>> choose_keys(relay::Store& store, const Arguments& arguments,
                                                      base::Time now) {
    TRY(const auto all, app::list_dkim_keys(store, std::nullopt, now));
    std::vector<relay::DkimKey> chosen;
    const auto take = [&](auto is_wanted) {
        const auto before = chosen.size();
        for (const auto& key : all)
            if (is_wanted(key)) chosen.push_back(key);
        return chosen.size() > before;
    };
    if (arguments.positionals().empty())
        take([](const relay::DkimKey& key) { return relay::may_sign(key.life.state); });
    for (const auto& text : arguments.positionals()) {
        TRY(const auto name, app::parse_key_name(text));
        const bool found = take([&](const relay::DkimKey& key) {
            if (key.domain != name.domain) return false;
            return name.selector ? key.selector == *name.selector : relay::may_sign(key.life.state);
        });
        if (!found) return app::no_such_key(text, name.domain);
    }
    return chosen;
}

output::Value::Array rows_of(const app::KeyCheck& check) {
    output::Value::Array rows;
    for (const auto& answer : check.answers) {
        const auto& reason = answer.reason.empty() ? answer.warning : answer.reason;
        const bool warns = answer.verdict == finding::Verdict::good && !answer.warning.empty();
        rows.push_back(output::Value::object({
            {"key", app::to_string(check.key)},
            {"state", to_string(check.key.life.state)},
            {"server", answer.server},
            {"result", warns ? warned : verdict_word(answer.verdict)},
            {"reason", reason.empty() ? output::Value() : reason},
        }));
    }
    return rows;
}

output::Value item_of(const app::KeyCheck& check) {
    auto item = key_check_item(check);
    item.set("key", app::to_string(check.key)).set("domain", check.key.domain.ascii());
    item.set("selector", check.key.selector).set("state", to_string(check.key.life.state));
    return item;
}

// The next command for a revoked key that is still published.
void tell_remedy(Console& console, const app::KeyCheck& check) {
    const bool still = std::any_of(check.answers.begin(), check.answers.end(),
                                   [](const auto& answer) { return answer.reason == app::still_published; });
    if (!still) return;
    const auto name = app::to_string(check.key);
    console.notice(fmt::format("{}: {}", name, app::still_published));
    console.notice(
        fmt::format("  hint: relayctl dkim publish {0} --tsig-key FILE, or put what relayctl dkim "
                    "record {0} prints in its place",
                    name));
}

base::Result<ExitCode> run_check(Context& context, const Arguments& arguments) {
    TRY(const auto options_read, read_key_check(arguments));
    TRY(const auto format, chosen_format(context, context.console(), arguments));
    TRY(auto keys, [&]() -> base::Result<std::vector<relay::DkimKey>> {
        TRY(const auto store, context.open_store(arguments));
        return choose_keys(*store, arguments, context.clock().now());
    }());
    std::vector<app::KeyCheck> checks;
    if (!keys.empty()) {
        TRY(const auto store, context.open_store_to_note(arguments));
        TRY(checks,
            look_for_keys(context, arguments, *store, std::move(keys), options_read, app::DryRun::no));
    }
    Listing listing{.schema = "relayctl.dkim.check/1", .columns = columns, .items = {}};
    WorstVerdict worst;
    for (const auto& check : checks) {
        worst.add(check.verdict());
        if (wants_objects(format, arguments) || format == Format::name)
            listing.items.push_back(item_of(check));
        else
            for (auto& row : rows_of(check))
                listing.items.push_back(std::move(row));
    }
    TRY_VOID(print_listing(context, arguments, listing));
    for (const auto& check : checks)
        tell_remedy(context.console(), check);
    if (checks.empty()) context.console().notice("no DKIM key signs, or is to sign");
    return worst.exit_code();
}

}  // namespace

const Command dkim_check_command = {
    .path = "dkim check",
    .heading = "DKIM",
    .summary = "compare the published records of DKIM keys with the store",
    .description =
        "A domain, or nothing, stands for the keys that are pending, active or retiring. Without --all-ns "
        "and "
        "--ns the DNS server alone is asked, as a receiver asks his. When a record was seen last is kept in "
        "the store. Of a revoked key an empty p= is right, or no record. warn: "
        "right, but in test mode (t=y). Exit code 0: every server that was "
        "asked has the right record; 1: one has not; 3: one could not be asked.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | dns_group,
    .columns = columns,
    .run = run_check,
};

}  // namespace cli
