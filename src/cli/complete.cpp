#include "cli/complete.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "cli/complete_candidates.hpp"

namespace cli {

namespace {

constexpr std::size_t longest_line = 256 * 1024;

// "~/x.db" as the shell will expand it.
std::string expand_home(const Context& context, const std::string& path) {
    return path.starts_with("~/") ? context.variable("HOME") + path.substr(1) : path;
}

std::unique_ptr<relay::Store> glance_at_store(const Context& context, const TypedLine& line,
                                              const Wanted& wanted) {
    Arguments arguments;
    auto& store = arguments.declare("--store");
    const auto& path = wanted.store.empty() ? line.store : wanted.store;
    if (!path.empty()) store.values = {expand_home(context, path)};
    auto opened = context.glance_at_store(arguments);
    return opened.has_error() ? nullptr : std::move(*opened);
}

// The part of the word that bash replaces, as it would be typed.
std::string for_bash(std::string word, const TypedLine& line) {
    word.erase(0, line.own_offset);
    if (line.in_quotes) return word;
    std::string escaped;
    for (const char c : word) {
        if (!base::is_alnum(c) && std::string_view("._@:,=+/%-").find(c) == std::string_view::npos)
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

}  // namespace

std::string completion_answer(const Context& context, std::string_view shell, std::string_view text,
                              std::optional<std::string_view> own_word) {
    const bool bash = shell == "bash";
    const auto line = parse_typed_line(text, own_word);
    if (!line) return "";
    const auto wanted = find_wanted(*line);
    if (wanted.kind == Wanted::Kind::value && wanted.completion == Completion::file) return ":file\n";
    const auto store = needs_store(wanted) ? glance_at_store(context, *line, wanted) : nullptr;
    std::string answer;
    for (const auto& candidate : find_candidates(wanted, store.get(), context.clock().now())) {
        const auto word = wanted.fixed + candidate.text;
        answer += bash ? for_bash(word, *line) : word;
        if (!candidate.description.empty()) answer += "\t" + base::printable(candidate.description);
        answer += "\n";
    }
    return answer;
}

ExitCode complete(Context& context, const std::vector<std::string>& words) {
    const bool own_word = words.size() > 3;
    if (words.size() >= 3 && words[2].size() <= longest_line)
        context.console().print(
            completion_answer(context, words[1], words[2],
                              own_word ? std::optional<std::string_view>(words[3]) : std::nullopt));
    // There is nobody to tell that it did not arrive.
    static_cast<void>(context.console().flush());
    return ExitCode::done;
}

}  // namespace cli
