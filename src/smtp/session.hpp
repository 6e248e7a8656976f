// The client's side of an SMTP dialogue over a net::Stream, straight-line: greeting, EHLO, STARTTLS,
// commands. A reply of any code is a value and the caller judges it; an Error is a dialogue that cannot go
// on.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/stream.hpp"
#include "smtp/capabilities.hpp"
#include "smtp/reply.hpp"
#include "smtp/trace.hpp"

namespace smtp {

enum class FailureKind {
    closed,           // the server closed or reset the connection
    timed_out,        // the deadline passed
    network,          // any other trouble of the connection
    interrupted,      // Ctrl-C
    local,            // our own doing: a control byte in a command, a CA file that cannot be read
    malformed,        // what came is no SMTP reply: see `fault` and `first_octets`
    data_before_tls,  // octets followed the 220 to STARTTLS in clear (response injection, RFC 3207 section 6)
    starttls_missing,  // STARTTLS is not among the server's keywords
    starttls_refused,  // STARTTLS was answered by anything but 220: see `reply`
    handshake,         // TLS could not be set up
};

// Why the dialogue cannot go on, for those who must tell the cases apart.
struct Failure {
    FailureKind kind = FailureKind::network;
    std::string detail;                       // one line for people, raw
    ReplyFault fault = ReplyFault::not_smtp;  // malformed only
    std::string first_octets = {};            // malformed and data_before_tls: what came, raw, at most 200
    std::optional<Reply> reply = {};          // starttls_refused only
    bool in_handshake = false;                // it happened while TLS was being set up
    bool operator==(const Failure&) const = default;
};

class Session {
  public:
    explicit Session(net::Stream& stream) : stream_(stream) {}  // the stream must outlive the session

    // Holds for every later step until it is set again; all reads and writes of a step stand under it.
    void set_deadline(net::Deadline deadline);

    // Errors of every step: unavailable (network, timeout, 4xx to STARTTLS), refused (not SMTP, 5xx to
    // STARTTLS, no STARTTLS, injected data, a handshake that failed). failure() then says which.
    net::Task<base::Result<Reply>> read_greeting();
    // EHLO, and HELO where EHLO is not understood (RFC 5321 section 3.2). Fills capabilities() on a positive
    // reply.
    net::Task<base::Result<Reply>> ehlo(std::string name);
    // STARTTLS and the handshake (RFC 3207). The capabilities of before TLS are forgotten: call ehlo() again.
    // Like Stream::start_tls it succeeds with a certificate that does not verify: read TlsInfo::status.
    net::Task<base::Result<net::TlsInfo>> start_tls(net::TlsOptions options);
    // The handshake of implicit TLS (RFC 8314 section 3), before the greeting.
    net::Task<base::Result<net::TlsInfo>> start_implicit_tls(net::TlsOptions options);
    // One command line without its CRLF, and its reply. Control bytes in it are a usage error.
    net::Task<base::Result<Reply>> command(std::string line);
    // Several command lines in one write (RFC 2920 section 3.1): as many replies follow, read with
    // next_reply(). At most so many that they fit the two sides' buffers: the caller divides.
    net::Task<base::Result<void>> send_group(std::vector<std::string> lines);
    net::Task<base::Result<Reply>> next_reply() { return read_reply(); }
    // Octets of a message. The trace shows `shown` in their place, and nothing where that is empty.
    net::Task<base::Result<void>> send_octets(std::string_view octets, std::string_view shown);
    // The same for a line that no trace may have: it shows `shown` in its place. Call
    // hide_in_trace() before, so that an echo of the server's does not pass either.
    net::Task<base::Result<Reply>> secret_command(base::Secret line, std::string shown);
    void hide_in_trace(std::vector<base::Secret> secrets);  // replaces what was named before
    void show_all_in_trace();                               // the exchange of secrets is over
    // Hears every line from now on. Raw; called within the steps, so it must not throw.
    void set_trace(Trace trace) { tracer_.set(std::move(trace)); }
    // Says QUIT, hears the answer if there is one, and closes. Never fails.
    net::Task<void> quit();

    // Of the last positive EHLO since the connection, or TLS, began.
    const std::optional<Capabilities>& capabilities() const { return capabilities_; }
    bool has_tls() const { return tls_.has_value(); }
    const std::optional<net::TlsInfo>& tls() const { return tls_; }
    // Set by the step that returned an Error.
    const std::optional<Failure>& failure() const { return failure_; }

  private:
    net::Task<base::Result<Reply>> read_reply();
    net::Task<base::Result<net::TlsInfo>> handshake(net::TlsOptions options);
    net::Task<void> gather_first_octets(std::string& octets);
    base::Error fail(Failure failure);
    base::Error fail_step(const base::Error& error);
    base::Error fail_malformed(std::string first_octets);

    net::Stream& stream_;
    net::Deadline deadline_ = net::Deadline::max();
    ReplyParser parser_;
    std::string pending_;  // received, not yet part of a reply
    std::optional<Capabilities> capabilities_;
    std::optional<Failure> failure_;
    std::optional<net::TlsInfo> tls_;
    Tracer tracer_;
};

// The name to give in EHLO (RFC 5321 section 4.1.4): the host's name when it is a full one, else an address
// literal, "[192.0.2.1]" or "[IPv6:2001:db8::1]". Never "localhost".
std::string ehlo_name(std::string_view host_name, const base::IpAddress& own_address);

}  // namespace smtp
