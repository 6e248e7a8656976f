#include <optional>

#include <fmt/format.h>

#include "app/relays.hpp"
#include "app/reservation.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/count.hpp"
#include "cli/item_stream.hpp"
#include "cli/told.hpp"
#include "cli/views/log_view.hpp"
#include "net/run.hpp"
#include "relay/setting.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"log --since 2h", "what was sent in the last two hours"},
    {"log --relay news --failed --since 2026-11-24", "what was not accepted since that day began"},
    {"log --last 20 --follow", "the newest lines, and each new one as it comes"},
    {"log -o jsonl --since 7d", "for another program"},
};
constexpr Option options[] = {
    {.name = "--relay", .value = "NAME", .help = "of this relay only", .completion = Completion::relay},
    {.name = "--since",
     .value = "WHEN",
     .help = "from then on: 90s, 15m, 2h, 7d ago; a day such as 2026-11-24; or 2026-11-24T12:00:00Z"},
    {.name = "--failed", .help = "only what was not accepted for every recipient"},
    {.name = "--last",
     .value = "N",
     .help = "the newest N lines, up to 100000 (default: all; of a table those 100000)"},
    {.name = "--follow", .help = "go on with new lines as they come, until Ctrl-C"},
};

constexpr std::size_t page_size = 1000;
constexpr unsigned most_last = 100'000;
constexpr std::chrono::milliseconds look_again{300};

// A day begins where those of the limits do.
base::Result<base::Time> read_since(const std::string& text, base::Time now, relay::ZoneOffset zone) {
    if (const auto ago = base::parse_span(text, relay::longest_log_keep)) return now - *ago;
    if (const auto day = base::parse_rfc3339(text + "T00:00:00Z")) return *day - zone;
    if (const auto time = base::parse_rfc3339(text)) return *time;
    return base::usage_error(fmt::format(
        "not a time for --since: {}: like 2h, 7d, 2026-11-24 or 2026-11-24T12:00:00Z", base::quoted(text)));
}

base::Result<relay::LogFilter> read_filter(const Context& context, const Arguments& arguments,
                                           relay::Store& store) {
    relay::LogFilter filter{.most = page_size, .oldest = true};
    if (const auto name = arguments.value("--relay")) {
        TRY(filter.relay, relay::parse_relay_name(*name));
        // The lines of a relay that is gone are there still.
        relay::LogFilter any{.relay = filter.relay, .most = 1};
        TRY(const auto entries, store.log_entries(any));
        if (entries.empty()) TRY_VOID(app::find_relay(store, filter.relay));
    }
    if (const auto text = arguments.value("--since")) {
        TRY(const auto zone, app::zone_of(store));
        TRY(filter.since, read_since(*text, context.clock().now(), zone));
    }
    filter.failed = arguments.flag("--failed");
    return filter;
}

// The log as it is read on, in pages, so that a long one needs no memory.
class LogReader {
  public:
    LogReader(Context& context, relay::LogFilter filter, ItemStream output)
        : console_(context.console()), filter_(std::move(filter)), output_(std::move(output)) {}

    // All there is. False when nobody reads it any more.
    base::Result<bool> print_on(relay::Store& store) {
        for (;;) {
            TRY(const auto entries, store.log_entries(filter_));
            if (entries.empty()) return !console_.reader_is_gone();
            TRY_VOID(print(entries));
            if (console_.reader_is_gone()) return false;
        }
    }
    base::Result<void> print(const std::vector<relay::LogEntry>& entries) {
        std::string text;
        for (const auto& entry : entries) {
            filter_.after = entry.id;
            output_.append(text, {.name = entry.relay,
                                  .item = [&] { return log_item(entry); },
                                  .rows = [&] { return output::Value::Array{log_item(entry)}; },
                                  .line = [&] { return line_of(entry); }});
        }
        console_.print(text);
        return console_.flush();
    }
    void end() { console_.print(output_.end()); }
    // Whatever is there already is not asked for.
    base::Result<void> skip_to_last(relay::Store& store, std::size_t count) {
        auto newest = filter_;
        newest.oldest = false;
        newest.most = count;
        TRY(const auto entries, store.log_entries(newest));
        if (!entries.empty()) filter_.after = entries.front().id - 1;
        return {};
    }

