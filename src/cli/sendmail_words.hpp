// The command line of sendmail, as programs that send mail have always called it, in the words of `relayctl
// send`. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/exit_code.hpp"

namespace cli {

// Stands before the words of a program that is called as sendmail.
inline constexpr std::string_view sendmail_word = "__sendmail";

// Is the program called as sendmail: "sendmail" or "relayctl-sendmail", in any folder.
bool is_sendmail_name(std::string_view program);

// The words behind the program's name, "-t -oi -fjoe@example.com", as "send --recipients-of-header ...".
// Letters stand together, values behind them or in the next word. What sendmail knows and means nothing here
// is left out, every -o but -oi too. Errors: usage: an unknown letter, a value that is missing, a mode (-b)
// other than sending (-bm).
base::Result<std::vector<std::string>> translate_sendmail(const std::vector<std::string>& words);

// The words of `send` with what CLI11 would take for other options put in its long form: -oi, and -bm left
// out. Words of other commands stay as they are.
std::vector<std::string> mend_send_words(std::vector<std::string> words);

}  // namespace cli
