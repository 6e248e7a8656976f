#include "finding/verdict.hpp"

#include <algorithm>

namespace finding {

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::good:
            return "good";
        case Verdict::bad:
            return "bad";
        case Verdict::unchecked:
            return "unchecked";
    }
    return "?";
}

Verdict worse(Verdict a, Verdict b) {
    if (a == Verdict::bad || b == Verdict::bad) return Verdict::bad;
    if (a == Verdict::unchecked || b == Verdict::unchecked) return Verdict::unchecked;
    return Verdict::good;
}

bool has_error(std::span<const Finding> findings) {
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& finding) { return finding.severity == Severity::error; });
}

}  // namespace finding
