#include "output/tree.hpp"

#include <string_view>

#include "output/grid.hpp"

namespace output {
namespace {

constexpr std::size_t deepest = 64;

// libsmartcols could draw the lines, but below a last child it indents by two columns whatever the symbols
// are.
struct Symbols {
    std::string_view branch, last, vertical, blank;
};
constexpr Symbols boxes{"├─ ", "└─ ", "│  ", "   "};
constexpr Symbols ascii{"|- ", "`- ", "|  ", "   "};

// `before` is what stands before all the branches; it grows by one symbol a level.
void add_lines(Grid& grid, const std::vector<Branch>& branches, const Symbols& symbols, std::size_t depth,
               const std::string& before) {
    for (std::size_t i = 0; i < branches.size(); ++i) {
        const bool last = i + 1 == branches.size();
        const bool root = depth == 0;
        grid.lines.push_back(
            {.cells = &branches[i].cells,
             .lines = root ? "" : before + std::string(last ? symbols.last : symbols.branch)});
        const bool indents = !root && depth < deepest;
        add_lines(grid, branches[i].children, symbols, depth + 1,
                  indents ? before + std::string(last ? symbols.blank : symbols.vertical) : before);
    }
}

}  // namespace

std::string render_tree(const Tree& tree, const Terminal& terminal, Header header) {
    Grid grid{.columns = tree.columns, .branch_column = tree.branch_column, .lines = {}};
    add_lines(grid, tree.roots, terminal.unicode ? boxes : ascii, 0, {});
    return render_grid(grid, terminal, header);
}

}  // namespace output
