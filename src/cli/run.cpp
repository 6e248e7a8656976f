#include <algorithm>
#include <csignal>
#include <exception>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/translation.hpp"
#include "cli/commands/commands.hpp"
#include "cli/complete.hpp"
#include "cli/context.hpp"
#include "cli/help.hpp"
#include "cli/listing.hpp"
#include "cli/parts.hpp"
#include "cli/sendmail_words.hpp"
#include "cli/sysexits.hpp"
#include "cli/texts.hpp"
#include "cli/tree.hpp"
#include "cli/views/monitor_line.hpp"
#include "output/json.hpp"

namespace cli {

namespace {

bool asks_for_json(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto& word = words[i];
        const std::string_view next = i + 1 < words.size() ? std::string_view(words[i + 1]) : "";
        const auto is_json = [](std::string_view format) { return format == "json" || format == "jsonl"; };
        if ((word == "-o" || word == "--output") && is_json(next)) return true;
        if (word == "--json") return true;
        if (word.starts_with("-o") && is_json(word.substr(2))) return true;
        if (word.starts_with("--output=") && is_json(word.substr(9))) return true;
    }
    return false;
}

// Of what kind the exit codes are.
enum class Codes { own, of_send, of_sendmail, of_monitor };

// Nagios takes exit code 2 for CRITICAL: a plugin whose words cannot even be read is UNKNOWN all the same.
bool asks_for_monitor(const std::vector<std::string>& words) {
    const auto end = std::find(words.begin(), words.end(), "--");
    const auto has = [&](std::string_view word) { return std::find(words.begin(), end, word) != end; };
    return has(probe_command.path) && has("--monitor");
}

// sysexits.h, as those know them who call sendmail: try again later is 75.
ExitCode in_kind(ExitCode code, Codes kind) {
    if (kind == Codes::own || kind == Codes::of_monitor) return code;
    if (code == ExitCode::unchecked || code == ExitCode::conflict) return ExitCode::try_later;
    if (kind == Codes::of_send) return sysexits::to_contract(code);
    if (code == ExitCode::usage || code == ExitCode::confirmation) return sysexits::usage;
    if (code == ExitCode::refused || code == ExitCode::no) return sysexits::unavailable;
    return code == ExitCode::not_found ? sysexits::config : code;
}

// The one place that prints an Error.
ExitCode report(Console& console, const Process& process, const base::Error& error, Codes codes) {
    const auto code = in_kind(exit_code_of(error.kind), codes);
    const std::string message = error.context.empty() ? error.message : error.context + ": " + error.message;
    if (codes == Codes::of_monitor) {
        console.print(monitor_failure(message));
        return static_cast<ExitCode>(MonitorState::unknown);
    }
    if (asks_for_json(process.words)) {
        output::Value body = output::Value::object({{"id", error_id(error.kind)},
                                                    {"exit", static_cast<int>(code)},
                                                    {"message", base::printable(message)},
                                                    {"hint", nullptr}});
        if (!error.hint.empty()) body.set("hint", base::printable(error.hint));
        console.notice_as_is(base::trim(output::render_json_line(output::Value::object({{"error", body}}))));
        return code;
    }
    std::string told = base::translated_message(error.message);
    if (!error.context.empty()) told = base::translated_message(error.context) + ": " + told;
    console.notice_as_is("relayctl: " + told);
    if (!error.hint.empty()) console.notice("  hint: " + error.hint);
    return code;
}

base::Result<void> configure(Console& console, const Arguments& arguments) {
    const auto word = arguments.value("--color").value_or("auto");
    auto color = ColorChoice::automatic;
    if (word == "always")
        color = ColorChoice::always;
    else if (word == "never")
        color = ColorChoice::never;
    else if (word != "auto")
        return base::usage_error("no such --color: " + base::quoted(word) + ": it is auto, always or never");
    console.configure(color, arguments.flag("--ascii"));
    if (!console.terminal().unicode) base::keep_english();
    return {};
}

base::Result<ExitCode> dispatch(Context& context, const Process& process, Codes& codes) {
    Console& console = context.console();
    if (process.words.empty()) {
        console.notice_block(overview(help_form(console.terminal())));
        return ExitCode::usage;
    }
    if (process.words.front() == "--version" || process.words.front() == "-V")
        return version_command.run(context, {});
    if (process.words.front() == "__complete") return complete(context, process.words);
    if (process.words.front() == "__man") {
        console.print(man_commands());
        return ExitCode::done;
    }
    if (process.words.front() == "__texts") {
        console.print(texts_to_translate());
        return ExitCode::done;
    }
    std::vector<std::string> words;
    if (process.words.front() == sendmail_word) {
        codes = Codes::of_sendmail;
        TRY(words, translate_sendmail({process.words.begin() + 1, process.words.end()}));
        words.insert(words.begin() + 1, "--silent");
    } else {
        words = mend_send_words(process.words);
    }
    TRY(const auto line, parse_command_line(words));
    if (line.command == &send_command && codes == Codes::own) codes = Codes::of_send;
    TRY_VOID(configure(console, line.arguments));
    if (line.help) return print_help(console, line.words);
    if (line.command == nullptr) {
        if (line.words.empty()) return base::usage_error("no command is given", "relayctl help");
        return base::usage_error(fmt::format("{} needs a command", line.words),
                                 fmt::format("relayctl help {}", line.words));
    }
    if (wants_columns_listed(*line.command, line.arguments)) {
        console.print(columns_text(*line.command));
        return ExitCode::done;
    }
    // A bad --output or --columns is refused before anything is done or asked.
    if ((line.command->groups & output_group) != 0) TRY_VOID(check_output(*line.command, line.arguments));
    return line.command->run(context, line.arguments);
}

// An exception is a bug, or memory that is not there: one line and exit code 70, no abort.
base::Result<ExitCode> dispatch_guarded(Context& context, const Process& process, Codes& codes) {
    try {
        return dispatch(context, process, codes);
    } catch (const std::exception& exception) {
        return base::Error{.kind = base::ErrorKind::bug,
                           .message = fmt::format("a bug in relayctl: {}", exception.what())};
    }
}

}  // namespace

int run(const Parts& parts, const Process& process) {
    // A closed pipe is seen as EPIPE by the console, and must not kill us in the middle of a transaction.
    std::signal(SIGPIPE, SIG_IGN);
    // A file that may not grow is a full disk: said, with its exit code.
    std::signal(SIGXFSZ, SIG_IGN);
    Context context(parts, process);
    Console& console = context.console();
    console.configure(ColorChoice::automatic, false);
    if (console.terminal().unicode) base::choose_language(process.variable);
    auto codes = asks_for_monitor(process.words) ? Codes::of_monitor : Codes::own;
    auto result = dispatch_guarded(context, process, codes);
    auto code =
        result.has_error() ? report(console, process, result.error(), codes) : in_kind(*result, codes);
    if (const auto flushed = console.flush(); flushed.has_error())
        code = report(console, process, flushed.error(), codes == Codes::of_monitor ? Codes::own : codes);
    return static_cast<int>(code);
}

}  // namespace cli
