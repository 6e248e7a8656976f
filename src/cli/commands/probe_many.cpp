#include "cli/commands/probe_many.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <unistd.h>

#include "app/probe_many.hpp"
#include "base/text.hpp"
#include "cli/bulk_report.hpp"
#include "cli/commands/probe_record.hpp"
#include "cli/commands/probe_threads.hpp"
#include "cli/count.hpp"
#include "cli/item_stream.hpp"
#include "cli/verdict.hpp"
#include "cli/verify_lines.hpp"
#include "cli/views/probe_summary.hpp"
#include "cli/views/probe_view.hpp"
#include "net/run.hpp"

namespace cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned most_concurrency = 500;
constexpr std::size_t longest_word = 255;  // of a line, in a result
constexpr std::size_t name_width = 24;     // where the names are not known beforehand
constexpr std::size_t most_name_width = 40;
constexpr auto progress_after = std::chrono::milliseconds(300);
constexpr auto progress_interval = std::chrono::milliseconds(100);

// A number sign begins a comment, but for one within a word: "a#b" is a name that is none.
std::string_view without_comment(std::string_view line) {
    for (auto at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1))
        if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') return line.substr(0, at);
    return line;
}

// Where the jobs come from: the relays of the store, or the lines of standard input.
class ProbeJobs {
  public:
    ProbeJobs(const Arguments& arguments, const ProbeRequest& request, relay::Store& store)
        : arguments_(arguments), request_(request), store_(store) {}

    base::Result<void> take_all() {
        TRY(const auto relays, store_.relays());
        std::vector<std::string> names;
        for (const auto& relay : relays)
            if (relay.enabled) names.push_back(relay.name);
        names_ = std::move(names);
        return {};
    }

    net::Task<std::optional<app::ProbeJob>> next() {
        std::optional<app::ProbeJob> job;
        if (names_) {
            if (given_ < names_->size()) job = job_for((*names_)[given_++]);
            co_return job;
        }
        while (!job) {
            auto line = co_await lines_.next();
            if (line.has_error()) {
                if (line.error().kind != base::ErrorKind::interrupted) error_ = line.error();
                break;
            }
            if (!*line) break;
            job = read_line(**line);
        }
        co_return job;
    }

    std::size_t widest_name() const {
        std::size_t widest = 0;
        if (!names_) return name_width;
        for (const auto& name : *names_)
            widest = std::max(widest, name.size());
        return std::min(widest, most_name_width);
    }
    // Enough that a second thread, whose start-up is TLS too, is worth it; where it is not known: no.
    bool are_many() const {
        constexpr std::size_t many = 100;
        constexpr std::uint64_t octets_a_line = 16;
        if (names_) return names_->size() >= many;
        return octets_left_in(STDIN_FILENO).value_or(0) >= many * octets_a_line;
    }
    std::optional<std::size_t> count() const { return names_ ? std::optional(names_->size()) : std::nullopt; }
    const std::optional<base::Error>& error() const { return error_; }  // of reading the input

  private:
    std::optional<app::ProbeJob> read_line(const Line& line) {
        const auto text = base::trim(without_comment(line.text));
        if (text.empty()) return std::nullopt;
        if (!line.too_long) return job_for(std::string(text));
        return app::ProbeJob{.word = std::string(text.substr(0, name_width)),
                             .fault = fmt::format("the line is longer than {} octets", longest_line),
                             .fault_verdict = finding::Verdict::bad};
    }

    app::ProbeJob job_for(const std::string& word) {
        app::ProbeJob job{.word = word.substr(0, longest_word)};
        auto target = read_probe_target(store_, word, arguments_);
        if (target.has_error()) {
            job.fault = target.error().message;
            const auto kind = target.error().kind;
            if (kind == base::ErrorKind::usage || kind == base::ErrorKind::not_found)
                job.fault_verdict = finding::Verdict::bad;
            return job;
        }
        require_endpoint(*target, request_);
        job.endpoints = probe_options(request_, *target).endpoints;
        job.target = std::move(*target);
        return job;
    }

    const Arguments& arguments_;
    const ProbeRequest& request_;
    relay::Store& store_;
    std::optional<std::vector<std::string>> names_;
    std::size_t given_ = 0;
    LineReader lines_{STDIN_FILENO};
    std::optional<base::Error> error_;
};

class ProbeMany {
  public:
    ProbeMany(Context& context, ProbeJobs& jobs, ItemStream output, Breadth breadth, ProbeRecord& record)
        : context_(context),
          console_(context.console()),
          jobs_(jobs),
          record_(record),
          output_(std::move(output)),
          rows_(breadth == Breadth::endpoint ? Rows::of_the_endpoint : Rows::all),
          width_(jobs.widest_name()),
          progress_(console_) {}

    // With a second resolver on two threads.
    base::Result<void> run(app::ProbeServices services, std::unique_ptr<dns::Resolver> second,
                           app::ProbeManyOptions options) {
        const app::NextProbe next = [this] { return jobs_.next(); };
        const app::TakeProbed take = [this](app::ProbedJob done) { return take_result(done); };
        if (!second) return net::run_to_end(app::probe_many(services, next, take, std::move(options)));
        ProbeThreads threads(next, take, std::move(options));
        return threads.run(services, std::move(second));
    }

