// The DKIM keys relayctl keeps: make, find, print, delete.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/dry_run.hpp"
#include "base/clock.hpp"
#include "dkim/record_forms.hpp"
#include "relay/store.hpp"

namespace app {

struct DkimKeyRequest {
    base::DomainName domain;
    std::optional<std::string> selector = {};  // nullopt = s<YYYYMM>, then s<YYYYMM>b, c ... when taken
    relay::KeyAlgorithm algorithm = relay::KeyAlgorithm::rsa;
    std::uint32_t bits = 2048;  // RSA: 2048 to 4096; Ed25519 ignores it
    DryRun dry_run = DryRun::no;
};

// Makes a key pair and stores it, with its domain, in one transaction. A dry run makes a key that is thrown
// away, so that what is shown is what would have been. Errors: conflict (the selector has a key already: it
// is never overwritten), usage (size, selector), the store's.
base::Result<relay::DkimKey> create_dkim_key(relay::Store& store, const base::Clock& clock,
                                             const DkimKeyRequest& request);

// The same inside a transaction that the caller began and will commit; dry_run is the caller's matter then
// and must be no.
base::Result<relay::DkimKey> create_dkim_key_in_transaction(relay::Store& store, const base::Clock& clock,
                                                            const DkimKeyRequest& request);

// All keys, or those of one domain; by domain, then by selector.
base::Result<std::vector<relay::DkimKey>> list_dkim_keys(relay::Store& store,
                                                         const std::optional<base::DomainName>& domain);

// "s202611@example.com", or "example.com" for the newest of its keys. Errors: usage, not_found.
base::Result<relay::DkimKey> find_dkim_key(relay::Store& store, std::string_view text);

// Of two made in the same second the one stored later. nullopt = there are none.
std::optional<relay::DkimKey> newest_dkim_key(const std::vector<relay::DkimKey>& keys);

std::string to_string(const relay::DkimKey& key);  // "s202611@example.com"

// Does mail through the relay get signed with this key: the relay names the selector and serves the domain,
// as the fallback relay serves every one.
bool signs_with(const relay::Relay& relay, const relay::DkimKey& key);

// "v=DKIM1; k=rsa; p=..."
std::string dkim_record_value(const relay::DkimKey& key);

// Octets of that record in a DNS message, see dkim::record_size().
std::size_t dkim_record_octets(const relay::DkimKey& key);

// See dkim::print_record().
std::string dkim_record(const relay::DkimKey& key, dkim::RecordForm form,
                        dkim::NameForm name_form = dkim::NameForm::relative);

struct DeletedKey {
    relay::DkimKey key;
    std::vector<std::string> relays = {};  // that sign with it, so their mail goes out unsigned from now on
};

// "s202611@example.com" only: deleting needs the whole name. Errors: usage, not_found, conflict (a relay
// signs with it, named in the message; `force` skips that).
enum class Force { no, yes };
base::Result<DeletedKey> delete_dkim_key(relay::Store& store, std::string_view text, Force force,
                                         DryRun dry_run);

}  // namespace app
