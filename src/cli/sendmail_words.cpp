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
            // Queue runs and debugging have a value only where it stands behind the letter.
            if (letter == 'd') return {};
            const auto* known = find_letter(letter);
            if (known == nullptr && !special)
                return base::usage_error("sendmail has no option " + base::quoted(fmt::format("-{}", letter)),
                                         "relayctl help send");
            if (!special && !known->has_value) {
                if (!known->option.empty()) result_.emplace_back(known->option);
                continue;
            }
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
        return base::usage_error(
            fmt::format("sendmail mode {} is not there: only messages are sent", base::quoted("-b" + value)));
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
