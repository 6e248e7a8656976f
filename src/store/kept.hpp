// What was read of the store, kept while its configuration stays the same.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

namespace store {

template <class T>
class Kept {
  public:
    // nullptr = it is of another generation, or nothing is kept.
    const T* find(std::int64_t generation) const {
        return kept_ && kept_->first == generation ? &kept_->second : nullptr;
    }
    const T& keep(std::int64_t generation, T value) {
        return kept_.emplace(generation, std::move(value)).second;
    }
    // What was read within a transaction that is taken back was never there.
    void forget() { kept_.reset(); }

  private:
    std::optional<std::pair<std::int64_t, T>> kept_;
};

}  // namespace store
