// SPF, DKIM and DMARC of mail that goes through a relay, as its receiver sees them: one row of the
// return-path matrix from the facts that predict() gathered. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.hpp"
#include "dmarc/evaluate.hpp"
#include "finding/verdict.hpp"
#include "relay/relay.hpp"
#include "spf/evaluate.hpp"

namespace app {

// Whose address stands in MAIL FROM: the rows of the matrix.
enum class PathKind {
    managed,        // the platform's own bounce address
    rewritten,      // the relay's operator puts an address of its own in its place
    from,           // the From address
    author_domain,  // an address at the From domain
    subdomain,      // an address below the From domain
    other_domain,   // an address at any other domain
    null,           // <>: SPF is checked for the HELO name
};
std::string_view to_string(PathKind kind);  // "managed", "rewritten", "from", "address", "subdomain", ...

// SPF for one address that the relay's mail leaves from.
struct EgressResult {
    base::IpAddress ip;
    spf::Verdict verdict = spf::Verdict::none;
    std::string term = {};  // that decided, as written; empty = none did
    std::string reason;     // one line
    bool operator==(const EgressResult&) const = default;
};

struct PathFacts {
    PathKind kind = PathKind::managed;
    std::string sender = {};   // "bounce@example.com"; empty = <>, or not known
    std::string domain = {};   // that SPF is checked for; empty = not known
    std::string unknown = {};  // why it is not known
    bool assumed = false;      // the domain is likely, not certain
    dmarc::Aligned aligned = dmarc::Aligned::no;
    std::string alignment = {};          // one clause, why
    std::vector<EgressResult> spf = {};  // one an address; empty = the domain or the addresses are not known
};

enum class KeyState {
    none,       // the store has no key to sign with
    usable,     // published, good, and the store's
    missing,    // not published
    different,  // another key is published
    broken,     // revoked, unreadable, too weak
    unchecked,  // the DNS did not answer
};
std::string_view to_string(KeyState state);

// One that signs beside the key by which a prediction is made.
struct SecondKey {
    std::string selector;
    KeyState state = KeyState::none;
    std::string reason = {};  // one line
};

// The key that mail would be signed with; of a pair the RSA key.
struct SigningFacts {
    std::string domain = {};  // d=
    std::string selector = {};
    KeyState state = KeyState::none;
    std::string reason = {};  // one line
    dmarc::Aligned aligned = dmarc::Aligned::yes;
    std::string alignment = {};  // one clause, why
    relay::KeyAlgorithm algorithm = relay::KeyAlgorithm::rsa;
    std::optional<SecondKey> beside = {};
};

struct MailFacts {
    std::string author = {};  // the From domain
    dmarc::DiscoveryResult policy = dmarc::DiscoveryResult::unverified;
    std::optional<dmarc::Policy> effective = {};
    std::vector<PathFacts> paths = {};  // a kind stands once
    SigningFacts signing = {};

    const PathFacts* find(PathKind kind) const;  // nullptr = not gathered
};

enum class Signing { off, on };
enum class Body { kept, altered };  // altered: the relay changes what is signed

struct Scenario {
    PathKind path = PathKind::managed;
    Signing signing = Signing::off;
    Body body = Body::kept;
    bool operator==(const Scenario&) const = default;
};

// SPF or DKIM.
struct Leg {
    std::string result = {};  // "pass", "softfail", "none", "unknown" ...
    dmarc::Authentication authentication = dmarc::Authentication::fail;
    dmarc::Aligned aligned = dmarc::Aligned::no;
    std::string reason = {};     // one line, why that result
    std::string alignment = {};  // one line, why aligned or not; may be empty

    // Does it make DMARC pass (RFC 9989 section 4.4).
    bool passes() const {
        return authentication == dmarc::Authentication::pass && aligned == dmarc::Aligned::yes;
    }
    // May it make DMARC pass, for all that is known.
    bool is_open() const {
        return authentication != dmarc::Authentication::fail && aligned != dmarc::Aligned::no;
    }
};

struct Prediction {
    Scenario scenario = {};
    Leg spf = {}, dkim = {};
    dmarc::EvaluationResult dmarc = dmarc::EvaluationResult::unverified;
    std::optional<dmarc::Policy> disposition = {};  // what receivers are asked to do, when DMARC fails
    // good = passes, or would if there were a policy; bad = the same with fails; else unchecked.
    finding::Verdict verdict = finding::Verdict::unchecked;
    std::string reason = {};  // one line
};

// Every egress address must pass for SPF to pass. The path of the scenario must be among the facts
// (std::logic_error).
Prediction predict_mail(const MailFacts& facts, const Scenario& scenario);

}  // namespace app
