#include "cli/help.hpp"

#include "base/text.hpp"
#include "cli/commands/commands.hpp"
#include "cli/context.hpp"

namespace cli {

namespace {

constexpr Example help_examples[] = {{"help", "all commands"}, {"help dkim generate", ""}};
constexpr Argument help_arguments[] = {
    {.name = "COMMAND", .minimum = 0, .maximum = unlimited, .completion = Completion::command}};

base::Result<ExitCode> run_help(Context& context, const Arguments& arguments) {
    return print_help(context.console(), base::join(arguments.positionals(), " "));
}

base::Result<ExitCode> run_version(Context& context, const Arguments&) {
    context.console().print("relayctl " RELAYCTL_VERSION "\n");
    for (const auto& library : context.library_versions())
        context.console().print(library + "\n");
    return ExitCode::done;
}

}  // namespace

const Command help_command = {
    .path = "help",
    .heading = "Other",
    .summary = "help on a command",
    .examples = help_examples,
    .arguments = help_arguments,
    .run = run_help,
};

const Command version_command = {
    .path = "version",
    .heading = "Other",
    .summary = "print the version, and those of the libraries",
    .run = run_version,
};

}  // namespace cli
