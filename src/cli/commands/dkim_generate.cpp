#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/views/dkim_view.hpp"

namespace cli {

namespace {

constexpr std::string_view algorithm_words[] = {"rsa", "ed25519"};
constexpr std::string_view bits_words[] = {"2048", "3072", "4096"};

constexpr Example examples[] = {
    {"dkim generate example.com", "RSA 2048, the selector made from the date"},
    {"dkim generate example.com --selector news --algorithm ed25519", ""},
    {"dkim generate example.com >> example.com.zone", "on a pipe only the zone-file lines are printed"},
};
constexpr Option options[] = {
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
constexpr Argument arguments_taken[] = {{.name = "DOMAIN", .completion = Completion::domain}};

base::Result<std::uint32_t> parse_bits(const std::string& text) {
    const auto bits = base::parse_decimal(text, 65536);
    if (!bits) return base::usage_error("not a key size: " + base::quoted(text) + ": 2048 to 4096 bits");
    return static_cast<std::uint32_t>(*bits);
}

base::Result<app::DkimKeyRequest> read_request(const Arguments& arguments) {
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
            return base::usage_error("--bits is for RSA keys: an Ed25519 key always has 256 bits");
        TRY(request.bits, parse_bits(*bits));
    }
    return request;
}

base::Result<ExitCode> run_generate(Context& context, const Arguments& arguments) {
    TRY(const auto request, read_request(arguments));
    const bool dry_run = request.dry_run == app::DryRun::yes;
    TRY(const auto store, context.open_store_to_write(arguments));
    auto made = app::create_dkim_key(*store, context.clock(), request);
    if (made.has_error())
        return std::move(made).error().with_context("cannot make a DKIM key for " + request.domain.ascii());
    if (arguments.value("--output") || arguments.flag("--quiet")) {
        auto item = dkim_key_item(*made);
        item.set("dry_run", dry_run);
        TRY_VOID(print_listing(context, arguments,
                               {.schema = "relayctl.dkim.generate/1",
                                .columns = dkim_key_columns(),
                                .items = {std::move(item)}}));
        return ExitCode::done;
    }
    context.console().notice(
        dry_run ? fmt::format("would make DKIM key {}", app::to_string(*made))
                : fmt::format("made DKIM key {}; publish this record ({} octets in the DNS):",
                              app::to_string(*made), app::dkim_record_octets(*made)));
    if (!dry_run) context.console().print(app::dkim_record(*made, dkim::RecordForm::zone));
    return ExitCode::done;
}

}  // namespace

const Command dkim_generate_command = {
    .path = "dkim generate",
    .heading = "DKIM",
    .summary = "make a DKIM key and print its TXT record",
    .description =
        "The private key is kept in the store and never printed. A key that is there is never overwritten.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | write_group,
    .run = run_generate,
};

}  // namespace cli
