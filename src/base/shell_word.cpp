#include "base/shell_word.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace base {

std::string shell_word(std::string_view word) {
    const auto is_plain = [](char c) {
        return is_alnum(c) || std::string_view("/._-+@:,%=").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return std::string(word);
    std::string quoted = "'";
    for (const char c : word)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

}  // namespace base
