#include <algorithm>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/relay_option_table.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/views/dkim_view.hpp"

namespace cli {

namespace {

constexpr std::string_view algorithm_words[] = {"rsa", "ed25519"};
constexpr std::string_view bits_words[] = {"2048", "3072", "4096"};
constexpr std::string_view form_words[] = {"zone", "value", "strings", "parts", "name"};

constexpr Example generate_examples[] = {
    {"dkim generate example.com", "RSA 2048, the selector made from the date"},
    {"dkim generate example.com --selector news --algorithm ed25519", ""},
    {"dkim generate example.com >> example.com.zone", "on a pipe only the zone-file lines are printed"},
};
constexpr Option generate_options[] = {
    {.name = "--selector",
     .value = "SELECTOR",
     .help = "the key's selector (default s and the year and month)"},
    {.name = "--algorithm",
     .value = "NAME",
     .help = "rsa (default) or ed25519",
     .completion = Completion::words,
     .words = algorithm_words},
    {.name = "--bits",
     .value = "N",
     .help = "RSA key size: 2048 (default) to 4096",
     .completion = Completion::words,
     .words = bits_words},
};
constexpr Argument generate_arguments[] = {{.name = "DOMAIN", .completion = Completion::domain}};

constexpr Example record_examples[] = {
    {"dkim record s202611@example.com", "the TXT record as zone-file lines"},
    {"dkim record example.com --form value", "the newest key's record as one unquoted line"},
    {"dkim record example.com --form strings", "for Route 53 or Google Cloud DNS"},
};
constexpr Option record_options[] = {
    {.name = "--form",
     .value = "FORM",
     .help = "zone (default), value (one unquoted line), strings (quoted, one line), parts (numbered "
             "strings), name (the owner name)",
     .completion = Completion::words,
     .words = form_words},
    {.name = "--fqdn", .help = "with --form name: the absolute name"},
};
constexpr Argument record_arguments[] = {{.name = "SELECTOR@DOMAIN", .completion = Completion::dkim_key}};

constexpr Example list_examples[] = {{"dkim list", ""},
                                     {"dkim list example.com --columns key,record_value", ""}};
constexpr Argument list_arguments[] = {{.name = "DOMAIN", .minimum = 0, .completion = Completion::domain}};

constexpr Example delete_examples[] = {
    {"dkim delete s202511@example.com", "asks first: a private key cannot be made again"}};
constexpr Option delete_options[] = {{.name = "--force", .help = "also when a relay signs with it"}};
constexpr Argument delete_arguments[] = {{.name = "SELECTOR@DOMAIN", .completion = Completion::dkim_key}};

base::Result<std::uint32_t> parse_bits(const std::string& text) {
    const auto bits = base::parse_decimal(text, 65536);
    if (!bits) return base::usage_error("not a key size: " + base::quoted(text) + ": 2048 to 4096 bits");
    return static_cast<std::uint32_t>(*bits);
}

base::Result<ExitCode> run_generate(Context& context, const Arguments& arguments) {
    TRY(auto domain, base::DomainName::parse(arguments.positionals().front()));
    app::DkimKeyRequest request{.domain = std::move(domain), .dry_run = dry_run_of(arguments)};
    if (const auto selector = arguments.value("--selector")) {
        TRY(request.selector, relay::parse_selector(*selector));
    }
    if (const auto algorithm = arguments.value("--algorithm")) {
        TRY(request.algorithm, relay::parse_key_algorithm(*algorithm));
    }
    if (const auto bits = arguments.value("--bits")) {
        if (request.algorithm == relay::KeyAlgorithm::ed25519)
            return base::usage_error("--bits is for RSA keys: an Ed25519 key has 256 bits always");
        TRY(request.bits, parse_bits(*bits));
    }
    TRY(const auto store, context.open_store_to_write(arguments));
    auto made = app::create_dkim_key(*store, context.clock(), request);
    if (made.has_error())
        return std::move(made).error().with_context("cannot make a DKIM key for " + request.domain.ascii());
    if (wants_json(arguments)) {
        auto item = dkim_key_item(*made);
        item.set("dry_run", request.dry_run == app::DryRun::yes);
        TRY_VOID(print_listing(context, arguments,
                               {.schema = "relayctl.dkim.generate/1",
                                .columns = dkim_key_columns(),
                                .items = {std::move(item)}}));
        return ExitCode::done;
    }
    const bool dry_run = request.dry_run == app::DryRun::yes;
    context.console().notice(
        dry_run
            ? fmt::format("would make DKIM key {}; its record would look like this:", app::to_string(*made))
            : fmt::format("made DKIM key {}; publish this record:", app::to_string(*made)));
    context.console().print(app::dkim_record(*made, dkim::RecordForm::zone));
    return ExitCode::done;
}

base::Result<ExitCode> run_record(Context& context, const Arguments& arguments) {
    TRY(const auto form, dkim::parse_record_form(arguments.value("--form").value_or("zone")));
    if (arguments.flag("--fqdn") && form != dkim::RecordForm::name)
        return base::usage_error("--fqdn goes with --form name");
    TRY(const auto store, context.open_store(arguments));
    TRY(const auto key, app::find_dkim_key(*store, arguments.positionals().front()));
    if (arguments.value("--output") || arguments.flag("--quiet")) {
        TRY_VOID(print_listing(context, arguments,
                               {.schema = "relayctl.dkim.record/1",
                                .columns = dkim_key_columns(),
                                .items = {dkim_key_item(key)}}));
        return ExitCode::done;
    }
    context.console().print(app::dkim_record(
        key, form, arguments.flag("--fqdn") ? dkim::NameForm::absolute : dkim::NameForm::relative));
    return ExitCode::done;
}

bool signs_with(const relay::Relay& relay, const relay::DkimKey& key) {
    return relay.dkim_selector == key.selector && relay.domains.contains(relay::DomainPattern(key.domain));
}

base::Result<ExitCode> run_list(Context& context, const Arguments& arguments) {
    std::optional<base::DomainName> domain;
    if (!arguments.positionals().empty()) {
        TRY(domain, base::DomainName::parse(arguments.positionals().front()));
    }
    TRY(const auto store, context.open_store(arguments));
    TRY(const auto keys, app::list_dkim_keys(*store, domain));
    TRY(const auto relays, store->relays());
    Listing listing{.schema = "relayctl.dkim.list/1", .columns = dkim_key_columns(), .items = {}};
    for (const auto& key : keys) {
        auto item = dkim_key_item(key);
        output::Value names = output::Value::array();
        for (const auto& relay : relays)
            if (signs_with(relay, key)) names.push_back(relay.name);
        item.set("relays", std::move(names));
        listing.items.push_back(std::move(item));
    }
    TRY_VOID(print_listing(context, arguments, listing));
    return ExitCode::done;
}

base::Result<ExitCode> run_delete(Context& context, const Arguments& arguments) {
    const auto& text = arguments.positionals().front();
    const auto dry_run = dry_run_of(arguments);
    TRY(const auto store, context.open_store_to_write(arguments));
    TRY(const auto key, app::find_dkim_key(*store, text));
    if (dry_run == app::DryRun::no && !arguments.flag("--yes")) {
        TRY(const bool agreed,
            context.console().confirm(fmt::format("Delete DKIM key {}? Its private key cannot be made again.",
                                                  app::to_string(key))));
        if (!agreed)
            return base::Error{.kind = base::ErrorKind::confirmation, .message = "nothing was deleted"};
    }
    TRY(const auto deleted,
        app::delete_dkim_key(*store, text, arguments.flag("--force") ? app::Force::yes : app::Force::no,
                             dry_run));
    if (wants_json(arguments)) {
        auto item = dkim_key_item(deleted);
        item.set("action", "deleted").set("changed", true).set("dry_run", dry_run == app::DryRun::yes);
        TRY_VOID(print_listing(
            context, arguments,
            {.schema = "relayctl.dkim.delete/1", .columns = dkim_key_columns(), .items = {std::move(item)}}));
        return ExitCode::done;
    }
    context.console().notice(fmt::format(
        "{} DKIM key {}", dry_run == app::DryRun::yes ? "would delete" : "deleted", app::to_string(deleted)));
    return ExitCode::done;
}

}  // namespace

const Command dkim_generate_command = {
    .path = "dkim generate",
    .heading = "DKIM",
    .summary = "make a DKIM key and print its TXT record",
    .description =
        "The private key is kept in the store and never printed. A key that is there is never overwritten.",
    .examples = generate_examples,
    .options = generate_options,
    .arguments = generate_arguments,
    .groups = output_group | write_group,
    .run = run_generate,
};

const Command dkim_record_command = {
    .path = "dkim record",
    .heading = "DKIM",
    .summary = "print the TXT record of a key",
    .description = "A domain alone means its newest key.",
    .examples = record_examples,
    .options = record_options,
    .arguments = record_arguments,
    .groups = output_group,
    .columns = dkim_key_columns(),
    .run = run_record,
};

const Command dkim_list_command = {
    .path = "dkim list",
    .heading = "DKIM",
    .summary = "list the DKIM keys",
    .examples = list_examples,
    .arguments = list_arguments,
    .groups = output_group,
    .columns = dkim_key_columns(),
    .run = run_list,
};

const Command dkim_delete_command = {
    .path = "dkim delete",
    .heading = "DKIM",
    .summary = "delete a DKIM key",
    .examples = delete_examples,
    .options = delete_options,
    .arguments = delete_arguments,
    .groups = output_group | write_group | confirm_group,
    .run = run_delete,
};

}  // namespace cli
