// The use cases that change relays and sender domains. Each is one transaction: all of it, or nothing.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/dry_run.hpp"
#include "base/clock.hpp"
#include "relay/store.hpp"

namespace app {

enum class DkimChoice { unchanged, on, off };

// What `add` and `edit` were told; an absent member was not mentioned.
struct RelaySettings {
    std::optional<relay::Host> host = {};
    std::optional<std::uint16_t> port = {};
    std::optional<relay::Security> security = {};
    std::optional<relay::Verification> verification = {};
    std::optional<std::string> ca_file = {};
    std::optional<std::string> fingerprint = {};
    std::optional<std::set<relay::DomainPattern>> domains = {};
    std::set<relay::DomainPattern> added_domains = {};
    std::set<relay::DomainPattern> removed_domains = {};
    std::optional<std::set<relay::MailType>> mail_types = {};
    std::optional<std::optional<std::uint32_t>> daily_limit = {};
    std::optional<relay::LimitUnit> limit_unit = {};
    std::optional<relay::OverLimit> over_limit = {};
    std::optional<std::uint16_t> priority = {};
    DkimChoice dkim = DkimChoice::unchanged;
    std::optional<std::string> dkim_selector = {};  // with DkimChoice::on its domains get the keys they lack
    std::optional<relay::ReturnPath> return_path = {};
    std::optional<std::set<base::IpAddress>> egress_ips = {};
    std::optional<std::optional<relay::Login>> login = {};
    std::optional<base::Secret> password = {};         // to be stored, of the login here or the relay's own
    std::optional<std::string> password_command = {};  // for the relay's own login
    std::optional<bool> fallback = {};
    std::optional<std::vector<std::string>> fallback_to = {};
    std::optional<bool> unaligned_fallback = {};
    std::optional<std::string> description = {};
};

enum class Existing { refuse, keep, replace };  // what add does when the name is taken by other content
enum class Action { added, replaced, edited, unchanged, enabled, disabled, deleted };
std::string_view to_string(Action action);

struct RelayOutcome {
    relay::Relay relay;
    Action action = Action::unchanged;
    bool is_back = false;  // it was out of use for today, by failures of what was changed now
    std::vector<relay::DkimKey> new_keys = {};   // made on the way (--dkim), one a domain that had none
    std::vector<base::Error> key_warnings = {};  // of keys that it names now, see app::key_warnings()
};

// Looks at a relay as it is to be, and all relays of the store with it, outside of the transaction, when one
// of the fields changes that decide how its mail, or that of those it stands in for, authenticates; with an
// Error nothing is changed.
using ReviewRelay =
    std::function<base::Result<void>(const relay::Relay& relay, const std::vector<relay::Relay>& relays)>;

// Is it one of those fields?
bool bears_on_mail(const relay::Relay& before, const relay::Relay& after);

// Port and security complete each other: 465 means ssl and the reverse, else 587 and tls.
// Errors: usage (no host, no domain), conflict (the name is taken by other content, naming the fields; or the
// rules between relays, see relay::check_rules).
base::Result<RelayOutcome> add_relay(relay::Store& store, const base::Clock& clock, const std::string& name,
                                     const RelaySettings& settings, Existing existing, DryRun dry_run,
                                     const ReviewRelay& review = {});

// Is the relay one that can be stored beside the others? Errors: usage, conflict.
base::Result<void> check_complete(const relay::Relay& relay, const std::vector<relay::Relay>& others);

// Errors: not_found with the nearest name as hint, usage, conflict.
base::Result<RelayOutcome> edit_relay(relay::Store& store, const base::Clock& clock, const std::string& name,
                                      const RelaySettings& settings, DryRun dry_run,
                                      const ReviewRelay& review = {});

// All of the names or none. Enabling takes back a trip, and what a relay told of its limit, too. Errors:
// not_found.
base::Result<std::vector<RelayOutcome>> set_enabled(relay::Store& store, const base::Clock& clock,
                                                    const std::vector<std::string>& names, bool enabled,
                                                    DryRun dry_run);

// Errors: not_found; conflict when one that stays falls back to one of them.
enum class Missing { refuse, ignore };
base::Result<std::vector<RelayOutcome>> delete_relays(relay::Store& store,
                                                      const std::vector<std::string>& names, Missing missing,
                                                      DryRun dry_run);

// Errors: not_found, with "did you mean" as hint.
base::Result<relay::Relay> find_relay(relay::Store& store, const std::string& name);

// True when the domain was new.
base::Result<bool> add_domain(relay::Store& store, const base::Clock& clock, const base::DomainName& name,
                              DryRun dry_run);
// Errors: not_found; conflict when a relay serves it or a DKIM key is kept for it, naming them.
base::Result<void> delete_domain(relay::Store& store, const base::DomainName& name, DryRun dry_run);

}  // namespace app
