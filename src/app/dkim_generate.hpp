// Making DKIM keys. An RSA key takes its time, so that it is made before the store is locked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/dry_run.hpp"
#include "app/dual.hpp"
#include "base/clock.hpp"
#include "base/secret.hpp"
#include "relay/store.hpp"

namespace app {

inline constexpr std::uint32_t usual_rsa_bits = 2048;

enum class AllowWeak : bool { no, yes };
enum class Reuse : bool { no, yes };

struct DkimKeyRequest {
    base::DomainName domain;
    // nullopt = s<YYYYMM>, then s<YYYYMM>b, c, d, f ... when taken, now or by a key that was deleted; e is
    // for the Ed25519 key of a pair.
    std::optional<std::string> selector = {};
    relay::KeyAlgorithm algorithm = relay::KeyAlgorithm::rsa;
    std::uint32_t bits =
        usual_rsa_bits;  // RSA: 2048 to 4096, or from 1024 if weak ones are allowed; Ed25519 ignores it
    AllowWeak allow_weak = AllowWeak::no;
    Dual dual = Dual::no;   // an RSA key, and beside it an Ed25519 key under the selector with an e behind it
    std::string note = {};  // as of relay::parse_note()
    Reuse reuse = Reuse::no;  // the selector may be that of another key, which was deleted
    DryRun dry_run = DryRun::no;
};

// Both halves of a key that is not stored yet.
struct KeyPair {
    relay::KeyAlgorithm algorithm = relay::KeyAlgorithm::rsa;
    std::uint32_t bits = 0;
    std::string public_key = {};  // the base64 text of p=
    base::Secret private_key = {};
};

// `bits` is for RSA. About 0.2 s for RSA 2048. Errors: bug.
base::Result<KeyPair> make_key_pair(relay::KeyAlgorithm algorithm, std::uint32_t bits);

// Errors: usage: an RSA key's size that signers should not use (RFC 8301 section 3.2).
base::Result<void> check_key_size(const DkimKeyRequest& request);

// Makes a key, or the two of a pair (RSA first), and stores them with their domain in one transaction. A dry
// run makes keys that are thrown away, so that what is shown is what would have been. Errors: conflict (a
// selector has a key already: it is never overwritten; or had one that was deleted), usage (size, selector),
// the store's.
base::Result<std::vector<relay::DkimKey>> create_dkim_keys(relay::Store& store, const base::Clock& clock,
                                                           const DkimKeyRequest& request);

// The first of them.
base::Result<relay::DkimKey> create_dkim_key(relay::Store& store, const base::Clock& clock,
                                             const DkimKeyRequest& request);

// Of the Ed25519 key of a pair whose RSA key has this selector.
std::string second_selector(std::string_view first);

// The first selector for a new key of the domain, see DkimKeyRequest. Errors: conflict (there is none), the
// store's.
base::Result<std::string> choose_new_selector(relay::Store& store, const base::Clock& clock,
                                              const base::DomainName& domain);

// Errors: conflict, when a key of the name was deleted and is not the one with this public half: mail that
// was signed with it may be on its way, and would meet the other one. The caller knows that there is none
// now.
base::Result<void> check_not_reused(relay::Store& store, const base::DomainName& domain,
                                    std::string_view selector, std::string_view public_key);

// Stores a key that was made before, inside a transaction that the caller began and will commit. Of the
// request, domain, selector and note count. Errors as of create_dkim_keys().
base::Result<relay::DkimKey> store_key_pair(relay::Store& store, const base::Clock& clock,
                                            const DkimKeyRequest& request, const KeyPair& pair);

}  // namespace app
