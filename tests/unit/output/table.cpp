#include "output/table.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace output;

namespace {

constexpr Terminal wide{.width = 120, .unicode = true};
constexpr Terminal usual{.width = 80, .unicode = true};
constexpr Terminal narrow{.width = 40, .unicode = true};

// As `relayctl list` shows it.
Table relays() {
    return {.columns = {{.key = "name", .title = "NAME", .never_cut = true},
                        {.key = "host", .title = "HOST"},
                        {.key = "port", .title = "PORT", .alignment = Alignment::right},
                        {.key = "security", .title = "SECURITY"},
                        {.key = "description", .title = "DESCRIPTION"}},
            .rows = {{{"news"}, {"smtp.mailer.example"}, {"587"}, {"tls"}, {"日本語のニュースレター"}},
                     {{"crm"}, {"email-smtp.example.net"}, {"465"}, {"ssl"}, {}},
                     {{"own"}, {"mx.example.jp"}, {"25"}, {"none"}, {"Bücher"}}}};
}

Table one_cell(std::string text) {
    return {.columns = {{.key = "name", .title = "NAME"}}, .rows = {{{std::move(text)}}}};
}

}  // namespace

TEST_CASE("a table is aligned by what the characters take on the screen") {
    CHECK(render_table(relays(), wide) ==
          "NAME  HOST                    PORT  SECURITY  DESCRIPTION\n"
          "news  smtp.mailer.example      587  tls       日本語のニュースレター\n"
          "crm   email-smtp.example.net   465  ssl       -\n"
          "own   mx.example.jp             25  none      Bücher\n");
}

TEST_CASE("a wide character before the last column moves the next column by two") {
    auto table = relays();
    std::swap(table.columns[1], table.columns[4]);
    for (auto& row : table.rows)
        std::swap(row[1], row[4]);
    CHECK(render_table(table, wide) ==
          "NAME  DESCRIPTION             PORT  SECURITY  HOST\n"
          "news  日本語のニュースレター   587  tls       smtp.mailer.example\n"
          "crm   -                        465  ssl       email-smtp.example.net\n"
          "own   Bücher                    25  none      mx.example.jp\n");
}

TEST_CASE("a table is cut to 80 columns only where it is wider") {
    CHECK(render_table(relays(), usual) == render_table(relays(), wide));
    auto table = relays();
    table.rows[0][4] = {"a description that goes on and on, and then on again"};
    CHECK(render_table(table, usual) ==
          "NAME  HOST                    PORT  SECURITY  DESCRIPTION\n"
          "news  smtp.mailer.example      587  tls       a description that goes on and on…\n"
          "crm   email-smtp.example.net   465  ssl       -\n"
          "own   mx.example.jp             25  none      Bücher\n");
}

TEST_CASE("the widest columns are cut first, and none below its title") {
    CHECK(render_table(relays(), {.width = 48, .unicode = true}) ==
          "NAME  HOST          PORT  SECURITY  DESCRIPTION\n"
          "news  smtp.mailer…   587  tls       日本語のニ…\n"
          "crm   email-smtp.…   465  ssl       -\n"
          "own   mx.example.…    25  none      Bücher\n");
    CHECK(render_table(relays(), narrow) ==
          "NAME  HOST    PORT  SECURITY  DESCRIPTION\n"
          "news  smtp.…   587  tls       日本語のニ…\n"
          "crm   email…   465  ssl       -\n"
          "own   mx.ex…    25  none      Bücher\n");
}

TEST_CASE("without box characters the cut is marked by three dots") {
    CHECK(render_table(relays(), {.width = 48}) ==
          "NAME  HOST          PORT  SECURITY  DESCRIPTION\n"
          "news  smtp.mail...   587  tls       日本語の...\n"
          "crm   email-smt...   465  ssl       -\n"
          "own   mx.exampl...    25  none      Bücher\n");
}

TEST_CASE("what a reader takes for one character is not cut in half") {
    const auto cut = [](const std::string& text, unsigned width) {
        return render_table(one_cell(text), {.width = width, .unicode = true}, Header::no);
    };
    const std::string japan = "\U0001F1EF\U0001F1F5", germany = "\U0001F1E9\U0001F1EA";
    CHECK(cut(japan + germany + japan + germany, 7) == japan + germany + japan + "…\n");
    CHECK(cut(japan + germany + japan + germany, 6) == japan + germany + "…\n");
    const std::string family = "\U0001F468\u200D\U0001F469\u200D\U0001F467";
    CHECK(cut("abc" + family + "de", 9) == "abc…\n");
    CHECK(cut("abc" + family + "de", 10) == "abc" + family + "…\n");
    CHECK(cut("abcde\u0301fghi", 6) == "abcde\u0301…\n");
}

