#include <fmt/format.h>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "cli/change_number.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/declaration_options.hpp"
#include "cli/declaration.hpp"
#include "cli/key_file.hpp"

namespace cli {

namespace {

constexpr Example examples[] = {
    {"export > store.json", "everything but secrets, sorted: fit for version control"},
    {"export --format toml > store.toml", ""},
    {"export --with-secrets -f backup.json", "into a new file that only its owner can read"},
    {"export --at 41 | relayctl apply --prune --dry-run -f -", "what would bring the store of then back"},
};
constexpr Option options[] = {
    {.name = "--format",
     .value = "FORMAT",
     .help = "json or toml (default json, or toml where FILE ends so)",
     .completion = Completion::words,
     .words = syntax_words},
    {.name = "--file",
     .short_name = "-f",
     .value = "FILE",
     .help = "write to this new file, mode 0600",
     .completion = Completion::file},
    past_option,
    {.name = "--with-secrets", .help = "passwords and private keys too; needs --file"},
};

// apply and diff go by the name's end: a file must not be named as what it is not.
base::Result<std::string> read_format(const Arguments& arguments, std::string_view path) {
    const std::string named = path.ends_with(".toml") ? "toml" : path.ends_with(".json") ? "json" : "";
    const auto format = arguments.value("--format").value_or(named.empty() ? "json" : named);
    if (format != "json" && format != "toml")
        return base::usage_error("no such --format: " + base::quoted(format) + ": it is json or toml");
    if (!named.empty() && named != format)
        return base::usage_error(
            fmt::format("{} is named as {}, and --format says {}", base::quoted(path), named, format),
            "leave --format away, or name the file ." + format);
    return format;
}

// JSON and TOML are UTF-8. A password that is none would come back as another.
base::Result<void> check_text(const app::Declaration& declaration) {
    for (const auto& declared : *declaration.relays)
        if (declared.password && !base::is_utf8(declared.password->reveal()))
            return base::usage_error(
                fmt::format("the password of relay {} is not UTF-8: no file can hold it",
                            declared.relay.name),
                fmt::format("relayctl edit {} --password-command COMMAND", declared.relay.name));
    return {};
}

void warn_of_missing(Console& console, const app::Declaration& declaration) {
    std::vector<std::string> names;
    for (const auto& declared : *declaration.relays)
        if (const auto& login = declared.relay.login; login && login->is_stored() && !declared.password)
            names.push_back(declared.relay.name);
    if (names.empty()) return;
    console.notice(
        fmt::format("warning: the store has no password of relay {}: no other store will take the file "
                    "without one",
                    base::join(names, ", ")));
    console.notice(fmt::format("  hint: relayctl edit {} --password-stdin", names.front()));
}

base::Result<ExitCode> run_export(Context& context, const Arguments& arguments) {
    const auto path = arguments.value("--file");
    const bool with_secrets = arguments.flag("--with-secrets");
    if (with_secrets && (!path || path == "-"))
        return base::usage_error("secrets are written to a new file only",
                                 "relayctl export --with-secrets -f FILE");
    if (with_secrets && arguments.value(past_option.name))
        return base::usage_error("--with-secrets cannot be given with --at: the history keeps no secrets");
    TRY(const auto format, read_format(arguments, path.value_or("")));
    TRY(const auto store, open_store_then(context, arguments));
    TRY(const auto declaration,
        app::declare(*store, with_secrets ? app::Secrets::take : app::Secrets::leave));
    TRY_VOID(check_text(declaration));
    base::Secret text(
        write_declaration(declaration, format == "json" ? input::Syntax::json : input::Syntax::toml));
    if (!path || path == "-") {
        context.console().print(text.reveal());
        return ExitCode::done;
    }
    TRY_VOID(write_key_file(*path, text, "file"));
    if (with_secrets) warn_of_missing(context.console(), declaration);
    context.console().notice(fmt::format("wrote {}", *path));
    return ExitCode::done;
}

}  // namespace

const Command export_command = {
    .path = "export",
    .heading = "Store",
    .summary = "print the whole store as a declaration",
    .description =
        "Settings, domains, regions, DKIM keys and relays in JSON or TOML, sorted by name, for apply and "
        "diff. "
        "Without --with-secrets a stored password is only named (password_source = \"stored\", or "
        "\"missing\" "
        "where the store has none) and of a DKIM key the public half is there. Ids, the times of relays, "
        "counters, the log, results of probes and the "
        "history "
        "are no part of it.\n"
        "With --at it is the store as it was after that change. apply takes that where the passwords and "
        "private keys of then are still there: the history keeps none.",
    .examples = examples,
    .options = options,
    .run = run_export,
};

}  // namespace cli
