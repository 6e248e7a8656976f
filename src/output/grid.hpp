// What a table and a tree have in common: lines of cells, printed by libsmartcols. For the sources of this
// room only.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "output/table.hpp"

namespace output {

struct GridLine {
    const Row* cells = nullptr;  // borrowed
    std::string lines = {};      // drawn before the text of the branch column: "│  └─ "
};

struct Grid {
    std::span<const Column> columns;  // borrowed
    std::optional<std::size_t> branch_column;
    std::vector<GridLine> lines;
};

std::string render_grid(const Grid& grid, const Terminal& terminal, Header header);

}  // namespace output
