#include "output/json.hpp"

#include <nlohmann/json.hpp>

namespace output {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Value& value);

struct Converter {
    Json operator()(std::nullptr_t) const { return nullptr; }
    Json operator()(bool truth) const { return truth; }
    Json operator()(std::int64_t number) const { return number; }
    Json operator()(const std::string& text) const { return text; }
    Json operator()(const Value::Array& elements) const {
        auto result = Json::array();
        for (const auto& element : elements)
            result.push_back(to_json(element));
        return result;
    }
    Json operator()(const Value::Object& members) const {
        auto result = Json::object();
        for (const auto& [key, value] : members)
            result[key] = to_json(value);
        return result;
    }
};

Json to_json(const Value& value) {
    return std::visit(Converter{}, value.data());
}

// RFC 8259 lets DEL and C1 (U+0080 to U+009F) stand raw in strings; a terminal must not see them. The text is
// valid UTF-8, so 0xC2 is always the first of two bytes and these occur only inside strings.
void append_escaped_controls(std::string& sink, std::string_view json) {
    constexpr char digits[] = "0123456789abcdef";
    std::size_t done = 0;
    for (std::size_t i = 0; i < json.size(); ++i) {
        unsigned char byte = static_cast<unsigned char>(json[i]);
        if (byte < 0x7f || (byte > 0x7f && byte != 0xc2)) continue;
        std::size_t length = 1;
        if (byte == 0xc2) {
            byte = static_cast<unsigned char>(json[i + 1]);
            length = 2;
            if (byte > 0x9f) continue;
        }
        sink += json.substr(done, i - done);
        sink += "\\u00";
        sink += digits[byte >> 4];
        sink += digits[byte & 0xf];
        done = i + length;
        i += length - 1;
    }
    sink += json.substr(done);
}

void append(std::string& sink, const Value& value, int indent) {
    append_escaped_controls(sink, to_json(value).dump(indent, ' ', false, Json::error_handler_t::replace));
    sink += '\n';
}

}  // namespace

std::string render_json(const Value& value) {
    std::string text;
    append(text, value, 2);
    return text;
}

std::string render_json_line(const Value& value) {
    std::string text;
    append(text, value, -1);
    return text;
}

void append_json_line(std::string& sink, const Value& value) {
    append(sink, value, -1);
}

}  // namespace output
