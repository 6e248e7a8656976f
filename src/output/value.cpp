#include "output/value.hpp"

#include <algorithm>
#include <stdexcept>

namespace output {

namespace {

Value* find_member(Value::Object& members, std::string_view key) {
    for (auto& [name, value] : members)
        if (name.text() == key) return &value;
    return nullptr;
}

}  // namespace

Value Value::object(std::initializer_list<Init> members) {
    Value result;
    auto& object = result.data_.emplace<Object>();
    object.reserve(members.size());
    for (const auto& member : members)
        if (Value* before = find_member(object, member.key))
            *before = std::move(member.value);
        else
            object.emplace_back(std::move(member.key), std::move(member.value));
    return result;
}

Value Value::from_members(Object members) {
    Value value;
    value.data_ = std::move(members);
    return value;
}

Value Value::array(Array elements) {
    Value result;
    result.data_ = std::move(elements);
    return result;
}

Value& Value::push_back(Value element) {
    if (is_null()) data_ = Array{};
    auto* elements = std::get_if<Array>(&data_);
    if (!elements) throw std::logic_error("output::Value: push_back on what is no array");
    elements->push_back(std::move(element));
    return *this;
}

Value& Value::set(Key key, Value value) {
    if (is_null()) data_ = Object{};
    auto* members = std::get_if<Object>(&data_);
    if (!members) throw std::logic_error("output::Value: set on what is no object");
    if (Value* before = find_member(*members, key))
        *before = std::move(value);
    else
        members->emplace_back(std::move(key), std::move(value));
    return *this;
}

const Value* Value::find(std::string_view key) const {
    const auto* members = std::get_if<Object>(&data_);
    if (!members) return nullptr;
    const auto found = std::find_if(members->begin(), members->end(),
                                    [&](const Member& member) { return member.first.text() == key; });
    return found == members->end() ? nullptr : &found->second;
}

Value text_or_null(const std::string& text) {
    return text.empty() ? Value() : Value(text);
}

Value document(std::string schema, Value::Array items) {
    Value result = Value::object();
    result.set("schema", std::move(schema));
    result.set("items", Value::array(std::move(items)));
    return result;
}

}  // namespace output
