// The exit codes of the contract, each in one place.
#pragma once

#include <span>
#include <string_view>

#include "base/error.hpp"

namespace cli {

enum class ExitCode : int {
    done = 0,
    no = 1,  // checked, and the answer is no
    usage = 2,
    unchecked = 3,  // could not check
    not_found = 4,
    conflict = 5,
    confirmation = 6,
    refused = 7,
    bug = 70,
    io = 74,
    try_later = 75,  // EX_TEMPFAIL of sysexits.h, of `send` and sendmail
    interrupted = 130,
};

ExitCode exit_code_of(base::ErrorKind kind);
std::string_view error_id(base::ErrorKind kind);  // "usage", "unavailable", ... for the JSON error document

struct ExitCodeText {
    ExitCode code;
    std::string_view meaning;
};
std::span<const ExitCodeText> exit_codes();  // for help and the man page

}  // namespace cli
