// The options of the commands that read or write a declaration.
#pragma once

#include "cli/command.hpp"

namespace cli {

inline constexpr std::string_view syntax_words[] = {"json", "toml"};

inline constexpr Option declaration_file_option = {.name = "--file",
                                                   .short_name = "-f",
                                                   .value = "FILE",
                                                   .help = "the declaration; - is standard input",
                                                   .completion = Completion::file};
inline constexpr Option declaration_syntax_option = {
    .name = "--format",
    .value = "FORMAT",
    .help = "json or toml (else by the name's end, else by the first character)",
    .completion = Completion::words,
    .words = syntax_words};

}  // namespace cli