    // After run(): the end of the document, and the words at the end.
    base::Result<ExitCode> finish(const base::Result<void>& ended) {
        print(output_.end());
        progress_.erase();
        const bool input_was_empty = tally_.done() == 0 && ended.has_value() && !jobs_.error();
        if ((printed_ || input_was_empty) && !output_.is_names() && !console_.reader_is_gone())
            console_.notice_block(tally_.head("relay", took()) + tally_.finding_lines());
        if (error_) return *error_;
        if (jobs_.error()) return *jobs_.error();
        if (ended.has_error() && !console_.reader_is_gone()) return ended.error();
        return worst_.exit_code();
    }

  private:
    bool take_result(const app::ProbedJob& done) {
        const auto verdict = done.verdict();
        std::set<std::string_view> ids;
        if (done.report)
            for (const auto& finding : done.report->findings)
                ids.insert(finding.id);
        tally_.add(verdict, ids);
        worst_.add(verdict);
        const auto now = context_.clock().now();
        if (done.report) record_.add(*done.report, now);
        if (done.report && !record_.is_wanted(*done.report)) return true;
        printed_ = true;
        std::string text;
        output_.append(text,
                       {.name = probe_name(done),
                        .item = [&] { return probed_item(done, now); },
                        .rows = [&] { return probed_rows(done, now, rows_); },
                        .line = [&] { return probe_line(done, width_, now, console_.terminal(), rows_); }});
        print(text);
        draw_progress();
        return !error_ && !console_.reader_is_gone();
    }

    // A result is seen as soon as it is there.
    void print(const std::string& text) {
        if (!text.empty() && console_.output_is_terminal()) progress_.erase();
        console_.print(text);
        auto flushed = console_.flush();
        if (flushed.has_error() && !error_) error_ = flushed.error();
    }

    void draw_progress() {
        const auto now = Clock::now();
        if (now < next_progress_) return;
        next_progress_ = now + progress_interval;
        std::optional<double> share;
        if (const auto count = jobs_.count())
            share = static_cast<double>(tally_.done()) / static_cast<double>(*count);
        progress_.draw(progress_text(tally_.done(), took(), share));
    }

    std::chrono::milliseconds took() const {
        return std::chrono::round<std::chrono::milliseconds>(Clock::now() - start_);
    }

    Context& context_;
    Console& console_;
    ProbeJobs& jobs_;
    ProbeRecord& record_;
    ItemStream output_;
    Rows rows_;
    std::size_t width_;
    ProgressLine progress_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point next_progress_ = start_ + progress_after;
    BulkTally tally_;
    WorstVerdict worst_;
    bool printed_ = false;  // anything at all: --only-changes without a change is silent
    std::optional<base::Error> error_;
};

}  // namespace

base::Result<bool> asks_for_many(const Arguments& arguments) {
    const auto& words = arguments.positionals();
    const bool reads = std::find(words.begin(), words.end(), "-") != words.end();
    const bool all = arguments.flag("--all");
    if (reads && words.size() > 1)
        return base::usage_error("- stands for the relays of standard input, and no others can be given");
    if (all && !words.empty())
        return base::usage_error("--all stands for every enabled relay, and no others can be given");
    if (!all && words.empty())
        return base::usage_error("no relay and no host is named",
                                 "relayctl probe NAME, or relayctl probe --all");
    const bool many = reads || all;
    if (!many && arguments.value("--concurrency"))
        return base::usage_error("--concurrency is for --all and for -");
    if (many && arguments.value("--repeat"))
        return base::usage_error("--repeat is for relays and hosts that are named");
    if (!many && arguments.flag("--matrix"))
        return base::usage_error("--matrix is for --all and for -: of one relay all is tried anyway");
    if (many && arguments.flag("--tls-scan"))
        return base::usage_error("--tls-scan takes very many connections: name the relay or host");
    for (const auto* option : {"--all-addresses", "--mta-sts"})
        if (many && (arguments.flag(option) || arguments.value(option)))
            return base::usage_error(fmt::format("{} is for relays and hosts that are named", option));
    return many;
}

base::Result<ExitCode> probe_many(Context& context, const Arguments& arguments, const ProbeRequest& request) {
    app::ProbeManyOptions options;
    TRY(const auto concurrency, read_count(arguments, "--concurrency", most_concurrency));
    options.concurrency = concurrency.value_or(static_cast<unsigned>(options.concurrency));
    options.common.ehlo_name = request.ehlo_name;
    options.common.timeout = request.timeout;
    options.common.dane = request.dane;
    options.common.trust_ad = request.trust_ad;
    TRY(auto output, ItemStream::create(context, arguments, "relayctl.probe/1", probe_columns()));
    TRY(const auto store, context.open_store(arguments));
    ProbeJobs jobs(arguments, request, *store);
    if (arguments.flag("--all")) {
        TRY_VOID(jobs.take_all());
        // Silence would be taken for "all is well" by whoever named the wrong store.
        context.warn_without_store(arguments);
        if (jobs.count() == 0)
            return base::Error{.kind = base::ErrorKind::not_found,
                               .message = "no relay of the store is enabled",
                               .hint = "relayctl list"};
    }
    TRY(const auto resolver, context.make_resolver(arguments));
    const auto dialer = context.make_dialer();
    const app::ProbeServices services{.resolver = *resolver, .dialer = *dialer, .clock = context.clock()};
    TRY(auto record, ProbeRecord::create(*store, arguments));
    ProbeMany work(context, jobs, std::move(output), request.breadth, record);
    std::unique_ptr<dns::Resolver> second;
    if (options.concurrency > 1 && jobs.are_many()) {
        TRY(second, context.make_resolver(arguments));
    }
    const auto ended = work.run(services, std::move(second), std::move(options));
    auto code = work.finish(ended);
    record.keep(context, arguments);
    return code;
}

}  // namespace cli
