// A document before it is text: what a view says and JSON can hold. Integers are 64 bit, there are no
// fractions.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace output {

struct Fragment;

// The name of a member. One that is written in the source stays there: it is neither copied nor in need of
// escapes.
class Key {
  public:
    template <std::size_t N>
    consteval Key(const char (&name)[N]) : text_(name, N - 1) {
        for (const char c : text_)
            if (c < ' ' || c > '~' || c == '"' || c == '\\') throw "a name that needs escapes";
    }
    Key(std::string name) : owned_(std::make_shared<const std::string>(std::move(name))), text_(*owned_) {}

    operator std::string_view() const { return text_; }
    std::string_view text() const { return text_; }
    bool is_literal() const { return owned_ == nullptr; }
    bool operator==(const Key& other) const { return text_ == other.text_; }

  private:
    std::shared_ptr<const std::string> owned_ = nullptr;
    std::string_view text_;
};

class Value {
  public:
    using Array = std::vector<Value>;
    using Member = std::pair<Key, Value>;
    using Object = std::vector<Member>;  // in the order of writing; a key stands once
    using Data = std::variant<std::nullptr_t, bool, std::int64_t, std::string, Array, Object,
                              std::shared_ptr<const Fragment>>;

    Value() = default;  // null
    Value(std::nullptr_t) {}
    Value(std::string text) : data_(std::move(text)) {}  // any bytes; the renderer replaces invalid UTF-8
    Value(std::string_view text) : data_(std::string(text)) {}
    Value(const char* text) : data_(std::string(text)) {}
    template <std::same_as<bool> T>
    Value(T truth) : data_(truth) {}
    // Unsigned numbers above 2^63-1 stop there.
    template <std::integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char>) Value(T number) : data_(to_int64(number)) {}
    Value(std::shared_ptr<const Fragment> part) : data_(std::move(part)) {}
    // Absent is null.
    template <class T>
    Value(const std::optional<T>& maybe) {
        if (maybe) *this = Value(*maybe);
    }

    // Value::object({{"name", "news"}, {"port", 587}}); the values are moved from.
    struct Init;
    static Value object(std::initializer_list<Init> members);
    static Value object() { return object({}); }
    static Value from_members(Object members);  // keys that stand once
    static Value array(Array elements = {});
    // An array made of any range whose elements are Values, strings, numbers ...: Value::list(relay.domains)
    template <class Range>
    static Value list(const Range& range) {
        Value result = array();
        for (const auto& element : range)
            result.push_back(Value(element));
        return result;
    }

    // Adds to an array (null becomes an empty array first). A bug in the caller (std::logic_error) on any
    // other.
    Value& push_back(Value element);
    // Adds or replaces a member of an object (null becomes an empty object first). Else std::logic_error.
    Value& set(Key key, Value value);

    bool is_null() const { return std::holds_alternative<std::nullptr_t>(data_); }
    bool is_object() const { return std::holds_alternative<Object>(data_); }
    // The member of an object; nullptr where there is none.
    const Value* find(std::string_view key) const;
    const Data& data() const { return data_; }

    bool operator==(const Value&) const = default;

  private:
    template <std::integral T>
    static std::int64_t to_int64(T number) {
        return std::in_range<std::int64_t>(number) ? static_cast<std::int64_t>(number) : INT64_MAX;
    }

    Data data_ = nullptr;
};

// A member for Value::object(): an initializer list lends its elements only, and copies of trees cost.
struct Value::Init {
    template <class T>
    Init(Key name, T&& of) : key(std::move(name)), value(std::forward<T>(of)) {}
    mutable Key key;
    mutable Value value;
};

// A part that many documents have in common, with what it is in a line of JSON (make_fragment(), json.hpp).
struct Fragment {
    Value value;
    std::string line;
};

Value text_or_null(const std::string& text);  // null for an empty text

// The frame of every JSON answer: {"schema": "relayctl.relay.list/1", "items": [...]}.
Value document(std::string schema, Value::Array items);

}  // namespace output
