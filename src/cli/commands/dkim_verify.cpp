#include <algorithm>
#include <array>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "app/dkim_keys.hpp"
#include "app/verify_message.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/message_input.hpp"
#include "cli/verdict.hpp"
#include "cli/views/message_view.hpp"
#include "dkim/inspect.hpp"
#include "dkim/record_forms.hpp"
#include "dns/name.hpp"
#include "mail/address.hpp"
#include "net/descriptor.hpp"
#include "net/run.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"dkim verify mail.eml", "every signature: does it hold, and if not, what was changed?"},
    {"dkim verify - <mail.eml", ""},
    {"dkim verify mail.eml --key-record @record.txt", "without the DNS, with the key in a file"},
    {"dkim verify mail.eml --ip 192.0.2.25 --mail-from bounce@example.com",
     "SPF and DMARC too, and the Authentication-Results field a receiver would write"},
    {"dkim verify mail.eml -o json", "all of it as one document"},
};
constexpr Option options[] = {
    {.name = "--key-record",
     .value = "TEXT|@FILE",
     .help = "the key record to verify with, in place of the DNS's, in a form of dkim record (repeatable)",
     .repeat = Repeat::yes},
    {.name = "--ip",
     .value = "ADDRESS",
     .help = "the client that delivered the mail: evaluate SPF and DMARC too"},
    {.name = "--helo", .value = "NAME", .help = "the name it gave in HELO (default the sender's domain)"},
    {.name = "--mail-from",
     .value = "SENDER",
     .help = "the envelope sender, <> for none (default the Return-Path of the message)"},
    {.name = "--authserv-id",
     .value = "NAME",
     .help = "print Authentication-Results in this name (with --ip: default the host's name)"},
};
constexpr Argument arguments_taken[] = {{.name = "FILE|-", .completion = Completion::file}};

base::Result<std::string> read_key_text(const std::string& text) {
    constexpr std::size_t longest = 65536;
    if (!text.starts_with('@')) return text;
    const auto path = text.substr(1);
    TRY(auto input, MessageInput::open(path));
    std::string record(longest + 1, '\0');
    std::size_t size = 0;
    for (;;) {
        TRY(const auto count, input.read(std::span(record).subspan(size)));
        if (count == 0) break;
        size += count;
        if (size > longest)
            return base::usage_error(
                fmt::format("{} holds more than {} octets: no key record", input.name(), longest));
    }
    record.resize(size);
    return record;
}

// A record as the DNS would have it, or as dkim record prints it.
base::Result<std::vector<std::string>> read_key_records(const std::string& text) {
    TRY(const auto given, read_key_text(text));
    const auto where = text.starts_with('@') ? base::quoted(text.substr(1)) : std::string("--key-record");
    constexpr std::string_view hint =
        "--key-record 'v=DKIM1; p=...', or @FILE with what relayctl dkim record prints";
    auto records = dkim::read_record(given);
    if (records.has_error()) return std::move(records).error().with_context(where);
    for (const auto& record : *records) {
        if (record.empty()) return base::usage_error("the key record is empty", std::string(hint));
        if (record.find("PRIVATE KEY-----") != std::string::npos)
            return base::usage_error(where + " holds a private key: its key record is wanted",
                                     std::string(hint));
        if (!dkim::inspect_key_record(record, where).is_key)
            return base::usage_error(where + " is no key record: " + base::quoted(record), std::string(hint));
    }
    return records;
}

std::string host_name() {
    std::array<char, 256> name = {};
    return ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? std::string(name.data())
                                                                               : "localhost";
}

base::Result<void> check_sender(std::string_view text) {
    if (text.starts_with('<') && text.ends_with('>')) text = text.substr(1, text.size() - 2);
    if (text.empty()) return {};
    auto address = mail::Address::parse(text);
    if (address.has_error()) return std::move(address).error().with_context("--mail-from");
    return {};
}

// A name, with the underscores that clients do send, or an address literal (RFC 5321 section 4.1.3).
bool is_helo(std::string_view text) {
    constexpr std::string_view tag = "IPv6:";
    if (text.starts_with('[') && text.ends_with(']')) {
        text = text.substr(1, text.size() - 2);
        if (text.starts_with(tag)) text.remove_prefix(tag.size());
        return base::IpAddress::parse(text).has_value();
    }
    if (base::DomainName::parse(text, 1).has_value()) return true;
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return base::is_alnum(c) || c == '-' || c == '_' || c == '.'; }) &&
           dns::Name::parse(text).has_value();
}

base::Result<void> check_helo(const std::string& text) {
    if (is_helo(text)) return {};
    return base::usage_error("--helo: not a host name or address literal: " + base::quoted(text));
}

