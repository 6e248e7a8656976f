// The model: relays, sender domains, DKIM keys. Values only; every one is valid by construction of its
// parser.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/domain_name.hpp"
#include "base/ip_address.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "mail/address.hpp"
#include "relay/dkim_life.hpp"

namespace relay {

enum class Security : std::uint8_t {
    ssl,   // implicit TLS from the first byte
    tls,   // STARTTLS, required
    none,  // clear text
};
enum class MailType : std::uint8_t { individual, mass, workflow };
enum class LimitUnit : std::uint8_t { messages, recipients };  // what the daily limit counts
enum class Verification : bool { off, on };                    // of the server's certificate
// What becomes of mail past the daily limit.
enum class OverLimit : std::uint8_t {
    fallback,  // the next relay of its route takes it
    defer,     // it is to be sent again later
    reject,
};
inline constexpr std::array all_mail_types = {MailType::individual, MailType::mass, MailType::workflow};

std::string_view to_string(Security security);  // "ssl", "tls", "none"
std::string_view to_string(MailType type);      // "individual", "mass", "workflow"
std::string_view to_string(LimitUnit unit);     // "messages", "recipients"
std::string_view to_string(OverLimit over);     // "fallback", "defer", "reject"

// Every parser: errors are usage errors that name the value and what is allowed.
base::Result<Security> parse_security(std::string_view text);  // also starttls = tls; smtps, implicit = ssl
base::Result<MailType> parse_mail_type(std::string_view text);
base::Result<LimitUnit> parse_limit_unit(std::string_view text);
base::Result<OverLimit> parse_over_limit(std::string_view text);
enum class AnyPort : bool { no, yes };
base::Result<std::uint16_t> parse_port(std::string_view text,
                                       AnyPort any_port);           // 25, 465, 587, or 1 to 65535
base::Result<std::string> parse_relay_name(std::string_view text);  // [a-z0-9][a-z0-9._-]{0,62}
base::Result<std::string> parse_selector(std::string_view text);    // labels of a DNS name (RFC 6376 3.1)
base::Result<std::optional<std::uint32_t>> parse_daily_limit(
    std::string_view text);                                          // 1 to 100000000, or "none"
base::Result<std::uint16_t> parse_priority(std::string_view text);   // 0 to 65535, lower first
base::Result<std::string> parse_fingerprint(std::string_view text);  // SHA-256, hex, colons allowed
base::Result<std::string> parse_description(
    std::string_view text);                                   // UTF-8 without control bytes, 200 octets
base::Result<std::string> parse_note(std::string_view text);  // of a key: the same

// Where a relay listens: a host name or an IP literal.
class Host {
  public:
    static base::Result<Host> parse(std::string_view text);  // brackets around IPv6 allowed
    std::string to_string() const;                           // A-label or address, no brackets
    std::optional<base::IpAddress> address() const;
    const base::DomainName* name() const { return std::get_if<base::DomainName>(&value_); }
    bool operator==(const Host&) const = default;

  private:
    explicit Host(std::variant<base::DomainName, base::IpAddress> value) : value_(std::move(value)) {}
    std::variant<base::DomainName, base::IpAddress> value_;
};

// The sender domains a relay serves: one, all below one ("*.example.com"), or every one ("*").
class DomainPattern {
  public:
    static base::Result<DomainPattern> parse(std::string_view text);
    static DomainPattern any() { return DomainPattern(std::nullopt); }
    explicit DomainPattern(std::optional<base::DomainName> name) : name_(std::move(name)) {}
    static DomainPattern below(base::DomainName name);
    bool is_any() const { return !name_; }
    bool is_below() const { return below_; }
    // The domain itself or the one it is below; nullopt = every domain.
    const std::optional<base::DomainName>& name() const { return name_; }
    bool covers(const base::DomainName& domain) const;
    std::string to_string() const;
    auto operator<=>(const DomainPattern&) const = default;

