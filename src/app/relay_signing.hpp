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
// it does not sign), of the From domain itself, else of the nearest domain above it. While that one is
// pending, once it has ended, or where the From domain has none, the active key of its domain signs: so mail
// goes on while keys are replaced, one domain of the relay after the other. nullopt = the store has none that
// may sign.
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

// For each domain of a relay that signs: what stops its mail, or will. The hint is the next command.
std::vector<base::Error> key_warnings(const relay::Relay& relay, const std::vector<relay::DkimKey>& keys);

// The command that leads to another key of a domain whose key ends: a pending one, else a new one.
std::string command_to_other_key(const base::DomainName& domain, const std::vector<relay::DkimKey>& keys);

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
