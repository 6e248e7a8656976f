// Standard input, output and error: the only place that touches them.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "output/terminal.hpp"

namespace cli {

enum class ColorChoice { automatic, always, never };

class Console {
  public:
    explicit Console(std::function<const char*(const char*)> variable) : variable_(std::move(variable)) {}

    void configure(ColorChoice color, bool ascii);
    const output::Terminal& terminal() const { return terminal_; }  // of standard output
    bool output_is_terminal() const;
    bool input_is_terminal() const;
    bool error_is_terminal() const;

    // Results. Buffered; flush() is the last word on whether they arrived.
    void print(std::string_view text);
    // Messages, one line each, to standard error; `text` is translated and made printable.
    void notice(std::string_view text);
    // The same for what a machine may read, or what is translated already.
    void notice_as_is(std::string_view text);
    // Text of our own in several lines, to standard error.
    void notice_block(std::string_view text);
    // Error: io, when the output could not be written. A reader that closed the pipe is not an error.
    base::Result<void> flush();
    bool reader_is_gone() const { return reader_is_gone_; }  // who read the pipe has closed it

    // Asks on the terminal. Error: confirmation, when there is none.
    base::Result<bool> confirm(const std::string& question);
    // Asks for a password on the terminal, without echo. Error: usage, when there is none.
    base::Result<base::Secret> ask_password(const std::string& prompt);
    // All of standard input up to `limit` bytes; more is a usage error.
    base::Result<std::string> read_input(std::size_t limit);

  private:
    output::Terminal detect(int descriptor, ColorChoice color, bool ascii) const;
    bool speaks_utf8() const;

    std::function<const char*(const char*)> variable_;
    output::Terminal terminal_;
    std::string pending_;
    int write_error_ = 0;
    bool reader_is_gone_ = false;
};

}  // namespace cli
