#include "cli/count.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace cli {

base::Result<std::optional<unsigned>> read_count(const Arguments& arguments, std::string_view option,
                                                 unsigned most) {
    const auto text = arguments.value(option);
    if (!text) return std::optional<unsigned>();
    const auto number = base::parse_decimal(*text, most);
    if (!number || *number == 0)
        return base::usage_error(
            fmt::format("not a number for {}: {}: 1 to {}", option, base::quoted(*text), most));
    return std::optional<unsigned>(static_cast<unsigned>(*number));
}

}  // namespace cli
