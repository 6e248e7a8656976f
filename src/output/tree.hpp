// A table of which one column is a tree, as SPF's terms and a delegation are.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "output/table.hpp"

namespace output {

struct Branch {
    Row cells;
    std::vector<Branch> children = {};
};

struct Tree {
    std::vector<Column> columns;
    std::size_t branch_column = 0;   // the column that carries the lines
    std::vector<Branch> roots = {};  // printed without a line before them
};

// As render_table, with "├─ ", "│  " and "└─ " before the branch column (|- , |  and `- without unicode),
// which is never cut. A cell without value and without display is blank. Deeper than 64 levels is shown
// as 64.
std::string render_tree(const Tree& tree, const Terminal& terminal, Header header = Header::yes);

}  // namespace output
