#include "cli/origin.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace cli {

namespace {

constexpr std::size_t longest_command = 500, longest_name = 100;  // octets

std::string shell_word(const std::string& word) {
    const auto is_plain = [](char c) {
        return base::is_alnum(c) || std::string_view("/._-+@:,%=").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
    std::string quoted = "'";
    for (const char c : word)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

}  // namespace

relay::Origin find_origin(const Process& process) {
    const auto id = getuid();
    const passwd* account = getpwuid(id);
    std::string who = account == nullptr ? std::to_string(id) : account->pw_name;
    const char* behind = process.variable("SUDO_USER");
    if (id == 0 && behind != nullptr && *behind != '\0') who = fmt::format("{} ({})", who, behind);
    return {.who = std::string(base::beginning(base::printable(who), longest_name)),
            .command = typed_command(process.words)};
}

std::string typed_command(const std::vector<std::string>& words) {
    std::string text = "relayctl";
    for (const auto& word : words) {
        text += " " + shell_word(word);
        if (text.size() > longest_command) break;
    }
    text = base::printable(text);
    if (text.size() <= longest_command) return text;
    return std::string(base::beginning(text, longest_command)) + " ...";
}

}  // namespace cli
