#include "mx/generic_name.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"

namespace mx {

namespace {

constexpr std::array<std::string_view, 17> pool_words = {
    "adsl",  "broadband", "cable", "dhcp", "dial",  "dialin",     "dialup", "dsl", "dyn",
    "dynip", "pool",      "pools", "ppp",  "pppoe", "unassigned", "vdsl",   "xdsl"};

// The host's part of the name, in lower case: "host-1-2.pool" of host-1-2.pool.example.net.
std::string host_part(const dns::Name& name) {
    const auto& labels = name.labels();
    if (labels.size() < 3) return {};
    return base::lower(base::join({labels.begin(), labels.end() - 2}, "."));
}

template <class Predicate>
std::vector<std::string> runs_of(std::string_view text, Predicate belongs) {
    std::vector<std::string> runs;
    bool within = false;
    for (const char c : text) {
        if (belongs(c)) {
            if (!within) runs.emplace_back();
            runs.back() += c;
        }
        within = belongs(c);
    }
    return runs;
}

std::string without_separators(std::string_view text) {
    std::string result;
    for (const char c : text)
        if (base::is_alnum(c)) result += c;
    return result;
}

bool holds_run(const std::vector<std::string>& pieces, const std::vector<std::string>& wanted) {
    return std::search(pieces.begin(), pieces.end(), wanted.begin(), wanted.end()) != pieces.end();
}

// Three octets beside each other, in either order and with or without leading zeros, or all four in a row of
// digits.
bool holds_ipv4(const std::string& host, const base::IpAddress& ip) {
    std::vector<std::string> numbers = runs_of(host, base::is_digit);
    for (auto& number : numbers)
        number.erase(0, std::min(number.find_first_not_of('0'), number.size() - 1));
    std::vector<std::string> octets;
    std::string padded;
    std::string hexadecimal;
    for (std::size_t i = 0; i < 4; ++i) {
        octets.push_back(std::to_string(ip.data()[i]));
        padded += fmt::format("{:03}", ip.data()[i]);
        hexadecimal += fmt::format("{:02x}", ip.data()[i]);
    }
    for (int order = 0; order < 2; ++order) {
        if (holds_run(numbers, {octets.begin(), octets.end() - 1}) ||
            holds_run(numbers, {octets.begin() + 1, octets.end()}))
            return true;
        std::reverse(octets.begin(), octets.end());
    }
    return host.find(padded) != std::string::npos || host.find(hexadecimal) != std::string::npos;
}

// The text of the address with hyphens, all its nibbles in either order, or those of the interface (64 bits).
bool holds_ipv6(const std::string& host, const base::IpAddress& ip) {
    std::string hyphened = ip.to_string();
    std::replace(hyphened.begin(), hyphened.end(), ':', '-');
    std::string nibbles;
    std::string groups;
    for (std::size_t i = 0; i < 16; ++i)
        nibbles += fmt::format("{:02x}", ip.data()[i]);
    for (std::size_t i = 0; i < 16; i += 2)
        groups += fmt::format("{}{:x}", i == 0 ? "" : "-", ip.data()[i] * 256 + ip.data()[i + 1]);
    const std::string plain = without_separators(host);
    if (host.find(hyphened) != std::string::npos || host.find(groups) != std::string::npos ||
        plain.find(nibbles.substr(16)) != std::string::npos)
        return true;
    return plain.find(std::string(nibbles.rbegin(), nibbles.rend())) != std::string::npos;
}

}  // namespace

std::optional<std::string> generic_reason(const dns::Name& name, const base::IpAddress& ip) {
    const std::string host = host_part(name);
    if (ip.is_v4() ? holds_ipv4(host, ip) : holds_ipv6(host, ip)) return "it holds the address";
    for (const auto& word : runs_of(host, base::is_alpha))
        if (std::find(pool_words.begin(), pool_words.end(), word) != pool_words.end() ||
            word.find("dynamic") != std::string::npos)
            return fmt::format("it holds the word {}", word);
    return std::nullopt;
}

}  // namespace mx
