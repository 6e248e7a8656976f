// Putting the record of a DKIM key into its zone by dynamic update, and taking it out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/dkim_check.hpp"
#include "dns/update.hpp"

namespace app {

enum class Publishing { publish, remove };

struct PublishWish {
    Publishing what = Publishing::publish;
    std::optional<dns::Name> zone = {};        // else that of the domain's SOA record
    std::optional<net::Endpoint> server = {};  // else the primary server that the SOA record names
    bool replace = false;                      // take the place of whatever TXT record is there
    std::uint32_t ttl = 3600;                  // seconds
};

// What an update is to do, after a look at what is there.
struct PublishPlan {
    enum class Change { add, replace, remove, none };
    Change change = Change::none;
    ZoneCut place;                        // where a CNAME at the key's name leads, if there is one
    ZoneServer server;                    // that takes the update
    std::string value = {};               // the record
    std::vector<std::string> found = {};  // the TXT records there now
    dns::TextUpdate update = {};          // of no use with Change::none
};
std::string_view to_string(PublishPlan::Change change);  // "added", "replaced", "removed", "unchanged"

// The usual resolver is asked for the zone and its servers only: it would remember that there is no record
// yet. A record of the same key is there: nothing to do, unless the key is revoked and its record is not.
// Errors: not_found (no zone), unavailable (nobody answers), conflict (there is another record, see
// PublishWish::replace), usage.
net::Task<base::Result<PublishPlan>> plan_publication(dns::Resolver& resolver, AskServer ask,
                                                      relay::DkimKey key, PublishWish wish);

struct Publication {
    PublishPlan plan = {};
    bool done = false;   // the server made the update
    ZoneView view = {};  // what the zone's servers showed last
    KeyCheck check;      // the same as answers; good is what was wished for
};

struct PublishOptions {
    const dns::TsigKey* key = nullptr;        // nullptr: nothing is sent and nobody watched
    std::vector<net::Endpoint> only = {};     // watch these in place of the zone's servers
    net::Deadline until;                      // of the watching
    std::chrono::milliseconds timeout{5000};  // of the update
};

// Plans, sends the update where one is needed, and then asks the zone's servers again and again, at first
// after a second and later after up to 30, until all of them show the record, or none does, or the time is
// up. Errors: those of plan_publication() and of dns::judge_update(); unavailable, when the server did not
// answer or, with result.done, when the zone's servers cannot be found. `result` is good to look at
// meanwhile.
net::Task<base::Result<void>> publish_key(ResolverMaker make_resolver, const base::Clock& clock,
                                          PublishWish wish, PublishOptions options, Publication& result);

}  // namespace app
