#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/context.hpp"
#include "cli/key_file.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {{"dkim export-key s202611@example.com s202611.pem", ""}};
constexpr Argument arguments_taken[] = {{.name = "SELECTOR@DOMAIN", .completion = Completion::dkim_key},
                                        {.name = "FILE", .completion = Completion::file}};

base::Result<ExitCode> run_export_key(Context& context, const Arguments& arguments) {
    const auto& text = arguments.positionals().front();
    const auto& path = arguments.positionals().back();
    TRY(const auto name, app::parse_key_name(text));
    if (!name.selector)
        return base::usage_error(base::quoted(text) + " does not name one key",
                                 "give SELECTOR@DOMAIN, as relayctl dkim list prints it");
    if (path == "-")
        return base::usage_error("a private key is written to a new file only",
                                 fmt::format("relayctl dkim export-key {} key.pem", text));
    TRY(const auto store, context.open_store(arguments));
    TRY(const auto key, app::find_dkim_key(*store, text));
    TRY(const auto pem, store->dkim_private_key(key.id));
    if (auto written = write_key_file(path, pem); written.has_error())
        return std::move(written).error().with_context("cannot export " + app::to_string(key));
    context.console().notice(fmt::format("wrote the private key of {} to {}: whoever reads it can sign as {}",
                                         app::to_string(key), base::quoted(path), key.domain.ascii()));
    return ExitCode::done;
}

}  // namespace

const Command dkim_export_key_command = {
    .path = "dkim export-key",
    .heading = "DKIM",
    .summary = "write a private key to a new file",
    .description =
        "PEM (PKCS#8), not encrypted, mode 0600. A file that is there is never overwritten, and the key is "
        "never printed.",
    .examples = examples,
    .arguments = arguments_taken,
    .run = run_export_key,
};

}  // namespace cli
