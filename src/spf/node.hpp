// From a record to the nodes of its terms. Pure; shared by evaluation and lint.
#pragma once

#include <string_view>
#include <vector>

#include "spf/record.hpp"
#include "spf/tree.hpp"

namespace spf {

NodeKind kind_of(const Term& term);
// One node a term, in the order of the record; `texts` are theirs. `outcome` is that of directives and
// redirect; other modifiers have none.
std::vector<Node> make_nodes(const Record& record, const std::vector<std::string_view>& texts,
                             Outcome outcome);

}  // namespace spf
