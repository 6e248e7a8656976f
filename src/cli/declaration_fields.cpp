#include "cli/declaration_fields.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace cli {

namespace {

std::string words_of(const std::string& path, unsigned line) {
    const auto name = path.empty() ? std::string("the document") : base::printable(path);
    return line == 0 ? name : fmt::format("{} (line {})", name, line);
}

template <class T>
base::Result<const T*> get(const Placed& place, std::string_view kind) {
    if (const auto* value = std::get_if<T>(&place.node.data)) return value;
    return base::usage_error(fmt::format("not {}", kind));
}

}  // namespace

base::Error at(const Placed& place, base::Error error) {
    // The innermost place is the one that counts.
    if (error.context.empty()) error.context = words_of(place.path, place.node.line);
    return error;
}

base::Result<const input::Object*> object_of(const Placed& place) {
    auto object = get<input::Object>(place, "a table of names and values");
    if (object.has_error()) return at(place, std::move(object).error());
    return object;
}

base::Result<const input::Array*> array_of(const Placed& place) {
    return get<input::Array>(place, "a list");
}

base::Result<std::string> text_of(const Placed& place) {
    TRY(const auto* text, get<std::string>(place, "a text in quotes"));
    return *text;
}

base::Result<bool> truth_of(const Placed& place) {
    TRY(const auto* truth, get<bool>(place, "true or false"));
    return *truth;
}

base::Result<std::string> number_of(const Placed& place) {
    TRY(const auto* number, get<std::int64_t>(place, "a whole number"));
    return std::to_string(*number);
}

base::Result<std::vector<std::string>> texts_of(const Placed& place) {
    TRY(const auto* array, array_of(place));
    std::vector<std::string> texts;
    for (const auto& node : *array) {
        auto text = text_of({node, place.path});
        if (text.has_error()) return base::usage_error("not a list of texts in quotes");
        texts.push_back(std::move(*text));
    }
    return texts;
}

base::Error unknown_field(const Placed& place, const std::string& name, unsigned line,
                          const std::vector<std::string>& known) {
    const auto nearest = base::nearest(name, known);
    const auto path = place.path.empty() ? name : place.path + "." + name;
    base::Error error =
        base::usage_error("there is no such field",
                          nearest ? "did you mean " + *nearest + "?" : "there is " + base::join(known, ", "));
    error.context = words_of(path, line);
    return error;
}

}  // namespace cli
