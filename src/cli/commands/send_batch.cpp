#include "cli/commands/send_batch.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/probe_wait.hpp"
#include "base/text.hpp"
#include "cli/bulk_report.hpp"
#include "cli/commands/send_outcome.hpp"
#include "cli/commands/send_request.hpp"
#include "cli/item_stream.hpp"
#include "cli/message_batch.hpp"
#include "cli/send_journal.hpp"
#include "cli/send_tally.hpp"
#include "cli/sendmail_words.hpp"
#include "cli/views/send_view.hpp"
#include "crypto/digest.hpp"
#include "net/run.hpp"

namespace cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto progress_after = std::chrono::milliseconds(300);
constexpr auto progress_interval = std::chrono::milliseconds(100);

// What is wrong with the store, or with this run, is so with every message behind; what is wrong with a
// message is not.
bool ends_batch(const base::Error& error) {
    using base::ErrorKind;
    return error.kind == ErrorKind::io || error.kind == ErrorKind::conflict || error.kind == ErrorKind::bug ||
           error.kind == ErrorKind::interrupted;
}

// Whom the messages go to: a journal of other recipients is of another mailing.
std::string recipients_text(const SendOptions& options) {
    std::string text = options.of_header == mail::Recipients::wanted ? "of the header" : "";
    if (options.common.recipients.empty()) return text;
    std::string all;
    for (const auto& recipient : options.common.recipients)
        all += recipient.to_string() + "\n";
    return fmt::format("{}{}{} named, {}", text, text.empty() ? "" : " and ",
                       options.common.recipients.size(), base::to_hex(crypto::sha256(all)));
}

std::string journal_word(const mail::Address& recipient) {
    return base::printable(recipient.to_string());
}

// For whom a message that was accepted is to be tried again.
std::vector<std::string> put_off(const SendReport& report) {
    std::vector<std::string> words;
    if (app::result_of(report.attempt) != relay::LogResult::accepted) return words;
    const auto& mail = *report.attempt.mail;
    for (std::size_t i = 0; i < mail.recipients.size(); ++i) {
        const auto& reply = mail.recipients[i];
        if (!mail.accepts(i) && !(reply && reply->is_permanent()))
            words.push_back(journal_word(report.mail.envelope.recipients[i]));
    }
    return words;
}

class BatchRun {
  public:
    BatchRun(Context& context, const Arguments& arguments, const SendOptions& options, MessageBatch& batch,
             relay::Store& store, ItemStream output, SendJournal* journal)
        : context_(context),
          console_(context.console()),
          options_(options),
          batch_(batch),
          tools_(context, arguments, store),
          output_(std::move(output)),
          journal_(journal),
          silent_(arguments.flag("--silent")),
          dry_(arguments.flag("--dry-run")),
          shares_terminal_(console_.output_is_terminal()),
          progress_(console_) {}

    net::Task<void> run(dns::Resolver& resolver, net::Dialer& dialer);
    base::Result<ExitCode> finish(const base::Result<void>& ended);

  private:
    net::Task<void> take(app::SendingSessions& sessions, std::string name);
    net::Task<void> send(app::SendingSessions& sessions, const std::string& name, SendRequest request,
                         const OutgoingMessage& message);
    bool was_sent_before(const std::string& name, const OutgoingMessage& message, SendRequest& request);
    void tell_unknown(const std::string& name, const std::string& why);
    net::Task<void> preview(dns::Resolver& resolver, const std::string& name, const SendRequest& request,
                            const OutgoingMessage& message);
    void tell_unsent(const std::string& name, const base::Error& error);
    void add(const std::string& name, std::string_view result, ExitCode code, output::Value item);
    void print(const std::string& text);
    void draw_progress();
    bool keep(const base::Result<void>& result);
    bool is_over() const { return error_.has_value() || interrupted_ || console_.reader_is_gone(); }
    std::chrono::milliseconds took() const {
        return std::chrono::round<std::chrono::milliseconds>(Clock::now() - start_);
    }

    Context& context_;
    Console& console_;
    const SendOptions& options_;
    MessageBatch& batch_;
    SendTools tools_;
    ItemStream output_;
    SendJournal* journal_;
    bool silent_;
    bool dry_;
    bool shares_terminal_;  // the results, with the progress line
    ProgressLine progress_;
    SendTally tally_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point next_progress_ = start_ + progress_after;
    std::optional<base::Error> error_;  // what ended the batch
    bool interrupted_ = false;
};

