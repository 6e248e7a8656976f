// The words of a parsed command line: options by name, and positional arguments in order. All are text; the
// commands parse the values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

class Arguments {
  public:
    // Asking for an option the command does not have is a bug: std::logic_error.
    bool flag(std::string_view option) const;
    std::optional<std::string> value(std::string_view option) const;  // the last given
    const std::vector<std::string>& values(std::string_view option) const;
    const std::vector<std::string>& positionals() const { return positionals_; }

    struct Entry {
        int count = 0;                    // how often it was given
        std::vector<std::string> values;  // as given
    };
    Entry& declare(std::string_view option) { return entries_[std::string(option)]; }
    std::vector<std::string>& mutable_positionals() { return positionals_; }

  private:
    const Entry& entry(std::string_view option) const;
    std::map<std::string, Entry, std::less<>> entries_;
    std::vector<std::string> positionals_;
};

}  // namespace cli
