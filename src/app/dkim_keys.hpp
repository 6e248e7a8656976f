// The DKIM keys relayctl keeps: find, print, delete. dkim_generate.hpp makes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/dry_run.hpp"
#include "dkim/record_forms.hpp"
#include "relay/store.hpp"

namespace app {

// "s202611@example.com", or "example.com".
struct KeyName {
    std::optional<std::string> selector;
    base::DomainName domain;
};
base::Result<KeyName> parse_key_name(std::string_view text);  // errors: usage
base::Error no_such_key(std::string_view text, const base::DomainName& domain);

// All keys, or those of one domain; by domain, then by selector. Their state is that of the moment, see
// relay::state_at().
base::Result<std::vector<relay::DkimKey>> list_dkim_keys(relay::Store& store,
                                                         const std::optional<base::DomainName>& domain,
                                                         base::Time now);

// How long a key that begins to retire now is to be retiring: the store's setting, else
// relay::usual_dkim_grace.
base::Result<std::chrono::seconds> dkim_grace(relay::Store& store);

// "s202611@example.com", or "example.com" for the newest of its keys, whatever its state. The state is as
// stored. Errors: usage, not_found.
base::Result<relay::DkimKey> find_dkim_key(relay::Store& store, std::string_view text);

// "s202611@example.com", or "example.com" where the domain has one key and no more; in its state of the
// moment. Errors: usage (the domain has several, which are named), not_found.
base::Result<relay::DkimKey> find_only_dkim_key(relay::Store& store, std::string_view text, base::Time now);

// Of two made in the same second, as a pair is, the RSA key, else the one stored later. nullopt = there are
// none.
std::optional<relay::DkimKey> newest_dkim_key(const std::vector<relay::DkimKey>& keys);

// The one that signs, see relay::signing_dkim_key(), else the newest pending one: what a relay is to name.
// nullopt = a new key has to be made.
std::optional<relay::DkimKey> newest_usable_dkim_key(std::vector<relay::DkimKey> keys);

// The key under that name when it is retired or revoked; nullptr = it is not, or there is none.
const relay::DkimKey* find_ended_key(const std::vector<relay::DkimKey>& keys, const base::DomainName& domain,
                                     std::string_view selector);

std::string to_string(const relay::DkimKey& key);  // "s202611@example.com"

// Does mail through the relay get signed with this key: the relay names the selector and serves the domain,
// as the fallback relay serves every one.
bool signs_with(const relay::Relay& relay, const relay::DkimKey& key);

// The names of the relays whose mail it signs: that name it, or a key of the other algorithm that it signs
// beside. `keys` are those of its domain, others do not matter.
std::vector<std::string> relays_of(const relay::DkimKey& key, const std::vector<relay::DkimKey>& keys,
                                   const std::vector<relay::Relay>& relays);

// "v=DKIM1; k=rsa; p=..."; of a revoked key with an empty p= (RFC 6376 section 3.6.1).
std::string dkim_record_value(const relay::DkimKey& key);

// Octets of that record in a DNS message, see dkim::record_size(). `target` as in dkim::RecordPlace.
std::size_t dkim_record_octets(const relay::DkimKey& key, std::string_view target = {});

// See dkim::print_record().
std::string dkim_record(const relay::DkimKey& key, dkim::RecordForm form,
                        dkim::NameForm name_form = dkim::NameForm::relative, std::string_view target = {});

struct DeletedKey {
    relay::DkimKey key;
    std::vector<std::string> relays = {};  // that sign with it, so their mail goes out unsigned from now on
};

// "s202611@example.com" only: deleting needs the whole name. Errors: usage, not_found, conflict (a key that
// signs the mail of a relay, beside another one too, or is active or retiring; `force` skips that).
enum class Force { no, yes };
base::Result<DeletedKey> delete_dkim_key(relay::Store& store, const base::Clock& clock, std::string_view text,
                                         Force force, DryRun dry_run);

}  // namespace app
