// The table of settings, as texts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "store/sqlite.hpp"

namespace store {

base::Result<std::map<std::string, std::string>> read_settings(Connection& connection);
// nullopt = forget it, no effect if it is not there.
base::Result<void> write_setting(Connection& connection, std::string_view name,
                                 std::optional<std::string_view> value);

}  // namespace store
