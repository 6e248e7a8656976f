// With which DKIM keys the mail of a relay is signed, and what there is to say of them. Keys are given with
// the state of the moment, see list_dkim_keys(); no store is read here.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "relay/relay.hpp"

namespace app {

// The key that mail of a sender is signed with: of the relay's selector (the one that is to be named, where
// it does not sign), of the From domain itself, else of the nearest domain above it. nullopt = the store has
// none that may sign.
std::optional<relay::DkimKey> signing_key(const relay::Relay& relay, const base::DomainName& author,
                                          const std::vector<relay::DkimKey>& keys);

// The key that signs beside it (RFC 8463 section 3): the one of the other algorithm that signs for its
// domain.
std::optional<relay::DkimKey> partner_key(const relay::DkimKey& key, const std::vector<relay::DkimKey>& keys);

// Why a relay that is to sign takes no mail of a sender, and the next command. nullopt = it does, or does not
// sign. Kinds: not_found (there is no such key, or it has ended: retired, revoked), unavailable (it is
// pending: later, or by force).
std::optional<base::Error> signing_refusal(const relay::Relay& relay, const base::DomainName& author,
                                           const std::vector<relay::DkimKey>& keys);

// Of the keys that a relay names, for each of its domains: what stops its mail, or will. The hint is the next
// command.
std::vector<base::Error> key_warnings(const relay::Relay& relay, const std::vector<relay::DkimKey>& keys);

// The commands after which a relay signs with another key of the domain than one that ends: the active one,
// else a pending one, else a new one.
std::vector<std::string> commands_to_other_key(const std::string& relay, const base::DomainName& domain,
                                               const std::vector<relay::DkimKey>& keys);

// The keys of a store by their domains, for the questions above about many relays.
class KeysByDomain {
  public:
    explicit KeysByDomain(const std::vector<relay::DkimKey>& keys);

    // Those of the domains that the relay names, and of the domains above: all that the functions above look
    // at.
    std::vector<relay::DkimKey> of(const relay::Relay& relay) const;

  private:
    std::unordered_map<std::string, std::vector<relay::DkimKey>> keys_;
};

}  // namespace app
