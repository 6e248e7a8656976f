#include "cli/arguments.hpp"

#include <stdexcept>

namespace cli {

const Arguments::Entry& Arguments::entry(std::string_view option) const {
    const auto found = entries_.find(option);
    if (found == entries_.end()) throw std::logic_error("the command has no option " + std::string(option));
    return found->second;
}

bool Arguments::flag(std::string_view option) const {
    return entry(option).count > 0;
}

std::optional<std::string> Arguments::value(std::string_view option) const {
    const auto& values = entry(option).values;
    return values.empty() ? std::nullopt : std::optional(values.back());
}

const std::vector<std::string>& Arguments::values(std::string_view option) const {
    return entry(option).values;
}

}  // namespace cli
