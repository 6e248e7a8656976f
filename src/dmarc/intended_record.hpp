// What was meant by a text that is no good DMARC record. Pure. Internal to this room.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dmarc {

const std::vector<std::string>& known_tags();
bool is_known_tag(std::string_view name);

// The record to publish in its place, with all of its tags: the version in front, semicolons for what else
// stands between tags, equals signs for colons, no marks of editors. nullopt = not clear, or it would be no
// good record either.
std::optional<std::string> intended_record(std::string_view text);

}  // namespace dmarc
