// What a store must be able to take of a declaration. Pure.
#pragma once

#include "app/declared_state.hpp"

namespace app {

// That of this name, which the declaration has.
const DeclaredRelay& find_declared_relay(const Declaration& declaration, std::string_view name);
const DeclaredKey& find_declared_key(const Declaration& declaration, std::string_view name);

// May the changes, which are differences of the two, be made? Errors: those of apply().
base::Result<void> check_changes(const StoredState& before, const Declaration& declaration,
                                 const std::vector<relay::ThingChange>& changes);

}  // namespace app
