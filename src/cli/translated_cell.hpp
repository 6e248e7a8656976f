// Cells of tables in the language of the reader.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>

#include "base/translation.hpp"
#include "cli/listing.hpp"

namespace cli {

// The name of a member, as a template argument.
template <std::size_t size>
struct MemberName {
    consteval MemberName(const char (&name)[size]) { std::copy_n(name, size, text); }
    char text[size];
};

// ColumnView::cell for a member that is a text of the program's own.
template <MemberName name>
output::Cell translated_cell(const output::Value& item) {
    return {.text = std::string(base::translated(member_text(item, name.text).value_or("")))};
}

}  // namespace cli
