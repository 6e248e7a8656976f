#include "cli/help.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/translation.hpp"
#include "cli/command.hpp"
#include "cli/listing.hpp"
#include "output/wrap.hpp"

namespace cli {

namespace {

using base::translated;

constexpr Example first_examples[] = {
    {"add news --host smtp.mailer.example --domain example.com --type mass --dkim",
     "add a relay, make its DKIM key"},
    {"list", "all relays"},
    {"probe news", "try its ports with ssl, tls and none"},
    {"verify example.com --ip 192.0.2.10", "SPF, DKIM and DMARC by DNS"},
};

// The help for a width in columns.
class Help {
  public:
    explicit Help(HelpForm form) : width_(form.width), more_(form.unicode ? "…" : "...") {}

    std::string overview() const;
    std::string group(std::string_view group) const;
    std::string command(const Command& command) const;

  private:
    std::string paragraph(std::string_view text) const {
        return output::wrap(translated(text), 0, 0, width_);
    }
    std::string two_columns(std::string_view left, std::string_view right, std::size_t indent) const;
    std::string examples(std::span<const Example> examples) const;
    std::string option(const Option& option) const;
    std::string usage(const Command& command) const;
    std::string columns(const Command& command) const;
    std::string command_table(std::string_view group) const;
    std::string security() const;

    std::size_t width_;
    std::string_view more_;  // there may be more of these
};

std::string Help::two_columns(std::string_view left, std::string_view right, std::size_t indent) const {
    std::string line = "  " + std::string(left);
    const bool fits = line.size() + 2 <= indent;
    line += fits ? std::string(indent - line.size(), ' ') : "\n" + std::string(indent, ' ');
    return line + output::wrap(translated(right), indent, indent, width_);
}

std::string Help::examples(std::span<const Example> examples) const {
    if (examples.empty()) return "";
    std::string text = std::string(translated("Examples:")) + "\n";
    for (const auto& example : examples) {
        text += fmt::format("  relayctl {}\n", example.line);
        if (!example.says.empty()) text += "      " + output::wrap(translated(example.says), 6, 6, width_);
    }
    return text + "\n";
}

std::string option_words(const Option& option) {
    std::string words = option.short_name.empty() ? "    " : fmt::format("{}, ", option.short_name);
    words += option.name;
    if (!option.value.empty()) words += fmt::format(" {}", option.value);
    return words;
}

std::string Help::option(const Option& option) const {
    constexpr std::size_t usual = 34, narrow = 12;
    return two_columns(option_words(option), option.help, width_ < 2 * usual ? narrow : usual);
}

std::string Help::usage(const Command& command) const {
    std::string text = fmt::format("relayctl {} [OPTION{}]", command.path, more_);
    for (const auto& argument : command.arguments) {
        const std::string name = fmt::format("{}{}", argument.name, argument.maximum > 1 ? more_ : "");
        text += argument.minimum == 0 ? fmt::format(" [{}]", name) : " " + name;
    }
    return output::wrap(text, 4, 0, width_);
}

std::string Help::columns(const Command& command) const {
    if (command.columns.empty()) return "";
    std::vector<std::string> shown, hidden;
    for (const auto& column : command.columns)
        (column.shown ? shown : hidden).emplace_back(column.key);
    std::string text = fmt::format("\n{}\n  {}", translated("Columns:"),
                                   output::wrap(base::join(shown, ", "), 2, 2, width_));
    if (!hidden.empty())
        text += fmt::format("  {}\n    {}", translated("and with --columns:"),
                            output::wrap(base::join(hidden, ", "), 4, 4, width_));
    return text;
}

std::string Help::command(const Command& command) const {
    std::string text = examples(command.examples);
    text += usage(command);
    text += "  " + output::wrap(translated(command.summary), 2, 2, width_);
    for (const auto part : base::split(command.description, '\n'))
        if (!part.empty()) text += "\n" + paragraph(part);
    std::string options;
    for (const auto& own : command.options)
        options += option(own);
    for (const auto group : all_groups)
        if ((command.groups & group) != 0)
            for (const auto& shared : group_options(group))
                options += option(shared);
    if (!options.empty()) text += fmt::format("\n{}\n", translated("Options:")) + options;
    text += fmt::format("\n{}\n", translated("Options of every command:"));
    for (const auto& global : global_options())
        text += option(global);
    return text + columns(command);
}

std::string Help::command_table(std::string_view group) const {
    std::string text;
    std::string_view heading;
    for (const Command* command : all_commands()) {
        if (!group.empty() && !command->path.starts_with(std::string(group) + " ")) continue;
        if (command->heading != heading)
            text += fmt::format("{}{}\n", text.empty() ? "" : "\n", translated(command->heading));
        heading = command->heading;
        text += two_columns(command->path, command->summary, 20);
    }
    return text;
}

std::string Help::security() const {
    constexpr std::size_t indent = 20;
    return std::string(translated("Security")) + "\n" +
           two_columns("ssl", translated("TLS from the first byte (implicit TLS, usual on port 465)"),
                       indent) +
           two_columns("tls", translated("STARTTLS, required (usual on 587 and 25)"), indent) +
           two_columns("none", translated("clear text"), indent);
}

std::string Help::overview() const {
    return paragraph(
               "relayctl keeps the relays an organisation's mail goes out through, makes DKIM keys, probes "
               "servers, and verifies SPF, DKIM and DMARC.") +
           "\n" + examples(first_examples) + command_table("") + "\n" + security() + "\n" +
           paragraph("relayctl help COMMAND says more; so does relayctl(1).");
}

std::string Help::group(std::string_view group) const {
    std::vector<Example> firsts;
    for (const Command* command : all_commands())
        if (command->path.starts_with(std::string(group) + " ") && !command->examples.empty())
            firsts.push_back(command->examples.front());
    return examples(firsts) + command_table(group) + "\n" +
           fmt::format("{}: relayctl help {} COMMAND\n", translated("More"), group);
}

}  // namespace

std::span<const Example> overview_examples() {
    return first_examples;
}

HelpForm help_form(const output::Terminal& terminal) {
    constexpr std::size_t shortest = 40, usual = 80;
    const auto width = terminal.width == 0 ? usual : std::clamp<std::size_t>(terminal.width, shortest, usual);
    return {.width = width, .unicode = terminal.unicode};
}

std::string overview(HelpForm form) {
    return Help(form).overview();
}

std::string group_help(std::string_view group, HelpForm form) {
    return Help(form).group(group);
}

std::string command_help(const Command& command, HelpForm form) {
    return Help(form).command(command);
}

base::Result<ExitCode> print_help(Console& console, std::string_view words) {
    const auto form = help_form(console.terminal());
    if (const Command* command = find_command(words)) {
        console.print(command_help(*command, form));
    } else if (words.empty()) {
        console.print(overview(form));
    } else if (is_command_group(words)) {
        console.print(group_help(words, form));
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
