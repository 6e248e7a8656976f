// What was read of the store, kept while its configuration stays the same.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "store/sqlite.hpp"

namespace store {

template <class T>
class Kept {
  public:
    // Within a write transaction, which send begins for each message, what has not changed is not read again.
    // Elsewhere nothing is kept: a list of very many relays is wanted once.
    template <class Read>
    base::Result<T> read(Connection& connection, Read read_now) {
        if (!connection.in_transaction()) return read_now();
        TRY(const auto generation, connection.integer("SELECT generation FROM configuration"));
        if (kept_ && kept_->first == generation) return kept_->second;
        TRY(auto value, read_now());
        return kept_.emplace(generation, std::move(value)).second;
    }
    // What was read within a transaction that is taken back was never there.
    void forget() { kept_.reset(); }

  private:
    std::optional<std::pair<std::int64_t, T>> kept_;
};

}  // namespace store
