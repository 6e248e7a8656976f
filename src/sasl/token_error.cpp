#include "sasl/token_error.hpp"

#include <nlohmann/json.hpp>

namespace sasl {

namespace {

std::string member(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) return {};
    if (found->is_string()) return found->get<std::string>();
    return found->is_number_integer() ? std::to_string(found->get<std::int64_t>()) : std::string();
}

}  // namespace

std::optional<TokenError> parse_token_error(std::string_view json) {
    if (json.size() > max_token_error_octets) return std::nullopt;
    const auto object = nlohmann::json::parse(json, nullptr, false);
    if (!object.is_object()) return std::nullopt;
    TokenError error;
    error.status = member(object, "status");
    error.scope = member(object, "scope");
    error.schemes = member(object, "schemes");
    error.openid_configuration = member(object, "openid-configuration");
    return error;
}

}  // namespace sasl
