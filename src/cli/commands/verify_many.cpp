#include "cli/commands/verify_many.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "app/verify_many.hpp"
#include "base/text.hpp"
#include "cli/bulk_report.hpp"
#include "cli/bulk_results.hpp"
#include "cli/commands/verify_stream.hpp"
#include "cli/count.hpp"

namespace cli {

namespace {

constexpr unsigned most_concurrency = 10'000;
constexpr unsigned most_rate = 1'000'000;
constexpr unsigned most_threads = 16;
constexpr unsigned usual_threads = 4;  // a fifth would find the one that writes JSON busy

// What the results depend on: a journal of other options is of another run.
std::string settings_text(const Arguments& arguments) {
    std::string text;
    for (const auto& option : find_command("verify")->options) {
        const bool own = std::any_of(std::begin(verify_many_options), std::end(verify_many_options),
                                     [&](const Option& other) { return other.name == option.name; });
        if (own) continue;
        if (option.value.empty()) {
            if (arguments.flag(option.name)) text += fmt::format(" {}", option.name);
            continue;
        }
        for (const auto& value : arguments.values(option.name))
            text += fmt::format(" {}={}", option.name, base::printable(value).substr(0, 1000));
    }
    for (const std::string_view name : {"--output", "--columns"})
        if (const auto value = arguments.value(name)) text += fmt::format(" {}={}", name, *value);
    return text.empty() ? "default options" : text.substr(1);
}

// The order of the input and the rate are kept by one thread, and what fetches policies is for one.
base::Result<unsigned> read_threads(const Arguments& arguments, const app::VerifyRequest& common) {
    TRY(const auto wanted, read_count(arguments, "--threads", most_threads));
    const char* const one = arguments.flag("--ordered") ? "--ordered"
                            : arguments.value("--rate") ? "--rate"
                            : common.fetcher != nullptr ? "the check mta-sts"
                                                        : nullptr;
    if (one == nullptr)
        return wanted.value_or(std::clamp(std::thread::hardware_concurrency(), 1U, usual_threads));
    if (wanted && *wanted != 1)
        return base::usage_error(fmt::format("{} is for one thread, and --threads says {}", one, *wanted),
                                 "give no --threads");
    return 1;
}

void tell_resumed(Console& console, const Journal& journal, std::uint64_t cut) {
    if (journal.finished_before() != 0)
        console.notice("going on after " + counted(journal.finished_before(), "finished domain"));
    if (journal.dropped() != 0)
        console.notice(
            fmt::format("cut {} off the journal, unfinished or damaged: the domains in them come again",
                        counted(journal.dropped(), "octet")));
    if (cut != 0) console.notice(fmt::format("cut {} off the output", counted(cut, "unfinished octet")));
}

}  // namespace

base::Result<bool> reads_domains(const Arguments& arguments) {
    const auto& domains = arguments.positionals();
    const bool reads = std::find(domains.begin(), domains.end(), "-") != domains.end();
    if (reads && domains.size() > 1)
        return base::usage_error("- stands for the domains of standard input, and no others can be given");
    if (reads && arguments.value("--relay"))
        return base::usage_error("--relay and domains from standard input cannot be given together");
    for (const auto& option : verify_many_options) {
        const bool given =
            option.value.empty() ? arguments.flag(option.name) : arguments.value(option.name).has_value();
        if (given && !reads)
            return base::usage_error(fmt::format("{} is for domains from standard input", option.name),
                                     fmt::format("relayctl verify - {}{}{} <FILE", option.name,
                                                 option.value.empty() ? "" : " ", option.value));
    }
    return reads;
}

base::Result<ExitCode> verify_many(Context& context, const Arguments& arguments, app::VerifyRequest common) {
    dns::ResolverOptions resolver_options;
    resolver_options.counts = std::make_shared<dns::ResolverCounts>();
    app::VerifyManyOptions options;
    TRY(const auto concurrency, read_count(arguments, "--concurrency", most_concurrency));
    TRY(const auto rate, read_count(arguments, "--rate", most_rate));
    options.concurrency = concurrency.value_or(options.concurrency);
    options.window = 4 * options.concurrency;
    if (arguments.flag("--ordered")) options.order = app::Order::as_given;
    resolver_options.rate = rate.value_or(0);
    // A domain that waits for its turn too long would be given up by the time limits of SPF.
    if (rate) options.concurrency = std::min<std::size_t>(options.concurrency, *rate);
    std::vector<std::shared_ptr<dns::ResolverCounts>> all_counts = {resolver_options.counts};
    TRY(const std::size_t threads, read_threads(arguments, common));
    std::vector<std::unique_ptr<dns::Resolver>> others;
    while (others.size() + 1 < std::min(threads, options.concurrency)) {
        auto more = resolver_options;
        more.counts = all_counts.emplace_back(std::make_shared<dns::ResolverCounts>());
        TRY(auto other, context.make_resolver(arguments, std::move(more)));
        others.push_back(std::move(other));
    }
    TRY(const auto resolver, context.make_resolver(arguments, std::move(resolver_options)));
    TRY(auto output, VerifyOutput::create(context, arguments));

    std::unique_ptr<Journal> journal;
    std::uint64_t cut = 0;
    if (const auto path = arguments.value("--resume")) {
        if (!output.can_go_on())
            return base::usage_error("one JSON document cannot be continued by a later run",
                                     "give --output jsonl with --resume");
        TRY(journal, Journal::open(*path, settings_text(arguments)));
        TRY(cut, journal->cut_output(STDOUT_FILENO));
    }
    if (journal) tell_resumed(context.console(), *journal, cut);
    BulkResults results(context.console(), std::move(output), journal.get(), common.ip, common.checks.dkim);
    VerifyStream stream(std::move(common), results, journal.get());
    const auto ended = stream.run(*resolver, std::move(others), options);
    dns::ResolverCounts total;
    for (const auto& counts : all_counts) {
        total.queries += counts->queries;
        total.from_cache += counts->from_cache;
        total.shared += counts->shared;
    }
    return results.finish(ended.has_error() ? std::optional(ended.error()) : std::nullopt, total);
}

}  // namespace cli
