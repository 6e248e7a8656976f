#include "cli/password.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"

namespace cli {

namespace {

constexpr std::size_t longest_password = 1000;

base::Result<base::Secret> check_password(std::string text, std::string_view origin) {
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    base::Secret password(std::move(text));
    if (password.empty()) return base::usage_error(fmt::format("the password from {} is empty", origin));
    if (password.reveal().size() > longest_password)
        return base::usage_error(
            fmt::format("the password from {} is longer than {} octets", origin, longest_password));
    for (const char c : password.reveal())
        if (base::is_control(c))
            return base::usage_error(
                fmt::format("the password from {} has a control character or a second line", origin));
    return password;
}

}  // namespace

base::Result<base::Secret> read_password_file(const std::string& path) {
    const std::string what = "password file " + base::quoted(path);
    // O_NONBLOCK: a FIFO must not hang the command; it is refused below as no regular file.
    const base::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (file.get() < 0)
        return base::usage_error(fmt::format("cannot read {}: {}", what, std::strerror(errno)));
    struct stat status {};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return base::usage_error(what + " is not a regular file");
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return base::usage_error(what + " can be read by others", "chmod 600 " + base::shell_word(path));
    std::string text(longest_password + 3, '\0');
    const ssize_t count = ::read(file.get(), text.data(), text.size());
    if (count < 0) return base::usage_error(fmt::format("cannot read {}: {}", what, std::strerror(errno)));
    text.resize(static_cast<std::size_t>(count));
    return check_password(std::move(text), what);
}

base::Result<base::Secret> parse_password(std::string text, std::string_view origin) {
    return check_password(std::move(text), origin);
}

base::Result<std::string> check_command(const std::string& command) {
    if (base::trim(command).empty()) return base::usage_error("the password command is empty");
    if (command.size() > 4096 || base::printable(command) != command)
        return base::usage_error("the password command has control characters or is longer than 4096 octets");
    return command;
}

base::Result<PasswordAnswer> read_password(Context& context, const Arguments& arguments) {
    const auto file = arguments.value("--password-file");
    const auto command = arguments.value("--password-command");
    const bool input = arguments.flag("--password-stdin");
    if ((file ? 1 : 0) + (command ? 1 : 0) + (input ? 1 : 0) > 1)
        return base::usage_error(
            "only one of --password-stdin, --password-file and --password-command can be given");
    PasswordAnswer answer;
    if (file) {
        TRY(answer.password, read_password_file(*file));
    } else if (command) {
        TRY(answer.command, check_command(*command));
    } else if (input) {
        TRY(auto text, context.console().read_input(longest_password + 2));
        TRY(answer.password, check_password(std::move(text), "standard input"));
    }
    return answer;
}

base::Result<base::Secret> ask_password(Context& context, const std::string& user) {
    TRY(const auto password, context.console().ask_password("Password of " + user));
    return check_password(std::string(password.reveal()), "the terminal");
}

}  // namespace cli
