#include "cli/commands/commands.hpp"
#include "cli/commands/send_batch.hpp"
#include "cli/commands/send_outcome.hpp"
#include "cli/commands/send_request.hpp"
#include "cli/commands/sender.hpp"
#include "cli/message_input.hpp"
#include "cli/message_output.hpp"
#include "cli/sysexits.hpp"
#include "cli/views/send_view.hpp"
#include "net/run.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"send -t -i < message.eml", "to the recipients in its header"},
    {"send --mail-type mass --file news.eml ann@example.net", ""},
    {"send -t --dry-run --file news.eml", "the relay, the envelope and the message as it would leave"},
    {"send --batch outbox.mbox --resume sent.txt", "many messages; run again, none of them twice"},
    {"send --relay news --over defer -o json --file news.eml ann@example.net", "one relay and no other"},
};
constexpr Option options[] = {
    {.name = "--recipients-of-header",
     .short_name = "-t",
     .help = "send to the addresses in To, Cc and Bcc too"},
    {.name = "--ignore-dots",
     .short_name = "-i",
     .help =
         "a line of a single dot does not end the message (also -oi); so with --file. Without it the rest of "
         "standard input is left, which is told, but not with --silent"},
    {.name = "--sender",
     .short_name = "-f",
     .value = "ADDRESS",
     .help = "the envelope sender, or <>, in place of the relay's return path"},
    {.name = "--full-name",
     .short_name = "-F",
     .value = "NAME",
     .help = "with --silent, of the From field that is added to a message without one, from --sender"},
    {.name = "--notify",
     .short_name = "-N",
     .value = "WHEN",
     .help = "ask for notices of delivery: never, or of success, failure and delay",
     .completion = Completion::words,
     .words = notify_words,
     .commas = Commas::yes},
    {.name = "--return",
     .short_name = "-R",
     .value = "WHAT",
     .help = "what such a notice holds of the message: full or hdrs",
     .completion = Completion::words,
     .words = return_words},
    {.name = "--envelope-id", .short_name = "-V", .value = "ID", .help = "the id such a notice names"},
    {.name = "--file",
     .value = "FILE",
     .help = "read the message from this file in place of standard input",
     .completion = Completion::file},
    {.name = "--batch",
     .value = "PATH",
     .help = "send all messages of an mbox (- = standard input), of a Maildir, or of the .eml files in a "
             "directory",
     .completion = Completion::file},
    {.name = "--resume",
     .value = "FILE",
     .help = "with --batch: note in this file what is sent, and never send again what it says was",
     .completion = Completion::file},
    {.name = "--mail-type",
     .value = "TYPE",
     .help = "individual, mass or workflow (default: what X-Mail-Type says, else individual)",
     .completion = Completion::words,
     .words = mail_type_words},
    {.name = "--relay",
     .value = "NAME",
     .help = "through this relay and no other, whatever it serves",
     .completion = Completion::relay},
    {.name = "--over",
     .value = "WHAT",
     .help = "past a daily limit, in place of what the relay says: fallback = the next relay of the route, "
             "defer = "
             "try later, reject = refuse",
     .completion = Completion::words,
     .words = over_words},
    {.name = "--force",
     .help = "sign with the relay's key although it is pending: receivers may not find its record"},
    allow_unaligned_option,
    {.name = "--silent", .help = "print nothing when the message was accepted, as sendmail does"},
};
constexpr std::size_t read_size = 65536;
constexpr Argument arguments_taken[] = {{.name = "RCPT", .minimum = 0, .maximum = unlimited}};

base::Result<void> print_preview(Context& context, const SendRun::Preview& preview,
                                 const OutgoingMessage& message) {
    context.console().print(preview_text(preview));
    const auto read = message.reader(preview.mail.fields);
    return print_pieces(context.console(), read);
}

net::Task<base::Result<SendResult>> send_alone(SendRun& run, dns::Resolver& resolver, net::Dialer& dialer) {
    app::SendingSessions sessions(resolver, dialer);
    auto result = co_await run.send(sessions);
    co_await sessions.close();
    co_return result;
}

