#include "app/dkim_generate.hpp"

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/dkim_options.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/views/dkim_view.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"dkim generate example.com", "RSA 2048, the selector made from the date"},
    {"dkim generate example.com --selector news --algorithm ed25519", ""},
    {"dkim generate example.com --dual", "s202611 for RSA and s202611e for Ed25519"},
    {"dkim generate example.com >> example.com.zone", "on a pipe only the zone-file lines are printed"},
};
constexpr Option options[] = {
    {.name = "--selector",
     .value = "SELECTOR",
     .help = "the key's selector (default s and the year and month, as in s202611; then s202611b, c, d, f)"},
    algorithm_option,
    bits_option,
    {.name = "--allow-weak", .help = "take --bits from 1024 on, for a zone that can hold no longer record"},
    {.name = "--dual",
     .help = "make an RSA and an Ed25519 key; the second has the selector of the first with an e behind it"},
    {.name = "--note", .value = "TEXT", .help = "what the key is for"},
    {.name = "--force", .help = "with --selector: also under that of a key that was deleted"},
};
constexpr Argument arguments_taken[] = {{.name = "DOMAIN", .completion = Completion::domain}};

base::Result<app::DkimKeyRequest> read_request(const Arguments& arguments) {
    TRY(auto domain, base::DomainName::parse(arguments.positionals().front()));
    app::DkimKeyRequest request{.domain = std::move(domain), .dry_run = dry_run_of(arguments)};
    if (const auto selector = arguments.value("--selector")) {
        TRY(request.selector, relay::parse_selector(*selector));
    }
    if (const auto algorithm = arguments.value("--algorithm")) {
        TRY(request.algorithm, relay::parse_key_algorithm(*algorithm));
    }
    if (arguments.flag("--dual")) {
        if (arguments.value("--algorithm")) return base::usage_error("--dual makes a key of each algorithm");
        request.dual = app::Dual::yes;
    }
    if (arguments.flag("--force")) {
        if (!request.selector) return base::usage_error("--force is for --selector, which is not given");
        request.reuse = app::Reuse::yes;
    }
    if (arguments.flag("--allow-weak")) request.allow_weak = app::AllowWeak::yes;
    if (const auto note = arguments.value("--note")) {
        TRY(request.note, relay::parse_note(*note));
    }
    if (const auto bits = arguments.value("--bits")) {
        TRY(request.bits, parse_key_bits(*bits, request.algorithm));
    }
    return request;
}

void tell(Context& context, const std::vector<relay::DkimKey>& made, bool dry_run) {
    auto& console = context.console();
    for (const auto& key : made) {
        if (dry_run) {
            console.notice(fmt::format("would make DKIM key {}", app::to_string(key)));
            continue;
        }
        console.notice(fmt::format("made DKIM key {}; publish this record ({} octets in the DNS):",
                                   app::to_string(key), app::dkim_record_octets(key)));
        console.print(app::dkim_record(key, dkim::RecordForm::zone));
    }
    for (const auto& key : made)
        if (!dry_run)
            console.notice(
                fmt::format("  next: relayctl dkim activate {} --all-ns --wait 30m", app::to_string(key)));
}

void warn(Console& console, const app::DkimKeyRequest& request, const relay::DkimKey& key) {
    if (key.algorithm == relay::KeyAlgorithm::rsa && key.bits < 2048)
        console.notice(weak_key_warning(key.bits));
    if (request.algorithm == relay::KeyAlgorithm::ed25519)
        console.notice(
            "warning: many receivers do not verify Ed25519 (RFC 8463): sign with an RSA key too, as --dual "
            "makes it");
}

base::Result<ExitCode> run_generate(Context& context, const Arguments& arguments) {
    TRY(const auto request, read_request(arguments));
    const bool dry_run = request.dry_run == app::DryRun::yes;
    TRY(const auto store, context.open_store_to_write(arguments));
    const auto made = app::create_dkim_keys(*store, context.clock(), request);
    if (made.has_error())
        return base::Error(made.error()).with_context("cannot make a DKIM key for " + request.domain.ascii());
    if (arguments.value("--output") || arguments.flag("--quiet")) {
        Listing listing{.schema = "relayctl.dkim.generate/1", .columns = dkim_key_columns(), .items = {}};
        for (const auto& key : *made) {
            listing.items.push_back(dkim_key_item(key, context.clock().now()));
            listing.items.back().set("dry_run", dry_run);
        }
        TRY_VOID(
            print_with_records(context, arguments, listing, dry_run ? std::vector<relay::DkimKey>() : *made));
    } else {
        tell(context, *made, dry_run);
    }
    warn(context.console(), request, made->front());
    return ExitCode::done;
}

}  // namespace

std::string weak_key_warning(std::uint32_t bits) {
    return fmt::format(
        "warning: an RSA key of {} bits is weak, and receivers may stop taking it: 2048 is usual", bits);
}

base::Result<std::uint32_t> parse_key_bits(const std::string& text,
                                           std::optional<relay::KeyAlgorithm> algorithm) {
    if (algorithm == relay::KeyAlgorithm::ed25519)
        return base::usage_error("--bits is for RSA keys: an Ed25519 key always has 256 bits");
    const auto bits = base::parse_decimal(text, 65536);
    if (!bits) return base::usage_error("not a key size: " + base::quoted(text) + ": 2048 to 4096 bits");
    return static_cast<std::uint32_t>(*bits);
}

const Command dkim_generate_command = {
    .path = "dkim generate",
    .heading = "DKIM",
    .summary = "make a DKIM key and print its TXT record",
    .description =
        "The private key is kept in the store and never printed. A key that is there is never overwritten, "
        "and the selector of one that was deleted not given again: mail that it signed may be on its way. "
        "Without --selector the selector is s and the year and month; where that is taken, with b, c, d, f "
        "and "
        "so on behind it. An RSA key has 2048 to 4096 bits. --dual makes two keys that sign together, for "
        "receivers that know Ed25519 (RFC 8463) and for all others: s202611 and s202611e.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | write_group,
    .run = run_generate,
};

}  // namespace cli
