#include "app/dkim_import.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "app/dkim_keys.hpp"
#include "app/key_table.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/dkim_options.hpp"
#include "cli/commands/relay_options.hpp"
#include "cli/key_file.hpp"
#include "cli/views/dkim_view.hpp"

namespace cli {

namespace {

constexpr std::size_t longest_table = 4 * 1024 * 1024;

constexpr Example examples[] = {
    {"dkim import mail@example.com /etc/opendkim/keys/mail.private", "what opendkim-genkey made"},
    {"dkim import mail@example.com - <mail.key", "what rspamadm dkim_keygen made, Ed25519 in base64 too"},
    {"dkim import --keytable /etc/opendkim/KeyTable", "all keys of OpenDKIM"},
    {"dkim import --keytable KeyTable --signingtable SigningTable",
     "where the KeyTable says % for the domain"},
};
constexpr Option options[] = {
    {.name = "--keytable",
     .value = "FILE",
     .help = "import every key of an OpenDKIM KeyTable: NAME DOMAIN:SELECTOR:PATH",
     .completion = Completion::file},
    {.name = "--signingtable",
     .value = "FILE",
     .help = "with --keytable: the SigningTable, which says the domains of a key for every domain (%)",
     .completion = Completion::file},
    {.name = "--note", .value = "TEXT", .help = "what the key is for"},
    {.name = "--force", .help = "also under the selector of another key, which was deleted"},
};
constexpr Argument arguments_taken[] = {
    {.name = "SELECTOR@DOMAIN", .minimum = 0},
    {.name = "FILE|-", .minimum = 0, .completion = Completion::file},
};

void warn_of_short_key(Context& context, const app::KeyPair& pair) {
    if (pair.algorithm == relay::KeyAlgorithm::rsa && pair.bits < app::usual_rsa_bits)
        context.console().notice(weak_key_warning(pair.bits));
}

base::Result<app::KeyPair> read_pair(Context& context, const std::string& path) {
    KeyFile file;
    if (path == "-") {
        TRY(auto text, context.console().read_input(app::longest_key_file));
        file.text = base::Secret(std::move(text));
    } else {
        TRY(file, read_key_file(path, app::longest_key_file));
    }
    if (file.others_read) {
        context.console().notice(
            fmt::format("warning: key file {} can be read by others", base::quoted(path)));
        // A signer that is still in use, as OpenDKIM, may have to read it by its group.
        context.console().notice(fmt::format(
            "  hint: chmod 600 {}   (640, where another program signs with it)", base::shell_word(path)));
    }
    auto pair = app::read_key_pair(file.text);
    if (pair.has_error())
        return std::move(pair).error().with_context(path == "-" ? "standard input"
                                                                : "key file " + base::quoted(path));
    warn_of_short_key(context, *pair);
    return pair;
}

// "refile:/etc/opendkim/SigningTable", as opendkim.conf has it.
std::string without_kind(const std::string& text) {
    for (const std::string_view kind : {"refile:", "file:"})
        if (text.starts_with(kind)) return text.substr(kind.size());
    return text;
}

template <class Parse>
auto read_table(std::string_view what, const std::string& path, Parse parse)
    -> decltype(parse(std::string_view())) {
    TRY(const auto file, read_key_file(path, longest_table));
    auto lines = parse(file.text.reveal());
    if (lines.has_error())
        return std::move(lines).error().with_context(fmt::format("{} {}", what, base::quoted(path)));
    return lines;
}

// Paths are taken from where OpenDKIM would: its own working folder is unknown, so from the table's.
base::Result<app::KeyPair> read_pair_of(Context& context, const std::filesystem::path& folder,
                                        const app::KeyTableLine& line) {
    if (!line.path.empty()) return read_pair(context, (folder / line.path).string());
    auto pair = app::read_key_pair(line.key);
    if (pair.has_error())
        return std::move(pair).error().with_context(
            fmt::format("the key of {} in the KeyTable itself", base::quoted(line.name)));
    warn_of_short_key(context, *pair);
    return pair;
}

base::Result<std::vector<app::KeyToImport>> read_key_table(Context& context, const Arguments& arguments) {
    const auto table = without_kind(*arguments.value("--keytable"));
    TRY(auto lines, read_table("KeyTable", table, app::parse_key_table));
    std::vector<app::SigningTableLine> signers;
    if (const auto path = arguments.value("--signingtable")) {
        TRY(signers, read_table("SigningTable", without_kind(*path), app::parse_signing_table));
    }
    TRY(lines, app::with_domains(std::move(lines), signers));
    const auto folder = (std::filesystem::path(".") / table).parent_path();  // where "-" is a file
    std::vector<app::KeyToImport> keys;
    for (auto& line : lines) {
        TRY(auto pair, read_pair_of(context, folder, line));
        keys.push_back({.selector = std::move(line.selector),
                        .domain = std::move(*line.domain),
                        .pair = std::move(pair)});
    }
    return keys;
}

base::Result<std::vector<app::KeyToImport>> read_keys(Context& context, const Arguments& arguments) {
    const auto& words = arguments.positionals();
    const auto table = arguments.value("--keytable");
    if (table && !words.empty())
        return base::usage_error("--keytable names the keys itself", "relayctl dkim import --keytable FILE");
    if (table) return read_key_table(context, arguments);
    if (arguments.value("--signingtable")) return base::usage_error("--signingtable goes with --keytable");
    if (words.size() != 2)
        return base::usage_error("dkim import needs a name and a file",
                                 "relayctl dkim import SELECTOR@DOMAIN FILE");
    TRY(auto name, app::parse_key_name(words.front()));
    if (!name.selector)
        return base::usage_error(base::quoted(words.front()) + " does not name one key",
                                 "give SELECTOR@DOMAIN: the selector its record has in the DNS");
    TRY(auto pair, read_pair(context, words.back()));
    std::vector<app::KeyToImport> keys;
    keys.push_back(
        {.selector = std::move(*name.selector), .domain = std::move(name.domain), .pair = std::move(pair)});
    return keys;
}

// Until it is activated, nothing is signed with a key.
void tell_next(Console& console, const std::vector<app::ImportedKey>& imported) {
    std::vector<std::string> pending;
    for (const auto& one : imported)
        if (one.key.life.state == relay::DkimState::pending) pending.push_back(app::to_string(one.key));
    if (pending.empty()) return;
    if (pending.size() == 1)
        console.notice(fmt::format("  next: relayctl dkim activate {}, which looks for its record first",
                                   pending.front()));
    else
        console.notice(fmt::format(
            "  next: relayctl dkim check, and relayctl dkim activate {}, and so on: {} keys are pending",
            pending.front(), pending.size()));
}

base::Result<ExitCode> run_import(Context& context, const Arguments& arguments) {
    const bool dry_run = arguments.flag("--dry-run");
    TRY(auto keys, read_keys(context, arguments));
    if (const auto note = arguments.value("--note")) {
        TRY(const auto text, relay::parse_note(*note));
        for (auto& key : keys)
            key.note = text;
    }
    if (arguments.flag("--force"))
        for (auto& key : keys)
            key.reuse = app::Reuse::yes;
    TRY(const auto store, context.open_store_to_write(arguments));
    const auto imported = app::import_dkim_keys(*store, context.clock(), keys, dry_run_of(arguments));
    if (imported.has_error()) return base::Error(imported.error()).with_context("cannot import");
    if (arguments.value("--output") || arguments.flag("--quiet")) {
        Listing listing{.schema = "relayctl.dkim.import/1", .columns = dkim_key_columns(), .items = {}};
        for (const auto& one : *imported) {
            listing.items.push_back(dkim_key_item(one.key, context.clock().now()));
            listing.items.back().set("changed", one.changed).set("dry_run", dry_run);
        }
        TRY_VOID(print_listing(context, arguments, listing));
        return ExitCode::done;
    }
    for (const auto& one : *imported) {
        const auto name = app::to_string(one.key);
        context.console().notice(!one.changed ? fmt::format("DKIM key {} unchanged", name)
                                 : dry_run    ? fmt::format("would import DKIM key {}", name)
                                              : fmt::format("imported DKIM key {}", name));
    }
    if (!dry_run) tell_next(context.console(), *imported);
    return ExitCode::done;
}

}  // namespace

const Command dkim_import_command = {
    .path = "dkim import",
    .heading = "DKIM",
    .summary = "take a private key that was made elsewhere",
    .description =
        "The file is a key in PKCS#8 or PKCS#1 (RSA or Ed25519), as PEM or as base64 alone, or an Ed25519 "
        "seed in "
        "base64; - reads standard input. An encrypted key is refused. The key that is there already is left "
        "unchanged, another under the same selector is never overwritten. With --keytable all keys are "
        "imported "
        "or none, a key that stands in the table itself too; relative paths are taken from the table's "
        "folder. "
        "Each is pending until it is activated: dkim activate finds its record where it was in use.",
    .examples = examples,
    .options = options,
    .arguments = arguments_taken,
    .groups = output_group | write_group,
    .run = run_import,
};

}  // namespace cli
