// Whatever the cells hold, nothing raw comes out.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "output/caret.hpp"
#include "output/characters.hpp"
#include "output/json.hpp"
#include "output/tree.hpp"

using namespace output;

namespace {

class Source {
  public:
    // Up to 40 pieces: any byte, controls, wide, combining and bidirectional characters, plain words.
    std::string text() {
        static const std::vector<std::string> pieces = {"\033[31m",
                                                        "\n",
                                                        "\t",
                                                        "\r",
                                                        "\x7f",
                                                        "\u009b",
                                                        "\u202e",
                                                        "日本",
                                                        "e\u0301",
                                                        "\u200b",
                                                        "a,b",
                                                        "\"",
                                                        "\\",
                                                        "\\N",
                                                        "\U0001F600",
                                                        "word",
                                                        " ",
                                                        "\xc2",
                                                        "\xe3\x82",
                                                        "\u2028",
                                                        "\ufeff",
                                                        "\U000E0041",
                                                        "-all",
                                                        "\xf4\x90",
                                                        "…",
                                                        "\u3248",
                                                        "\u4dc0",
                                                        "\U0001F1EF\U0001F1F5",
                                                        "\U0001F468\u200D\U0001F469\u200D\U0001F467",
                                                        "\u0378"};
        std::string result;
        for (auto left = number(40); left > 0; --left) {
            if (number(3) == 0) {
                result += static_cast<char>(number(256));
            } else {
                result += pieces[number(pieces.size())];
            }
        }
        return result;
    }
    std::size_t number(std::size_t limit) { return generator_() % limit; }
    Cell cell() {
        switch (number(4)) {
            case 0:
                return {};
            case 1:
                return {text(), text()};
            default:
                return {.text = text(), .style = Style::bad};
        }
    }
    Table table() {
        Table result;
        for (auto left = 1 + number(4); left > 0; --left)
            result.columns.push_back({.key = text(), .title = text(), .never_cut = number(3) == 0});
        for (auto left = number(5); left > 0; --left) {
            Row row;
            for (auto cells = number(6); cells > 0; --cells)
                row.push_back(cell());
            result.rows.push_back(std::move(row));
        }
        return result;
    }

  private:
    std::mt19937 generator_{20261123};
};

// Valid UTF-8 in which no control but LF (and what is allowed beside it) stands.
bool is_safe(std::string_view text, char allowed = '\n') {
    while (!text.empty()) {
        const auto character = first_character(text);
        if (!character.valid) return false;
        if (character.code < 0x20 && text.front() != '\n' && text.front() != allowed) return false;
        if (character.code >= 0x7f && character.code <= 0x9f) return false;
        text.remove_prefix(character.length);
    }
    return true;
}

std::size_t lines(std::string_view text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("no rendering without colour holds a raw control byte or invalid UTF-8") {
    Source source;
    for (int i = 0; i < 2000; ++i) {
        const auto table = source.table();
        const Terminal terminal{.width = static_cast<unsigned>(source.number(100)),
                                .unicode = source.number(2) == 0};
        CHECK(is_safe(render_table(table, terminal)));
        CHECK(is_safe(render_tsv(table, Header::yes), '\t'));
        CHECK(is_safe(render_csv(table, Header::yes)));
        CHECK(is_safe(render_names(table)));
        const auto text = source.text();
        CHECK(is_safe(render_caret(text, source.number(50), terminal.width)));
        CHECK(is_safe(paint(text, Style::bad, terminal)));
        Tree tree{.columns = table.columns, .branch_column = source.number(table.columns.size())};
        for (const auto& row : table.rows)
            tree.roots.push_back({.cells = row, .children = {{.cells = row}, {.cells = {}}}});
        CHECK(is_safe(render_tree(tree, terminal)));
    }
}

TEST_CASE("a table has as many lines as rows and titles, in every form but CSV") {
    Source source;
    for (int i = 0; i < 1000; ++i) {
        const auto table = source.table();
        CHECK(lines(render_table(table, {.width = 40})) == table.rows.size() + 1);
        CHECK(lines(render_table(table, {.width = 40, .color = true})) == table.rows.size() + 1);
        CHECK(lines(render_tsv(table)) == table.rows.size());
    }
}

TEST_CASE("a table of cuttable columns fits the width, as far as titles of six columns allow") {
    Source source;
    for (int i = 0; i < 1000; ++i) {
        auto table = source.table();
        for (auto& column : table.columns) {
            column.title = "TITLE";
            column.never_cut = false;
        }
        const auto text = render_table(table, {.width = 40, .unicode = true});
        CAPTURE(text);
        for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1))
            CHECK(display_width(rest.substr(0, rest.find('\n'))) <= 40);
    }
}

TEST_CASE("any bytes in a value give JSON that reads back") {
    Source source;
    for (int i = 0; i < 5000; ++i) {
        const auto value = Value::object({{source.text(), source.text()},
                                          {"n", i},
                                          {"list", Value::list(std::vector{source.text(), source.text()})}});
        const auto line = render_json_line(value);
        CHECK(is_safe(line));
        CHECK(lines(line) == 1);
        const auto read = nlohmann::json::parse(line, nullptr, false);
        REQUIRE_FALSE(read.is_discarded());
        CHECK(read == nlohmann::json::parse(render_json(value)));
        CHECK(read.at("n") == i);
    }
}
