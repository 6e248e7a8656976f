#include "base/message_templates.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace base {

namespace {

constexpr std::size_t longest_text = 8192;
// What is spent on one text, which may be anybody's: octets of it and of its parts that are looked at.
constexpr std::size_t most_octets = 64 * 1024;
constexpr int deepest = 6;

std::size_t letters_of(const HoledText& text) {
    std::size_t letters = 0;
    for (const auto& literal : text.literals)
        letters += static_cast<std::size_t>(std::count_if(literal.begin(), literal.end(), is_alpha));
    return letters;
}

// "{} for {}" would fit half of all texts; so would one word and no mark.
bool has_little_to_say(const HoledText& text) {
    constexpr std::string_view little[] = {"a", "an", "and", "at", "for", "in", "is", "of", "or", "s", "the"};
    std::size_t words = 0;
    bool has_mark = false;
    for (const auto& literal : text.literals) {
        has_mark = has_mark || literal.find_first_of(",;:()") != std::string::npos;
        for (std::size_t i = 0; i < literal.size();) {
            std::size_t end = i;
            while (end < literal.size() && is_alpha(literal[end]))
                ++end;
            const auto word = std::string_view(literal).substr(i, end - i);
            if (!word.empty() && std::find(std::begin(little), std::end(little), word) == std::end(little))
                ++words;
            i = std::max(end, i + 1);
        }
    }
    return words == 0 || (words == 1 && !has_mark);
}

// Where `literal` stands in `text` from `from` on, outside of double quotes; npos if nowhere.
std::size_t find_unquoted(std::string_view text, std::string_view literal, std::size_t from) {
    bool quoted = false;
    for (std::size_t i = from; i + literal.size() <= text.size(); ++i) {
        if (!quoted && text.substr(i).starts_with(literal)) return i;
        if (text[i] == '"') quoted = !quoted;
    }
    return std::string_view::npos;
}

bool quotes_are_whole(std::string_view text) {
    return std::count(text.begin(), text.end(), '"') % 2 == 0;
}

bool is_a_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789,") == std::string_view::npos;
}

bool is_quoted(std::string_view text) {
    return text.size() > 1 && text.front() == '"' && text.find('"', 1) == text.size() - 1;
}

bool is_reply(std::string_view text) {
    return text.size() > 3 && text[0] >= '2' && text[0] <= '5' && is_digit(text[1]) && is_digit(text[2]) &&
           (text[3] == ' ' || text[3] == '-');
}

}  // namespace

std::optional<HoledText> parse_holes(std::string_view text) {
    HoledText result{.literals = {""}, .holes = {}, .is_number = {}};
    std::size_t numbered = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (c != '{' && c != '}') {
            result.literals.back() += c;
        } else if (c == next) {
            result.literals.back() += c;
            ++i;
        } else if (c == '}') {
            return std::nullopt;
        } else {
            const auto end = text.find('}', i);
            if (end == std::string_view::npos) return std::nullopt;
            const auto name = text.substr(i + 1, end - i - 1);
            constexpr std::size_t most_holes = 20;
            const bool in_order = name.empty() || name == "#";
            const auto number =
                in_order ? std::optional(result.holes.size()) : parse_decimal(name, most_holes);
            if (!number || result.holes.size() >= most_holes) return std::nullopt;
            if (!in_order) ++numbered;
            result.is_number.push_back(name == "#");
            result.holes.push_back(*number);
            result.literals.emplace_back();
            i = end;
        }
    }
    if (numbered != 0 && numbered != result.holes.size()) return std::nullopt;
    return result;
}

void MessageTemplates::add(std::string_view id, std::string_view translation) {
    auto original = parse_holes(id), other = parse_holes(translation);
    if (!original || !other || original->holes.empty()) {
        // Braces of its own may stand in a text that nothing is set into.
        if (!original || original->holes.empty()) whole_.emplace(id, translation);
        return;
    }
    const auto count = original->holes.size();
    const auto& set_in = other->holes;
    for (std::size_t i = 0; i < count; ++i)
        if (original->holes[i] != i || std::find(set_in.begin(), set_in.end(), i) == set_in.end()) return;
    if (std::any_of(set_in.begin(), set_in.end(), [&](std::size_t hole) { return hole >= count; })) return;
    const auto letters = letters_of(*original);
    if (letters == 0) return;
    const auto octet = [](char c) { return static_cast<unsigned char>(c); };
    const auto& first = original->literals.front();
    const auto& last = original->literals.back();
    auto& list = !first.empty()  ? by_first_[octet(first.front())]
                 : !last.empty() ? by_last_[octet(last.back())]
                                 : open_;
    list.push_back(templates_.size());
    const bool is_vague = has_little_to_say(*original);
    templates_.push_back({.id = std::string(id),
                          .original = std::move(*original),
                          .translation = std::move(*other),
                          .letters = letters,
                          .is_vague = is_vague});
}

