#include "cli/listing.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/translation.hpp"
#include "output/json.hpp"

namespace cli {

using output::Value;

base::Result<Format> parse_format(std::string_view word) {
    for (std::size_t i = 0; i < std::size(format_words); ++i)
        if (word == format_words[i]) return static_cast<Format>(i);
    return base::usage_error(fmt::format("no such output format: {}: it is {}", base::quoted(word),
                                         fmt::join(format_words, ", ")));
}

base::Result<Format> chosen_format(const Context&, Console& console, const Arguments& arguments) {
    if (const auto word = arguments.value("--output")) return parse_format(*word);
    if (arguments.flag("--quiet")) return Format::name;
    return console.output_is_terminal() ? Format::table : Format::tsv;
}

bool wants_json(const Arguments& arguments) {
    const auto word = arguments.value("--output").value_or("");
    return word == "json" || word == "jsonl";
}

bool wants_objects(Format format, const Arguments& arguments) {
    return (format == Format::json || format == Format::jsonl) && !arguments.value("--columns");
}

namespace {

std::optional<std::string> value_text(const Value& value) {
    struct Text {
        std::optional<std::string> operator()(std::nullptr_t) const { return std::nullopt; }
        std::optional<std::string> operator()(bool truth) const { return truth ? "yes" : "no"; }
        std::optional<std::string> operator()(std::int64_t number) const { return std::to_string(number); }
        std::optional<std::string> operator()(const std::string& text) const { return text; }
        std::optional<std::string> operator()(const Value::Array& elements) const {
            if (elements.empty()) return std::nullopt;
            std::vector<std::string> texts;
            for (const auto& element : elements)
                texts.push_back(value_text(element).value_or(""));
            return base::join(texts, ",");
        }
        std::optional<std::string> operator()(const Value::Object&) const { return std::nullopt; }
        std::optional<std::string> operator()(const std::shared_ptr<const output::Fragment>& part) const {
            return value_text(part->value);
        }
    };
    return std::visit(Text{}, value.data());
}

enum class Reader { machine, person };

// What a view made for people, and what is the program's own, in their language.
void speak(output::Cell& cell, const ColumnView& column) {
    if (cell.display)
        cell.display = base::translated_message(*cell.display);
    else if (column.spoken && cell.text)
        cell.display = base::translated_message(*cell.text);
}

output::Table make_table(const Listing& listing, const std::vector<const ColumnView*>& columns,
                         Reader reader) {
    output::Table table;
    for (const auto* column : columns)
        table.columns.push_back(
            {.key = std::string(column->key),
             .title = std::string(column->title),
             .alignment = column->number ? output::Alignment::right : output::Alignment::left,
             .never_cut = column->never_cut});
    for (const auto& item : listing.items) {
        output::Row row;
        for (const auto* column : columns) {
            row.push_back(column->cell != nullptr ? column->cell(item)
                                                  : output::Cell{.text = member_text(item, column->key)});
            if (reader == Reader::person) speak(row.back(), *column);
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

base::Result<output::Table> chosen_table(const Listing& listing, const Arguments& arguments, Format format) {
    std::vector<const ColumnView*> columns;
    const auto asked = arguments.value("--columns");
    for (const auto& column : listing.columns)
        if (asked || column.shown) columns.push_back(&column);
    auto table = make_table(listing, columns, format == Format::table ? Reader::person : Reader::machine);
    if (!asked) return table;
    std::vector<std::string> keys;
    for (const auto key : base::split(*asked, ','))
        keys.emplace_back(base::trim(key));
    return output::select_columns(std::move(table), keys);
}

// What a table shows of a column that is no member.
Value cell_value(const Listing& listing, std::string_view key, const Value& item) {
    const auto column = std::find_if(listing.columns.begin(), listing.columns.end(),
                                     [&](const ColumnView& view) { return view.key == key; });
    if (column == listing.columns.end() || column->cell == nullptr) return {};
    auto text = column->cell(item).text;
    return text ? Value(std::move(*text)) : Value();
}

// JSON with --columns holds these members only.
Value::Array chosen_items(const Listing& listing, const Arguments& arguments) {
    const auto asked = arguments.value("--columns");
    if (!asked) return listing.items;
    Value::Array items;
    for (const auto& item : listing.items) {
        Value chosen = Value::object();
        for (const auto key : base::split(*asked, ',')) {
            const auto name = base::trim(key);
            const Value* member = item.find(name);
            chosen.set(std::string(name), member == nullptr ? cell_value(listing, name, item) : *member);
        }
        items.push_back(std::move(chosen));
    }
    return items;
}

// The names of the items, each once: a probe has a row for each combination.
output::Table name_table(const Listing& listing) {
    Listing once{.schema = listing.schema, .columns = listing.columns, .items = {}};
    std::set<std::string> seen;
    for (const auto& item : listing.items)
        if (seen.insert(member_text(item, listing.columns.front().key).value_or("")).second)
            once.items.push_back(item);
    return make_table(once, {&listing.columns.front()}, Reader::machine);
}

}  // namespace

std::optional<std::string> member_text(const Value& item, std::string_view key) {
    const Value* member = item.find(key);
    return member == nullptr ? std::nullopt : value_text(*member);
}

bool wants_columns_listed(const Command& command, const Arguments& arguments) {
    return (command.groups & output_group) != 0 && !command.columns.empty() &&
           arguments.value("--columns") == "help";
}

std::string columns_text(const Command& command) {
    std::string text;
    for (const auto& column : command.columns)
        text += std::string(column.key) + "\n";
    return text;
}

base::Result<void> check_output(const Command& command, const Arguments& arguments) {
    if (const auto word = arguments.value("--output")) {
        TRY_VOID(parse_format(*word));
        if (arguments.flag("--quiet"))
            return base::usage_error("--quiet and --output cannot be given together");
    }
    if (!arguments.value("--columns")) return {};
    if (command.columns.empty())
        return base::usage_error(fmt::format("{} prints no columns", command.path),
                                 fmt::format("relayctl help {}", command.path));
    const Listing empty{.schema = "", .columns = command.columns, .items = {}};
    TRY_VOID(chosen_table(empty, arguments, Format::tsv));
    return {};
}

base::Result<std::string> listing_text(const Listing& listing, Format format, const Arguments& arguments,
                                       const output::Terminal& terminal, output::Header header) {
    if (format == Format::json)
        return output::render_json(output::document(listing.schema, chosen_items(listing, arguments)));
    if (format == Format::jsonl) {
        std::string lines;
        for (const auto& item : chosen_items(listing, arguments))
            output::append_json_line(lines, item);
        return lines;
    }
    TRY(const auto table, chosen_table(listing, arguments, format));
    switch (format) {
        case Format::table:
            return output::render_table(table, terminal, header);
        case Format::tsv:
            return output::render_tsv(table, header);
        case Format::csv:
            return output::render_csv(table, header);
        case Format::name:
            return output::render_names(name_table(listing));
        case Format::json:
        case Format::jsonl:
            break;
    }
    return std::string();
}

base::Result<void> print_listing(Context& context, const Arguments& arguments, const Listing& listing) {
    Console& console = context.console();
    TRY(const auto format, chosen_format(context, console, arguments));
    const bool header = format == Format::table || arguments.flag("--header");
    TRY(const auto text, listing_text(listing, format, arguments, console.terminal(),
                                      header ? output::Header::yes : output::Header::no));
    console.print(text);
    return {};
}

base::Result<void> print_item(Context& context, const Arguments& arguments, const Listing& listing) {
    Console& console = context.console();
    TRY(const auto format, chosen_format(context, console, arguments));
    if (format != Format::table &&
        (format != Format::tsv || arguments.value("--output") || arguments.value("--columns")))
        return print_listing(context, arguments, listing);
    output::Table table{.columns = {{.key = "field", .title = "FIELD", .never_cut = true},
                                    {.key = "value", .title = "VALUE", .never_cut = true}}};
    TRY(const auto wide, chosen_table(listing, arguments, format));
    for (const auto& row : wide.rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            table.rows.push_back({{.text = wide.columns[i].key}, row[i]});
    console.print(format == Format::table
                      ? output::render_table(table, console.terminal(), output::Header::no)
                      : output::render_tsv(table));
    return {};
}

}  // namespace cli
