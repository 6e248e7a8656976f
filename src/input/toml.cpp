// TOML 1.0 (https://toml.io/en/v1.0.0), without fractions and dates, which no declaration has.
//
// Of code of our own: toml++ 3.3 ends the program at the text "[!" (an assertion, and undefined behaviour
// without it) and at an é where a blank may stand; toml11 3.7 reads beyond its buffer.
#include <map>
#include <memory>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "input/node.hpp"
#include "input/toml_text.hpp"

namespace input {

namespace {

using base::Result;

// A table while it is read: what may still be added to it depends on how it came to be.
enum class Origin {
    implied,  // by the header of one below it
    header,   // by its own header
    dotted,   // by a dotted key
    closed,   // written in place: nothing is added later
};
struct Table;
struct Member {
    unsigned line = 0;
    Node value = {};
    std::unique_ptr<Table> table = {};                // in place of a value
    std::vector<std::unique_ptr<Table>> tables = {};  // of [[headers]]
};
struct Table {
    std::size_t depth = 1;  // of the document, which is 1
    Origin origin = Origin::implied;
    std::map<std::string, Member> members = {};
};

Node node_of(const Table& table, unsigned line) {
    Object object;
    for (const auto& [name, member] : table.members) {
        Node node = member.value;
        if (member.table) node = node_of(*member.table, member.line);
        if (!member.tables.empty()) {
            Array array;
            for (const auto& each : member.tables)
                array.push_back(node_of(*each, member.line));
            node.data = std::move(array);
        }
        node.line = member.line;
        object.emplace_back(name, std::move(node));
    }
    return Node{.data = std::move(object), .line = line};
}

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    Result<Node> read() {
        Table root;
        Table* current = &root;
        for (;;) {
            TRY_VOID(text_.skip_lines());
            if (text_.at_end()) return node_of(root, 1);
            if (text_.peek() == '[') {
                TRY(current, read_header(root));
            } else {
                TRY_VOID(read_member(*current));
            }
            TRY_VOID(text_.end_line());
        }
    }

  private:
    base::Error twice(const std::string& name) const {
        return text_.fault("key " + base::quoted(name) + " stands twice");
    }

    Result<std::unique_ptr<Table>> make_table(std::size_t depth, Origin origin) const {
        if (depth > deepest) return text_.fault("too deep");
        return std::make_unique<Table>(Table{.depth = depth, .origin = origin});
    }

    Result<Table*> read_header(Table& root) {
        text_.take('[');
        const bool is_list = text_.take('[');
        TRY(const auto key, text_.read_key());
        if (!text_.take(']') || (is_list && !text_.take(']'))) return text_.fault("a ] is missing");
        Table* table = &root;
        for (std::size_t i = 0; i + 1 < key.size(); ++i) {
            auto& member = table->members.try_emplace(key[i], Member{.line = text_.line()}).first->second;
            TRY(table, inner_table(member, key[i], table->depth + 1));
        }
        const auto [place, is_new] = table->members.try_emplace(key.back(), Member{.line = text_.line()});
        auto& member = place->second;
        if (is_list) {
            if (!is_new && member.tables.empty()) return twice(key.back());
            TRY(auto each, make_table(table->depth + 2, Origin::header));  // in its list
            member.tables.push_back(std::move(each));
            return member.tables.back().get();
        }
        if (!is_new && (!member.table || member.table->origin != Origin::implied)) return twice(key.back());
        if (is_new) {
            TRY(member.table, make_table(table->depth + 1, Origin::header));
        }
        member.table->origin = Origin::header;
        member.line = text_.line();
        return member.table.get();
    }

    // On the way of a header: a table that is there, or a new one.
    Result<Table*> inner_table(Member& member, const std::string& name, std::size_t depth) {
        if (!member.tables.empty()) return member.tables.back().get();
        if (member.table && member.table->origin != Origin::closed) return member.table.get();
        if (member.table || !member.value.is_null()) return twice(name);
        TRY(member.table, make_table(depth, Origin::implied));
        return member.table.get();
    }

    Result<void> read_member(Table& to) {
        TRY(const auto key, text_.read_key());
        if (!text_.take('=')) return text_.fault("a = is missing");
        Table* table = &to;
        for (std::size_t i = 0; i + 1 < key.size(); ++i) {
            const auto [place, is_new] = table->members.try_emplace(key[i], Member{.line = text_.line()});
            if (is_new) {
                TRY(place->second.table, make_table(table->depth + 1, Origin::dotted));
            }
            if (!place->second.table || place->second.table->origin != Origin::dotted) return twice(key[i]);
            table = place->second.table.get();
        }
        const unsigned line = text_.line();
        if (table->members.contains(key.back())) return twice(key.back());
        TRY(auto value, read_value(table->depth + 1));
        value.line = line;
        table->members.emplace(key.back(), std::move(value));
        return {};
    }

    // `depth` is that of a list or table in its place.
    Result<Member> read_value(std::size_t depth) {
        if (text_.at_end()) return text_.fault("a value is missing");
        const char first = text_.peek();
        if (first == '"' || first == '\'') {
            TRY(auto string, text_.read_string());
            return Member{.value = {.data = std::move(string)}};
        }
        if (first == '[') return read_array(depth);
        if (first == '{') return read_inline_table(depth);
        TRY(auto value, text_.read_word());
        return Member{.value = std::move(value)};
    }

    Result<Member> read_array(std::size_t depth) {
        if (depth > deepest) return text_.fault("too deep");
        text_.take('[');
        Array array;
        for (bool may_follow = true;;) {
            TRY_VOID(text_.skip_lines());
            if (text_.take(']')) return Member{.value = {.data = std::move(array)}};
            if (!may_follow) return text_.fault("a , or a ] is missing");
            const unsigned line = text_.line();
            TRY(auto element, read_value(depth + 1));
            array.push_back(element.table ? node_of(*element.table, line) : std::move(element.value));
            array.back().line = line;
            TRY_VOID(text_.skip_lines());
            may_follow = text_.take(',');
        }
    }

    Result<Member> read_inline_table(std::size_t depth) {
        text_.take('{');
        Member member;
        TRY(member.table, make_table(depth, Origin::implied));
        for (bool more = !text_.take('}'); more;) {
            TRY_VOID(read_member(*member.table));
            more = text_.take(',');
            if (!more && !text_.take('}')) return text_.fault("a , or a } is missing");
        }
        close(*member.table);
        return member;
    }

    static void close(Table& table) {
        table.origin = Origin::closed;
        for (auto& [name, member] : table.members)
            if (member.table) close(*member.table);
    }

    TomlText text_;
};

}  // namespace

base::Result<Node> parse_toml(std::string_view text) {
    if (!base::is_utf8(text)) return base::usage_error("not TOML: it is not UTF-8");
    return Reader(text).read();
}

}  // namespace input
