#include "cli/commands/verify_many.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/verify_many.hpp"
#include "base/text.hpp"
#include "cli/bulk_report.hpp"
#include "cli/bulk_results.hpp"
#include "cli/count.hpp"
#include "cli/verify_lines.hpp"
#include "net/run.hpp"

namespace cli {

namespace {

constexpr unsigned most_concurrency = 10'000;
constexpr unsigned most_rate = 1'000'000;

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

// Octets of standard input that are left to read, when it is a regular file.
std::optional<std::uint64_t> input_size() {
    struct stat status {};
    if (::fstat(STDIN_FILENO, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    const off_t at = ::lseek(STDIN_FILENO, 0, SEEK_CUR);
    if (at < 0 || at >= status.st_size) return std::nullopt;
    return static_cast<std::uint64_t>(status.st_size - at);
}

class VerifyMany {
  public:
    VerifyMany(app::VerifyRequest common, BulkResults& results, Journal* journal)
        : common_(std::move(common)), results_(results), journal_(journal) {}

    net::Task<void> run(dns::Resolver& resolver, app::VerifyManyOptions options) {
        const app::NextTarget next = [this] { return next_target(); };
        const app::TakeVerified take = [this](app::VerifiedTarget done) {
            results_.push(std::move(done));
            if (size_ && *size_ != 0)
                results_.set_share(static_cast<double>(lines_.octets()) / static_cast<double>(*size_));
            return !stopped();
        };
        co_await app::verify_many(resolver, common_, next, take, options);
    }

    const std::optional<base::Error>& error() const { return error_; }  // of reading the input

  private:
    net::Task<std::optional<app::VerifyTarget>> next_target() {
        std::optional<app::VerifyTarget> target;
        while (!stopped()) {
            auto line = co_await lines_.next();
            if (line.has_error()) {
                if (line.error().kind != base::ErrorKind::interrupted) error_ = line.error();
                break;
            }
            if (!*line) break;
            target = parse_target(**line);
            if (!target || journal_ == nullptr) {
                if (target) break;
                continue;
            }
            target->key = base::trim((*line)->text);
            if (!journal_->take_finished(target->key)) break;
            target.reset();
        }
        co_return target;
    }

    bool stopped() const { return error_ || results_.stopped(); }

    app::VerifyRequest common_;
    BulkResults& results_;
    Journal* journal_;
    LineReader lines_{STDIN_FILENO};
    std::optional<std::uint64_t> size_ = input_size();
    std::optional<base::Error> error_;
};

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
    const auto counts = resolver_options.counts;
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
    VerifyMany work(std::move(common), results, journal.get());
    const auto ended = net::run_to_end(work.run(*resolver, options));
    std::optional<base::Error> error = work.error();
    if (!error && ended.has_error()) error = ended.error();
    return results.finish(std::move(error), *counts);
}

}  // namespace cli
