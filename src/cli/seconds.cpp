#include "cli/seconds.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/text.hpp"

namespace cli {

namespace {

// "25" of "0.25" is 250 ms.
std::optional<std::uint64_t> parse_thousandths(std::string_view digits) {
    constexpr std::size_t decimals = 3;
    if (digits.empty() || digits.size() > decimals) return {};
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < decimals; ++i) {
        const char digit = i < digits.size() ? digits[i] : '0';
        if (digit < '0' || digit > '9') return {};
        value = value * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    return value;
}

}  // namespace

base::Result<std::chrono::milliseconds> parse_seconds(std::string_view option, std::string_view text,
                                                      std::chrono::seconds most) {
    const auto point = text.find('.');
    const auto whole = base::parse_decimal(text.substr(0, point), static_cast<std::uint64_t>(most.count()));
    const auto rest =
        point == std::string_view::npos ? parse_thousandths("0") : parse_thousandths(text.substr(point + 1));
    if (whole && rest) {
        const std::chrono::milliseconds time(*whole * 1000 + *rest);
        if (time.count() > 0 && time <= most) return time;
    }
    return base::usage_error(fmt::format("not a time for {}: {}: seconds above 0, up to {}, such as 5 or 0.5",
                                         option, base::quoted(text), most.count()));
}

base::Result<std::chrono::seconds> parse_span(std::string_view option, std::string_view text,
                                              std::chrono::seconds most) {
    if (const auto span = base::parse_span(text, most)) return *span;
    return base::usage_error(
        fmt::format("not a time for {}: {}: a number and s, m, h, d or w, such as 12h or 7d, up to {}d",
                    option, base::quoted(text), most.count() / 86400));
}

}  // namespace cli
