// Tab: `relayctl __complete SHELL "LINE"`, which the adaptors in completions/ call.
//
// LINE is the command line up to the cursor. The answer is one candidate a line for the word at the cursor,
// `candidate<TAB>description`; or the one line ":file", when the shell shall offer its files. For bash a
// candidate stands for the part of the word behind the last of COMP_WORDBREAKS, as readline wants it, with
// the characters quoted that mean something to the shell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/context.hpp"
#include "cli/exit_code.hpp"

namespace cli {

// words: "__complete", the shell (bash, zsh, fish), the line up to the cursor. Always ExitCode::done, nothing
// on standard error, no network; the store is opened for reading only, never created, and not waited for.
ExitCode complete(Context& context, const std::vector<std::string>& words);

// The answer's text.
std::string completion_answer(const Context& context, std::string_view shell, std::string_view line);

}  // namespace cli
