#include "output/table.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "output/grid.hpp"

namespace output {

std::string render_table(const Table& table, const Terminal& terminal, Header header) {
    Grid grid{.columns = table.columns, .branch_column = std::nullopt, .lines = {}};
    grid.lines.reserve(table.rows.size());
    for (const auto& row : table.rows)
        grid.lines.push_back({.cells = &row});
    return render_grid(grid, terminal, header);
}

base::Result<Table> select_columns(Table table, const std::vector<std::string>& keys) {
    std::vector<std::string> known;
    for (const auto& column : table.columns)
        known.push_back(column.key);
    const std::string all = "columns: " + base::join(known, ", ");
    if (keys.empty()) return base::usage_error("no column is named", all);

    std::vector<std::size_t> chosen;
    for (const auto& key : keys) {
        const auto found = std::find(known.begin(), known.end(), key);
        if (found == known.end()) {
            const auto near = base::nearest(key, known);
            return base::usage_error("no column " + base::quoted(key),
                                     near ? "did you mean " + *near + "? " + all : all);
        }
        chosen.push_back(static_cast<std::size_t>(found - known.begin()));
    }

    Table result;
    for (const auto i : chosen)
        result.columns.push_back(table.columns[i]);
    result.rows.reserve(table.rows.size());
    for (auto& row : table.rows) {
        Row cells;
        for (const auto i : chosen)
            cells.push_back(i < row.size() ? row[i] : Cell{});
        result.rows.push_back(std::move(cells));
    }
    return result;
}

}  // namespace output
