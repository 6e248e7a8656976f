#include "cli/commands/probe_record.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "cli/commands/commands.hpp"
#include "fixture.hpp"

namespace {

cli::Arguments arguments_with(std::initializer_list<std::string_view> given) {
    cli::Arguments arguments;
    for (const auto& option : cli::probe_command.options)
        arguments.declare(option.name);
    for (const auto& option : cli::probe_command.options) {
        if (std::find(given.begin(), given.end(), option.name) == given.end()) continue;
        auto& entry = arguments.declare(option.name);
        if (option.value.empty())
            entry.count = 1;
        else
            entry.values = {"x"};
    }
    return arguments;
}

}  // namespace

TEST_CASE("An option of probe either leaves the question as it is or makes a result that is not kept") {
    constexpr std::string_view the_same[] = {"--any-port", "--timeout", "--ehlo-name",   "--trust-ad",
                                             "--all",      "--matrix",  "--concurrency", "--only-changes",
                                             "--repeat",   "--monitor"};
    CHECK(cli::one_off_option(arguments_with({})).empty());
    for (const auto& option : cli::probe_command.options) {
        CAPTURE(option.name);
        const bool is_the_same =
            std::find(std::begin(the_same), std::end(the_same), option.name) != std::end(the_same);
        CHECK(cli::one_off_option(arguments_with({option.name})) == (is_the_same ? "" : option.name));
    }
}

TEST_CASE("Changes are those of the last result, which a question of its own does not have") {
    test::MemoryStore store;
    CHECK(cli::ProbeRecord::create(store, arguments_with({"--only-changes", "--timeout"})).has_value());
    CHECK(cli::ProbeRecord::create(store, arguments_with({"--login"})).has_value());
    const auto refused = cli::ProbeRecord::create(store, arguments_with({"--only-changes", "--login"}));
    REQUIRE(refused.has_error());
    CHECK(refused.error().kind == base::ErrorKind::usage);
}
