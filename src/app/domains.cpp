// The sender domains of the store.
#include <algorithm>

#include <fmt/format.h>

#include "app/relays.hpp"
#include "base/text.hpp"

namespace app {

namespace {

bool has_domain(const std::vector<relay::Domain>& domains, const base::DomainName& name) {
    return std::any_of(domains.begin(), domains.end(),
                       [&](const auto& domain) { return domain.name == name; });
}

base::Error no_such_domain(const std::vector<relay::Domain>& domains, const base::DomainName& name) {
    std::vector<std::string> names;
    for (const auto& domain : domains)
        names.push_back(domain.name.ascii());
    const auto suggestion = base::nearest(name.ascii(), names);
    return {.kind = base::ErrorKind::not_found,
            .message = "there is no domain " + name.ascii() + " in the store",
            .hint = suggestion ? fmt::format("did you mean {}?", *suggestion) : "relayctl domain list"};
}

// What still needs the domain: "relay news", "DKIM key s1".
base::Result<std::vector<std::string>> users_of(relay::Store& store, const base::DomainName& name) {
    std::vector<std::string> users;
    TRY(const auto relays, store.relays());
    for (const auto& relay : relays)
        if (relay::has_domain(relay, name)) users.push_back("relay " + relay.name);
    TRY(const auto keys, store.dkim_keys());
    for (const auto& key : keys)
        if (key.domain == name) users.push_back("DKIM key " + key.selector);
    return users;
}

}  // namespace

base::Result<bool> add_domain(relay::Store& store, const base::Clock& clock, const base::DomainName& name,
                              DryRun dry_run) {
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(const auto domains, store.domains());
    if (has_domain(domains, name)) return false;
    TRY_VOID(store.insert_domain({.name = name, .created_at = clock.now()}));
    if (dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return true;
}

base::Result<void> delete_domain(relay::Store& store, const base::DomainName& name, DryRun dry_run) {
    TRY(auto transaction, relay::Transaction::begin(store));
    TRY(const auto domains, store.domains());
    if (!has_domain(domains, name)) return no_such_domain(domains, name);
    TRY(const auto users, users_of(store, name));
    if (!users.empty())
        return base::Error{
            .kind = base::ErrorKind::conflict,
            .message = fmt::format("domain {} is in use by {}", name.ascii(), base::join(users, ", ")),
            .hint = users.front().starts_with("relay ")
                        ? "relayctl edit NAME --remove-domain " + name.ascii() + ", or relayctl delete NAME"
                        : "relayctl dkim list " + name.ascii() + ", then relayctl dkim delete SELECTOR@" +
                              name.ascii()};
    TRY_VOID(store.delete_domain(name));
    if (dry_run == DryRun::no) TRY_VOID(transaction.commit());
    return {};
}

}  // namespace app
