// The exit code of many checks: any definite no is 1, else any that could not be checked is 3, else 0.
#pragma once

#include "cli/exit_code.hpp"
#include "finding/verdict.hpp"

namespace cli {

class WorstVerdict {
  public:
    void add(finding::Verdict verdict) {
        bad_ = bad_ || verdict == finding::Verdict::bad;
        unchecked_ = unchecked_ || verdict == finding::Verdict::unchecked;
    }
    ExitCode exit_code() const {
        return bad_ ? ExitCode::no : unchecked_ ? ExitCode::unchecked : ExitCode::done;
    }

  private:
    bool bad_ = false;
    bool unchecked_ = false;
};

}  // namespace cli
