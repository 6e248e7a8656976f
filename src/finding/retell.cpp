#include "finding/retell.hpp"

namespace finding {

void retell(std::span<Finding> findings, std::string_view from, std::string_view to) {
    for (auto& finding : findings) {
        if (finding.id != from) continue;
        auto told = make(to, std::move(finding.subject), std::move(finding.observed));
        told.text = std::move(finding.text);
        told.offset = finding.offset;
        finding = std::move(told);
    }
}

}  // namespace finding