base::Result<void> read_message(Context& context, const Arguments& arguments, const SendOptions& asked,
                                OutgoingMessage& message) {
    TRY(auto input, MessageInput::open(arguments.value("--file").value_or("-")));
    auto outgoing = outgoing_options(context, asked);
    outgoing.dot_ends = !arguments.flag("--ignore-dots") && !arguments.value("--file");
    std::string buffer(read_size, '\0');
    const auto read = message.read(
        [&]() -> base::Result<std::string_view> {
            TRY(const auto count, input.read(buffer));
            return std::string_view(buffer).substr(0, count);
        },
        outgoing);
    using Ended = OutgoingMessage::Ended;
    const auto ended = message.ended();
    // For sendmail, which passes it over, that is the usual end.
    if (!arguments.flag("--silent") &&
        (ended == Ended::cut || (ended == Ended::by_dot && input.has_more()))) {
        context.console().notice(
            "warning: a line of a single dot has ended the message, and what follows it is not sent");
        context.console().notice("  hint: with -i the message goes on behind such a line");
    }
    return read;
}

// Who calls sendmail is told what is at fault: the command line, the message, or the relay.
base::Result<ExitCode> blame(Context& context, const Arguments& arguments, base::Error error, ExitCode code) {
    const bool as_sendmail = arguments.flag("--silent") && !arguments.value("--output");
    if (!as_sendmail || error.kind != base::ErrorKind::usage) return error;
    context.console().notice("relayctl: " + (error.context.empty() ? "" : error.context + ": ") +
                             error.message);
    if (!error.hint.empty()) context.console().notice("  hint: " + error.hint);
    return code;
}

// In words, and as a row or a document where those are wanted.
base::Result<ExitCode> tell_result(Context& context, const Arguments& arguments, const SendResult& result,
                                   const SendRequest& request, const OutgoingMessage& message) {
    const auto* report = std::get_if<SendReport>(&result);
    const auto* untaken = std::get_if<NotTaken>(&result);
    const auto code =
        report != nullptr ? send_exit_code(*report, request.over) : send_exit_code(untaken->why);
    if (report != nullptr)
        tell_outcome(context.console(), *report);
    else
        tell_untaken(context.console(), *untaken);
    if (arguments.flag("--silent"))
        return report != nullptr && code == ExitCode::refused ? sysexits::of_refusal(report->attempt) : code;
    const SentMessage sent{.type = request.type, .exit = code};
    Listing listing{.schema = "relayctl.send/1", .columns = send_columns(), .items = {}};
    listing.items.push_back(report != nullptr ? send_item(*report, message, sent)
                                              : untaken_item(*untaken, request, message, sent));
    TRY_VOID(print_listing(context, arguments, listing));
    // A notify-command may run still.
    TRY_VOID(context.console().flush());
    return code;
}

base::Result<ExitCode> run_send(Context& context, const Arguments& arguments) {
    const bool dry = arguments.flag("--dry-run");
    if (dry && (arguments.value("--output") || arguments.flag("--quiet")))
        return base::usage_error("--dry-run prints the message itself: it has no other output");
    if (arguments.value("--batch")) return send_batch(context, arguments);
    if (arguments.value("--resume")) return base::usage_error("--resume is for --batch");
    TRY(auto asked, read_send_options(context, arguments));
    context.warn_without_store(arguments);
    TRY(const auto store, dry ? context.open_store(arguments) : context.open_store_to_note(arguments));
    TRY_VOID(read_named(arguments, *store, asked));
    OutgoingMessage message(asked.folder);
    if (const auto read = read_message(context, arguments, asked, message); read.has_error())
        return blame(context, arguments, read.error(), sysexits::data);
    const auto asks = request_for(asked, message.submission());
    const bool has_recipient = !asked.common.recipients.empty() || !message.submission().recipients.empty();
    if (asks.has_error())
        return blame(context, arguments, asks.error(), has_recipient ? sysexits::data : sysexits::usage);
    const auto& request = *asks;
    SendTools tools(context, arguments, *store);
    SendRun run(tools, request, message);
    TRY(const auto resolver, context.make_resolver(arguments));
    if (dry) {
        TRY(const auto preview, net::run(run.preview(*resolver)));
        TRY_VOID(print_preview(context, preview, message));
        return ExitCode::done;
    }
    const auto dialer = context.make_dialer();
    std::optional<base::Result<SendResult>> sent;
    // Interrupted or not, what is known of the message is told.
    if (const auto ended = net::run_to_end(net::keep_result(send_alone(run, *resolver, *dialer), sent));
        !sent)
        return ended.error();
    if (sent->has_error()) return blame(context, arguments, sent->error(), sysexits::config);
    return tell_result(context, arguments, **sent, request, message);
}

}  // namespace

