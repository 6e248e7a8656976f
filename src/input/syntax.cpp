#include "base/text.hpp"
#include "input/node.hpp"

namespace input {

Syntax guess_syntax(std::string_view path, std::string_view text) {
    if (path.ends_with(".toml")) return Syntax::toml;
    if (path.ends_with(".json")) return Syntax::json;
    return base::trim(text).starts_with('{') ? Syntax::json : Syntax::toml;
}

}  // namespace input
