#include "cli/help.hpp"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/exit_code.hpp"

namespace {

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

// How mdoc spells a text with hyphens.
std::string roff(std::string_view text) {
    std::string result;
    for (const char c : text)
        result += c == '-' ? std::string("\\-") : std::string(1, c);
    return result;
}

// Code points, which is columns for the text of our own.
std::size_t width(std::string_view line) {
    return static_cast<std::size_t>(
        std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

TEST_CASE("the overview names every command and fits a terminal") {
    const auto text = cli::overview({});
    for (const cli::Command* command : cli::all_commands()) {
        CAPTURE(command->path);
        const auto start = "\n  " + std::string(command->path);
        const bool listed = contains(text, start + " ") || contains(text, start + "\n");
        CHECK(listed);
        CHECK(contains(text, command->summary));
    }
}

TEST_CASE("the help fits terminals of 40 to 80 columns") {
    for (const std::size_t columns : {40U, 60U, 80U}) {
        std::string text = cli::overview({.width = columns}) + cli::group_help("dkim", {.width = columns});
        for (const cli::Command* command : cli::all_commands())
            text += cli::command_help(*command, {.width = columns});
        for (const auto line : base::split(text, '\n')) {
            CAPTURE(columns);
            CAPTURE(line);
            const bool to_type = line.starts_with("  relayctl ");
            const auto words = base::trim(line);
            const bool one_word = words.find(' ') == std::string_view::npos;
            if (!to_type && !one_word) CHECK(width(line) <= columns);
        }
    }
    const auto ascii = cli::command_help(*cli::find_command("probe"), {.unicode = false});
    CHECK(contains(ascii, "[OPTION...]"));
    CHECK_FALSE(contains(ascii, "…"));
    CHECK(cli::help_form({.width = 0}).width == 80);
    CHECK(cli::help_form({.width = 20}).width == 40);
    CHECK(cli::help_form({.width = 66}).width == 66);
    CHECK(cli::help_form({.width = 300}).width == 80);
}

TEST_CASE("the overview begins with what the program is, and has four examples") {
    const auto text = cli::overview({});
    CHECK(text.starts_with("relayctl "));
    std::size_t examples = 0;
    for (const auto line : base::split(text, '\n'))
        examples += line.starts_with("  relayctl ") ? 1 : 0;
    CHECK(examples == 4);
}

TEST_CASE("ssl, tls and none are explained where relays are added and in the overview") {
    CHECK(contains(cli::overview({}), "ssl               TLS from the first byte"));
    CHECK(contains(cli::overview({}), "tls               STARTTLS, required"));
    CHECK(contains(cli::overview({}), "none              clear text"));
    const cli::Command& add = *cli::find_command("add");
    const auto security = std::find_if(add.options.begin(), add.options.end(),
                                       [](const auto& option) { return option.name == "--security"; });
    CHECK(contains(security->help, "implicit TLS"));
    CHECK(contains(security->help, "STARTTLS"));
    CHECK(contains(security->help, "clear"));
}

TEST_CASE("the help of a group names its commands and no others") {
    const auto text = cli::group_help("dkim", {});
    CHECK(contains(text, "dkim generate"));
    CHECK(contains(text, "dkim delete"));
    CHECK_FALSE(contains(text, "relayctl domain"));
    CHECK_FALSE(contains(text, "domain add"));
}

TEST_CASE("every command has a summary, options with help, and no option twice") {
    for (const cli::Command* command : cli::all_commands()) {
        CAPTURE(command->path);
        CHECK((command->run != nullptr));
        CHECK_FALSE(command->summary.empty());
        CHECK_FALSE(command->summary.ends_with('.'));
        if (command->path != "version") CHECK_FALSE(command->examples.empty());
        std::set<std::string_view> names;
        cli::for_each_option(*command, [&](const cli::Option& option) {
            CAPTURE(option.name);
            CHECK(option.name.starts_with("--"));
            CHECK(names.insert(option.name).second);
            if (!option.short_name.empty()) {
                CHECK(option.short_name.size() == 2);
                CHECK(names.insert(option.short_name).second);
            }
            CHECK_FALSE(option.help.empty());
            CHECK((option.completion == cli::Completion::words) == !option.words.empty());
            if (option.value.empty()) CHECK(option.completion == cli::Completion::nothing);
        });
    }
}

TEST_CASE("a command that takes any number of arguments takes them last") {
    for (const cli::Command* command : cli::all_commands())
        for (std::size_t i = 0; i + 1 < command->arguments.size(); ++i)
            CHECK(command->arguments[i].maximum != cli::unlimited);
}

TEST_CASE("the man page has every command, option, and exit code") {
    const auto text = cli::man_commands();
    for (const cli::Command* command : cli::all_commands()) {
        CAPTURE(command->path);
        CHECK(contains(text, ".Ss " + std::string(command->path) + "\n"));
        cli::for_each_option(*command, [&](const cli::Option& option) {
            CAPTURE(option.name);
            CHECK(contains(text, "Fl " + roff(option.name.substr(1))));
        });
    }
    for (const auto& [code, meaning] : cli::exit_codes())
        CHECK(contains(text, ".It " + std::to_string(static_cast<int>(code)) + "\n"));
}

TEST_CASE("an unknown word has no help, and the nearest command as hint") {
    cli::Console console([](const char*) -> const char* { return nullptr; });
    const auto result = cli::print_help(console, "dkim genrate");
    REQUIRE(result.has_error());
    CHECK(result.error().message == "there is no command \"dkim genrate\"");
    CHECK(result.error().hint == "did you mean dkim generate?");
}
