// JSON text (RFC 8259). Any bytes may stand in strings: invalid UTF-8 becomes U+FFFD; DEL and the C1 controls
// are escaped beside those that JSON itself asks for. No function throws, whatever the value holds.
#pragma once

#include <string>

#include "output/value.hpp"

namespace output {

// Indented by two blanks, with a newline at the end.
std::string render_json(const Value& value);
// One line with its newline: JSON Lines.
std::string render_json_line(const Value& value);
// The same, behind what the sink holds: for streams of many lines.
// For a part of many lines: it is written once.
std::shared_ptr<const Fragment> make_fragment(Value value);
void append_json_line(std::string& sink, const Value& value);

}  // namespace output