  private:
    static std::string line_of(const relay::LogEntry& entry) {
        auto line = fmt::format("{}  {}  {}  {}  {} of {}  {}  {}", base::to_rfc3339(entry.at),
                                entry.relay.empty() ? "-" : entry.relay, entry.from_domain.ascii(),
                                relay::to_string(entry.type), entry.accepted, entry.recipients,
                                relay::to_string(entry.result), told(entry.reply));
        if (!entry.instead_of.empty()) line += "  " + told("instead of " + entry.instead_of);
        return line + "\n";
    }

    Console& console_;
    relay::LogFilter filter_;
    ItemStream output_;
};

// The store is opened each time: it may not be there yet, or be put back from a backup.
net::Task<base::Result<void>> follow(const Context& context, const Arguments& arguments, LogReader& reader) {
    for (;;) {
        {
            CO_TRY(const auto store, context.open_store(arguments));
            CO_TRY(const bool is_read, reader.print_on(*store));
            if (!is_read) co_return base::Result<void>();
        }
        co_await net::sleep_until(std::chrono::steady_clock::now() + look_again);
    }
}

// A table is aligned when it is whole; one that goes on, and the other formats, come line by line.
base::Result<ExitCode> print_table(Context& context, const Arguments& arguments, relay::Store& store,
                                   relay::LogFilter filter, std::optional<unsigned> last) {
    filter.oldest = false;
    filter.most = last.value_or(most_last + 1);  // one more tells that there are more
    TRY(auto entries, store.log_entries(filter));
    if (entries.size() > most_last) {
        entries.erase(entries.begin());
        context.console().notice(
            fmt::format("warning: these are the newest {} lines; for all of them: relayctl log -o tsv, or "
                        "--since WHEN",
                        most_last));
    }
    Listing listing{.schema = "relayctl.log/1", .columns = log_columns(), .items = {}};
    for (const auto& entry : entries)
        listing.items.push_back(log_item(entry));
    TRY_VOID(print_listing(context, arguments, listing));
    return ExitCode::done;
}

base::Result<ExitCode> run_log(Context& context, const Arguments& arguments) {
    const bool follows = arguments.flag("--follow");
    TRY(const auto last, read_count(arguments, "--last", most_last));
    TRY(const auto format, chosen_format(context, context.console(), arguments));
    if (follows && format == Format::json)
        return base::usage_error("a JSON document has an end, and --follow has none", "give -o jsonl");
    context.warn_without_store(arguments);
    TRY(const auto store, context.open_store(arguments));
    TRY(auto filter, read_filter(context, arguments, *store));
    if (format == Format::table && !follows)
        return print_table(context, arguments, *store, std::move(filter), last);
    TRY(auto output, ItemStream::create(context, arguments, "relayctl.log/1", log_columns()));
    LogReader reader(context, std::move(filter), std::move(output));
    if (last) TRY_VOID(reader.skip_to_last(*store, *last));
    if (!follows) {
        TRY(const bool is_read, reader.print_on(*store));
        if (is_read) reader.end();
        return ExitCode::done;
    }
    TRY_VOID(net::run(follow(context, arguments, reader)));
    return ExitCode::done;
}

}  // namespace

const Command log_command = {
    .path = "log",
    .heading = "Mail",
    .summary = "tell what was sent and what became of it",
    .description =
        "A line for each message at each relay that was tried, or one for a message that none took, which "
        "names "
        "a relay only where the limit of that one has decided, the "
        "oldest first: time, relay, From domain, mail type, recipients, result, the id "
        "under "
        "which the server keeps it and its reply. INSTEAD OF names the relays that should have taken it, and "
        "why they "
        "did not. "
        "No text of a message and no password is kept, and no address but what a server's reply names.\n"
        "The result is accepted, refused, deferred (not now), unable (the relay cannot carry this message) "
        "or unknown "
        "(it may have been delivered). Lines older than the setting log-keep go when a message is sent.",
    .examples = examples,
    .options = options,
    .groups = output_group,
    .columns = log_columns(),
    .run = run_log,
};

}  // namespace cli
