// Reading the members of a declaration: each by its name, with its place in every error.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "input/node.hpp"

namespace cli {

// A node and where it stands: "relays.news.port".
struct Placed {
    const input::Node& node;
    std::string path;
};

// The error with the place in front: "relays.news.port (line 7): ...".
base::Error at(const Placed& place, base::Error error);

// Errors: usage, when the node is of another kind. None shows the value.
base::Result<const input::Object*> object_of(const Placed& place);
base::Result<const input::Array*> array_of(const Placed& place);
base::Result<std::string> text_of(const Placed& place);
base::Result<bool> truth_of(const Placed& place);
base::Result<std::string> number_of(const Placed& place);  // its decimal digits, for the parsers of text
base::Result<std::vector<std::string>> texts_of(const Placed& place);

// A member that an object may have, and what takes its value into the thing. A null is no member.
template <class Thing>
struct Field {
    std::string_view name;
    base::Result<void> (*take)(const Placed& place, Thing& thing);
};

base::Error unknown_field(const Placed& place, const std::string& name, unsigned line,
                          const std::vector<std::string>& known);

// Every member through its field. Errors: usage: a member that is no field, with the nearest one; the
// fields'.
template <class Thing>
base::Result<void> take_fields(const Placed& place, std::span<const Field<Thing>> fields, Thing& thing) {
    TRY(const auto* object, object_of(place));
    for (const auto& [name, node] : *object) {
        const Field<Thing>* found = nullptr;
        std::vector<std::string> known;
        for (const auto& field : fields) {
            if (field.name == name) found = &field;
            known.emplace_back(field.name);
        }
        if (found == nullptr) return unknown_field(place, name, node.line, known);
        if (node.is_null()) continue;
        const Placed member{node, place.path.empty() ? name : place.path + "." + name};
        auto taken = found->take(member, thing);
        if (taken.has_error()) return at(member, std::move(taken).error());
    }
    return {};
}

// take(place, parse): the parsed text into a member.
template <class Parse, class Member>
base::Result<void> take_text(const Placed& place, Parse parse, Member& member) {
    TRY(const auto text, text_of(place));
    auto value = parse(text);
    if (value.has_error()) return std::move(value).error();
    member = std::move(*value);
    return {};
}
template <class Parse, class Member>
base::Result<void> take_number(const Placed& place, Parse parse, Member& member) {
    TRY(const auto text, number_of(place));
    auto value = parse(text);
    if (value.has_error()) return std::move(value).error();
    member = std::move(*value);
    return {};
}
template <class Parse, class Set>
base::Result<void> take_texts(const Placed& place, Parse parse, Set& set) {
    TRY(const auto texts, texts_of(place));
    for (const auto& text : texts) {
        auto value = parse(text);
        if (value.has_error()) return std::move(value).error();
        set.insert(std::move(*value));
    }
    return {};
}

}  // namespace cli
