// Documents in JSON and TOML: what is read, printed in either, reads as the same.
#include "base/utf8.hpp"
#include "fuzz/fuzz.hpp"
#include "input/node.hpp"
#include "output/json.hpp"
#include "output/toml.hpp"

namespace {

using fuzz::require;
using output::Value;

Value value_of(const input::Node& node);

struct ToValue {
    Value operator()(std::nullptr_t) const { return nullptr; }
    Value operator()(bool truth) const { return truth; }
    Value operator()(std::int64_t number) const { return number; }
    Value operator()(const std::string& text) const { return text; }
    Value operator()(const input::Array& elements) const {
        Value array = Value::array();
        for (const auto& element : elements)
            array.push_back(value_of(element));
        return array;
    }
    Value operator()(const input::Object& members) const {
        Value object = Value::object();
        for (const auto& [name, member] : members) {
            require(object.find(name) == nullptr, "a key stands once");
            object.set(name, value_of(member));
        }
        return object;
    }
};

Value value_of(const input::Node& node) {
    return std::visit(ToValue(), node.data);
}

void check(std::string_view text, const base::Result<input::Node>& document, bool is_toml) {
    if (document.has_error()) {
        require(document.error().message.starts_with("line ") || !base::is_utf8(text),
                "an error has its line");
        return;
    }
    const auto value = value_of(*document);
    const auto json = input::parse_json(output::render_json(value));
    require(json.has_value() && value_of(*json) == value, "JSON prints to itself");
    if (!is_toml) return;
    const auto toml = input::parse_toml(output::render_toml(value));
    require(
        toml.has_value() && output::render_toml(value_of(*toml)) == output::render_toml(value_of(*document)),
        "TOML prints to itself");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    check(text, input::parse_json(text), false);
    check(text, input::parse_toml(text), true);
    return 0;
}
