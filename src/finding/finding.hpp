// What a check noticed: one condition, with its cause and the way out.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace finding {

enum class Severity { error, warning, info };
std::string_view to_string(Severity severity);  // "error", "warning", "info"

// One row of the catalogue: everything about an id that does not depend on the case at hand.
struct Entry {
    std::string_view id;  // stable, "spf-too-many-lookups"
    Severity severity;
    std::string_view summary;    // one line, what is wrong
    std::string_view cause;      // why it happens and what follows
    std::string_view remedy;     // what to do, in general words
    std::string_view reference;  // "RFC 7208 section 4.6.4"; empty where no standard speaks of it
};

struct Finding {
    std::string id;                          // a catalogue id
    Severity severity = Severity::error;     // the catalogue's
    std::string subject;                     // the record or server it is about: "_dmarc.example.com"
    std::string observed;                    // what was seen here, one line, not escaped
    std::string remedy;                      // what to type or paste; the catalogue's when empty on making
    std::string text = {};                   // the text in which the fault stands, or empty
    std::optional<std::size_t> offset = {};  // where in `text`, in bytes, for the caret

    bool operator==(const Finding&) const = default;
};

// The whole catalogue, sorted by id.
std::span<const Entry> catalogue();
const Entry* find_entry(std::string_view id);

// Severity and (unless given) remedy come from the catalogue; an id that is not in it is a bug
// (std::logic_error).
Finding make(std::string_view id, std::string subject, std::string observed, std::string remedy = {});

}  // namespace finding
