#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "input/node.hpp"

namespace input {

namespace {

using Json = nlohmann::json;

// Counts the lines that the library has read.
class Counting {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    Counting(const char* place, unsigned* line) : place_(place), line_(line) {}
    reference operator*() const { return *place_; }
    Counting& operator++() {
        if (*place_ == '\n') ++*line_;
        ++place_;
        return *this;
    }
    bool operator==(const Counting& other) const { return place_ == other.place_; }
    bool operator!=(const Counting& other) const { return place_ != other.place_; }

  private:
    const char* place_;
    unsigned* line_;
};

// "syntax error while parsing value - invalid literal; last read: 'hunter2'" without what was read, which may
// be a password.
std::string reason_of(std::string_view what) {
    constexpr std::string_view begin = "syntax error while parsing ";
    const auto start = what.find(begin);
    if (start == std::string_view::npos) return "it ends too early or is no text";
    what.remove_prefix(start + begin.size());
    return std::string(what.substr(0, what.find("; last read")));
}

// The library's events as a tree. It stops at the first false.
class Builder : public nlohmann::json_sax<Json> {
  public:
    Builder(std::string_view text, const unsigned& line) : text_(text), line_(line) {}

    bool null() override { return put(nullptr); }
    bool boolean(bool value) override { return put(value); }
    bool number_integer(number_integer_t value) override { return put(std::int64_t{value}); }
    bool number_unsigned(number_unsigned_t value) override {
        if (!std::in_range<std::int64_t>(value)) return fail("a number is beyond 64 bits");
        return put(static_cast<std::int64_t>(value));
    }
    bool number_float(number_float_t, const string_t&) override { return fail("a number has a fraction"); }
    bool string(string_t& value) override { return put(std::move(value)); }
    bool binary(binary_t&) override { return fail("binary data"); }
    bool start_object(std::size_t) override { return open(Object()); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Array()); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        if (!open_.back().names.insert(name).second)
            return fail("key " + base::quoted(name) + " stands twice");
        auto& object = std::get<Object>(open_.back().node->data);
        object.emplace_back(std::move(name), Node{.line = line_});
        return true;
    }
    bool parse_error(std::size_t read, const std::string&, const nlohmann::detail::exception& why) override {
        // The octet that was read last is the one that is wrong.
        const auto before = text_.substr(0, std::min(read == 0 ? 0 : read - 1, text_.size()));
        const auto line_end = before.rfind('\n');
        column_ = before.size() - (line_end == std::string_view::npos ? 0 : line_end + 1) + 1;
        fault_line_ = static_cast<unsigned>(1 + std::count(before.begin(), before.end(), '\n'));
        fault_ = "not JSON: " + reason_of(why.what());
        return false;
    }

    base::Error error() const {
        const auto place = column_ == 0 ? fmt::format("line {}", fault_line_)
                                        : fmt::format("line {}, column {}", fault_line_, column_);
        return base::usage_error(place + ": " + fault_);
    }
    Node take() { return std::move(root_); }

  private:
    struct Open {
        Node* node;
        std::set<std::string> names;  // of an object's members so far
    };

    template <class T>
    bool put(T value) {
        place().data = std::move(value);
        return true;
    }
    // Where the next value goes.
    Node& place() {
        if (open_.empty()) return root_;
        Node& parent = *open_.back().node;
        if (auto* object = std::get_if<Object>(&parent.data)) return object->back().second;
        auto& array = std::get<Array>(parent.data);
        array.push_back(Node{.line = parent.line});
        return array.back();
    }
    template <class T>
    bool open(T list) {
        if (open_.size() == deepest) return fail("too deep");
        Node& node = place();
        node.data = std::move(list);
        open_.push_back({&node, {}});
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }
    bool fail(std::string why) {
        if (fault_.empty()) {
            fault_ = std::move(why);
            fault_line_ = line_;
        }
        return false;
    }

    std::string_view text_;
    const unsigned& line_;
    Node root_ = {.line = 1};
    std::vector<Open> open_ = {};  // a list grows only while nothing in it is open
    std::string fault_ = {};
    unsigned fault_line_ = 0;
    std::size_t column_ = 0;  // 0 = not told
};

}  // namespace

base::Result<Node> parse_json(std::string_view text) {
    unsigned line = 1;
    Builder builder(text, line);
    const Counting begin(text.data(), &line), end(text.data() + text.size(), &line);
    if (!Json::sax_parse(begin, end, &builder)) return builder.error();
    return builder.take();
}

}  // namespace input
