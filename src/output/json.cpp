#include "output/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include <nlohmann/json.hpp>

namespace output {
namespace {

// UTF-8 and what is wrong with it are the library's work. It builds a tree and copies every text, which costs
// more than a verification does: the frame and plain ASCII, nearly all there is, are written here.
using Json = nlohmann::json;

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

// A table, for most texts are shorter than a word: names of fields, numbers of networks.
constexpr auto plain_characters = [] {
    std::array<bool, 256> plain{};
    for (unsigned c = 0x20; c < 0x7f; ++c)
        plain[c] = c != '"' && c != '\\';
    return plain;
}();

bool is_plain(char c) {
    return plain_characters[static_cast<unsigned char>(c)];
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Whether eight characters are plain, all looked at in one word: in each octet, the top bit ends up set where
// it was, where subtracting borrows (below a blank), and where the difference to a character is zero.
bool are_plain(const char* eight) {
    constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
    std::uint64_t word = 0;
    std::memcpy(&word, eight, sizeof word);
    const auto below = [](std::uint64_t value, std::uint64_t least) {
        return (value - ones * least) & ~value;
    };
    const std::uint64_t found = word | below(word, ' ') | below(word ^ ones * '"', 1) |
                                below(word ^ ones * '\\', 1) | below(word ^ ones * 0x7f, 1);
    return (found & tops) == 0;
}

// How many characters at the front are plain.
std::size_t plain_length(std::string_view text) {
    std::size_t length = 0;
    while (length + 8 <= text.size() && are_plain(text.data() + length))
        length += 8;
    if (length != 0 && length + 8 > text.size() && are_plain(text.data() + text.size() - 8))
        return text.size();  // the last eight, some of them looked at again
    while (length < text.size() && is_plain(text[length]))
        ++length;
    return length;
}

void append_escape(std::string& sink, char c) {
    constexpr char digits[] = "0123456789abcdef";
    constexpr std::string_view named = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt";
    sink += '\\';
    if (const std::size_t at = named.find(c); at != std::string_view::npos) {
        sink += letters[at];
        return;
    }
    sink += "u00";
    sink += digits[static_cast<unsigned char>(c) >> 4];
    sink += digits[static_cast<unsigned char>(c) & 0xf];
}

void append_text(std::string& sink, std::string_view text) {
    std::size_t plain = plain_length(text);
    if (plain == text.size()) {
        sink += '"';
        sink += text;
        sink += '"';
        return;
    }
    if (!is_ascii(text))
        return append_escaped_controls(sink, Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
    sink += '"';
    for (std::string_view rest = text;; plain = plain_length(rest)) {
        sink += rest.substr(0, plain);
        rest.remove_prefix(plain);
        if (rest.empty()) break;
        append_escape(sink, rest.front());
        rest.remove_prefix(1);
    }
    sink += '"';
}

// One value; `indent` blanks a level, none = all in one line.
class Writer {
  public:
    Writer(std::string& sink, std::size_t indent) : sink_(sink), indent_(indent) {}

    void operator()(std::nullptr_t) { sink_ += "null"; }
    void operator()(bool truth) { sink_ += truth ? "true" : "false"; }
    void operator()(std::int64_t number) {
        char digits[24];
        sink_.append(digits, std::to_chars(std::begin(digits), std::end(digits), number).ptr);
    }
    void operator()(const std::string& text) { append_text(sink_, text); }
    void operator()(const Value::Array& elements) {
        list('[', ']', elements, [this](const Value& element) { write(element); });
    }
    void operator()(const Value::Object& members) {
        list('{', '}', members, [this](const Value::Member& member) {
            append_key(member.first);
            write(member.second);
        });
    }
    void operator()(const std::shared_ptr<const Fragment>& part) {
        if (indent_ == 0)
            sink_ += part->line;
        else
            write(part->value);
    }
    void write(const Value& value) { std::visit(*this, value.data()); }

  private:
    template <class List, class Each>
    void list(char begin, char end, const List& elements, Each each) {
        sink_ += begin;
        ++level_;
        bool first = true;
        for (const auto& element : elements) {
            if (!std::exchange(first, false)) sink_ += ',';
            new_line();
            each(element);
        }
        --level_;
        if (!first) new_line();
        sink_ += end;
    }
    void append_key(const Key& key) {
        if (key.is_literal()) {
            sink_ += '"';
            sink_ += key.text();
            sink_ += '"';
        } else {
            append_text(sink_, key.text());
        }
        sink_ += ':';
        if (indent_ != 0) sink_ += ' ';
    }
    void new_line() {
        if (indent_ == 0) return;
        sink_ += '\n';
        sink_.append(level_ * indent_, ' ');
    }

    std::string& sink_;
    std::size_t indent_;
    std::size_t level_ = 0;
};

void append(std::string& sink, const Value& value, std::size_t indent) {
    Writer(sink, indent).write(value);
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
    append(text, value, 0);
    return text;
}

std::shared_ptr<const Fragment> make_fragment(Value value) {
    auto made = std::make_shared<Fragment>();
    Writer(made->line, 0).write(value);
    made->value = std::move(value);
    return made;
}

void append_json_line(std::string& sink, const Value& value) {
    append(sink, value, 0);
}

}  // namespace output
