#include "cli/complete.hpp"

namespace cli {

ExitCode complete(Context&, const std::vector<std::string>&) {
    return ExitCode::done;
}

}  // namespace cli
