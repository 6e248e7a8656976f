// A relay in a declaration.
#pragma once

#include <filesystem>

#include "app/declaration.hpp"
#include "cli/declaration_fields.hpp"
#include "output/value.hpp"

namespace cli {

// The members that show prints, without id, times and what is observed; the password where it is carried.
output::Value declared_relay_value(const app::DeclaredRelay& declared);

// What is left out is as add makes it. Errors: usage, with the place.
base::Result<app::DeclaredRelay> parse_declared_relay(const std::string& name, const Placed& place,
                                                      const std::filesystem::path& folder);

}  // namespace cli
