// The use case `probe`: what works between here and a mail server, for each port and way of encryption, and
// what stands in the way. Sends no mail and no password.
//
// Texts from the server (greeting, keywords, certificate names) are kept raw, within bounds: whoever prints
// them escapes them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/probe_login_report.hpp"
#include "app/probe_policy_report.hpp"
#include "base/clock.hpp"
#include "dns/resolver.hpp"
#include "finding/finding.hpp"
#include "finding/verdict.hpp"
#include "http/fetcher.hpp"
#include "net/dialer.hpp"
#include "relay/relay.hpp"
#include "smtp/capabilities.hpp"

namespace app {

using Milliseconds = std::chrono::milliseconds;

struct ProbeEndpoint {
    std::uint16_t port = 587;
    relay::Security security = relay::Security::tls;
    bool operator==(const ProbeEndpoint&) const = default;
};

// Every port with every security, in the order none, tls, ssl. Empty lists stand for all three, and for 25,
// 465, 587 and the configured port.
std::vector<ProbeEndpoint> probe_endpoints(std::vector<std::uint16_t> ports,
                                           std::vector<relay::Security> securities,
                                           const std::optional<ProbeEndpoint>& configured);

struct ProbeTarget {
    std::string relay = {};       // the relay's name, for the commands in remedies; empty for a bare host
    relay::RelayId relay_id = 0;  // of the stored relay, where all below is as the store has it; else 0
    relay::Host host;
    std::optional<ProbeEndpoint> own = {};         // the relay's, as the store has it
    std::optional<ProbeEndpoint> configured = {};  // what decides: its own, or the one that was asked to work
    relay::Verification verification = relay::Verification::on;
    std::string ca_file = {};
    std::string fingerprint = {};
    std::string user = {};           // the relay's login, empty = none
    bool dialogue_is_tried = false;  // which then says more than its settings do
};
ProbeTarget probe_target(const relay::Relay& relay);

struct ProbeOptions {
    std::vector<ProbeEndpoint> endpoints;  // see probe_endpoints(); at most 64
    std::string ehlo_name;                 // empty = the address we speak from, see smtp::ehlo_name()
    Milliseconds timeout{30000};           // for one combination, from connecting to the last reply
    Milliseconds connect_limit{5000};      // within it: a filtered port is not waited for longer
    // Within it: the wait for the server's first octets. The configured endpoint has the whole timeout, for
    // greetings may lawfully be delayed (RFC 5321 section 4.5.3.2).
    Milliseconds greeting_limit{10000};
    Milliseconds silence{3000};    // no greeting so long: find out whether the port speaks TLS
    Milliseconds head_start{250};  // of one address over the next (RFC 8305 section 5)
    std::size_t connections = 9;   // at a time
    bool dane = false;             // compare TLSA records too
    bool tls_scan = false;         // of one endpoint: see told_combination_with_tls()
    bool trust_ad = false;         // the resolver's AD bit counts as DNSSEC validation
    bool all_addresses = false;    // the endpoints of each address, not of the first that answers
    std::optional<base::DomainName> mta_sts = {};  // does this domain's policy take the host
    std::string policy_ca_file = {};               // PEM, for that policy's server; empty = the system's
};

// What the table shows in a cell.
enum class Outcome {
    ok,
    unverified,  // works, but the certificate is not verified, as the relay is set
    fail,
    closed,   // connection refused
    timeout,  // no answer: filtered, or silent
    skip,     // not tried
};
std::string_view to_string(Outcome outcome);  // "ok", "unverified", "fail", "closed", "timeout", "skip"

enum class Problem {
    none,
    skipped,            // its turn did not come
    no_address,         // the host has none
    no_dns_answer,      // it is not known whether the host has one
    interrupted,        // Ctrl-C while it was tried
    closed,             // connection refused
    connect_timeout,    // no answer to the connection
    no_route,           // no way to the address from here
    connect_failed,     // anything else
    no_greeting,        // silence, and it is not known why
    implicit_tls_port,  // ssl is spoken there, and we spoke none or tls
    plain_port,         // begins in clear, and we spoke ssl
    closed_early,       // closed before the greeting
    greeting_refused,   // see reply_code: 4xx or 5xx
    not_smtp,
    line_too_long,
    reply_too_long,
    ehlo_refused,  // see reply_code
    starttls_missing,
    starttls_refused,  // see reply_code
    data_before_tls,   // response injection
    handshake_failed,
    handshake_timeout,
    certificate,      // TLS works, the certificate does not verify: see tls->status
    connection_lost,  // later than the greeting
    reply_timeout,    // later than the greeting
};
std::string_view to_string(Problem problem);  // "none", "closed", "connect-timeout" ...

// How long each stage took; nullopt = it was not reached or not completed.
struct StageTimes {
    std::optional<Milliseconds> connect;
    std::optional<Milliseconds> greeting;
    std::optional<Milliseconds> ehlo;
    std::optional<Milliseconds> tls;             // STARTTLS with its handshake, or the handshake
    std::optional<Milliseconds> ehlo_after_tls;  // tls only
    bool operator==(const StageTimes&) const = default;
};

struct Combination {
    ProbeEndpoint endpoint;
    Outcome outcome = Outcome::skip;
    finding::Verdict verdict = finding::Verdict::unchecked;
    Problem problem = Problem::skipped;
    std::string reason = {};    // two or three words for the table, empty when ok: "no STARTTLS"
    std::string observed = {};  // the whole of it, raw: the server's reply, the network's words
    int reply_code = 0;         // of the reply that refused, else 0
    StageTimes times = {};
    Milliseconds total{0};      // from connecting to the last stage, or to giving up
    std::string greeting = {};  // "220 mail.example ESMTP", raw; empty when none came
    std::optional<net::TlsInfo> tls = {};
    std::optional<smtp::Capabilities> before_tls = {};  // of the EHLO in clear: none, tls
    std::optional<smtp::Capabilities> after_tls = {};   // of the EHLO inside TLS: tls, ssl
    bool odd_replies = false;                           // bare line feeds or mixed codes
    // What was said when it was tried beside the others, raw, where the rest is of a second try, alone.
    std::string turned_away = {};
    bool operator==(const Combination&) const = default;
};

// The TLSA records of one port, for the option `dane`.
struct DaneCheck {
    std::uint16_t port = 25;
    std::string tlsa_name;  // "_25._tcp.mail.example.com"
    dns::Status status = dns::Status::timeout;
    std::optional<bool> secure = {};        // signed, by the AD bit; nullopt = not known
    std::vector<std::string> records = {};  // presentation format, at most 50
    bool usable = false;                    // one of them is
    std::string matched = {};               // the record that the certificate matches, empty = none
    std::string matched_subject = {};       // the certificate that it names
};

// One protocol version, for the option `tls_scan`.
struct TlsScanVersion {
    enum class Answer { accepted, refused, unchecked };
    net::TlsVersion version = net::TlsVersion::tls1_3;
    Answer answer = Answer::unchecked;
    std::vector<std::string> ciphers = {};  // OpenSSL's names, in the order the server chose them
    bool complete = false;                  // these are all of them
    std::string detail = {};                // why it is not complete, or why it was refused; raw
};
struct TlsScan {
    ProbeEndpoint endpoint;
    std::vector<TlsScanVersion> versions = {};  // newest first
};

// One of a host's addresses, for the option `all_addresses`.
struct AddressResult {
    base::IpAddress address;
    std::vector<Combination> combinations = {};  // as in the report
    finding::Verdict verdict = finding::Verdict::unchecked;
};

// What the DNS says of the names of a certificate that is for another name. All empty: nobody looked, or it
// could not be found out.
struct OtherNames {
    std::string of = {};         // the certificate's fingerprint
    std::string fitting = {};    // the first that has the address that was probed
    std::string elsewhere = {};  // where there is none: the first that has another
    bool have_no_address = false;
    bool operator==(const OtherNames&) const = default;
};

struct ProbeReport {
    ProbeTarget target;
    std::vector<base::IpAddress> addresses = {};  // of the host, at most 16, in the order of trial
    std::optional<base::IpAddress> address = {};  // the one that was probed: the first that answered
    std::optional<Milliseconds> dns_time = {};    // nullopt for an address literal
    std::vector<std::string> aliases = {};        // names that the host's CNAME records led to, in order
    std::vector<Combination> combinations = {};   // in the order of ProbeOptions::endpoints
    std::optional<std::size_t> configured = {};   // index of the one that decides, when it was among them
    OtherNames other_names = {};                  // of a certificate for another name
    std::vector<AddressResult> by_address = {};   // in the order of `addresses`; empty unless asked for
    bool tls_scan_asked = false;  // asked for: without a result there was no endpoint with TLS
    bool dane_asked = false;      // likewise, or the host is an address
    std::optional<TlsScan> tls_scan = {};
    std::optional<PolicyCheck> mta_sts = {};
    std::vector<DaneCheck> dane = {};             // by port, as far as ProbeOptions::dane asks for it
    DialogueReport dialogue = {};                 // see probe_login()
    std::vector<finding::Finding> findings = {};  // of the configured combination first
    // The configured combination's verdict. Without one: good when a combination with TLS works, or, when
    // only `none` was asked for, when one of these does; else unchecked when any could not be checked; else
    // bad.
    finding::Verdict verdict = finding::Verdict::unchecked;
};

struct ProbeServices {
    dns::Resolver& resolver;
    net::Dialer& dialer;
    const base::Clock& clock;
    http::Fetcher* fetcher = nullptr;  // needed for ProbeOptions::mta_sts only
};

// Resolves A and AAAA, takes the first address that answers, and tries all combinations at once. Whatever the
// network does is in the report; Errors: usage (the CA file cannot be read).
net::Task<base::Result<ProbeReport>> probe_relay(ProbeServices services, ProbeTarget target,
                                                 ProbeOptions options);

}  // namespace app
