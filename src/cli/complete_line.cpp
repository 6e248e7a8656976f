#include "cli/complete_line.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace cli {

namespace {

struct Word {
    std::string text;
    std::size_t own_offset = 0;
    bool in_quotes = false;
};

// Splits as a POSIX shell does (Shell Command Language, 2.2 quoting, 2.3 token recognition), as far as words
// need it.
class Splitter {
  public:
    // `mark` is where the shell's own word begins.
    Splitter(std::string_view line, std::size_t mark) : line_(line), mark_(mark) {}

    // The words of the last command; the last of them is the cursor's. nullopt: that one is the target of a
    // redirection.
    std::optional<std::vector<Word>> split() {
        while (at_ < line_.size()) {
            const char c = next();
            if (base::is_space(c) && c != '\n')
                finish();
            else if (c == '\n' || std::string_view(";|&()").find(c) != std::string_view::npos)
                restart();
            else if (c == '<' || c == '>')
                redirect();
            else
                take(c);
        }
        if (skip_next_) return std::nullopt;
        if (mark_ == line_.size()) word_.own_offset = word_.text.size();
        words_.push_back(word_);
        return std::move(words_);
    }

  private:
    char next() {
        if (at_ == mark_) word_.own_offset = word_.text.size();
        return line_[at_++];
    }

    void finish() {
        if (started_ && !skip_next_) words_.push_back(word_);
        if (started_) skip_next_ = false;
        word_ = {};
        started_ = false;
    }

    void restart() {
        words_.clear();
        word_ = {};
        started_ = skip_next_ = false;
    }

    // "2>file", ">> file", "<<<word": neither the number nor the target is an argument.
    void redirect() {
        if (std::all_of(word_.text.begin(), word_.text.end(), base::is_digit)) {
            word_ = {};
            started_ = false;
        }
        finish();
        while (at_ < line_.size() && std::string_view("<>&|").find(line_[at_]) != std::string_view::npos)
            ++at_;
        skip_next_ = true;
    }

    void take(char c) {
        started_ = true;
        if (c == '\'' || c == '"') {
            quoted(c);
        } else if (c == '\\') {
            if (at_ < line_.size()) word_.text += next();
        } else {
            word_.text += c;
        }
    }

    void quoted(char quote) {
        while (at_ < line_.size()) {
            const char c = next();
            if (c == quote) return;
            const bool escapes = quote == '"' && c == '\\' && at_ < line_.size() &&
                                 std::string_view("$`\"\\").find(line_[at_]) != std::string_view::npos;
            word_.text += escapes ? next() : c;
        }
        word_.in_quotes = true;
    }

    std::string_view line_;
    std::size_t mark_;
    std::size_t at_ = 0;
    Word word_ = {};
    bool started_ = false;
    bool skip_next_ = false;
    std::vector<Word> words_ = {};
};

bool is_assignment(std::string_view word) {
    const auto equals = word.find('=');
    const auto is_name = [](char c) { return base::is_alnum(c) || c == '_'; };
    return equals != std::string_view::npos && equals > 0 && !base::is_digit(word[0]) &&
           std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals), is_name);
}

std::string_view file_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

bool runs_another_program(std::string_view word) {
    constexpr std::string_view names[] = {"sudo", "doas", "env", "command", "exec", "nice", "nohup", "time"};
    return std::find(std::begin(names), std::end(names), file_name(word)) != std::end(names);
}

}  // namespace

std::optional<TypedLine> parse_typed_line(std::string_view line, std::optional<std::string_view> own_word) {
    const bool marked = own_word && line.ends_with(*own_word);
    const auto split =
        Splitter(line, marked ? line.size() - own_word->size() : std::string_view::npos).split();
    if (!split) return std::nullopt;
    const auto& words = *split;
    TypedLine result;
    bool behind_another = false;
    std::size_t i = 0;
    for (; i < words.size(); ++i) {
        const std::string_view word = words[i].text;
        constexpr std::string_view store = "RELAYCTL_STORE=";
        if (word.starts_with(store)) result.store = word.substr(store.size());
        if (is_assignment(word)) continue;
        if (runs_another_program(word))
            behind_another = true;
        else if (!behind_another || file_name(word) == "relayctl")
            break;
    }
    if (i + 1 >= words.size()) return std::nullopt;
    for (++i; i + 1 < words.size(); ++i)
        result.words.push_back(words[i].text);
    const Word& last = words.back();
    result.last = last.text;
    result.own_offset = last.own_offset;
    result.in_quotes = last.in_quotes;
    return result;
}

}  // namespace cli
