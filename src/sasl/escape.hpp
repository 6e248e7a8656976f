// The saslname of RFC 5801 section 4: "," and "=" are written =2C and =3D.
#pragma once

#include <string>
#include <string_view>

namespace sasl {

inline std::string escape_name(std::string_view name) {
    std::string escaped;
    for (const char c : name) {
        if (c == ',')
            escaped += "=2C";
        else if (c == '=')
            escaped += "=3D";
        else
            escaped += c;
    }
    return escaped;
}

}  // namespace sasl
