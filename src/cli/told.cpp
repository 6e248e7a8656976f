#include "cli/told.hpp"

#include "base/text.hpp"
#include "base/translation.hpp"

namespace cli {

std::string told(std::string_view text) {
    return base::printable(base::translated_message(text));
}

}  // namespace cli
