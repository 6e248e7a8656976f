// Rows and columns, and the five texts they can become. A cell has a machine form and, where people want
// another, a display form for the terminal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "output/terminal.hpp"

namespace output {

enum class Alignment { left, right };
enum class Header { no, yes };

struct Column {
    std::string key;    // "daily_limit": what --columns takes, and the header of TSV and CSV
    std::string title;  // "LIMIT": the title on a terminal
    Alignment alignment = Alignment::left;
    bool never_cut = false;  // names and whatever is copied by hand
};

// {}                                                    no value
// {"news"}                                              the same text everywhere
// {"2026-11-23T15:56:00Z", "2 days ago"}                exact on a pipe, another on a terminal
// {.text = "fail", .style = Style::bad}
struct Cell {
    std::optional<std::string> text = {};     // machine form: exact, e.g. RFC 3339; absent = no value
    std::optional<std::string> display = {};  // for the terminal; absent = the text, or "-" without a value
    Style style = Style::none;
};

using Row = std::vector<Cell>;  // cells that are missing at its end have no value

struct Table {
    std::vector<Column> columns;
    std::vector<Row> rows = {};
};

// Aligned columns, two blanks apart, cut to the width with an ellipsis ("..." without unicode) save for the
// columns that are never cut, which may then be wider than the terminal. Everything is made printable. A
// table without rows gives its titles only; one without columns gives "".
std::string render_table(const Table& table, const Terminal& terminal, Header header = Header::yes);

// One line a row, TAB between the cells. `\N` = no value; TAB, LF, CR and backslash are \t \n \r \\; other
// control bytes (C0, DEL, C1) and invalid UTF-8 are \xNN. The header holds the keys.
std::string render_tsv(const Table& table, Header header = Header::no);

// RFC 4180 but with LF at the end of a line, as everything else on a Unix pipe. No value is an empty field,
// an empty text is "". A newline may stand in quotes; other control bytes and invalid UTF-8 are \xNN.
std::string render_csv(const Table& table, Header header = Header::no);

// The first column only, one a line, escaped as in TSV; rows without a value there are left out.
std::string render_names(const Table& table);

// The table with the columns asked for, in the order asked for. Errors: usage, for an unknown key (with the
// nearest one and the list) or no key at all.
base::Result<Table> select_columns(Table table, const std::vector<std::string>& keys);

}  // namespace output
