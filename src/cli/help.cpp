#include "cli/help.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/listing.hpp"

namespace cli {

namespace {

constexpr std::string_view overview_text =
    "relayctl keeps the relays an organisation's mail goes out through, makes DKIM\n"
    "keys, probes servers, and verifies SPF, DKIM and DMARC.\n";

constexpr std::string_view security_text =
    "Security: ssl = TLS from the first byte (implicit TLS, usual on port 465);\n"
    "tls = STARTTLS, required (usual on 587 and 25); none = clear text.\n";

constexpr Example overview_examples[] = {
    {"add news --host smtp.mailer.example --domain example.com --type mass --dkim",
     "add a relay, make its DKIM key"},
    {"list", "all relays"},
    {"probe news", "try its ports with ssl, tls and none"},
    {"verify example.com --ip 192.0.2.10", "SPF, DKIM and DMARC by DNS"},
};

// Words wrapped to `width` columns; later lines begin with `indent` blanks. `column` is where the text
// begins.
std::string wrap(std::string_view text, std::size_t indent, std::size_t column, std::size_t width = 80) {
    std::string result;
    for (const auto word : base::split(text, ' ')) {
        if (column > indent && column + 1 + word.size() > width) {
            result += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (!result.empty()) {
            result += ' ';
            ++column;
        }
        result += word;
        column += word.size();
    }
    return result + "\n";
}

std::string two_columns(std::string_view left, std::string_view right, std::size_t indent) {
    std::string line = "  " + std::string(left);
    if (line.size() + 2 > indent) return line + "\n" + std::string(indent, ' ') + wrap(right, indent, indent);
    line.resize(indent, ' ');
    return line + wrap(right, indent, indent);
}

std::string examples_text(std::span<const Example> examples) {
    if (examples.empty()) return "";
    std::string text = "Examples:\n";
    for (const auto& example : examples) {
        text += fmt::format("  relayctl {}\n", example.line);
        if (!example.says.empty()) text += fmt::format("      {}\n", example.says);
    }
    return text + "\n";
}

std::string option_words(const Option& option) {
    std::string words = option.short_name.empty() ? "    " : fmt::format("{}, ", option.short_name);
    words += option.name;
    if (!option.value.empty()) words += fmt::format(" {}", option.value);
    return words;
}

std::string option_text(const Option& option) {
    constexpr std::size_t indent = 34;
    return two_columns(option_words(option), option.help, indent);
}

std::string arguments_text(const Command& command) {
    std::string text;
    for (const auto& argument : command.arguments) {
        const std::string name = std::string(argument.name) + (argument.maximum > 1 ? "…" : "");
        text += argument.minimum == 0 ? fmt::format(" [{}]", name) : " " + name;
    }
    return text;
}

std::string columns_text(const Command& command) {
    if (command.columns.empty()) return "";
    std::vector<std::string> shown, hidden;
    for (const auto& column : command.columns)
        (column.shown ? shown : hidden).emplace_back(column.key);
    std::string text = "\nColumns:\n  " + wrap(base::join(shown, ", "), 2, 2);
    if (!hidden.empty()) text += "  and with --columns: " + wrap(base::join(hidden, ", "), 2, 22);
    return text;
}

std::string command_help(const Command& command) {
    std::string text = examples_text(command.examples);
    text += fmt::format("relayctl {} [OPTION…]{}\n", command.path, arguments_text(command));
    text += fmt::format("  {}\n", command.summary);
    for (const auto paragraph : base::split(command.description, '\n'))
        if (!paragraph.empty()) text += "\n" + wrap(paragraph, 0, 0);
    std::string options;
    for (const auto& option : command.options)
        options += option_text(option);
    for (const auto group : all_groups)
        if ((command.groups & group) != 0)
            for (const auto& option : group_options(group))
                options += option_text(option);
    if (!options.empty()) text += "\nOptions:\n" + options;
    text += "\nOptions of every command:\n";
    for (const auto& option : global_options())
        text += option_text(option);
    return text + columns_text(command);
}

std::string command_table(std::string_view group) {
    std::string text;
    std::string_view heading;
    for (const Command* command : all_commands()) {
        if (!group.empty() && !command->path.starts_with(std::string(group) + " ")) continue;
        if (command->heading != heading)
            text += fmt::format("{}{}\n", text.empty() ? "" : "\n", command->heading);
        heading = command->heading;
        text += two_columns(command->path, command->summary, 20);
    }
    return text;
}

}  // namespace

std::string overview() {
    return std::string(overview_text) + "\n" + examples_text(overview_examples) + command_table("") + "\n" +
           std::string(security_text) + "\nrelayctl help COMMAND says more; so does relayctl(1).\n";
}

std::string group_help(std::string_view group) {
    std::vector<Example> examples;
    for (const Command* command : all_commands())
        if (command->path.starts_with(std::string(group) + " ") && !command->examples.empty())
            examples.push_back(command->examples.front());
    return examples_text(examples) + command_table(group) +
           fmt::format("\nrelayctl help {} COMMAND says more.\n", group);
}

base::Result<ExitCode> print_help(Console& console, std::string_view words) {
    if (const Command* command = find_command(words)) {
        console.print(command_help(*command));
    } else if (words.empty()) {
        console.print(overview());
    } else if (is_command_group(words)) {
        console.print(group_help(words));
    } else {
        std::vector<std::string> paths;
        for (const Command* candidate : all_commands())
            paths.emplace_back(candidate->path);
        const auto suggestion = base::nearest(words, paths);
        return base::usage_error("there is no command " + base::quoted(words),
                                 suggestion ? fmt::format("did you mean {}?", *suggestion) : "relayctl help");
    }
    return ExitCode::done;
}

}  // namespace cli
