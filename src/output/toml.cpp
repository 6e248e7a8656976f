#include "output/toml.hpp"

#include <sstream>
#include <stdexcept>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "output/characters.hpp"

namespace output {

namespace {

std::string valid_text(std::string_view text) {
    std::string valid;
    while (!text.empty()) {
        const auto character = first_character(text);
        if (character.valid) valid += text.substr(0, character.length);
        text.remove_prefix(character.length);
    }
    return valid;
}

// Calls put(TOML value) with what a Value is; not at all for null.
template <class Put>
void convert(const Value& value, Put put);

toml::table table_of(const Value::Object& members) {
    toml::table table;
    for (const auto& [key, value] : members)
        convert(value, [&, name = std::string_view(key)](auto&& of) {
            table.insert_or_assign(name, std::forward<decltype(of)>(of));
        });
    return table;
}

toml::array array_of(const Value::Array& elements) {
    toml::array array;
    for (const auto& element : elements)
        convert(element, [&](auto&& of) { array.push_back(std::forward<decltype(of)>(of)); });
    return array;
}

template <class Put>
void convert(const Value& value, Put put) {
    const auto& data = value.data();
    if (const auto* truth = std::get_if<bool>(&data)) put(*truth);
    if (const auto* number = std::get_if<std::int64_t>(&data)) put(*number);
    if (const auto* text = std::get_if<std::string>(&data)) put(valid_text(*text));
    if (const auto* elements = std::get_if<Value::Array>(&data)) put(array_of(*elements));
    if (const auto* members = std::get_if<Value::Object>(&data)) put(table_of(*members));
}

}  // namespace

std::string render_toml(const Value& value) {
    const auto* members = std::get_if<Value::Object>(&value.data());
    if (members == nullptr) throw std::logic_error("TOML is made of an object");
    const auto table = table_of(*members);
    std::ostringstream text;
    text << toml::toml_formatter(table, toml::format_flags::allow_multi_line_strings |
                                            toml::format_flags::allow_unicode_strings)
         << '\n';
    return text.str();
}

}  // namespace output
