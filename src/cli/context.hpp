// What a running command can reach: the parts, the console, the settings.
#pragma once

#include <memory>
#include <string>

#include "cli/arguments.hpp"
#include "cli/console.hpp"
#include "cli/parts.hpp"

namespace cli {

class Context {
  public:
    Context(const Parts& parts, const Process& process)
        : parts_(parts), process_(process), console_(process.variable) {}

    Console& console() { return console_; }
    const base::Clock& clock() const { return *parts_.clock; }
    std::vector<std::string> library_versions() const { return parts_.library_versions(); }
    std::string variable(const char* name) const;  // empty when not set

    // --store, else RELAYCTL_STORE, else the user's own. A store that does not exist reads as empty.
    base::Result<std::unique_ptr<relay::Store>> open_store(const Arguments& arguments) const;
    // A warning on standard error where there is no store, and the answer, as of an empty one, would not
    // tell.
    void warn_without_store(const Arguments& arguments);
    // open_store() for Tab: a lock is hardly waited for.
    base::Result<std::unique_ptr<relay::Store>> glance_at_store(const Arguments& arguments) const;
    // For what a person changes, which the history keeps. Creates what is missing, except in a dry run, which
    // works on an empty store in memory then.
    base::Result<std::unique_ptr<relay::Store>> open_store_to_write(const Arguments& arguments) const;
    // For what is counted or observed, which is not in the history. Creates what is missing.
    base::Result<std::unique_ptr<relay::Store>> open_store_to_note(const Arguments& arguments) const;
    // --dns-server, else RELAYCTL_DNS_SERVER, else resolv.conf. Errors: usage for a bad value.
    // The servers and the timeout of `options` are set here.
    base::Result<std::unique_ptr<dns::Resolver>> make_resolver(const Arguments& arguments,
                                                               dns::ResolverOptions options = {}) const;
    // The servers and the timeout of that, for resolvers of other servers.
    base::Result<dns::ResolverOptions> resolver_options(const Arguments& arguments,
                                                        dns::ResolverOptions options = {}) const;
    std::unique_ptr<dns::Resolver> make_resolver(dns::ResolverOptions options) const;
    // Does the AD bit of the servers count as validation (RFC 4035 section 3.2.3): --trust-ad, or all of them
    // are on this machine.
    base::Result<bool> trusts_ad(const Arguments& arguments) const;
    std::unique_ptr<http::Fetcher> make_fetcher() const { return parts_.make_fetcher(); }
    std::unique_ptr<net::Dialer> make_dialer() const { return parts_.make_dialer(); }

  private:
    base::Result<std::filesystem::path> store_path(const Arguments& arguments) const;
    base::Result<std::vector<net::Endpoint>> dns_servers(const Arguments& arguments) const;

    const Parts& parts_;
    const Process& process_;
    Console console_;
};

}  // namespace cli
