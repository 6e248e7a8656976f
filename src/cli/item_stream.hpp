// Items as text, one after the other as they are found, in the format asked for.
#pragma once

#include <functional>
#include <string>

#include "cli/listing.hpp"

namespace cli {

// What one item looks like; only the form that is needed is made.
struct ItemForms {
    std::string name;                            // of --quiet
    std::function<output::Value()> item;         // JSON
    std::function<output::Value::Array()> rows;  // TSV and CSV
    std::function<std::string()> line;           // for people: one line with its end
};

class ItemStream {
  public:
    // `schema` and `columns` live as long as the program. Errors: usage, for --output.
    static base::Result<ItemStream> create(Context& context, const Arguments& arguments,
                                           std::string_view schema, std::span<const ColumnView> columns);

    void append(std::string& text, const ItemForms& forms);
    std::string end() const;  // what a document needs behind its last item
    // Whether the output of a later run may stand behind that of this one.
    bool can_go_on() const { return format_ != Format::json; }
    bool is_table() const { return format_ == Format::table; }
    bool is_names() const { return format_ == Format::name; }

  private:
    ItemStream(Console& console, Arguments arguments, std::string_view schema,
               std::span<const ColumnView> columns, Format format)
        : console_(&console),
          arguments_(std::move(arguments)),
          schema_(schema),
          columns_(columns),
          format_(format) {}
    void append_listing(std::string& text, output::Value::Array items, Format format,
                        output::Header header) const;

    Console* console_;
    Arguments arguments_;
    std::string_view schema_;
    std::span<const ColumnView> columns_;
    Format format_;
    bool first_ = true;
};

}  // namespace cli