net::Task<void> BatchRun::run(dns::Resolver& resolver, net::Dialer& dialer) {
    app::SendingSessions sessions(resolver, dialer);
    while (!is_over()) {
        auto name = batch_.next();
        if (name.has_error()) {
            error_ = name.error();
            break;
        }
        if (!*name) break;
        co_await take(sessions, std::move(**name));
        draw_progress();
        const bool cancelled = co_await app::is_cancelled();
        interrupted_ = interrupted_ || cancelled;
    }
    co_await sessions.close();
}

// False when it went wrong, which ends the batch.
bool BatchRun::keep(const base::Result<void>& result) {
    if (result.has_error() && !error_) error_ = result.error();
    return result.has_value();
}

net::Task<void> BatchRun::take(app::SendingSessions& sessions, std::string name) {
    OutgoingMessage message(options_.folder);
    auto outgoing = outgoing_options(context_, options_);
    outgoing.digest = journal_ != nullptr;
    const auto read = message.read([this] { return batch_.read(); }, outgoing);
    if (read.has_error()) {
        tell_unsent(name, read.error());
        co_return;
    }
    auto request = request_for(options_, message.submission());
    if (request.has_error()) {
        tell_unsent(name, request.error());
        co_return;
    }
    if (dry_) {
        co_await preview(sessions.resolver(), name, *request, message);
        co_return;
    }
    if (journal_ != nullptr && was_sent_before(name, message, *request)) co_return;
    if (journal_ != nullptr && !keep(journal_->begin(message.digest(), name))) co_return;
    co_await send(sessions, name, std::move(*request), message);
}

net::Task<void> BatchRun::send(app::SendingSessions& sessions, const std::string& name, SendRequest request,
                               const OutgoingMessage& message) {
    SendRun run(tools_, request, message);
    const auto sent_or_not = co_await run.send(sessions);
    const auto* report = sent_or_not.has_error() ? nullptr : std::get_if<SendReport>(&*sent_or_not);
    if (report == nullptr && journal_ != nullptr)
        keep(journal_->finish(message.digest(), name, std::nullopt));
    if (sent_or_not.has_error()) {
        tell_unsent(name, sent_or_not.error());
        if (ends_batch(sent_or_not.error())) error_ = sent_or_not.error();
        co_return;
    }
    if (report == nullptr) {
        const auto& untaken = std::get<NotTaken>(*sent_or_not);
        const SentMessage sent{.source = name, .type = request.type, .exit = send_exit_code(untaken.why)};
        if (silent_) console_.notice(fmt::format("relayctl: {}: {}", name, untaken.why.message));
        add(name, relay::to_string(untaken.result), sent.exit, untaken_item(untaken, request, message, sent));
        co_return;
    }
    const auto result = app::result_of(report->attempt);
    if (journal_ != nullptr) keep(journal_->finish(message.digest(), name, result, put_off(*report)));
    const auto code = send_exit_code(*report, request.over);
    interrupted_ = interrupted_ || code == ExitCode::interrupted;
    if (code == ExitCode::io && !error_) error_ = report->attempt.failure;
    const bool for_some = result == relay::LogResult::accepted && code != ExitCode::done;
    if (for_some) progress_.erase();
    if (for_some || (silent_ && code != ExitCode::done)) tell_outcome(console_, *report, name);
    const SentMessage sent{.source = name, .type = request.type, .exit = code};
    add(name, relay::to_string(result), code, send_item(*report, message, sent));
}

// Leaves in `request` the recipients for whom it is still to be sent.
bool BatchRun::was_sent_before(const std::string& name, const OutgoingMessage& message,
                               SendRequest& request) {
    const auto past = journal_->take(message.digest());
    switch (past.before) {
        case SendJournal::Before::nothing:
            return false;
        case SendJournal::Before::sent:
            tally_.pass_over();
            return true;
        case SendJournal::Before::partly:
            std::erase_if(request.recipients, [&](const mail::Address& recipient) {
                const auto& left = past.put_off;
                return std::find(left.begin(), left.end(), journal_word(recipient)) == left.end();
            });
            return false;
        case SendJournal::Before::unknown:
            tell_unknown(name,
                         "what became of it in an earlier run is not known: it may have been delivered, "
                         "and is not sent again");
            return true;
        case SendJournal::Before::cut_off:
            break;
    }
    keep(journal_->finish(message.digest(), name, relay::LogResult::unknown));
    tell_unknown(
        name,
        "an earlier run was ended while it was sent: it may have been delivered, and is not sent again");
    return true;
}

