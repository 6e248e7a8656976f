#include "cli/sendmail_words.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/text.hpp"

namespace cli {

namespace {

// What a letter becomes; an empty option is left out.
struct Letter {
    char letter;
    bool has_value;
    std::string_view option;
};

constexpr Letter letters[] = {
    {'t', false, "--recipients-of-header"},
    {'i', false, "--ignore-dots"},
    {'f', true, "--sender"},
    {'r', true, "--sender"},
    {'F', true, "--full-name"},
    {'N', true, "--notify"},
    {'R', true, "--return"},
    {'V', true, "--envelope-id"},
    {'A', true, ""},
    {'B', true, ""},
    {'C', true, ""},
    {'e', true, ""},
    {'G', false, ""},
    {'h', true, ""},
    {'L', true, ""},
    {'m', false, ""},
    {'n', false, ""},
    {'O', true, ""},
    {'p', true, ""},
    {'s', false, ""},
    {'U', false, ""},
    {'v', false, ""},
    {'X', true, ""},
};

// What -b asks for, other than to send a message.
struct Mode {
    char letter;
    std::string_view why;
};

constexpr Mode modes[] = {
    {'a', "no SMTP is spoken on standard input"},
    {'d', "no server is started: mail is handed to a relay"},
    {'D', "no server is started: mail is handed to a relay"},
    {'h', "there is no host status to print: relayctl probe tries a server"},
    {'H', "there is no host status to purge"},
    {'i', "there is no alias database: newaliases has nothing to do"},
    {'l', "no server is started: mail is handed to a relay"},
    {'p', "there is no queue to list: relayctl log tells what was sent"},
    {'P', "there is no queue to list: relayctl log tells what was sent"},
    {'s', "no SMTP is spoken on standard input"},
    {'t', "there are no rules to test: relayctl route tells the relay of a message"},
    {'v', "addresses are not verified: relayctl probe --recipient asks a server"},
    {'z', "there is no configuration to freeze"},
};

const Letter* find_letter(char letter) {
    const auto* found = std::find_if(std::begin(letters), std::end(letters),
                                     [&](const Letter& each) { return each.letter == letter; });
    return found == std::end(letters) ? nullptr : found;
}

class Translation {
  public:
    explicit Translation(const std::vector<std::string>& words) : words_(words) {}

    base::Result<std::vector<std::string>> run() {
        for (; next_ < words_.size(); ++next_) {
            const auto& word = words_[next_];
            if (word == "--") {
                recipients_.insert(recipients_.end(), words_.begin() + static_cast<std::ptrdiff_t>(next_) + 1,
                                   words_.end());
                break;
            }
            if (word.size() > 1 && word[0] == '-') {
                TRY_VOID(take_letters(word));
            } else {
                recipients_.push_back(word);
            }
        }
        result_.emplace_back("--");
        result_.insert(result_.end(), recipients_.begin(), recipients_.end());
        return std::move(result_);
    }

  private:
    base::Result<void> take_letters(const std::string& word) {
        for (std::size_t i = 1; i < word.size(); ++i) {
            const char letter = word[i];
            const bool special = letter == 'o' || letter == 'b';
            // Debugging and queue runs have a value only where it stands behind the letter.
            if (letter == 'd') return {};
            if (letter == 'q')
                return nothing_but_sending(word, "there is no queue to run: a message is sent at once");
            const auto* known = find_letter(letter);
            if (known == nullptr && !special)
                return base::usage_error("sendmail has no option " + base::quoted(fmt::format("-{}", letter)),
                                         "relayctl help send");
            if (!special && !known->has_value) {
                if (!known->option.empty()) result_.emplace_back(known->option);
                continue;
            }
            // "-f -- rcpt", where no sender is set: mutt.
            if (letter == 'f' && i + 1 == word.size() && next_ + 1 < words_.size() &&
                words_[next_ + 1] == "--")
                return {};
            TRY(auto value, value_behind(word, i));
            if (special) return take_special(letter, value);
            if (!known->option.empty()) result_.push_back(fmt::format("{}={}", known->option, value));
            return {};
        }
        return {};
    }

    base::Result<std::string> value_behind(const std::string& word, std::size_t at) {
        if (at + 1 < word.size()) return word.substr(at + 1);
        if (next_ + 1 < words_.size()) return words_[++next_];
        return base::usage_error(fmt::format("option -{} needs a value", word[at]));
    }

    base::Result<void> take_special(char letter, const std::string& value) {
        if (letter == 'o') {
            if (value == "i") result_.emplace_back("--ignore-dots");
            return {};
        }
        if (value == "m") return {};
        const auto* mode = std::find_if(std::begin(modes), std::end(modes), [&](const Mode& each) {
            return value.size() == 1 && each.letter == value.front();
        });
        return nothing_but_sending("-b" + value,
                                   mode == std::end(modes) ? "it is none of sendmail's modes" : mode->why);
    }

    static base::Error nothing_but_sending(const std::string& word, std::string_view why) {
        return base::usage_error(
            fmt::format("sendmail {} is not to be had here: {}", base::quoted(word), why),
            "what sends a message: sendmail -t -i < MESSAGE, or sendmail -i RCPT... < MESSAGE");
    }

    const std::vector<std::string>& words_;
    std::size_t next_ = 0;
    std::vector<std::string> result_ = {"send"};
    std::vector<std::string> recipients_;
};

}  // namespace

bool is_sendmail_name(std::string_view program) {
    const auto name = program.substr(program.rfind('/') + 1);
    return name == "sendmail" || name == "relayctl-sendmail";
}

base::Result<std::vector<std::string>> translate_sendmail(const std::vector<std::string>& words) {
    return Translation(words).run();
}

std::vector<std::string> mend_send_words(std::vector<std::string> words) {
    const auto dashes = std::find(words.begin(), words.end(), "--");
    auto first = words.begin();
    while (first < dashes && first->starts_with('-'))
        first += *first == "--store" || *first == "--color" ? 2 : 1;
    if (first >= dashes || *first != "send") return words;
    std::vector<std::string> mended;
    for (auto word = words.begin(); word != words.end(); ++word) {
        if (word < dashes && *word == "-bm") continue;
        mended.push_back(word < dashes && *word == "-oi" ? "--ignore-dots" : *word);
    }
    return mended;
}

}  // namespace cli