base::Result<app::VerifyMessageRequest> read_request(Context& context, const Arguments& arguments) {
    app::VerifyMessageRequest request;
    request.now = context.clock().now();
    for (const auto& text : arguments.values("--key-record")) {
        TRY(const auto records, read_key_records(text));
        request.key_records.insert(request.key_records.end(), records.begin(), records.end());
    }
    if (const auto text = arguments.value("--ip")) {
        TRY(request.ip, base::IpAddress::parse(*text));
    }
    request.mail_from = arguments.value("--mail-from");
    request.helo = arguments.value("--helo").value_or("");
    if (request.mail_from) TRY_VOID(check_sender(*request.mail_from));
    if (!request.helo.empty()) TRY_VOID(check_helo(request.helo));
    if ((request.mail_from || !request.helo.empty()) && !request.ip)
        return base::usage_error("--mail-from and --helo are for SPF", "give --ip ADDRESS too");
    if (const auto name = arguments.value("--authserv-id")) {
        if (name->empty() || base::printable(*name) != *name)
            return base::usage_error("not a server's name: " + base::quoted(*name));
        request.authserv_id = *name;
    } else if (request.ip) {
        request.authserv_id = host_name();
    }
    return request;
}

// Waits for a pipe in the loop, so that Ctrl-C ends it.
net::Task<base::Result<void>> read_all(int descriptor, dkim::SignedMessage& message) {
    constexpr std::size_t chunk = 256 * 1024;
    net::DescriptorReader reader(descriptor);
    std::vector<char> buffer(chunk);
    for (;;) {
        CO_TRY(const auto size, co_await reader.read_some(buffer));
        if (size == 0) break;
        CO_TRY_VOID(message.feed(std::string_view(buffer.data(), size)));
    }
    CO_TRY_VOID(message.finish());
    co_return base::Result<void>();
}

base::Result<void> read_message(const std::string& path, dkim::SignedMessage& message) {
    TRY(const auto input, MessageInput::open(path));
    auto read = net::run(read_all(input.descriptor(), message));
    if (read.has_error()) return std::move(read).error().with_context("cannot verify " + input.name());
    return {};
}

// Says why SPF is not among the results.
void tell_without_spf(Console& console, const app::MessageVerification& verification) {
    if (!verification.spf) {
        console.notice("SPF was not evaluated: the message has no usable Return-Path");
        console.notice("  hint: --mail-from SENDER, <> for none");
    } else if (verification.spf->query.domain.empty()) {
        console.notice("SPF was not evaluated: without a sender it goes by the HELO name");
        console.notice("  hint: --helo NAME");
    }
}

// The store is not needed to verify: one that cannot be read says nothing.
void explain_by_store(Context& context, const Arguments& arguments, app::MessageVerification& verification) {
    const auto store = context.open_store(arguments);
    if (store.has_error()) return;
    const auto keys = app::list_dkim_keys(**store, std::nullopt, context.clock().now());
    if (keys.has_value()) app::explain_ended_keys(verification, *keys);
}

base::Result<ExitCode> run_verify(Context& context, const Arguments& arguments) {
    TRY(const auto request, read_request(context, arguments));
    TRY_VOID(check_output(dkim_verify_command, arguments));
    const auto& path = arguments.positionals().front();
    dkim::SignedMessage message(request.now);
    TRY_VOID(read_message(path, message));
    std::unique_ptr<dns::Resolver> resolver;
    if (request.key_records.empty() || request.ip) {
        TRY(resolver, context.make_resolver(arguments));
    }
    TRY(auto verification, net::run(app::verify_message(resolver.get(), message, request)));
    explain_by_store(context, arguments, verification);
    TRY(const auto format, chosen_format(context, context.console(), arguments));
    if (format == Format::table && !arguments.value("--columns")) {
        context.console().print(message_text(verification, context.console().terminal()));
    } else {
        Listing listing{.schema = "relayctl.dkim.verify/1", .columns = message_columns(), .items = {}};
        if (wants_objects(format, arguments))
            listing.items.push_back(message_item(path, verification));
        else
            listing.items = message_rows(path, verification);
        if (format == Format::name)
            std::erase_if(listing.items,
                          [](const auto& row) { return member_text(row, "method") != "dkim"; });
        TRY_VOID(print_listing(context, arguments, listing));
    }
    if (request.ip) tell_without_spf(context.console(), verification);
    WorstVerdict worst;
    worst.add(verification.verdict());
    return worst.exit_code();
}

}  // namespace

const Command dkim_verify_command = {
    .path = "dkim verify",
    .heading = "DKIM",
    .summary = "verify the DKIM signatures of a message",
    .description =
        "Each signature gets a result in the words of RFC 8601: pass; fail, when body or header were "
        "changed; policy, "
        "when it is not accepted (SHA-1, an RSA key below 1024 or above 8192 bits, expired); neutral, when "
        "it cannot "
        "be processed, or fails with a key in test mode; temperror, when the key could not be looked up; "
        "permerror, "
        "when the field is broken or there is no usable key. What was changed is told as far as it can be "
        "computed. "
        "Exit code 0: one signature at least passes; 1: none does, or there is none; 2: the file is no "
        "message: "
        "a line of its header is no field, or the header is too long; 3: none does, and a key could not be "
        "looked up.\n"
        "With --ip, SPF of the envelope sender and DMARC of the author's domain are evaluated as well; they "
        "do not "
        "change the exit code. The first 20 signatures are looked at. A message of any size is read once, "
        "from a pipe "
        "too, in little memory.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | dns_group,
    .columns = message_columns(),
    .run = run_verify,
};

}  // namespace cli
