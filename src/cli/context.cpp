#include "cli/context.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.hpp"
#include "cli/origin.hpp"
#include "cli/seconds.hpp"

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

void Context::warn_without_store(const Arguments& arguments) {
    const auto path = store_path(arguments);
    std::error_code error;
    if (path.has_error() || std::filesystem::exists(*path, error) || error) return;
    console_.notice(
        fmt::format("warning: there is no store at {}: it reads as empty", base::quoted(path->string())));
    console_.notice("  hint: relayctl add makes one");
}

base::Result<std::unique_ptr<relay::Store>> Context::glance_at_store(const Arguments& arguments) const {
    TRY(const auto path, store_path(arguments));
    return parts_.open_store(path, StoreMode::glance);
}

base::Result<std::unique_ptr<relay::Store>> Context::open_store_to_write(const Arguments& arguments) const {
    TRY(const auto path, store_path(arguments));
    std::error_code error;
    const bool nothing_there = !std::filesystem::exists(path, error) && !error;
    TRY(auto store, parts_.open_store(path, arguments.flag("--dry-run") && nothing_there ? StoreMode::scratch
                                                                                         : StoreMode::write));
    store->keep_history(find_origin(process_), *parts_.clock);
    return store;
}

base::Result<std::unique_ptr<relay::Store>> Context::open_store_to_note(const Arguments& arguments) const {
    TRY(const auto path, store_path(arguments));
    return parts_.open_store(path, StoreMode::write);
}

base::Result<std::vector<net::Endpoint>> Context::dns_servers(const Arguments& arguments) const {
    std::vector<std::string> texts = arguments.values("--dns-server");
    if (texts.empty())
        if (const auto setting = variable("RELAYCTL_DNS_SERVER"); !setting.empty()) texts.push_back(setting);
    if (texts.empty()) return dns::system_servers("/etc/resolv.conf");
    std::vector<net::Endpoint> servers;
    for (const auto& text : texts) {
        TRY(const auto server, dns::parse_server(text));
        servers.push_back(server);
    }
    return servers;
}

base::Result<std::unique_ptr<dns::Resolver>> Context::make_resolver(const Arguments& arguments,
                                                                    dns::ResolverOptions options) const {
    TRY(auto complete, resolver_options(arguments, std::move(options)));
    return make_resolver(std::move(complete));
}

std::unique_ptr<dns::Resolver> Context::make_resolver(dns::ResolverOptions options) const {
    return parts_.make_resolver(std::move(options));
}

base::Result<dns::ResolverOptions> Context::resolver_options(const Arguments& arguments,
                                                             dns::ResolverOptions options) const {
    TRY(options.servers, dns_servers(arguments));
    if (const auto timeout = arguments.value("--dns-timeout")) {
        TRY(options.timeout, parse_seconds("--dns-timeout", *timeout, std::chrono::seconds(600)));
    }
    return options;
}

base::Result<bool> Context::trusts_ad(const Arguments& arguments) const {
    if (arguments.flag("--trust-ad")) return true;
    TRY(const auto servers, dns_servers(arguments));
    return std::all_of(servers.begin(), servers.end(),
                       [](const net::Endpoint& server) { return server.address.is_loopback(); });
}

}  // namespace cli
