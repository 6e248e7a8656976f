#include "cli/context.hpp"

#include <unistd.h>

#include "base/text.hpp"

namespace cli {

std::string Context::variable(const char* name) const {
    const char* value = process_.variable(name);
    return value == nullptr ? "" : value;
}

base::Result<std::filesystem::path> Context::store_path(const Arguments& arguments) const {
    const auto given = arguments.value("--store");
    if (given && given->empty()) return base::usage_error("option --store needs a path");
    if (given) return std::filesystem::path(*given);
    if (const auto path = variable("RELAYCTL_STORE"); !path.empty()) return std::filesystem::path(path);
    if (geteuid() == 0) return std::filesystem::path("/var/lib/relayctl/relayctl.db");
    // The XDG Base Directory Specification: a relative path there counts as unset.
    if (const auto data = variable("XDG_DATA_HOME"); data.starts_with('/'))
        return std::filesystem::path(data) / "relayctl/relayctl.db";
    if (const auto home = variable("HOME"); home.starts_with('/'))
        return std::filesystem::path(home) / ".local/share/relayctl/relayctl.db";
    return base::usage_error("there is no place for the store: neither HOME nor XDG_DATA_HOME is set",
                             "give --store PATH");
}

base::Result<std::unique_ptr<relay::Store>> Context::open_store(const Arguments& arguments) const {
    const auto path = store_path(arguments);
    // A check needs no store: without a place for one it is empty.
    if (path.has_error() && !arguments.value("--store")) return parts_.open_store({}, StoreMode::scratch);
    if (path.has_error()) return path.error();
    return parts_.open_store(*path, StoreMode::read);
}

base::Result<std::unique_ptr<relay::Store>> Context::glance_at_store(const Arguments& arguments) const {
    TRY(const auto path, store_path(arguments));
    return parts_.open_store(path, StoreMode::glance);
}

base::Result<std::unique_ptr<relay::Store>> Context::open_store_to_write(const Arguments& arguments) const {
    TRY(const auto path, store_path(arguments));
    std::error_code error;
    const bool nothing_there = !std::filesystem::exists(path, error) && !error;
    return parts_.open_store(
        path, arguments.flag("--dry-run") && nothing_there ? StoreMode::scratch : StoreMode::write);
}

base::Result<std::unique_ptr<dns::Resolver>> Context::make_resolver(const Arguments& arguments) const {
    dns::ResolverOptions options;
    std::vector<std::string> servers = arguments.values("--dns-server");
    if (servers.empty())
        if (const auto setting = variable("RELAYCTL_DNS_SERVER"); !setting.empty())
            servers.push_back(setting);
    for (const auto& text : servers) {
        TRY(auto server, dns::parse_server(text));
        options.servers.push_back(server);
    }
    if (options.servers.empty()) {
        TRY(options.servers, dns::system_servers("/etc/resolv.conf"));
    }
    if (const auto timeout = arguments.value("--dns-timeout")) {
        const auto seconds = base::parse_decimal(*timeout, 600);
        if (!seconds || *seconds == 0)
            return base::usage_error("not a DNS timeout: " + base::quoted(*timeout) + ": 1 to 600 seconds");
        options.timeout = std::chrono::seconds(*seconds);
    }
    return parts_.make_resolver(std::move(options));
}

}  // namespace cli
