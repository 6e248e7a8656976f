#include "finding/finding.hpp"

#include <algorithm>
#include <stdexcept>

namespace finding {

std::string_view to_string(Severity severity) {
    switch (severity) {
        case Severity::error:
            return "error";
        case Severity::warning:
            return "warning";
        case Severity::info:
            return "info";
    }
    return "error";
}

const Entry* find_entry(std::string_view id) {
    const auto entries = catalogue();
    const auto found =
        std::lower_bound(entries.begin(), entries.end(), id,
                         [](const Entry& entry, std::string_view wanted) { return entry.id < wanted; });
    return found != entries.end() && found->id == id ? &*found : nullptr;
}

Finding make(std::string_view id, std::string subject, std::string observed, std::string remedy) {
    const Entry* entry = find_entry(id);
    if (entry == nullptr) throw std::logic_error("finding without a catalogue entry: " + std::string(id));
    return {.id = std::string(id),
            .severity = entry->severity,
            .subject = std::move(subject),
            .observed = std::move(observed),
            .remedy = remedy.empty() ? std::string(entry->remedy) : std::move(remedy)};
}

}  // namespace finding
