// A text of JSON or TOML as a tree whose members know the line they stand in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace input {

struct Node;
using Array = std::vector<Node>;
using Object = std::vector<std::pair<std::string, Node>>;  // as written (TOML: sorted); a key stands once

struct Node {
    std::variant<std::nullptr_t, bool, std::int64_t, std::string, Array, Object> data = nullptr;
    unsigned line = 0;  // of a member: where its key stands; of an element: of its list. 0 = not known

    bool is_null() const { return std::holds_alternative<std::nullptr_t>(data); }
    bool operator==(const Node&) const = default;
};

enum class Syntax { json, toml };

inline constexpr std::size_t deepest = 16;  // lists and tables in one another, the document included

// Errors: usage: what is not of the syntax, with the line; a key that stands twice; fractions, dates, numbers
// beyond 64 bits; too deep. No error text shows a value: it may be a password.
base::Result<Node> parse_json(std::string_view text);
base::Result<Node> parse_toml(std::string_view text);

// A name's end decides (.json, .toml), else the text: JSON begins with a brace.
Syntax guess_syntax(std::string_view path, std::string_view text);

}  // namespace input
