// Is the record of a stored DKIM key in the DNS, everywhere, and right.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/dkim_visible.hpp"
#include "base/clock.hpp"
#include "dkim/lookup.hpp"
#include "relay/store.hpp"

namespace app {

struct KeyAnswer {
    std::string server;  // "resolver", "ns1.example.net 192.0.2.1", "192.0.2.53:53"
    finding::Verdict verdict = finding::Verdict::unchecked;  // bad: it answered, and the record is not there
    std::string reason = {};                                 // why it is not good, not escaped
    std::string warning = {};                                // of a good one, not escaped
};

// Of a revoked key right is an empty p=, or no record at all.
KeyAnswer answer_of(std::string server, const KeySight& sight, const relay::DkimKey& key);
KeyAnswer answer_of(const ServerView& view, const relay::DkimKey& key);

struct KeyCheck {
    relay::DkimKey key;
    std::vector<KeyAnswer> answers = {};

    // One bad answer is enough for bad, then one that could not be had.
    finding::Verdict verdict() const;
    std::size_t good_answers() const;
};

// A resolver that asks these servers, or the usual ones when there are none given. Each starts with an empty
// cache.
using ResolverMaker = std::function<std::unique_ptr<dns::Resolver>(std::vector<net::Endpoint> servers)>;

struct KeyCheckOptions {
    bool all_name_servers = false;            // the zone's authoritative servers too, each by itself
    std::vector<net::Endpoint> servers = {};  // these in place of all others
};

// The published key must be the stored one, and usable: what judge_sight() calls visible, of every
// answer. A revoked key must not be published.
net::Task<KeyCheck> check_key(ResolverMaker make_resolver, relay::DkimKey key, KeyCheckOptions options);

struct KeyWait {
    net::Deadline until;                    // reached already = one round
    std::chrono::milliseconds pause{5000};  // between the first two rounds; doubles up to a minute
};

// Checks all of the keys, again and again those that are not good yet, until all are or the time is over.
// `checks` holds the latest results all the time; it has as many as `keys`.
net::Task<void> check_keys(ResolverMaker make_resolver, std::vector<relay::DkimKey> keys,
                           KeyCheckOptions options, KeyWait wait, std::vector<KeyCheck>& checks);

// Keeps when the keys of good checks were seen; a revoked one is not, where all is well. One transaction; a
// key that is gone meanwhile is passed over.
base::Result<void> note_seen(relay::Store& store, const base::Clock& clock,
                             const std::vector<KeyCheck>& checks);

}  // namespace app
