// What a command is: a table of its words, options and arguments, and the function that runs it. The parser,
// the help, the man page and Tab are all made from these tables.
#pragma once

#include <span>
#include <string_view>

#include "base/result.hpp"
#include "cli/exit_code.hpp"

namespace cli {

class Context;
class Arguments;

// What Tab offers for a value.
enum class Completion : unsigned char {
    nothing,
    words,  // the option's own words
    file,
    relay,  // relay names
    enabled_relay,
    disabled_relay,
    domain,    // the store's sender domains
    dkim_key,  // selector@domain
    selector,
    finding,  // finding ids
    command,  // words of the command line itself, for help
    setting,  // names of settings
    column,   // the command's columns
    change,   // numbers of the history
    undoable_change,
    region,           // names of regions
    domain_of_relay,  // those that the relay has which is the first argument; all where none is
    set_setting,      // names of the settings that are set
};

enum class Repeat : bool { no, yes };
enum class Commas : bool { no, yes };  // a value is a list

struct Option {
    std::string_view name;             // "--port"
    std::string_view short_name = {};  // "-o", or empty
    std::string_view value = {};       // "PORT"; empty = a flag
    std::string_view help = {};
    Completion completion = Completion::nothing;
    std::span<const std::string_view> words = {};
    Repeat repeat = Repeat::no;
    Commas commas = Commas::no;
};

struct Argument {
    std::string_view name;  // "NAME"
    unsigned minimum = 1;
    unsigned maximum = 1;  // unlimited below
    Completion completion = Completion::nothing;
};
constexpr unsigned unlimited = ~0U;

struct Example {
    std::string_view line;  // without "relayctl "
    std::string_view says;
};

// Options that several commands share; see common_options.hpp.
enum Group : unsigned { output_group = 1, write_group = 2, dns_group = 4, confirm_group = 8 };

struct ColumnView;

struct Command {
    std::string_view path;              // "dkim generate"
    std::string_view heading;           // "Relays", "DKIM", "Checks", ... of the overview
    std::string_view summary;           // one line
    std::string_view description = {};  // further paragraphs of the help and the man page
    std::span<const Example> examples = {};
    std::span<const Option> options = {};
    std::span<const Argument> arguments = {};
    unsigned groups = 0;
    std::span<const ColumnView> columns = {};  // of its table, when it prints one
    base::Result<ExitCode> (*run)(Context&, const Arguments&) = nullptr;
};

// Every command there is, in the order of the overview.
std::span<const Command* const> all_commands();
const Command* find_command(std::string_view path);

// "dkim" of "dkim generate": a word that only groups commands, or empty for none such.
bool is_command_group(std::string_view word);

// The options a command takes besides its own, in the order of the help.
std::span<const Option> global_options();
std::span<const Option> group_options(Group group);
inline constexpr Group all_groups[] = {output_group, write_group, confirm_group, dns_group};

// Calls visit(option) for each option the command takes: own, groups', global.
template <class Visit>
void for_each_option(const Command& command, Visit visit) {
    for (const auto& option : command.options)
        visit(option);
    for (const auto group : all_groups)
        if ((command.groups & group) != 0)
            for (const auto& option : group_options(group))
                visit(option);
    for (const auto& option : global_options())
        visit(option);
}

}  // namespace cli
