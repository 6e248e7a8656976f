// What a store must be able to take of a declaration. Pure.
#pragma once

#include "app/declared_state.hpp"

namespace app {

// The relays and keys of a declaration, which must outlive it, by name.
class DeclaredByName {
  public:
    explicit DeclaredByName(const Declaration& declaration);

    // That of this name, which the declaration has.
    const DeclaredRelay& relay(std::string_view name) const { return *relays_.find(name)->second; }
    const DeclaredKey& key(std::string_view name) const { return *keys_.find(name)->second; }

  private:
    ByName<const DeclaredRelay*> relays_;
    ByName<const DeclaredKey*> keys_;
};

// A new key as it comes in: active only where the declaration says since when, as that of an export does, for
// otherwise nobody knows that its record is published. What is retired stays so.
relay::DkimKey as_new(const relay::DkimKey& declared);

// May the changes, which are differences of the two, be made? Errors: those of apply().
base::Result<void> check_changes(const StoredState& before, const Declaration& declaration,
                                 const std::vector<relay::ThingChange>& changes);

}  // namespace app
