#include <fmt/format.h>

// Errors are returned, and nothing of the library stands in another file.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "base/text.hpp"
#include "input/node.hpp"

namespace input {

namespace {

base::Error fault(unsigned line, std::string_view why) {
    return base::usage_error(fmt::format("line {}: {}", line, why));
}

base::Result<Node> convert(const toml::node& from, unsigned line, std::size_t depth);

base::Result<Node> convert_table(const toml::table& table, unsigned line, std::size_t depth) {
    Object object;
    for (const auto& [key, value] : table) {
        const unsigned own_line = key.source().begin.line;
        TRY(auto member, convert(value, own_line == 0 ? line : own_line, depth + 1));
        object.emplace_back(std::string(key.str()), std::move(member));
    }
    return Node{.data = std::move(object), .line = line};
}

base::Result<Node> convert(const toml::node& from, unsigned line, std::size_t depth) {
    if (depth > deepest) return fault(line, "too deep");
    switch (from.type()) {
        case toml::node_type::table:
            return convert_table(*from.as_table(), line, depth);
        case toml::node_type::array: {
            Array array;
            for (const auto& element : *from.as_array()) {
                TRY(auto node, convert(element, element.source().begin.line, depth + 1));
                array.push_back(std::move(node));
            }
            return Node{.data = std::move(array), .line = line};
        }
        case toml::node_type::string:
            return Node{.data = from.as_string()->get(), .line = line};
        case toml::node_type::integer:
            return Node{.data = std::int64_t{from.as_integer()->get()}, .line = line};
        case toml::node_type::boolean:
            return Node{.data = from.as_boolean()->get(), .line = line};
        case toml::node_type::floating_point:
            return fault(line, "a number has a fraction");
        case toml::node_type::none:
        case toml::node_type::date:
        case toml::node_type::time:
        case toml::node_type::date_time:
            break;
    }
    return fault(line, "a date is written as a text, in quotes");
}

}  // namespace

base::Result<Node> parse_toml(std::string_view text) {
    const auto result = toml::parse(text);
    // The library's own words may show the text, a password perhaps.
    if (result.failed()) return fault(result.error().source().begin.line, "not TOML");
    return convert_table(result.table(), 1, 0);
}

}  // namespace input
