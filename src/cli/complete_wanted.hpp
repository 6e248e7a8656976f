// What kind of word belongs at the cursor, found by walking the command tables as the parser does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "cli/complete_line.hpp"

namespace cli {

struct Wanted {
    enum class Kind {
        nothing,
        command_word,  // one of the words that may follow `below`
        option,        // an option that is not given yet
        value,         // by `completion`
    };
    Kind kind = Kind::nothing;
    const Command* command = nullptr;
    std::string below = {};  // "", "dkim"
    Completion completion = Completion::nothing;
    std::span<const std::string_view> words = {};  // Completion::words
    std::string fixed = {};               // of the cursor's word, what stays: "--output=", "name,port,"
    std::string typed = {};               // and the beginning of what is looked for
    std::vector<std::string> taken = {};  // options, or values, that are there already
    std::string first_argument = {};      // of the command
    std::string store = {};               // --store
};

Wanted find_wanted(const TypedLine& line);

}  // namespace cli
