// Changes of the store as items of the output: those of the history, and those that apply and diff tell.
#pragma once

#include <span>

#include "cli/listing.hpp"
#include "relay/change.hpp"

namespace cli {

output::Value change_item(const relay::Change& change);
std::span<const ColumnView> change_columns();
// One change for a terminal: a field a line, nothing cut.
output::Table change_table(const relay::Change& change);

// Changes for a terminal: each with its fields below, but what is deleted, nothing cut, in lines of its
// width.
std::string changes_text(const std::vector<relay::ThingChange>& changes, const output::Terminal& terminal);

// "would add relay news", of "added relay news".
std::string intention(const relay::ThingChange& change);

output::Value thing_change_item(const relay::ThingChange& change);
std::span<const ColumnView> thing_change_columns();

}  // namespace cli