  private:
    std::optional<base::DomainName> name_;
    bool below_ = false;
};

// The envelope sender of mail through a relay.
struct ManagedReturnPath {
    bool operator==(const ManagedReturnPath&) const = default;
};  // the platform's own
struct FromReturnPath {
    bool operator==(const FromReturnPath&) const = default;
};  // the From address
struct NullReturnPath {
    bool operator==(const NullReturnPath&) const = default;
};  // <>
using ReturnPath = std::variant<ManagedReturnPath, FromReturnPath, NullReturnPath, mail::Address>;
base::Result<ReturnPath> parse_return_path(std::string_view text);  // managed | from | <> | local@domain
std::string to_string(const ReturnPath& return_path);

// How the relay's password is had. The stored password itself is a base::Secret that only the store hands
// out. missing: it is to be stored, and the store has none, as after the undo of a deletion: what a store
// says of a relay that it reads; written, it is stored.
enum class PasswordSource : std::uint8_t { none, stored, command, missing };
struct Login {
    std::string user;  // 1 to 255 octets of UTF-8, no control bytes
    PasswordSource source = PasswordSource::none;
    std::string command = {};  // source == command: run by the shell when needed
    // Its password belongs into the store, be it there or not.
    bool is_stored() const { return source == PasswordSource::stored || source == PasswordSource::missing; }
    bool operator==(const Login&) const = default;
};

inline constexpr std::size_t most_egress_ips = 64;
inline constexpr std::size_t most_fallbacks = 16;

using RelayId = std::int64_t;  // stable, never reused; 0 = not yet stored

struct Relay {
    RelayId id = 0;
    std::string name;
    Host host;
    std::uint16_t port = 587;
    Security security = Security::tls;
    Verification verification = Verification::on;
    std::string ca_file = {};      // absolute path, empty = the system's CAs
    std::string fingerprint = {};  // SHA-256 in lower-case hex, empty = none
    std::set<DomainPattern> domains = {};
    std::set<MailType> mail_types = {};
    std::optional<std::uint32_t> daily_limit = {};  // in limit_unit; nullopt = no limit
    LimitUnit limit_unit = LimitUnit::messages;
    OverLimit over_limit = OverLimit::fallback;
    std::uint16_t priority = 10;                    // lower first
    std::optional<std::string> dkim_selector = {};  // nullopt = the operator of the relay signs, or nobody
    ReturnPath return_path = ManagedReturnPath{};
    std::set<base::IpAddress> egress_ips = {};  // where its mail leaves from, as receivers see it
    std::optional<Login> login = {};
    bool fallback = false;
    // Names of the relays that take its mail, in this order, where it does not; behind them comes what is
    // next in the route.
    std::vector<std::string> fallback_to = {};
    // Mail may go from it to a fallback, and to it as a fallback, where DMARC then fails.
    bool unaligned_fallback = false;
    bool enabled = true;
    std::string description = {};
    base::Time created_at = {};
    base::Time changed_at = {};

    bool operator==(const Relay&) const = default;
};

// The names of the fields in which two relays differ, as the output calls them; id and times are not
// compared.
std::vector<std::string> differing_fields(const Relay& a, const Relay& b);

// Is `domain` among the relay's domains, itself or as "*.domain"? "*" does not count.
bool has_domain(const Relay& relay, const base::DomainName& domain);

// The rules between relays, given all the others of the store:
//  - two relays with the same (domain, mail type) and the same priority: conflict, naming both;
//  - two fallback relays: conflict, naming the first;
//  - a relay that is not the fallback must serve a domain and a mail type: usage.
base::Result<void> check_rules(const Relay& relay, const std::vector<Relay>& others);
// The relays that it falls back to are there (not_found), and do not lead back to it: conflict. The fallback
// relay, behind which nothing comes, falls back to none: usage.
base::Result<void> check_fallbacks(const Relay& relay, const std::vector<Relay>& others);
// The same of each relay against the others.
base::Result<void> check_all_rules(const std::vector<Relay>& relays);

enum class KeyAlgorithm : std::uint8_t { rsa, ed25519 };
std::string_view to_string(KeyAlgorithm algorithm);  // "rsa", "ed25519"
base::Result<KeyAlgorithm> parse_key_algorithm(std::string_view text);

// The public half of a DKIM key relayctl keeps; the private half is a secret of the store.
struct DkimKey {
    std::int64_t id = 0;
    base::DomainName domain;
    std::string selector;
    KeyAlgorithm algorithm = KeyAlgorithm::rsa;
    std::uint32_t bits = 0;  // RSA: the modulus; Ed25519: 256
    std::string public_key;  // the base64 text of p=
    std::string note = {};   // as of parse_note()
    base::Time created_at = {};
    DkimLife life = {};

    bool operator==(const DkimKey&) const = default;
};

struct Domain {
    base::DomainName name;
    base::Time created_at = {};
    bool operator==(const Domain&) const = default;
};

}  // namespace relay
