// The words of a TOML text, one after the other: blanks, keys, strings, numbers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "input/node.hpp"

namespace input {

class TomlText {
  public:
    explicit TomlText(std::string_view text);  // UTF-8

    unsigned line() const { return line_; }
    base::Error fault(std::string_view why) const;  // with the line, without the text
    bool at_end() const { return rest_.empty(); }
    char peek() const { return rest_.front(); }  // not at the end

    // Takes the character with the blanks around it, where it is the next.
    bool take(char c);
    // Blanks, comments and ends of lines.
    base::Result<void> skip_lines();
    // Nothing but blanks and a comment may follow.
    base::Result<void> end_line();
    // a."b c".'d', with the blanks behind it.
    base::Result<std::vector<std::string>> read_key();
    // Any of the four kinds of string.
    base::Result<std::string> read_string();
    // true, false, or a number.
    base::Result<Node> read_word();

  private:
    void skip_blanks();
    bool starts_with(std::string_view what) const { return rest_.starts_with(what); }
    bool take_newline();
    base::Result<void> skip_comment();
    base::Result<std::string> read_key_part();
    base::Result<std::string> read_basic(bool is_long);
    base::Result<std::string> read_literal(bool is_long);
    base::Result<bool> read_end(char quote, bool is_long, std::string& value);
    base::Result<void> read_escape(bool is_long, std::string& value);
    base::Result<void> read_plain(bool is_long, std::string& value);

    std::string_view rest_;
    unsigned line_ = 1;
};

}  // namespace input
