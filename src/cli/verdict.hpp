// The exit code of many checks: any definite no is 1, else any that could not be checked is 3, else 0.
#pragma once

#include "app/verdict.hpp"
#include "cli/exit_code.hpp"

namespace cli {

class WorstVerdict {
  public:
    void add(app::Verdict verdict) {
        bad_ = bad_ || verdict == app::Verdict::bad;
        unchecked_ = unchecked_ || verdict == app::Verdict::unchecked;
    }
    ExitCode exit_code() const {
        return bad_ ? ExitCode::no : unchecked_ ? ExitCode::unchecked : ExitCode::done;
    }

  private:
    bool bad_ = false;
    bool unchecked_ = false;
};

}  // namespace cli
