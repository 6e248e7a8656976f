// What every check answers.
#pragma once

#include <string_view>

namespace app {

enum class Verdict {
    good,
    bad,        // checked, and the answer is no
    unchecked,  // could not be checked: DNS failure, timeout, no route, 4xx
};
std::string_view to_string(Verdict verdict);  // "good", "bad", "unchecked"

}  // namespace app
