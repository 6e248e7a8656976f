#include "output/toml.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "base/text.hpp"

namespace output {

namespace {

// A basic string. Control characters and those that turn the direction of writing do not stand in it raw.
std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            result += std::string("\\") + c;
        else if (c == '\n')
            result += "\\n";
        else if (base::is_control(c))
            result += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        else
            result += c;
    }
    return result + "\"";
}

// Lines, a key in PEM for instance, stay lines.
std::string in_lines(std::string_view text) {
    std::string result = "\"\"\"\n";
    for (const auto line : base::split(text, '\n')) {
        const auto one = quoted(line);
        result.append(one, 1, one.size() - 2);
        result += '\n';
    }
    result.pop_back();
    return result + "\"\"\"";
}

std::string key_text(std::string_view key) {
    const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return base::is_alnum(c) || c == '_' || c == '-';
    });
    return bare ? std::string(key) : quoted(key);
}

std::string value_text(const Value& value) {
    const auto& data = value.data();
    if (const auto* truth = std::get_if<bool>(&data)) return *truth ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&data)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&data))
        return text->find('\n') == std::string::npos ? quoted(*text) : in_lines(*text);
    if (const auto* elements = std::get_if<Value::Array>(&data)) {
        std::string list;
        for (const auto& element : *elements)
            list += (list.empty() ? "" : ", ") + value_text(element);
        return "[" + list + "]";
    }
    std::string table;
    if (const auto* members = std::get_if<Value::Object>(&data))
        for (const auto& [key, member] : *members)
            table += (table.empty() ? " " : ", ") + key_text(key) + " = " + value_text(member);
    return table.empty() ? "{}" : "{" + table + " }";
}

// Values first, then the tables under headers of their own.
void append_table(std::string& text, const Value::Object& members, const std::string& path) {
    for (const auto& [key, value] : members)
        if (!value.is_null() && !value.is_object()) text += key_text(key) + " = " + value_text(value) + "\n";
    for (const auto& [key, value] : members) {
        if (!value.is_object()) continue;
        const auto& inner = std::get<Value::Object>(value.data());
        const auto name = path.empty() ? key_text(key) : path + "." + key_text(key);
        const bool only_tables =
            !inner.empty() && std::all_of(inner.begin(), inner.end(),
                                          [](const auto& member) { return member.second.is_object(); });
        if (!only_tables) text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", name);
        append_table(text, inner, name);
    }
}

}  // namespace

std::string render_toml(const Value& value) {
    const auto* members = std::get_if<Value::Object>(&value.data());
    if (members == nullptr) throw std::logic_error("TOML is made of an object");
    std::string text;
    append_table(text, *members, "");
    return text;
}

}  // namespace output
