// A compiled catalogue of gettext (.mo: GNU gettext manual, "The Format of GNU MO Files").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base {

using CatalogueTexts = std::vector<std::pair<std::string, std::string>>;  // text, translation

// Its texts and their translations, in the file's order; of a plural the first forms. nullopt when the bytes
// are no catalogue. Whatever they are, nothing outside of them is read.
std::optional<CatalogueTexts> read_catalogue(std::string_view bytes);

}  // namespace base