const Command send_command = {
    .path = "send",
    .heading = "Mail",
    .summary = "send a message, or many, through the relay of its sender",
    .description =
        "The message is read from standard input, or from --file. The relay is the one that relayctl route "
        "tells for the domain of its From field and its mail type. Date and Message-ID are added where they "
        "are missing; Bcc, Return-Path and X-Mail-Type are taken out; its lines are ended by CRLF; it is "
        "signed with DKIM where the relay says so, with both keys of a pair. The message is counted before "
        "it is sent, and given back when the server has not taken it for certain.\n"
        "Where its daily limit is reached, or failures have put it out of use, the next relay of the route "
        "takes the message: that is told on standard error and in the log, and it is not done where DMARC "
        "would fail there and passes through the first one, unless --allow-unaligned-fallback allows it. The "
        "same holds where the relays of the domain are disabled and a relay for all domains takes its mail. "
        "A "
        "server's own word counts too: that the limit of the day is reached holds until the next day; that "
        "it "
        "takes no more for now (a rate, too many connections) holds for this message. A message with more "
        "recipients than its relay may carry in a whole day is refused where no other relay takes it. A "
        "message that no relay takes for such a reason has its result too: deferred or refused, as --over "
        "says. From four fifths of a limit on, that is told on standard error, once a run; with --silent "
        "only "
        "with the message that comes to it.\n"
        "When the connection is lost behind the end of the message it may have been delivered: it stays "
        "counted, and no other relay is tried.\n"
        "With --batch each message goes to the recipients in its header, unless some are named, over a "
        "connection that is kept for the next message of the same relay and opened anew where the server has "
        "ended it. Each result is printed as it comes, and a message that fails does not hold up the others. "
        "In an mbox one > of \">From \" is taken off; of a Maildir new and cur are read, without what is "
        "marked "
        "as trashed; nothing is moved, marked or deleted. Run again, a batch is sent again: with --resume "
        "what was accepted is passed over, and the rest is tried again, however the run "
        "before ended; a message that was put off for some recipients goes to those. A message is known "
        "there by its content. One that may have been delivered is told as unknown by each later run, and "
        "not "
        "sent, until somebody changes the word unknown of its line in that file: to accepted, or to "
        "not_sent, "
        "with which it is sent again.\n"
        "Called as sendmail or relayctl-sendmail the program takes sendmail's letters (-t -i -f -F -N -R -V "
        "-bm -oi; other -o options are passed over), prints nothing on standard output and ends with the "
        "codes of sysexits.h.\n"
        "Exit code 0: accepted for every recipient; 7: refused, for one recipient or more; 75: not now, try "
        "again later, or not known. Before anything is sent: 2, where the command line or the message cannot "
        "be used, or the relay lacks a password or a return path; 4, where no relay takes such mail, or none "
        "has that name. With some recipients refused the message has gone to the others: "
        "--output json tells which. Of a batch: 7 when there was any such message, or one that is broken or "
        "has no "
        "relay; else 75 when there was any; else 0.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | write_group | dns_group,
    .columns = send_columns(),
    .run = run_send,
};

}  // namespace cli
