// Tab: `relayctl __complete SHELL LINE [WORD]`, which the adaptors in completions/ call.
//
// LINE is the command line up to the cursor. The answer is one candidate a line for the word at the cursor,
// `candidate<TAB>description`; or the one line ":file", when the shell shall offer its files. For bash, which
// begins a word at a colon too, WORD is what it takes for the word, and a candidate is what that is to be
// replaced by, with the characters quoted that mean something to the shell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/context.hpp"
#include "cli/exit_code.hpp"

namespace cli {

// words: "__complete", the shell (bash, zsh, fish), the line up to the cursor, bash's word. Always
// ExitCode::done, nothing on standard error, no network; the store is opened for reading only, never created,
// and not waited for.
ExitCode complete(Context& context, const std::vector<std::string>& words);

// The answer's text.
std::string completion_answer(const Context& context, std::string_view shell, std::string_view text,
                              std::optional<std::string_view> own_word = {});

}  // namespace cli