std::optional<std::vector<std::string_view>> MessageTemplates::match(const Template& made_of,
                                                                     std::string_view text) {
    const auto& literals = made_of.original.literals;
    const auto &first = literals.front(), &last = literals.back();
    if (text.size() < first.size() + last.size() || !text.starts_with(first) || !text.ends_with(last))
        return std::nullopt;
    const auto end = text.size() - last.size();
    std::vector<std::string_view> parts;
    auto at = first.size();
    for (std::size_t i = 1; i + 1 < literals.size(); ++i) {
        const auto found = find_unquoted(text.substr(0, end), literals[i], at);
        if (found == std::string_view::npos) return std::nullopt;
        parts.push_back(text.substr(at, found - at));
        at = found + literals[i].size();
    }
    parts.push_back(text.substr(at, end - at));
    const auto& is_number = made_of.original.is_number;
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (!quotes_are_whole(parts[i]) || (is_number[i] && !is_a_number(parts[i]))) return std::nullopt;
    return parts;
}

std::vector<MessageTemplates::Match> MessageTemplates::matches(std::string_view text) const {
    std::vector<Match> result;
    if (text.empty()) return result;
    const auto octet = [](char c) { return static_cast<unsigned char>(c); };
    for (const auto* list : {&by_first_[octet(text.front())], &by_last_[octet(text.back())], &open_})
        for (const auto index : *list)
            if (auto parts = match(templates_[index], text))
                result.push_back({&templates_[index], std::move(*parts)});
    std::stable_sort(result.begin(), result.end(), [](const Match& a, const Match& b) {
        return a.made_of->letters != b.made_of->letters ? a.made_of->letters > b.made_of->letters
                                                        : a.parts.size() < b.parts.size();
    });
    return result;
}

// One text, with what was spent on it.
class MessageTemplates::Translation {
  public:
    enum class Trust { certain, any };

    explicit Translation(const MessageTemplates& templates) : templates_(templates) {}

    // nullopt when nothing of it is known.
    std::optional<std::string> of(std::string_view text, int depth = 0) {
        if (const auto known = known_.find(text); known != known_.end()) return known->second;
        octets_ += text.size() + 1;
        if (octets_ > most_octets || depth > deepest) return std::nullopt;
        auto result = found(text, depth);
        known_.emplace(text, result);
        return result;
    }

    // Lets recognise() have the same choice.
    std::optional<Match> best(std::string_view text, int depth, Trust trust) {
        for (auto& match : templates_.matches(text)) {
            if (trust == Trust::certain && !is_certain(match)) continue;
            const bool fits = !match.made_of->is_vague ||
                              std::all_of(match.parts.begin(), match.parts.end(), [&](std::string_view part) {
                                  return part.find(' ') == std::string_view::npos || of(part, depth + 1);
                              });
            if (fits) return std::move(match);
        }
        return std::nullopt;
    }

  private:
    // Not certain is what says little, and what ends in a text of its own behind a colon: "cannot sign {}"
    // fits "cannot sign a: it is empty" too.
    static bool is_certain(const Match& match) {
        const bool ends_open = match.made_of->original.literals.back().empty();
        return !match.made_of->is_vague &&
               !(ends_open && find_unquoted(match.parts.back(), ": ", 0) != std::string_view::npos);
    }

