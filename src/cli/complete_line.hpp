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
    std::string last = {};         // the word at the cursor up to the cursor, without its quotes; often empty
    std::size_t break_offset = 0;  // where in `last` the shell's own word begins: behind a break or a quote
    bool in_quotes = false;        // the cursor stands inside quotes
    std::string store = {};        // RELAYCTL_STORE=... before the program's name

    bool operator==(const TypedLine&) const = default;
};

// The characters at which bash ends a word beside blanks, when nobody changed COMP_WORDBREAKS.
inline constexpr std::string_view default_word_breaks = "@=:";

// Before the program's name may stand assignments and `sudo`, `env` and the like; of several commands in the
// line the last counts, and redirections do not. nullopt: the cursor stands in no argument of relayctl's.
std::optional<TypedLine> parse_typed_line(std::string_view line, std::string_view word_breaks);

}  // namespace cli
