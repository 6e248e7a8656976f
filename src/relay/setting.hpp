// The settings of a store: what holds for all of its relays.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace relay {

struct Setting {
    std::string_view name;                                      // "managed-return-path"
    std::string_view value;                                     // what kind: "ADDRESS"
    std::string_view summary;                                   // one line
    base::Result<std::string> (*parse)(std::string_view text);  // the text as it is stored; errors: usage
};

// The platform's own bounce address: what return path "managed" stands for.
inline constexpr std::string_view managed_return_path = "managed-return-path";

// The domain of addresses without one in mail that is sent, "root" for instance; when not set they are
// refused.
inline constexpr std::string_view local_domain = "local-domain";

// The zone in which the days of the daily limits begin; UTC when it is not set.
inline constexpr std::string_view time_zone = "time-zone";

// For how long a DKIM key that was replaced still signs where it is named; usual_dkim_grace when not set.
inline constexpr std::string_view dkim_grace = "dkim-grace";

std::span<const Setting> all_settings();  // by name
// Errors: usage, with the nearest name as hint.
base::Result<const Setting*> find_setting(std::string_view name);

}  // namespace relay
