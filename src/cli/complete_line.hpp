// The command line as it stands before the cursor, in words as a shell would split it. Nothing is expanded or
// run: `$(...)` stays the text it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

struct TypedLine {
    std::vector<std::string> words;  // the finished words behind the program's name, without their quotes
    std::string last = {};       // the word at the cursor up to the cursor, without its quotes; often empty
    std::size_t own_offset = 0;  // where in `last` the word begins that the shell takes for its own
    bool in_quotes = false;      // the cursor stands inside quotes
    std::string store = {};      // RELAYCTL_STORE=... before the program's name

    bool operator==(const TypedLine&) const = default;
};

// Before the program's name may stand assignments and `sudo`, `env` and the like; of several commands in the
// line the last counts, and redirections do not. `own_word` is the end of the line that the shell takes for a
// word; bash begins one at a colon too. nullopt: the cursor stands in no argument of relayctl's.
std::optional<TypedLine> parse_typed_line(std::string_view line,
                                          std::optional<std::string_view> own_word = {});

}  // namespace cli
