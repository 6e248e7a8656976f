#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <unistd.h>

#include "app/relays.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/send_run.hpp"
#include "cli/commands/sender.hpp"
#include "cli/message_output.hpp"
#include "cli/sendmail_words.hpp"
#include "cli/views/send_view.hpp"
#include "dns/random.hpp"
#include "mail/address_list.hpp"
#include "net/run.hpp"

namespace cli {

namespace {

constexpr std::string_view over_words[] = {"fallback", "defer", "reject"};
constexpr std::string_view return_words[] = {"full", "hdrs"};
constexpr std::string_view notify_words[] = {"never", "success", "failure", "delay"};

constexpr Example examples[] = {
    {"send -t -i < message.eml", "to the recipients in its header"},
    {"send --mail-type mass --file news.eml ann@example.net", ""},
    {"send -t --dry-run --file news.eml", "the relay, the envelope and the message as it would leave"},
    {"send --relay news --over defer -o json --file news.eml ann@example.net", "one relay and no other"},
};
constexpr Option options[] = {
    {.name = "--recipients-of-header",
     .short_name = "-t",
     .help = "send to the addresses in To, Cc and Bcc too"},
    {.name = "--ignore-dots",
     .short_name = "-i",
     .help = "a line of a single dot does not end the message (also -oi); so with --file"},
    {.name = "--sender",
     .short_name = "-f",
     .value = "ADDRESS",
     .help = "the envelope sender, or <>, in place of the relay's return path"},
    {.name = "--full-name",
     .short_name = "-F",
     .value = "NAME",
     .help = "taken from programs that give it and not used: the From field names the author"},
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
     .help = "past a daily limit: fallback = the next relay of the route (default), defer = try later, "
             "reject = refuse",
     .completion = Completion::words,
     .words = over_words},
    {.name = "--force",
     .help = "sign with the relay's key although it is pending: receivers may not find its record"},
    {.name = "--silent", .help = "print nothing when the message was accepted, as sendmail does"},
};
constexpr Argument arguments_taken[] = {{.name = "RCPT", .minimum = 0, .maximum = unlimited}};

constexpr std::size_t most_envelope_id = 100;  // RFC 3461 section 4.4

base::Result<std::optional<app::ReversePath>> read_sender(const Arguments& arguments) {
    const auto text = arguments.value("--sender");
    if (!text) return std::optional<app::ReversePath>();
    std::string_view address = *text;
    if (address.size() >= 2 && address.front() == '<' && address.back() == '>')
        address = address.substr(1, address.size() - 2);
    if (address.empty()) return std::optional<app::ReversePath>(app::ReversePath());
    auto parsed = mail::Address::parse(address);
    if (parsed.has_error()) return std::move(parsed).error().with_context("--sender");
    return std::optional<app::ReversePath>(std::move(*parsed));
}

base::Result<smtp::DsnRequest> read_dsn(const Arguments& arguments) {
    smtp::DsnRequest dsn;
    const auto upper = [](std::string text) {
        std::transform(text.begin(), text.end(), text.begin(),
                       [](char c) { return base::is_lower(c) ? static_cast<char>(c - ('a' - 'A')) : c; });
        return text;
    };
    const auto is_known = [](auto& words, std::string_view word) {
        return std::find(std::begin(words), std::end(words), word) != std::end(words);
    };
    if (const auto text = arguments.value("--notify")) {
        const auto lower = base::lower(*text);
        const auto words = base::split(lower, ',');
        for (const auto word : words)
            if (!is_known(notify_words, word) || (word == "never" && words.size() > 1))
                return base::usage_error("not what --notify takes: " + base::quoted(*text),
                                         "never, or of success,failure,delay");
        dsn.notify = upper(lower);
    }
    if (const auto text = arguments.value("--return")) {
        if (!is_known(return_words, base::lower(*text)))
            return base::usage_error("not what --return takes: " + base::quoted(*text), "full or hdrs");
        dsn.returned = upper(*text);
    }
    if (const auto text = arguments.value("--envelope-id")) {
        const bool printable =
            std::all_of(text->begin(), text->end(), [](char c) { return c >= ' ' && c <= '~'; });
        if (text->empty() || text->size() > most_envelope_id || !printable)
            return base::usage_error(
                fmt::format("--envelope-id is 1 to {} printable ASCII characters", most_envelope_id));
        dsn.envelope_id = *text;
    }
    return dsn;
}

base::Result<Over> read_over(const Arguments& arguments) {
    const auto word = arguments.value("--over").value_or("fallback");
    if (word == "fallback") return Over::fallback;
    if (word == "defer") return Over::defer;
    if (word == "reject") return Over::reject;
    return base::usage_error("no such --over: " + base::quoted(word) + ": it is fallback, defer or reject");
}

base::Result<std::vector<mail::Address>> read_recipients(const Arguments& arguments,
                                                         const mail::Submission& submission) {
    std::vector<mail::Address> recipients;
    std::set<mail::Address> seen;
    const auto add = [&](const mail::Address& address) {
        if (seen.insert(address).second) recipients.push_back(address);
    };
    for (const auto& argument : arguments.positionals()) {
        // A fold is white space in a header, and nobody means it here.
        if (std::any_of(argument.begin(), argument.end(), base::is_control))
            return base::usage_error("a control character in recipient " + base::quoted(argument));
        auto addresses = mail::parse_address_list(argument);
        if (addresses.has_error())
            return std::move(addresses).error().with_context("recipient " + base::quoted(argument));
        if (addresses->empty()) return base::usage_error("a recipient is empty");
        std::for_each(addresses->begin(), addresses->end(), add);
    }
    std::for_each(submission.recipients.begin(), submission.recipients.end(), add);
    if (!recipients.empty()) return recipients;
    return base::usage_error("the message has no recipient",
                             arguments.flag("--recipients-of-header")
                                 ? "its header has no To, Cc or Bcc with an address"
                                 : "name recipients, or give -t to take them from its header");
}

base::Result<relay::MailType> read_type(const Arguments& arguments, const mail::Submission& submission) {
    if (arguments.value("--mail-type") || !submission.mail_type) return read_mail_type(arguments);
    auto type = relay::parse_mail_type(*submission.mail_type);
    if (type.has_error()) return std::move(type).error().with_context(std::string(mail::mail_type_field));
    return type;
}

OutgoingOptions read_outgoing(const Context& context, const Arguments& arguments) {
    OutgoingOptions outgoing;
    outgoing.submission.now = context.clock().now();
    outgoing.submission.message_id_left =
        fmt::format("{:x}.{:04x}{:04x}{:04x}{:04x}", outgoing.submission.now.time_since_epoch().count(),
                    dns::random_bits(), dns::random_bits(), dns::random_bits(), dns::random_bits());
    if (arguments.flag("--recipients-of-header")) outgoing.recipients = mail::Recipients::wanted;
    outgoing.dot_ends = !arguments.flag("--ignore-dots") && !arguments.value("--file");
    return outgoing;
}

base::Result<void> print_preview(Context& context, const SendRun::Preview& preview,
                                 const OutgoingMessage& message) {
    context.console().print(preview_text(preview));
    const auto read = message.reader(preview.mail.fields);
    return print_pieces(context.console(), read);
}

// For people, and for the logs of those who call.
void tell(Console& console, const SendReport& report) {
    const auto result = app::result_of(report.attempt);
    const auto& mail = report.attempt.mail;
    if (result == relay::LogResult::unknown) {
        console.notice(
            fmt::format("relayctl: the message may have been accepted by {}, and it is not sent again: {}",
                        report.relay.name, app::reply_of(report.attempt)));
    } else if (result != relay::LogResult::accepted) {
        console.notice(fmt::format("relayctl: cannot send through {}: {}", report.relay.name,
                                   app::reply_of(report.attempt)));
        if (report.attempt.failure && !report.attempt.failure->hint.empty())
            console.notice("  hint: " + report.attempt.failure->hint);
    } else {
        for (std::size_t i = 0; i < mail->recipients.size(); ++i)
            if (!mail->accepts(i))
                console.notice(
                    fmt::format("relayctl: not to {}: {}", report.mail.envelope.recipients[i].to_string(),
                                mail->recipients[i] ? mail->recipients[i]->to_string() : "not asked"));
    }
}

ExitCode code_of(const SendReport& report, Over over) {
    using relay::LogResult;
    const auto& attempt = report.attempt;
    if (attempt.failure && attempt.failure->kind == base::ErrorKind::interrupted)
        return ExitCode::interrupted;
    if (attempt.failure && attempt.failure->kind == base::ErrorKind::io) return ExitCode::io;
    if (report.limit_told) return over == Over::reject ? ExitCode::refused : try_later;
    const auto result = app::result_of(attempt);
    if (result == LogResult::refused || result == LogResult::unable) return ExitCode::refused;
    if (result != LogResult::accepted) return try_later;
    auto code = ExitCode::done;
    for (const auto& reply : attempt.mail->recipients) {
        if (reply && reply->is_permanent()) return ExitCode::refused;
        if (!reply || !reply->is_positive()) code = try_later;
    }
    return code;
}

net::Task<base::Result<SendReport>> send_alone(SendRun& run, dns::Resolver& resolver, net::Dialer& dialer) {
    app::SendingSessions sessions(resolver, dialer);
    auto report = co_await run.send(sessions);
    co_await sessions.close();
    co_return report;
}

base::Result<ExitCode> run_send(Context& context, const Arguments& arguments) {
    const bool dry = arguments.flag("--dry-run");
    if (dry && (arguments.value("--output") || arguments.flag("--quiet")))
        return base::usage_error("--dry-run prints the message itself: it has no other output");
    SendRequest request;
    TRY(request.over, read_over(arguments));
    TRY(request.sender, read_sender(arguments));
    TRY(request.dsn, read_dsn(arguments));
    auto folder = context.variable("TMPDIR");
    OutgoingMessage message(folder.empty() ? "/tmp" : std::move(folder));
    TRY(auto input, MessageInput::open(arguments.value("--file").value_or("-")));
    TRY_VOID(message.read(input, read_outgoing(context, arguments)));
    TRY(request.recipients, read_recipients(arguments, message.submission()));
    TRY(request.type, read_type(arguments, message.submission()));
    TRY(const auto store, dry ? context.open_store(arguments) : context.open_store_to_write(arguments));
    if (const auto name = arguments.value("--relay")) {
        TRY(request.relay, app::find_relay(*store, *name));
    }
    SendTools tools(context, *store, arguments.flag("--force") ? app::Force::yes : app::Force::no);
    SendRun run(tools, request, message);
    if (dry) {
        TRY(const auto preview, run.preview());
        TRY_VOID(print_preview(context, preview, message));
        return ExitCode::done;
    }
    TRY(const auto resolver, context.make_resolver(arguments));
    const auto dialer = context.make_dialer();
    std::optional<base::Result<SendReport>> sent;
    // Interrupted or not, what is known of the message is told.
    if (const auto ended = net::run_to_end(net::keep_result(send_alone(run, *resolver, *dialer), sent));
        !sent)
        return ended.error();
    TRY(const auto report, std::move(*sent));
    tell(context.console(), report);
    const auto code = code_of(report, request.over);
    if (arguments.flag("--silent")) return code;
    Listing listing{.schema = "relayctl.send/1", .columns = send_columns(), .items = {}};
    listing.items.push_back(send_item(report, message, request.type));
    TRY_VOID(print_listing(context, arguments, listing));
    return code;
}

}  // namespace

const Command send_command = {
    .path = "send",
    .heading = "Mail",
    .summary = "send one message through the relay of its sender",
    .description =
        "The message is read from standard input, or from --file. The relay is the one that relayctl route "
        "tells for the domain of its From field and its mail type. Date and Message-ID are added where they "
        "are missing; Bcc, Return-Path and X-Mail-Type are taken out; its lines are ended by CRLF; it is "
        "signed with DKIM where the relay says so, with both keys of a pair. The message is counted before "
        "it is sent, and given back when the server has not taken it for certain.\n"
        "When the connection is lost behind the end of the message it may have been delivered: it stays "
        "counted, and no other relay is tried.\n"
        "Called as sendmail or relayctl-sendmail the program takes sendmail's letters (-t -i -f -F -N -R -V "
        "-bm -oi; other -o options are passed over), prints nothing on standard output and ends with the "
        "codes of sysexits.h.\n"
        "Exit code 0: accepted for every recipient; 7: refused, for one recipient or more; 75: not now, try "
        "again later, or not known. With some recipients refused the message has gone to the others: "
        "--output json tells which.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | write_group | dns_group,
    .columns = send_columns(),
    .run = run_send,
};

}  // namespace cli