TEST_CASE("characters are as wide as the C library says, and those it does not know are escaped") {
    // U+3248 and U+4DC0 are ambiguous and neutral in UAX 11, and take two columns.
    CHECK(render_table({.columns = {{"a", "A"}, {"b", "B"}},
                        .rows = {{{"\u3248\u4dc0"}, {"x"}}, {{"abcd"}, {"y"}}, {{"\u0378"}, {"z"}}}},
                       usual) ==
          "A         B\n"
          "\u3248\u4dc0      x\n"
          "abcd      y\n"
          "\\u{0378}  z\n");
    CHECK(render_table(one_cell(std::string("\u4dc0\u4dc0\u4dc0\u4dc0")), {.width = 7, .unicode = true},
                       Header::no) == "\u4dc0\u4dc0\u4dc0…\n");
}

TEST_CASE("a column that is never cut is wider than the terminal if it must be") {
    auto table = relays();
    table.rows[1][0] = {std::string(63, 'n')};
    const auto text = render_table(table, narrow);
    CHECK(text.find(std::string(63, 'n') + "  email…") != std::string::npos);
    CHECK(text.starts_with("NAME" + std::string(61, ' ') + "HOST "));
}

TEST_CASE("a width of 0 cuts nothing") {
    auto table = relays();
    table.rows[0][4] = {std::string(5000, 'x')};
    CHECK(render_table(table, {.width = 0}).find(std::string(5000, 'x') + "\n") != std::string::npos);
}

TEST_CASE("people see the display form, machines the exact one") {
    const Table table{.columns = {{.key = "changed", .title = "CHANGED"}},
                      .rows = {{{"2026-11-23T15:56:00Z", "2 days ago"}}}};
    CHECK(render_table(table, usual) == "CHANGED\n2 days ago\n");
    CHECK(render_tsv(table) == "2026-11-23T15:56:00Z\n");
}

TEST_CASE("colours stand around the words and change no column") {
    const Table table{.columns = {{.key = "state", .title = "STATE"}, {.key = "note", .title = "NOTE"}},
                      .rows = {{{.text = "ok", .style = Style::good}, {"x"}},
                               {{.text = "timeout", .style = Style::warn}, {"y"}}}};
    CHECK(render_table(table, {.width = 80, .color = true}) ==
          "STATE    NOTE\n"
          "\033[32mok     \033[0m  x\n"
          "\033[33mtimeout\033[0m  y\n");
    CHECK(render_table(table, usual) == "STATE    NOTE\nok       x\ntimeout  y\n");
}

TEST_CASE("an empty table shows its titles, and nothing without them") {
    Table table = relays();
    table.rows.clear();
    CHECK(render_table(table, usual) == "NAME  HOST  PORT  SECURITY  DESCRIPTION\n");
    CHECK(render_table(table, usual, Header::no).empty());
    CHECK(render_tsv(table).empty());
    CHECK(render_csv(table).empty());
    CHECK(render_names(table).empty());
    CHECK(render_tsv(table, Header::yes) == "name\thost\tport\tsecurity\tdescription\n");
    CHECK(render_csv(table, Header::yes) == "name,host,port,security,description\n");
}

TEST_CASE("a table without columns is no text at all") {
    CHECK(render_table({}, usual).empty());
    CHECK(render_tsv({}, Header::yes).empty());
    CHECK(render_csv({}, Header::yes).empty());
    CHECK(render_names({}).empty());
}

TEST_CASE("a table without its titles has the rows only") {
    const Table table{.columns = {{"key", "A LONG TITLE"}, {"value", "VALUE"}},
                      .rows = {{{"host"}, {"a"}}, {{"port"}, {"25"}}}};
    CHECK(render_table(table, usual, Header::no) == "host  a\nport  25\n");
}

