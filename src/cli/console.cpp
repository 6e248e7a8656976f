#include "cli/console.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.hpp"
#include "base/translation.hpp"
#include "cli/told.hpp"

namespace cli {

namespace {

constexpr std::size_t buffer_size = 64 * 1024;

// 0, or the errno of the write that failed.
int write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return 0;
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

volatile std::sig_atomic_t caught_signal = 0;

// While a password is typed: a signal waits until the echo is back on, and then takes its course.
class SignalsHeld {
  public:
    SignalsHeld() {
        caught_signal = 0;
        struct sigaction action {};
        action.sa_handler = [](int number) { caught_signal = number; };
        for (std::size_t i = 0; i < std::size(numbers); ++i)
            sigaction(numbers[i], &action, &before_[i]);
    }
    SignalsHeld(const SignalsHeld&) = delete;
    SignalsHeld& operator=(const SignalsHeld&) = delete;
    ~SignalsHeld() {
        for (std::size_t i = 0; i < std::size(numbers); ++i)
            sigaction(numbers[i], &before_[i], nullptr);
        if (caught_signal != 0) std::raise(caught_signal);
    }

  private:
    static constexpr int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction before_[std::size(numbers)] = {};
};

// Puts the terminal's echo back, whatever happens.
class EchoOff {
  public:
    explicit EchoOff(int descriptor) : descriptor_(descriptor) {
        if (tcgetattr(descriptor_, &before_) != 0) return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed_ = tcsetattr(descriptor_, TCSAFLUSH, &quiet) == 0;
    }
    EchoOff(const EchoOff&) = delete;
    EchoOff& operator=(const EchoOff&) = delete;
    ~EchoOff() {
        if (changed_) tcsetattr(descriptor_, TCSAFLUSH, &before_);
    }

  private:
    int descriptor_;
    termios before_{};
    bool changed_ = false;
};

std::string read_line(std::FILE* file) {
    std::string line;
    for (int c = std::fgetc(file); c != EOF && c != '\n' && line.size() < 4096; c = std::fgetc(file))
        line += static_cast<char>(c);
    return line;
}

}  // namespace

bool Console::output_is_terminal() const {
    static const bool is_terminal = isatty(STDOUT_FILENO) == 1;  // asked for each of many messages
    return is_terminal;
}

bool Console::input_is_terminal() const {
    return isatty(STDIN_FILENO) == 1;
}

bool Console::error_is_terminal() const {
    return isatty(STDERR_FILENO) == 1;
}

bool Console::speaks_utf8() const {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const char* value = variable_(name);
        if (value == nullptr || *value == '\0') continue;
        const auto locale = base::lower(value);
        return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
    }
    return false;
}

output::Terminal Console::detect(int descriptor, ColorChoice color, bool ascii) const {
    const auto is_set = [&](const char* name) {
        const char* value = variable_(name);
        return value != nullptr && *value != '\0';
    };
    const bool tty = isatty(descriptor) == 1;
    const char* type = variable_("TERM");
    const bool dumb = type != nullptr && std::string_view(type) == "dumb";
    output::Terminal terminal;
    winsize size{};
    if (tty && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        terminal.width = size.ws_col;
    else if (const char* columns = variable_("COLUMNS"); columns != nullptr)
        terminal.width = static_cast<unsigned>(base::parse_decimal(columns, 10000).value_or(80));
    else if (!tty)
        terminal.width = 0;
    terminal.unicode = !ascii && speaks_utf8();
    switch (color) {
        case ColorChoice::always:
            terminal.color = true;
            break;
        case ColorChoice::never:
            terminal.color = false;
            break;
        case ColorChoice::automatic:
            terminal.color = is_set("CLICOLOR_FORCE") || (tty && !dumb && !is_set("NO_COLOR"));
            break;
    }
    return terminal;
}

void Console::configure(ColorChoice color, bool ascii) {
    terminal_ = detect(STDOUT_FILENO, color, ascii);
}

void Console::print(std::string_view text) {
    pending_ += text;
    if (pending_.size() < buffer_size) return;
    if (write_error_ == 0) write_error_ = write_all(STDOUT_FILENO, pending_);
    pending_.clear();
}

void Console::notice(std::string_view text) {
    constexpr std::string_view name = "relayctl: ";
    const auto start = text.starts_with(name) ? name.size() : 0;
    notice_as_is(std::string(text.substr(0, start)) + base::translated_message(text.substr(start)));
}

void Console::notice_as_is(std::string_view text) {
    write_all(STDERR_FILENO, base::printable(text) + "\n");
}

void Console::notice_block(std::string_view text) {
    write_all(STDERR_FILENO, text);
}

base::Result<void> Console::flush() {
    if (write_error_ == 0) write_error_ = write_all(STDOUT_FILENO, pending_);
    pending_.clear();
    const int error = std::exchange(write_error_, 0);
    reader_is_gone_ = reader_is_gone_ || error == EPIPE;
    if (error == 0 || error == EPIPE) return {};
    return base::Error{.kind = base::ErrorKind::io,
                       .message = fmt::format("cannot write the output: {}", std::strerror(error))};
}

base::Result<bool> Console::confirm(const std::string& question) {
    const base::Error no_terminal{.kind = base::ErrorKind::confirmation,
                                  .message = "this needs a confirmation, and there is no terminal to ask on",
                                  .hint = "add --yes"};
    if (!input_is_terminal()) return no_terminal;
    const File terminal(std::fopen("/dev/tty", "r+e"), &std::fclose);
    if (!terminal) return no_terminal;
    fmt::print(terminal.get(), "{} [y/N] ", told(question));
    std::fflush(terminal.get());
    const auto answer = base::lower(base::trim(read_line(terminal.get())));
    return answer == "y" || answer == "yes";
}

base::Result<base::Secret> Console::ask_password(const std::string& prompt) {
    const File terminal(std::fopen("/dev/tty", "r+e"), &std::fclose);
    if (!terminal || !input_is_terminal())
        return base::usage_error("a password is needed, and there is no terminal to ask on",
                                 "give --password-stdin, --password-file FILE or --password-command COMMAND");
    // Before the prompt: it throws away what is typed already, and what is typed at the prompt must not show.
    const SignalsHeld held;
    const EchoOff quiet(fileno(terminal.get()));
    fmt::print(terminal.get(), "{}: ", told(prompt));
    std::fflush(terminal.get());
    base::Secret password(read_line(terminal.get()));
    fmt::print(terminal.get(), "\n");
    return password;
}

base::Result<std::string> Console::read_input(std::size_t limit) {
    std::string text;
    char buffer[4096];
    for (;;) {
        const ssize_t count = ::read(STDIN_FILENO, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0)
            return base::usage_error(fmt::format("cannot read standard input: {}", std::strerror(errno)));
        if (count == 0) return text;
        text.append(buffer, static_cast<std::size_t>(count));
        if (text.size() > limit)
            return base::usage_error(fmt::format("standard input is longer than {} bytes", limit));
    }
}

}  // namespace cli
