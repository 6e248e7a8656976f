// What a store must be able to take of a declaration. Pure.
#pragma once

#include "app/declared_state.hpp"

namespace app {

// That of this name, which the declaration has.
const DeclaredRelay& find_declared_relay(const Declaration& declaration, std::string_view name);
const DeclaredKey& find_declared_key(const Declaration& declaration, std::string_view name);

// A new key as it comes in: active only where the declaration says since when, as that of an export does, for
// otherwise nobody knows that its record is published. What is retired stays so.
relay::DkimKey as_new(const relay::DkimKey& declared);

// May the changes, which are differences of the two, be made? Errors: those of apply().
base::Result<void> check_changes(const StoredState& before, const Declaration& declaration,
                                 const std::vector<relay::ThingChange>& changes);

}  // namespace app
