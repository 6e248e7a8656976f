// What Tab offers.
#pragma once

#include <string>
#include <vector>

#include "cli/complete_wanted.hpp"
#include "relay/store.hpp"

namespace cli {

struct Candidate {
    std::string text;  // behind Wanted::fixed
    std::string description = {};

    bool operator==(const Candidate&) const = default;
};

// Does the answer depend on what is stored?
bool needs_store(const Wanted& wanted);

// All that begin with what is typed and are not there yet, in the order of the tables and of the store. A
// store that is not there or cannot be read (nullptr, errors) offers nothing; so do names with characters
// that mean something to a shell.
std::vector<Candidate> find_candidates(const Wanted& wanted, relay::Store* store, base::Time now);

}  // namespace cli
