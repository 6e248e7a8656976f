#include <fstream>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dns/stub_resolver.hpp"

namespace dns {

namespace {

constexpr std::uint16_t dns_port = 53;
constexpr std::size_t maximum_file = 65'536;  // octets of resolv.conf
constexpr std::size_t maximum_servers = 8;    // the C library stops at 3

base::Error not_a_server(std::string_view text, std::string_view why) {
    return base::usage_error(fmt::format("not a DNS server: {}: {}", base::quoted(text), why),
                             "give an address, such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::1]:53");
}

}  // namespace

base::Result<net::Endpoint> parse_server(std::string_view text) {
    std::string_view address = text;
    std::optional<std::string_view> port;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return not_a_server(text, "the bracket is not closed");
        address = text.substr(1, end - 1);
        const std::string_view rest = text.substr(end + 1);
        if (!rest.empty() && rest[0] != ':') return not_a_server(text, "after the bracket comes :PORT");
        if (!rest.empty()) port = rest.substr(1);
        if (address.find(':') == std::string_view::npos)
            return not_a_server(text, "brackets are for IPv6 addresses");
    } else if (const std::size_t colon = text.find(':');
               colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos) {
        address = text.substr(0, colon);
        port = text.substr(colon + 1);
    }
    const auto parsed = base::IpAddress::parse(address);
    if (parsed.has_error()) return not_a_server(text, "it must be an IP address");
    if (!port) return net::Endpoint{.address = *parsed, .port = dns_port};
    const auto number = base::parse_decimal(*port, 65'535);
    if (!number || *number == 0) return not_a_server(text, "a port is a number from 1 to 65535");
    return net::Endpoint{.address = *parsed, .port = static_cast<std::uint16_t>(*number)};
}

base::Result<std::vector<net::Endpoint>> system_servers(const std::filesystem::path& resolv_conf) {
    std::ifstream file(resolv_conf, std::ios::binary);
    std::string text(maximum_file, '\0');
    if (file) {
        file.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(file.gcount()));
    }
    if (!file.is_open() || file.bad()) {
        base::Error error{.kind = base::ErrorKind::unavailable,
                          .message = fmt::format("cannot read {}", resolv_conf.string())};
        return std::move(error).with_hint("name a server: --dns-server 192.0.2.53");
    }
    std::vector<net::Endpoint> servers;
    for (const std::string_view whole : base::split(text, '\n')) {
        std::string_view line = base::trim(whole);
        constexpr std::string_view keyword = "nameserver";
        if (!line.starts_with(keyword) || line.size() == keyword.size() ||
            !base::is_space(line[keyword.size()]))
            continue;
        line = base::trim(line.substr(keyword.size()));
        line = line.substr(0, line.find_first_of(" \t#;"));
        const auto address = base::IpAddress::parse(line);  // an address with a zone is passed over
        if (address.has_value() && servers.size() < maximum_servers)
            servers.push_back({.address = *address, .port = dns_port});
    }
    if (servers.empty())
        servers.push_back({.address = base::IpAddress::v4({127, 0, 0, 1}), .port = dns_port});
    return servers;
}

}  // namespace dns
