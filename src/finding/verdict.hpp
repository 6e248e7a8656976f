// What every check answers. "Could not check" is never "missing" and never "wrong".
#pragma once

#include <span>
#include <string_view>

#include "finding/finding.hpp"

namespace finding {

enum class Verdict {
    good,       // checked, and it works; there may be warnings
    bad,        // checked, and the answer is no
    unchecked,  // could not be checked: DNS failure, timeout, no route, 4xx
};
std::string_view to_string(Verdict verdict);  // "good", "bad", "unchecked"

// A bad one before an unchecked one before a good one.
Verdict worse(Verdict a, Verdict b);

bool has_error(std::span<const Finding> findings);

}  // namespace finding