void BatchRun::tell_unknown(const std::string& name, const std::string& why) {
    if (silent_) console_.notice(fmt::format("relayctl: {}: {}", name, why));
    const auto result = relay::to_string(relay::LogResult::unknown);
    add(name, result, ExitCode::try_later, unsent_item(name, result, why, ExitCode::try_later));
}

net::Task<void> BatchRun::preview(dns::Resolver& resolver, const std::string& name,
                                  const SendRequest& request, const OutgoingMessage& message) {
    SendRun run(tools_, request, message);
    const auto preview = co_await run.preview(resolver);
    if (preview.has_error()) {
        tell_unsent(name, preview.error());
        co_return;
    }
    tally_.add("not_sent", ExitCode::done);
    print(fmt::format("message    {}\n", base::printable(name)) + preview_text(*preview));
}

void BatchRun::tell_unsent(const std::string& name, const base::Error& error) {
    constexpr std::string_view result = "not_sent";
    const auto code = send_exit_code(error);
    const auto why = error.context.empty() ? error.message : error.context + ": " + error.message;
    if (silent_ || dry_) console_.notice(fmt::format("relayctl: {}: {}", name, why));
    add(name, result, code, unsent_item(name, result, why, code));
}

void BatchRun::add(const std::string& name, std::string_view result, ExitCode code, output::Value item) {
    tally_.add(result, code);
    if (silent_ || dry_) return;
    std::string text;
    output_.append(text, {.name = name,
                          .item = [&] { return item; },
                          .rows = [&] { return output::Value::Array{item}; },
                          .line = [&] { return send_line(item, console_.terminal()); }});
    print(text);
}

// A result is seen as soon as it is there.
void BatchRun::print(const std::string& text) {
    if (shares_terminal_) progress_.erase();
    console_.print(text);
    keep(console_.flush());
}

void BatchRun::draw_progress() {
    const auto now = Clock::now();
    if (now < next_progress_) return;
    next_progress_ = now + progress_interval;
    progress_.draw(progress_text(tally_.done(), took(), batch_.share()));
}

base::Result<ExitCode> BatchRun::finish(const base::Result<void>& ended) {
    if (!silent_ && !dry_) print(output_.end());
    progress_.erase();
    const bool none = error_ && tally_.done() == 0;
    if (!silent_ && !dry_ && !none && !console_.reader_is_gone()) console_.notice(tally_.text(took()));
    if (error_) return *error_;
    if (ended.has_error()) return ended.error();
    return interrupted_ ? ExitCode::interrupted : tally_.exit_code();
}

base::Result<void> check_options(const Arguments& arguments) {
    if (arguments.value("--file"))
        return base::usage_error("--file is one message and --batch many: give one of the two");
    if (arguments.value("--resume") && arguments.flag("--dry-run"))
        return base::usage_error("--dry-run sends nothing: there is nothing to resume");
    return {};
}

}  // namespace

base::Result<ExitCode> send_batch(Context& context, const Arguments& arguments) {
    TRY_VOID(check_options(arguments));
    TRY(auto options, read_send_options(context, arguments));
    TRY(auto output, ItemStream::create(context, arguments, "relayctl.send/1", send_batch_columns()));
    TRY(auto batch, MessageBatch::open(*arguments.value("--batch")));
    const bool dry = arguments.flag("--dry-run");
    context.warn_without_store(arguments);
    TRY(const auto store, dry ? context.open_store(arguments) : context.open_store_to_note(arguments));
    TRY_VOID(read_named(arguments, *store, options));
    TRY(const auto resolver, context.make_resolver(arguments));
    const auto dialer = context.make_dialer();
    std::unique_ptr<SendJournal> journal;
    if (const auto path = arguments.value("--resume")) {
        if (!output.can_go_on())
            return base::usage_error("one JSON document cannot be continued by a later run",
                                     "give --output jsonl with --resume");
        TRY(journal, SendJournal::open(*path, recipients_text(options)));
    }
    BatchRun run(context, arguments, options, batch, *store, std::move(output), journal.get());
    const auto ended = net::run_to_end(run.run(*resolver, *dialer));
    return run.finish(ended);
}

}  // namespace cli
