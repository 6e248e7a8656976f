// The commands as mdoc(7).
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/help.hpp"
#include "cli/listing.hpp"
#include "finding/finding.hpp"

namespace cli {

namespace {

// The heading whose commands have no page but relayctl(1).
constexpr std::string_view own_heading = "Other";

// Those of the overview, in its order.
std::vector<std::string_view> headings() {
    std::vector<std::string_view> result;
    for (const Command* command : all_commands())
        if (std::find(result.begin(), result.end(), command->heading) == result.end())
            result.push_back(command->heading);
    return result;
}

// A text line: backslashes doubled, hyphens kept as hyphens, nothing that roff takes for a request.
std::string roff(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '\\')
            result += "\\e";
        else if (c == '-')
            result += "\\-";
        else
            result += c;
    }
    if (result.starts_with('.') || result.starts_with('\'')) result.insert(0, "\\&");
    return result;
}

// One sentence or clause a line reads well in a diff, but a line of mdoc text must not be endless.
std::string roff_lines(std::string_view text) {
    std::string result;
    std::size_t column = 0;
    for (const auto line : base::split(text, '\n')) {
        if (line.empty()) {
            result += result.ends_with('\n') ? ".Pp\n" : "\n.Pp\n";
            column = 0;
            continue;
        }
        for (const auto word : base::split(base::trim(line), ' ')) {
            const auto escaped = roff(word);
            const bool sentence_ended =
                result.ends_with('.') || result.ends_with('?') || result.ends_with(".)");
            if (column > 0 && (sentence_ended || column + escaped.size() > 78)) {
                result += '\n';
                column = 0;
            } else if (column > 0) {
                result += ' ';
            }
            result += escaped;
            column += escaped.size() + 1;
        }
    }
    return result.ends_with('\n') ? result : result + "\n";
}

std::string flag(std::string_view name) {
    return roff(name.substr(1));
}

std::string option_item(const Option& option) {
    std::string line = ".It ";
    if (!option.short_name.empty()) line += fmt::format("Fl {} , ", flag(option.short_name));
    line += "Fl " + flag(option.name);
    if (!option.value.empty()) line += " Ar " + roff(option.value);
    return line + "\n" + roff_lines(option.help);
}

std::string option_list(std::span<const Option> options) {
    if (options.empty()) return "";
    std::string text = ".Bl -tag -width Ds\n";
    for (const auto& option : options)
        text += option_item(option);
    return text + ".El\n";
}

std::string synopsis(const Command& command) {
    std::string text = fmt::format(".Nm relayctl\n.Ic {}\n.Op Ar option ...\n", command.path);
    for (const auto& argument : command.arguments) {
        const std::string more = argument.maximum > 1 ? " ..." : "";
        text += argument.minimum == 0 ? fmt::format(".Op Ar {}{}\n", argument.name, more)
                                      : fmt::format(".Ar {}{}\n", argument.name, more);
    }
    return text;
}

std::string also_takes(const Command& command) {
    std::string text;
    const auto add = [&](Group group, std::string_view what) {
        if ((command.groups & group) == 0) return;
        text += text.empty() ? std::string(what) : fmt::format(", {}", what);
    };
    add(output_group, "the output options");
    add(write_group, "\\-\\-dry\\-run");
    add(confirm_group, "\\-\\-yes");
    add(dns_group, "the DNS options");
    return text.empty() ? "" : ".Pp\nIt also takes " + text + ".\n";
}

std::string columns(const Command& command) {
    if (command.columns.empty()) return "";
    std::string text = ".Pp\nColumns:\n";
    for (const auto& column : command.columns)
        text += fmt::format("{}.Cm {}", &column == &command.columns.front() ? "" : " ,\n", column.key);
    return text + " .\n";
}

std::string command_section(const Command& command) {
    std::string text = fmt::format(".Ss {}\n", command.path) + synopsis(command) + ".Pp\n";
    std::string summary(command.summary);
    if (base::is_lower(summary[0])) summary[0] = static_cast<char>(summary[0] - 'a' + 'A');
    text += roff_lines(summary + ".");
    if (!command.description.empty()) text += ".Pp\n" + roff_lines(command.description);
    text += option_list(command.options) + also_takes(command) + columns(command);
    if (command.examples.empty()) return text;
    text += ".Bd -literal -offset indent\n";
    for (const auto& example : command.examples)
        text += roff(fmt::format("relayctl {}", example.line)) + "\n";
    return text + ".Ed\n";
}

// The commands under one heading of the overview.
std::string commands_block(std::string_view heading) {
    std::string text = ".Sh COMMANDS\n";
    for (const Command* command : all_commands())
        if (command->heading == heading) text += command_section(*command);
    return text;
}

// What relayctl(1) says: every command in a line, with its page, and what they have in common.
std::string overview_block() {
    std::string text = ".Sh COMMANDS\n";
    for (const auto heading : headings()) {
        if (heading == own_heading) continue;
        text += fmt::format(".Ss {}\nDescribed in\n.Xr relayctl-{} 1 .\n", heading, base::lower(heading));
        text += ".Bl -tag -width config-region-unset -compact\n";
        for (const Command* command : all_commands())
            if (command->heading == heading)
                text += fmt::format(".It Ic {}\n{}", command->path, roff_lines(command->summary));
        text += ".El\n";
    }
    for (const Command* command : all_commands())
        if (command->heading == own_heading) text += command_section(*command);
    text += ".Sh OPTIONS\nEvery command takes these:\n" + option_list(global_options());
    text += ".Pp\nThe output options:\n" + option_list(group_options(output_group));
    text += ".Pp\nCommands that change the store take:\n" + option_list(group_options(write_group));
    text += ".Pp\nCommands that may ask take:\n" + option_list(group_options(confirm_group));
    return text + ".Pp\nThe DNS options:\n" + option_list(group_options(dns_group));
}

std::string findings_block() {
    std::string text =
        "The checks name what they find by these ids.\n.Ic relayctl explain Ar id\n"
        "says more about each.\n.Bl -tag -width Ds\n";
    for (const auto& entry : finding::catalogue())
        text += fmt::format(".It Sy {} Pq {}\n{}", roff(entry.id), to_string(entry.severity),
                            roff_lines(entry.summary));
    return text + ".El\n";
}

std::string exit_status_block() {
    std::string text = ".Sh EXIT STATUS\n.Bl -tag -width Ds\n";
    for (const auto& [code, meaning] : exit_codes())
        text += fmt::format(".It {}\n{}", static_cast<int>(code), roff_lines(meaning));
    return text + ".El\n";
}

std::string marked(std::string_view name, const std::string& block) {
    return fmt::format(".\\\" begin generated {0}\n{1}.\\\" end generated {0}\n", name, block);
}

}  // namespace

std::string man_commands() {
    std::string text = marked("commands", overview_block());
    for (const auto heading : headings())
        if (heading != own_heading)
            text += marked(fmt::format("commands {}", heading), commands_block(heading));
    return text + marked("findings", findings_block()) + marked("exit status", exit_status_block());
}

}  // namespace cli