    std::optional<std::string> found(std::string_view text, int depth) {
        const auto core = trim(text);
        if (core.empty() || is_quoted(core) || is_reply(core)) return std::nullopt;
        const auto start = static_cast<std::size_t>(core.data() - text.data());
        auto found = exact(core, depth);
        if (!found) found = recognised(core, depth, Trust::certain);
        if (!found) found = behind_a_quotation(core, depth);
        if (!found && depth == 0) found = behind_a_prefix(core);
        if (!found) found = pieces(core, depth, Known::all);
        if (!found) found = pieces(core, depth, Known::first);
        if (!found) found = recognised(core, depth, Trust::any);
        // "would " is made for a part that follows.
        if (!found && core.size() != text.size()) return recognised(text, depth, Trust::any);
        if (!found) found = pieces(core, depth, Known::some);
        if (!found) return std::nullopt;
        return std::string(text.substr(0, start)) + *found + std::string(text.substr(start + core.size()));
    }

    // One word that is a part may be anybody's: a relay may be called "relay", a file "done".
    std::optional<std::string> exact(std::string_view text, int depth) const {
        if (depth > 0 && text.find(' ') == std::string_view::npos) return std::nullopt;
        const auto found = templates_.whole_.find(std::string(text));
        if (found == templates_.whole_.end()) return std::nullopt;
        return found->second;
    }

    std::optional<std::string> recognised(std::string_view text, int depth, Trust trust) {
        const auto match = best(text, depth, trust);
        if (!match) return std::nullopt;
        const auto& translation = match->made_of->translation;
        std::string result = translation.literals.front();
        for (std::size_t i = 0; i < translation.holes.size(); ++i) {
            const auto part = match->parts[translation.holes[i]];
            result += of(part, depth + 1).value_or(std::string(part));
            result += translation.literals[i + 1];
        }
        return result;
    }

    // "v=spf1;" has something other than a blank: what is said of what stands in quotes before it.
    std::optional<std::string> behind_a_quotation(std::string_view text, int depth) {
        if (text.front() != '"') return std::nullopt;
        const auto end = text.find("\" ", 1);
        if (end == std::string_view::npos) return std::nullopt;
        const auto said = of(text.substr(end + 2), depth + 1);
        return said ? std::optional(std::string(text.substr(0, end + 2)) + *said) : std::nullopt;
    }

    // "warning: {}": a word, but the program's own where a text begins.
    std::optional<std::string> behind_a_prefix(std::string_view text) {
        const auto end = text.find(": ");
        if (end == std::string_view::npos) return std::nullopt;
        const auto id = std::string(text.substr(0, end)) + ": {}";
        for (const auto index : templates_.by_first_[static_cast<unsigned char>(text.front())]) {
            if (templates_.templates_[index].id != id) continue;
            const auto rest = of(text.substr(end + 2), 1);
            if (!rest) return std::nullopt;
            const auto& around = templates_.templates_[index].translation.literals;
            return around.front() + *rest + around.back();
        }
        return std::nullopt;
    }

    // What was joined of texts.
    enum class Known { first, all, some };
    std::optional<std::string> pieces(std::string_view text, int depth, Known known) {
        for (const std::string_view separator : {"  ", "; ", ": ", " (", ", "}) {
            const auto at = find_unquoted(text, separator, 0);
            if (at == std::string_view::npos) continue;
            const auto left = text.substr(0, at);
            auto right = text.substr(at + separator.size());
            const bool bracketed = separator == " (";
            if (bracketed && !right.ends_with(')')) continue;
            if (bracketed) right.remove_suffix(1);
            const auto left_text = of(left, depth + 1), right_text = of(right, depth + 1);
            const bool enough = known == Known::all     ? left_text && right_text
                                : known == Known::first ? left_text && separator == ": "
                                                        : left_text || right_text;
            if (!enough) continue;
            return left_text.value_or(std::string(left)) + std::string(separator) +
                   right_text.value_or(std::string(right)) + (bracketed ? ")" : "");
        }
        return std::nullopt;
    }

    const MessageTemplates& templates_;
    std::size_t octets_ = 0;
    std::map<std::string_view, std::optional<std::string>> known_;
};

std::optional<MessageTemplates::Recognised> MessageTemplates::recognise(std::string_view text) const {
    auto match = Translation(*this).best(text, 0, Translation::Trust::any);
    if (!match) return std::nullopt;
    return Recognised{.id = match->made_of->id, .parts = std::move(match->parts)};
}

std::string MessageTemplates::translated(std::string_view text) const {
    if (text.size() > longest_text) return std::string(text);
    return Translation(*this).of(text).value_or(std::string(text));
}

}  // namespace base
