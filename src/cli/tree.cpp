#include "cli/tree.hpp"

#include <algorithm>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "base/text.hpp"

namespace cli {

namespace {

using base::usage_error;

void declare_option(CLI::App& app, const Option& option, Arguments& arguments) {
    auto& entry = arguments.declare(option.name);
    const std::string names = option.short_name.empty()
                                  ? std::string(option.name)
                                  : fmt::format("{},{}", option.short_name, option.name);
    if (option.value.empty()) {
        app.add_flag(names, entry.count)->disable_flag_override();
    } else {
        // Vectors would eat the positional arguments that follow, and split "[a,b]", with extra arguments
        // allowed.
        app.add_option(names, entry.values)
            ->expected(1)
            ->allow_extra_args(false)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
}

// A level takes at most one command word. Without the maximum a relay called like a command would run that
// command.
void prepare(CLI::App& app) {
    app.set_help_flag();
    app.require_subcommand(0, 1);
    app.allow_extras();
    app.fallthrough();
}

// The apps of the tree by their paths: "dkim", "dkim generate".
using Apps = std::map<std::string, CLI::App*, std::less<>>;

CLI::App* add_path(CLI::App& root, Apps& apps, std::string_view path) {
    CLI::App* app = &root;
    std::string so_far;
    for (const auto word : base::split(path, ' ')) {
        so_far += (so_far.empty() ? "" : " ") + std::string(word);
        CLI::App*& next = apps[so_far];
        if (next == nullptr) {
            next = app->add_subcommand(std::string(word));
            prepare(*next);
        }
        app = next;
    }
    return app;
}

bool stands_in(std::string_view path, const std::vector<std::string>& words) {
    const auto pieces = base::split(path, ' ');
    return std::all_of(pieces.begin(), pieces.end(), [&](std::string_view piece) {
        return std::find(words.begin(), words.end(), piece) != words.end();
    });
}

// Only the commands whose words stand in argv get their options: building all of them costs more than `list`
// does.
void build_tree(CLI::App& root, const std::vector<std::string>& words,
                std::map<std::string, Arguments>& arguments) {
    prepare(root);
    Apps apps;
    for (const Command* command : all_commands()) {
        CLI::App* app = add_path(root, apps, command->path);
        if (!stands_in(command->path, words)) continue;
        auto& own = arguments[std::string(command->path)];
        for (const auto& option : command->options)
            declare_option(*app, option, own);
        for (const auto group : all_groups)
            if ((command->groups & group) != 0)
                for (const auto& option : group_options(group))
                    declare_option(*app, option, own);
    }
}

// Do any of the commands have an option of this name with a value? A name means the same everywhere.
bool takes_value(std::string_view name) {
    const auto matches = [&](const Option& option) {
        return !option.value.empty() && (option.name == name || option.short_name == name);
    };
    const auto commands = all_commands();
    return std::any_of(commands.begin(), commands.end(), [&](const Command* command) {
        bool found = false;
        for_each_option(*command, [&](const Option& option) { found = found || matches(option); });
        return found;
    });
}

// "--output", "-o", "-qo": the value is the next word, whatever that looks like.
bool takes_next_word(std::string_view word) {
    if (word.size() < 2 || word[0] != '-') return false;
    if (word[1] == '-') return takes_value(word);
    const auto letter =
        std::find_if(word.begin() + 1, word.end(), [](char c) { return takes_value(std::string("-") + c); });
    return letter + 1 == word.end();
}

bool takes_domains(const std::vector<std::string>& words) {
    const auto is_domain = [](const auto& argument) { return argument.completion == Completion::domain; };
    const auto commands = all_commands();
    return std::any_of(commands.begin(), commands.end(), [&](const Command* command) {
        const auto& taken = command->arguments;
        return stands_in(command->path, words) && std::any_of(taken.begin(), taken.end(), is_domain);
    });
}

// "-a.example": no option has a dot, so where domains are taken this is one, though a bad one.
bool is_dashed_domain(std::string_view word) {
    return word.starts_with('-') && word.find('.') != word.npos && word.find('=') == word.npos;
}

struct SplitWords {
    std::vector<std::string> words = {};
    std::vector<std::string> behind_dashes = {};  // the arguments behind "--", and domains like "-a.example"
};

// What CLI11 does not do: "--option=" has an empty value and does not take the next word; behind "--" all is
// arguments, also when there were some before.
SplitWords split_words(const std::vector<std::string>& words) {
    SplitWords split;
    const bool domains = takes_domains(words);
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto& word = words[i];
        if (word == "--") {
            split.behind_dashes.insert(split.behind_dashes.end(),
                                       words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
            return split;
        }
        if (domains && is_dashed_domain(word)) {
            split.behind_dashes.push_back(word);
            continue;
        }
        if (word.starts_with("--") && word.find('=') + 1 == word.size()) {
            split.words.push_back(word.substr(0, word.size() - 1));
            split.words.emplace_back();
            continue;
        }
        split.words.push_back(word);
        if (takes_next_word(word) && i + 1 < words.size()) split.words.push_back(words[++i]);
    }
    return split;
}

std::vector<std::string> option_names(const Command* command) {
    std::vector<std::string> names;
    const auto add = [&](const Option& option) { names.emplace_back(option.name); };
    if (command != nullptr) {
        for_each_option(*command, add);
    } else {
        for (const auto& option : global_options())
            add(option);
    }
    return names;
}

// The words that may follow `words`: "generate", "list" ... after "dkim".
std::vector<std::string> next_words(std::string_view words) {
    const std::string prefix = words.empty() ? "" : std::string(words) + " ";
    std::vector<std::string> next;
    for (const Command* command : all_commands()) {
        if (!command->path.starts_with(prefix)) continue;
        const auto rest = command->path.substr(prefix.size());
        const std::string word(rest.substr(0, rest.find(' ')));
        if (std::find(next.begin(), next.end(), word) == next.end()) next.push_back(word);
    }
    return next;
}

bool is_option(std::string_view word) {
    return word.starts_with('-') && word.size() > 1;
}

base::Error unknown_word(const std::string& word, const CommandLine& line) {
    const bool option = is_option(word);
    const std::string plain = option ? word.substr(0, word.find('=')) : word;
    const auto names = option ? option_names(line.command) : next_words(line.words);
    auto suggestion = base::nearest(plain, names);
    // What has its own formats has them by another name.
    if ((plain.starts_with("-o") || plain == "--output") &&
        std::find(names.begin(), names.end(), "--format") != names.end())
        suggestion = "--format";
    const std::string help = line.words.empty() ? "relayctl help" : "relayctl help " + line.words;
    return usage_error(fmt::format("relayctl{}{} has no {} {}", line.words.empty() ? "" : " ", line.words,
                                   option ? "option" : "command", base::quoted(plain)),
                       suggestion ? fmt::format("did you mean {}?", *suggestion) : help);
}

// "config regoin list": CLI11 goes on to the list.
base::Result<void> check_path(const std::vector<std::string>& words, const CommandLine& line) {
    if (line.words.empty()) return {};
    CommandLine before;
    for (std::size_t i = 0; i < words.size() && before.words != line.words; ++i) {
        const auto& word = words[i];
        if (is_option(word)) {
            if (takes_next_word(word)) ++i;
            continue;
        }
        const auto next = next_words(before.words);
        if (std::find(next.begin(), next.end(), word) == next.end()) return unknown_word(word, before);
        before.words += (before.words.empty() ? "" : " ") + word;
    }
    return {};
}

// What CLI11 did not recognise: a command's arguments, and what it does not have.
base::Result<void> take_extras(const std::vector<std::string>& words, const std::vector<std::string>& extras,
                               CommandLine& line) {
    const auto option = std::find_if(extras.begin(), extras.end(), is_option);
    if (option != extras.end()) return unknown_word(*option, line);
    TRY_VOID(check_path(words, line));
    if (line.command == nullptr && !extras.empty()) return unknown_word(extras.front(), line);
    line.arguments.mutable_positionals() = extras;
    return {};
}

// CLI11 names the option at the front of its message: "--port: 1 required TEXT missing".
base::Error parse_error(const CLI::ParseError& error) {
    const std::string text = error.what();
    const auto name = text.substr(0, text.find_first_of(": "));
    if (text.find("required") != std::string::npos)
        return usage_error(fmt::format("option {} needs a value", base::printable(name)));
    if (text.find("override") != std::string::npos)
        return usage_error(fmt::format("option --{} takes no value", base::printable(name)));
    return usage_error(base::printable(text));
}

base::Result<void> check_counts(const CommandLine& line) {
    const Command& command = *line.command;
    std::optional<base::Error> fault;
    for_each_option(command, [&](const Option& option) {
        if (option.value.empty() || option.repeat == Repeat::yes || fault) return;
        if (line.arguments.values(option.name).size() > 1)
            fault = usage_error(fmt::format("option {} is given twice", option.name));
    });
    if (fault) return *fault;
    unsigned minimum = 0;
    std::uint64_t maximum = 0;
    for (const auto& argument : command.arguments) {
        minimum += argument.minimum;
        maximum += argument.maximum;
    }
    const auto& given = line.arguments.positionals();
    if (given.size() < minimum)
        return usage_error(
            fmt::format(
                "relayctl {} needs {}", line.words,
                command.arguments[std::min<std::size_t>(given.size(), command.arguments.size() - 1)].name),
            fmt::format("relayctl help {}", line.words));
    if (given.size() > maximum)
        return usage_error(
            fmt::format("relayctl {} takes no argument {}", line.words, base::quoted(given[maximum])),
            fmt::format("relayctl help {}", line.words));
    return {};
}

}  // namespace

base::Result<CommandLine> parse_command_line(const std::vector<std::string>& words) {
    CLI::App root;
    Arguments global;
    std::map<std::string, Arguments> arguments;
    build_tree(root, words, arguments);
    for (const auto& option : global_options())
        declare_option(root, option, global);

    auto [front, behind_dashes] = split_words(words);
    std::optional<base::Error> fault;
    try {
        root.parse(std::vector<std::string>(front.rbegin(), front.rend()));
    } catch (const CLI::ParseError& error) {
        fault = parse_error(error);
    }

    CommandLine line;
    const CLI::App* app = &root;
    while (!app->get_subcommands().empty()) {
        app = app->get_subcommands().front();
        line.words += (line.words.empty() ? "" : " ") + app->get_name();
    }
    line.command = find_command(line.words);
    if (line.command != nullptr) line.arguments = std::move(arguments[line.words]);
    for (const auto& option : global_options())
        line.arguments.declare(option.name) = global.declare(option.name);
    const auto is_help = [](const auto& word) { return word == "--help" || word == "-h"; };
    line.help = line.arguments.flag("--help") || (fault && std::any_of(front.begin(), front.end(), is_help));
    if (line.help) return line;

    TRY_VOID(take_extras(front, root.remaining(true), line));
    if (fault) return *fault;
    auto& positionals = line.arguments.mutable_positionals();
    positionals.insert(positionals.end(), behind_dashes.begin(), behind_dashes.end());
    if (line.command == nullptr) return line;
    if ((line.command->groups & output_group) != 0 && line.arguments.flag("--json"))
        line.arguments.declare("--output").values.emplace_back("json");
    TRY_VOID(check_counts(line));
    return line;
}

}  // namespace cli
