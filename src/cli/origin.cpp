#include "cli/origin.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace cli {

namespace {

constexpr std::size_t longest_command = 500, longest_name = 100;  // octets

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
        text += " " + base::shell_word(word);
        if (text.size() > longest_command) break;
    }
    text = base::printable(text);
    if (text.size() <= longest_command) return text;
    return std::string(base::beginning(text, longest_command)) + " ...";
}

}  // namespace cli
