#include "cli/item_stream.hpp"

#include <fmt/format.h>

#include "output/json.hpp"

namespace cli {

base::Result<ItemStream> ItemStream::create(Context& context, const Arguments& arguments,
                                            std::string_view schema, std::span<const ColumnView> columns) {
    Console& console = context.console();
    TRY(auto format, chosen_format(context, console, arguments));
    // Columns chosen by hand cannot be aligned before all is known.
    if (format == Format::table && arguments.value("--columns")) format = Format::tsv;
    return ItemStream(console, arguments, schema, columns, format);
}

void ItemStream::append(std::string& text, const ItemForms& forms) {
    const bool whole = !arguments_.value("--columns");
    switch (format_) {
        case Format::table:
            text += forms.line();
            break;
        case Format::jsonl:
            if (whole)
                output::append_json_line(text, forms.item());
            else
                append_listing(text, forms.rows(), Format::jsonl, output::Header::no);
            break;
        case Format::json:
            for (auto& item : whole ? output::Value::Array{forms.item()} : forms.rows()) {
                const bool first = std::exchange(first_, false);
                text += first ? fmt::format("{{\"schema\":\"{}\",\"items\":[\n", schema_) : ",\n";
                append_listing(text, {std::move(item)}, Format::jsonl, output::Header::no);
                text.pop_back();  // the newline of the item
            }
            break;
        case Format::name:
            text += output::render_names(
                {.columns = {{.key = "name", .title = ""}}, .rows = {{{.text = forms.name}}}});
            break;
        case Format::tsv:
        case Format::csv: {
            const bool header = std::exchange(first_, false) && arguments_.flag("--header");
            append_listing(text, forms.rows(), format_, header ? output::Header::yes : output::Header::no);
            break;
        }
    }
}

void ItemStream::append_listing(std::string& text, output::Value::Array items, Format format,
                                output::Header header) const {
    const Listing listing{.schema = std::string(schema_), .columns = columns_, .items = std::move(items)};
    // check_output() has seen the columns: nothing is left to fail.
    text += listing_text(listing, format, arguments_, console_->terminal(), header).value();
}

std::string ItemStream::end() const {
    if (format_ != Format::json) return {};
    return first_ ? fmt::format("{{\"schema\":\"{}\",\"items\":[]}}\n", schema_) : "\n]}\n";
}

}  // namespace cli
