#include "cli/views/change_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/translation.hpp"
#include "output/wrap.hpp"

namespace cli {

using output::Cell;
using output::Style;
using output::Value;

namespace {

constexpr std::string_view thing_words[] = {"relay", "domain", "dkim_key", "setting", "region"};

std::string_view word_of(relay::Thing thing) {
    return thing_words[static_cast<std::size_t>(thing)];
}

// Several changes in one cell: "; " between them, for commas are inside. People are told in front of them,
// where nothing is cut, what was undone; a script has columns for it.
Cell summary_cell(const Value& item) {
    const Value* summary = item.find("summary");
    std::vector<std::string> lines;
    if (summary != nullptr)
        if (const auto* list = std::get_if<Value::Array>(&summary->data()))
            for (const auto& line : *list)
                if (const auto* text = std::get_if<std::string>(&line.data())) lines.push_back(*text);
    auto text = base::join(lines, "; ");
    Cell cell{.text = text};
    if (const auto undoes = member_text(item, "undoes"))
        cell.display = text = fmt::format("undid {}: {}", *undoes, text);
    if (const auto undone_by = member_text(item, "undone_by")) {
        cell.display = fmt::format("undone by {}: {}", *undone_by, text);
        cell.style = Style::dim;
    }
    return cell;
}

Style style_of(std::string_view action) {
    return action == "added" ? Style::good : action == "deleted" ? Style::bad : Style::warn;
}

Cell action_cell(const Value& item) {
    const auto action = member_text(item, "action").value_or("");
    return {.text = action, .style = style_of(action)};
}

Cell what_cell(const Value& item) {
    return {.text = member_text(item, "summary").value_or("")};
}

constexpr ColumnView columns[] = {
    {.key = "id", .title = "CHANGE", .never_cut = true, .number = true},
    {.key = "at", .title = "WHEN", .never_cut = true},
    {.key = "who", .title = "WHO"},
    {.key = "command", .title = "COMMAND"},
    {.key = "summary", .title = "WHAT", .spoken = true, .cell = summary_cell},
    {.key = "undoes", .title = "UNDOES", .shown = false, .number = true},
    {.key = "undone_by", .title = "UNDONE BY", .shown = false, .number = true},
};

// The first is what --quiet prints.
constexpr ColumnView thing_columns[] = {
    {.key = "name", .title = "NAME", .never_cut = true},
    {.key = "thing", .title = "THING", .never_cut = true},
    {.key = "action", .title = "ACTION", .never_cut = true, .cell = action_cell},
    {.key = "summary", .title = "WHAT", .spoken = true, .cell = what_cell},
};

std::string words_of(const relay::FieldChange& field) {
    if (!field.before && !field.after) return "changed";
    return fmt::format("{} -> {}", field.before.value_or("none"), field.after.value_or("none"));
}

}  // namespace

Value change_item(const relay::Change& change) {
    Value summary = Value::array(), things = Value::array(), lost = Value::array();
    for (const auto& thing : change.things) {
        summary.push_back(relay::to_string(thing));
        things.push_back(thing_change_item(thing));
    }
    for (const auto& secret : change.lost)
        lost.push_back(Value::object({{"thing", word_of(secret.thing)}, {"name", secret.name}}));
    return Value::object({
        {"id", change.id},
        {"at", base::to_rfc3339(change.at)},
        {"who", change.origin.who},
        {"command", change.origin.command},
        {"summary", std::move(summary)},
        {"changes", std::move(things)},
        {"lost_secrets", std::move(lost)},
        {"undoes", change.undoes},
        {"undone_by", change.undone_by},
    });
}

std::span<const ColumnView> change_columns() {
    return columns;
}

output::Table change_table(const relay::Change& change) {
    output::Table table{.columns = {{.key = "field", .title = "FIELD", .never_cut = true},
                                    {.key = "value", .title = "VALUE", .never_cut = true}}};
    const auto add = [&](std::string field, std::string value) {
        table.rows.push_back({{.text = std::move(field)}, {.text = std::move(value)}});
    };
    add("change", std::to_string(change.id));
    add("when", base::to_rfc3339(change.at));
    add("who", change.origin.who);
    add("command", change.origin.command);
    if (change.undoes) add("undoes", std::to_string(*change.undoes));
    if (change.undone_by) add("undone by", std::to_string(*change.undone_by));
    for (const auto& thing : change.things) {
        add(std::string(relay::to_string(thing.action)),
            fmt::format("{} {}", relay::to_string(thing.thing), thing.name));
        for (const auto& field : thing.fields)
            add("  " + field.field, words_of(field));
    }
    for (const auto& secret : change.lost)
        add("lost", base::translated_message(fmt::format(
                        "{} of {} {}", secret.thing == relay::Thing::relay ? "password" : "private key",
                        relay::to_string(secret.thing), secret.name)));
    return table;
}

std::string changes_text(const std::vector<relay::ThingChange>& changes, const output::Terminal& terminal) {
    constexpr std::size_t indent = 4, least = 20;
    const std::size_t width =
        terminal.width == 0 ? std::string::npos : std::max<std::size_t>(terminal.width, least);
    std::string text;
    for (const auto& change : changes) {
        const auto action = relay::to_string(change.action);
        text += fmt::format("{} {} {}\n", output::paint(action, style_of(action), terminal),
                            relay::to_string(change.thing), change.name);
        if (change.action == relay::ChangeAction::deleted) continue;
        for (const auto& field : change.fields)
            text += std::string(indent, ' ') +
                    output::wrap(base::printable(fmt::format("{} {}", field.field,
                                                             change.action == relay::ChangeAction::added
                                                                 ? field.after.value_or("")
                                                                 : words_of(field))),
                                 2 * indent, indent, width);
    }
    return text;
}

std::string intention(const relay::ThingChange& change) {
    const auto done = relay::to_string(change);
    std::string_view verb = "edit";
    if (change.action == relay::ChangeAction::added) verb = "add";
    if (change.action == relay::ChangeAction::deleted) verb = "delete";
    return fmt::format("would {}{}", verb, done.substr(done.find(' ')));
}

Value thing_change_item(const relay::ThingChange& change) {
    Value fields = Value::array();
    for (const auto& field : change.fields)
        fields.push_back(
            Value::object({{"field", field.field}, {"before", field.before}, {"after", field.after}}));
    return Value::object({
        {"action", relay::to_string(change.action)},
        {"thing", word_of(change.thing)},
        {"name", change.name},
        {"summary", relay::to_string(change)},
        {"fields", std::move(fields)},
    });
}

std::span<const ColumnView> thing_change_columns() {
    return thing_columns;
}

}  // namespace cli
