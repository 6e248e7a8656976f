// How many messages of a batch came to what, and the exit code of all.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "cli/exit_code.hpp"

namespace cli {

class SendTally {
  public:
    // `result` is a word of the items; it must outlive this.
    void add(std::string_view result, ExitCode code);
    void pass_over() { ++passed_over_; }

    std::uint64_t done() const { return done_; }
    // "3 messages in 0.2 s (15 a second): 2 accepted, 1 refused; 5 passed over, sent before"
    std::string text(std::chrono::milliseconds took) const;
    // 7 when there was any that another try alone does not mend, else 75 when there was one that it may, else
    // 0.
    ExitCode exit_code() const;

  private:
    std::uint64_t done_ = 0;
    std::uint64_t passed_over_ = 0;
    std::map<std::string_view, std::uint64_t> results_;
    bool refused_ = false;
    bool later_ = false;
};

}  // namespace cli
