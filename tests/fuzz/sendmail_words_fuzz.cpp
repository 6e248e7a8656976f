// The command line of sendmail: the words, each ended by a newline.
#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "cli/sendmail_words.hpp"
#include "cli/tree.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using fuzz::require;

// Two dashes end the options, and all behind them are recipients.
void check(const std::vector<std::string>& given, const std::vector<std::string>& words) {
    require(!words.empty() && words.front() == "send", "it becomes the command send");
    const auto dashes = std::find(words.begin(), words.end(), "--");
    require(dashes != words.end(), "two dashes stand before the recipients");
    require(std::all_of(words.begin() + 1, dashes, [](const auto& word) { return word.starts_with("--"); }),
            "every option is a long one, with its value in the same word");
    require(words.size() <= 2 * given.size() * 64 + 2, "no word is made up");
    for (auto recipient = dashes + 1; recipient != words.end(); ++recipient)
        require(std::find(given.begin(), given.end(), *recipient) != given.end(),
                "recipients are words that were given");
    const auto line = cli::parse_command_line(words);
    if (line.has_error()) return;
    require(line->arguments.positionals() == std::vector<std::string>(dashes + 1, words.end()),
            "every word behind the dashes is a recipient, whatever it looks like");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<std::string> words;
    for (const auto word : base::split(fuzz::text_of(data, size), '\n')) {
        // As argv: no NUL, and each of a length that can be given.
        if (word.find('\0') != std::string_view::npos || word.size() > 200 || words.size() > 50) return 0;
        words.emplace_back(word);
    }
    const auto translated = cli::translate_sendmail(words);
    if (translated.has_value()) check(words, *translated);
    const auto mended = cli::mend_send_words(words);
    require(mended.size() <= words.size(), "no word is made up");
    return 0;
}
