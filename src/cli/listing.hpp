// From items to text in the format asked for. An item is the JSON object of the thing; the columns of the
// tables name its members, so that a field's name stands in one place.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/command.hpp"
#include "cli/context.hpp"
#include "cli/format.hpp"
#include "output/table.hpp"
#include "output/value.hpp"

namespace cli {

struct ColumnView {
    std::string_view key;    // the member of the item, the word of --columns
    std::string_view title;  // on a terminal
    bool shown = true;       // without --columns
    bool never_cut = false;
    bool number = false;
    bool spoken = false;  // a text of the program's own: a person reads it in their language
    output::Cell (*cell)(const output::Value& item) = nullptr;  // nullptr: the member as it is
};

struct Listing {
    std::string schema;  // "relayctl.relay.list/1"
    std::span<const ColumnView> columns;
    output::Value::Array items;
};

// --output and --quiet, else table on a terminal and TSV on a pipe.
base::Result<Format> chosen_format(const Context& context, Console& console, const Arguments& arguments);

// Is it --columns help, of a command that has columns?
bool wants_columns_listed(const Command& command, const Arguments& arguments);
std::string columns_text(const Command& command);  // the words of --columns, one a line

// Is what --output, --quiet and --columns say possible for the command? Errors: usage.
base::Result<void> check_output(const Command& command, const Arguments& arguments);

// The listing in a format; of the arguments, --columns counts. Errors: usage, for --columns.
base::Result<std::string> listing_text(const Listing& listing, Format format, const Arguments& arguments,
                                       const output::Terminal& terminal, output::Header header);

// Prints the listing as asked for on standard output. Errors: usage, for --output and --columns.
base::Result<void> print_listing(Context& context, const Arguments& arguments, const Listing& listing);

// One item as "key  value" lines on a terminal, "key<TAB>value" on a pipe, a one-item document in JSON.
base::Result<void> print_item(Context& context, const Arguments& arguments, const Listing& listing);

// True when --output asks for JSON: then messages stay away from standard output.
bool wants_json(const Arguments& arguments);

// True when each thing is printed as its one JSON object: JSON without --columns, which ask for the rows of a
// table in JSON too.
bool wants_objects(Format format, const Arguments& arguments);

// The text of a member in a table: lists joined by commas, yes and no for booleans, absent for null.
std::optional<std::string> member_text(const output::Value& item, std::string_view key);

}  // namespace cli
