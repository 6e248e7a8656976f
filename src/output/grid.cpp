#include "output/grid.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <numeric>

#include <libsmartcols/libsmartcols.h>

#include "base/text.hpp"
#include "output/characters.hpp"

namespace output {
namespace {

constexpr std::size_t gap = 2;        // blanks between columns
constexpr std::size_t narrowest = 6;  // no column is cut below this

struct Release {
    void operator()(libscols_table* table) const { scols_unref_table(table); }
    void operator()(char* text) const { std::free(text); }
};
using TableHandle = std::unique_ptr<libscols_table, Release>;
using TextHandle = std::unique_ptr<char, Release>;

template <class T>
T* created(T* pointer) {
    if (!pointer) throw std::bad_alloc();
    return pointer;
}

// libsmartcols fails on these calls for want of memory only.
void check(int code) {
    if (code != 0) throw std::bad_alloc();
}

// Fit for a terminal, and such that its width is known.
std::string safe(std::string_view text) {
    return measurable(base::printable(text));
}

std::string shown(const Grid& grid, const GridLine& line, std::size_t column) {
    const std::string lines = grid.branch_column == column ? line.lines : "";
    const Cell cell = column < line.cells->size() ? (*line.cells)[column] : Cell{};
    const auto& text = cell.display ? cell.display : cell.text;
    // libsmartcols pads wrongly behind what it cannot measure.
    const bool padded =
        column + 1 < grid.columns.size() || grid.columns[column].alignment == Alignment::right;
    if (text) return lines + (padded ? safe(*text) : base::printable(*text));
    return grid.branch_column ? lines : "-";
}

bool may_be_cut(const Grid& grid, std::size_t column) {
    return !grid.columns[column].never_cut && grid.branch_column != column;
}

struct Widths {
    std::size_t natural = 0;  // of the widest cell or the title
    std::size_t minimum = 0;  // what cutting leaves at least
};

// Cuts the widest columns to one common width, such that all fit into `width` if that is possible at all.
std::vector<std::size_t> fit(const std::vector<Widths>& columns, std::size_t width) {
    const auto at_level = [&](std::size_t level) {
        std::vector<std::size_t> result;
        for (const auto& column : columns)
            result.push_back(std::min(column.natural, std::max(level, column.minimum)));
        return result;
    };
    const auto fits = [&](const std::vector<std::size_t>& widths) {
        return std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1)) <= width;
    };
    std::size_t low = 0;
    std::size_t high = 0;
    for (const auto& column : columns)
        high = std::max(high, column.natural);
    if (width == 0 || fits(at_level(high))) return at_level(high);
    while (low + 1 < high) {
        const auto middle = low + (high - low) / 2;
        (fits(at_level(middle)) ? low : high) = middle;
    }
    // What is left over goes to the first columns that can use it.
    auto result = at_level(low);
    for (std::size_t i = 0; i < result.size(); ++i) {
        if (result[i] >= columns[i].natural || result[i] < low) continue;
        ++result[i];
        if (!fits(result)) {
            --result[i];
            break;
        }
    }
    return result;
}

using Texts = std::vector<std::vector<std::string>>;  // by line, then column

std::vector<std::size_t> column_widths(const Grid& grid, const Texts& texts, Header header, unsigned width) {
    std::vector<Widths> widths(grid.columns.size());
    for (std::size_t column = 0; column < widths.size(); ++column) {
        const auto title = header == Header::yes ? display_width(safe(grid.columns[column].title)) : 0;
        auto& [natural, minimum] = widths[column];
        natural = title;
        for (const auto& row : texts)
            natural = std::max(natural, display_width(row[column]));
        minimum = may_be_cut(grid, column) ? std::min(natural, std::max(title, narrowest)) : natural;
    }
    return fit(widths, width);
}