TEST_CASE("cells that are missing at the end of a row have no value") {
    const Table table{.columns = {{"a", "A"}, {"b", "B"}},
                      .rows = {{{"x"}}, {}, {{"y"}, {"z"}, {"too many"}}}};
    CHECK(render_table(table, usual) == "A  B\nx  -\n-  -\ny  z\n");
    CHECK(render_tsv(table) == "x\t\\N\n\\N\t\\N\ny\tz\n");
    CHECK(render_csv(table) == "x,\n,\ny,z\n");
    CHECK(render_names(table) == "x\ny\n");
}

TEST_CASE("no control byte of a cell reaches the terminal") {
    CHECK(render_table(one_cell("a\033[31mb\nc\td\x7f\x9b"), usual) ==
          "NAME\na\\x1b[31mb\\x0ac\\x09d\\x7f\\x9b\n");
    CHECK(render_table(one_cell("\u202eevil\u009b"), usual) == "NAME\n\\u{202e}evil\\u{009b}\n");
    CHECK(render_table(one_cell(std::string("a\0b", 3)), usual) == "NAME\na\\x00b\n");
}

TEST_CASE("a title from outside is escaped too") {
    const Table table{.columns = {{"a", "A\033B"}}, .rows = {{{"x"}}}};
    CHECK(render_table(table, usual) == "A\\x1bB\nx\n");
}

TEST_CASE("characters younger than the C library stay as they are") {
    CHECK(render_table(one_cell("\U0001FAE8 shaking"), usual) == "NAME\n\U0001FAE8 shaking\n");
}

TEST_CASE("TSV escapes what would break a row and says where there is no value") {
    const Table table{.columns = {{"a", "A"}, {"b", "B"}, {"c", "C"}},
                      .rows = {{{"tab\there"}, {"line\nline\r"}, {"back\\slash"}}, {{}, {""}, {"\\N"}}}};
    CHECK(render_tsv(table) == "tab\\there\tline\\nline\\r\tback\\\\slash\n\\N\t\t\\\\N\n");
}

TEST_CASE("TSV writes other control bytes and invalid UTF-8 in hexadecimal") {
    CHECK(render_tsv(one_cell("日本語 \033[0m \x7f \u0085 \xff \xe3\x81")) ==
          "日本語 \\x1b[0m \\x7f \\xc2\\x85 \\xff \\xe3\\x81\n");
    CHECK(render_tsv(one_cell(std::string("a\0b", 3))) == "a\\x00b\n");
}

TEST_CASE("CSV quotes as RFC 4180 says") {
    const Table table{.columns = {{"a", "A"}, {"b", "B"}},
                      .rows = {{{"plain"}, {"with, comma"}},
                               {{"a \"quoted\" word"}, {"two\nlines"}},
                               {{}, {""}},
                               {{"back\\slash"}, {" blank"}},
                               {{"a\rb\tc"}, {"日本語\xff"}}}};
    CHECK(render_csv(table) ==
          "plain,\"with, comma\"\n"
          "\"a \"\"quoted\"\" word\",\"two\nlines\"\n"
          ",\"\"\n"
          "back\\slash,\" blank\"\n"
          "a\\x0db\\x09c,日本語\\xff\n");
}

TEST_CASE("names are the first column alone") {
    CHECK(render_names(relays()) == "news\ncrm\nown\n");
}

TEST_CASE("columns are chosen by key, in the order asked for") {
    const auto chosen = select_columns(relays(), {"port", "name", "port"});
    REQUIRE(chosen.has_value());
    CHECK(render_tsv(*chosen, Header::yes) ==
          "port\tname\tport\n587\tnews\t587\n465\tcrm\t465\n25\town\t25\n");
}

TEST_CASE("an unknown column is a usage error with the nearest one and the list") {
    CHECK(select_columns(relays(), {"name", "pot"}).error() ==
          base::Error{.kind = base::ErrorKind::usage,
                      .message = "no column \"pot\"",
                      .hint = "did you mean port? columns: name, host, port, security, description"});
    CHECK(select_columns(relays(), {"colour"}).error().hint ==
          "columns: name, host, port, security, description");
    CHECK(select_columns(relays(), {}).error().kind == base::ErrorKind::usage);
}

TEST_CASE("choosing columns fills rows that are too short") {
    const Table table{.columns = {{"a", "A"}, {"b", "B"}}, .rows = {{{"x"}}}};
    CHECK(render_tsv(*select_columns(table, {"b", "a"})) == "\\N\tx\n");
}
