#include "cli/commands/send_request.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "app/relays.hpp"
#include "app/settings.hpp"
#include "base/text.hpp"
#include "cli/commands/sender.hpp"
#include "dns/random.hpp"
#include "mail/address_list.hpp"

namespace cli {

namespace {

constexpr std::size_t most_envelope_id = 100;  // RFC 3461 section 4.4

using LocalDomain = std::optional<base::DomainName>;

base::Result<std::vector<mail::Address>> read_list(const std::string& text, const LocalDomain& local) {
    if (local) {
        TRY(auto list, mail::complete_address_list(text, *local));
        return std::move(list.addresses);
    }
    auto list = mail::parse_address_list(text);
    if (list.has_error() && text.find('@') == std::string::npos)
        return base::usage_error(list.error().message,
                                 "relayctl config set local-domain DOMAIN, for addresses without one");
    return list;
}

base::Result<std::optional<app::ReversePath>> read_sender(const Arguments& arguments,
                                                          const LocalDomain& local) {
    const auto text = arguments.value("--sender");
    if (!text) return std::optional<app::ReversePath>();
    std::string address = *text;
    if (address.size() >= 2 && address.front() == '<' && address.back() == '>')
        address = address.substr(1, address.size() - 2);
    if (address.empty()) return std::optional<app::ReversePath>(app::ReversePath());
    if (local && address.find('@') == std::string::npos) address += "@" + local->ascii();
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

base::Result<std::optional<relay::OverLimit>> read_over(const Arguments& arguments) {
    const auto word = arguments.value("--over");
    if (!word) return std::optional<relay::OverLimit>();
    auto over = relay::parse_over_limit(*word);
    if (over.has_error()) return std::move(over).error().with_context("--over");
    return std::optional(*over);
}

// Those that are named, each once.
base::Result<std::vector<mail::Address>> read_recipients(const Arguments& arguments,
                                                         const LocalDomain& local) {
    std::vector<mail::Address> recipients;
    std::set<mail::Address> seen;
    for (const auto& argument : arguments.positionals()) {
        // A fold is white space in a header, and nobody means it here.
        if (std::any_of(argument.begin(), argument.end(), base::is_control))
            return base::usage_error("a control character in recipient " + base::quoted(argument));
        auto addresses = read_list(argument, local);
        if (addresses.has_error())
            return std::move(addresses).error().with_context("recipient " + base::quoted(argument));
        if (addresses->empty()) return base::usage_error("a recipient is empty");
        for (const auto& address : *addresses)
            if (seen.insert(address).second) recipients.push_back(address);
    }
    return recipients;
}

}  // namespace

base::Result<SendOptions> read_send_options(Context& context, const Arguments& arguments) {
    SendOptions options;
    TRY(options.common.over, read_over(arguments));
    options.common.allow_unaligned = arguments.flag("--allow-unaligned-fallback");
    TRY(options.common.dsn, read_dsn(arguments));
    if (arguments.value("--mail-type")) {
        TRY(options.type, read_mail_type(arguments));
    }
    // The messages of a batch each have their own.
    const bool own = arguments.value("--batch") && arguments.positionals().empty();
    if (own || arguments.flag("--recipients-of-header")) options.of_header = mail::Recipients::wanted;
    if (auto folder = context.variable("TMPDIR"); !folder.empty()) options.folder = std::move(folder);
    return options;
}

base::Result<void> read_named(const Arguments& arguments, relay::Store& store, SendOptions& options) {
    TRY(const auto local, app::find_setting_value(store, relay::local_domain));
    if (local) {
        TRY(options.local_domain, base::DomainName::parse(*local));
    }
    TRY(options.common.sender, read_sender(arguments, options.local_domain));
    const auto& sender = options.common.sender;
    if (arguments.flag("--silent") && sender && *sender)
        options.author = {.address = **sender, .name = arguments.value("--full-name").value_or("")};
    TRY(options.common.recipients, read_recipients(arguments, options.local_domain));
    if (const auto name = arguments.value("--relay")) {
        TRY(options.common.relay, app::find_relay(store, *name));
    }
    return {};
}

OutgoingOptions outgoing_options(Context& context, const SendOptions& options) {
    OutgoingOptions outgoing;
    outgoing.submission.now = context.clock().now();
    outgoing.submission.message_id_left =
        fmt::format("{:x}.{:04x}{:04x}{:04x}{:04x}", outgoing.submission.now.time_since_epoch().count(),
                    dns::random_bits(), dns::random_bits(), dns::random_bits(), dns::random_bits());
    outgoing.submission.local_domain = options.local_domain;
    outgoing.submission.author = options.author;
    outgoing.recipients = options.of_header;
    return outgoing;
}

base::Result<SendRequest> request_for(const SendOptions& options, const mail::Submission& submission) {
    SendRequest request = options.common;
    std::set<mail::Address> seen(request.recipients.begin(), request.recipients.end());
    for (const auto& address : submission.recipients)
        if (seen.insert(address).second) request.recipients.push_back(address);
    if (request.recipients.empty())
        return base::usage_error("the message has no recipient",
                                 options.of_header == mail::Recipients::wanted
                                     ? "its header has no To, Cc or Bcc with an address"
                                     : "name recipients, or give -t to take them from its header");
    if (options.type) {
        request.type = *options.type;
    } else if (submission.mail_type) {
        auto type = relay::parse_mail_type(*submission.mail_type);
        if (type.has_error()) return std::move(type).error().with_context(std::string(mail::mail_type_field));
        request.type = *type;
    }
    return request;
}

}  // namespace cli