// The text of every cell, cut to fit.
Texts cut_texts(const Grid& grid, const Terminal& terminal, Header header) {
    Texts texts;
    texts.reserve(grid.lines.size());
    for (const auto& line : grid.lines) {
        auto& row = texts.emplace_back();
        row.reserve(grid.columns.size());
        for (std::size_t column = 0; column < grid.columns.size(); ++column)
            row.push_back(shown(grid, line, column));
    }
    const auto widths = column_widths(grid, texts, header, terminal.width);
    const std::string_view ellipsis = terminal.unicode ? "…" : "...";
    for (auto& row : texts)
        for (std::size_t column = 0; column < row.size(); ++column)
            if (may_be_cut(grid, column)) row[column] = cut_to_width(row[column], widths[column], ellipsis);
    return texts;
}

void add_columns(libscols_table* table, const Grid& grid, Header header) {
    for (const auto& column : grid.columns) {
        // A title that is not shown would widen the column all the same.
        const auto title = header == Header::yes ? safe(column.title) : std::string();
        const int flags = column.alignment == Alignment::right ? SCOLS_FL_RIGHT : 0;
        created(scols_table_new_column(table, title.c_str(), 0, flags));
    }
}

void add_lines(libscols_table* table, const Grid& grid, const Texts& texts) {
    for (std::size_t i = 0; i < grid.lines.size(); ++i) {
        auto* line = created(scols_table_new_line(table, nullptr));
        const auto& cells = *grid.lines[i].cells;
        for (std::size_t column = 0; column < grid.columns.size(); ++column) {
            check(scols_line_set_data(line, column, texts[i][column].c_str()));
            const auto style = column < cells.size() ? cells[column].style : Style::none;
            if (style == Style::none) continue;
            check(scols_cell_set_color(created(scols_line_get_cell(line, column)),
                                       std::string(style_begin(style)).c_str()));
        }
    }
}

// Wide enough for every line as it is, so that libsmartcols neither cuts nor folds: no character takes more
// columns than bytes. No wider: it allocates by it.
std::size_t generous_width(const Grid& grid, const Texts& texts) {
    std::size_t width = 1;
    for (std::size_t column = 0; column < grid.columns.size(); ++column) {
        std::size_t longest = safe(grid.columns[column].title).size();
        for (const auto& row : texts)
            longest = std::max(longest, row[column].size());
        width += longest + gap;
    }
    return width;
}

std::string without_trailing_blanks(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (auto line : base::split(text, '\n')) {
        while (!line.empty() && line.back() == ' ')
            line.remove_suffix(1);
        result += line;
        result += '\n';
    }
    return result;
}

std::string titles_only(const Grid& grid) {
    std::vector<std::string> titles;
    for (const auto& column : grid.columns)
        titles.push_back(safe(column.title));
    return without_trailing_blanks(base::join(titles, std::string(gap, ' ')));
}

}  // namespace

std::string render_grid(const Grid& grid, const Terminal& terminal, Header header) {
    if (grid.columns.empty()) return {};
    if (grid.lines.empty())
        return header == Header::yes ? titles_only(grid) : std::string();  // it prints none

    const auto texts = cut_texts(grid, terminal, header);
    const Utf8Locale locale;  // for libsmartcols
    const TableHandle table(created(scols_new_table()));
    check(scols_table_set_column_separator(table.get(), std::string(gap, ' ').c_str()));
    check(scols_table_enable_noheadings(table.get(), header == Header::no));
    check(scols_table_enable_colors(table.get(), terminal.color));
    // All is printable and cut already: it shall neither escape nor fold.
    check(scols_table_enable_noencoding(table.get(), 1));
    check(scols_table_set_termforce(table.get(), SCOLS_TERMFORCE_ALWAYS));
    check(scols_table_set_termwidth(table.get(), generous_width(grid, texts)));
    add_columns(table.get(), grid, header);
    add_lines(table.get(), grid, texts);

    char* printed = nullptr;
    const int code = scols_print_table_to_string(table.get(), &printed);
    const TextHandle text(printed);
    check(code);
    return without_trailing_blanks(text.get());
}

}  // namespace output
