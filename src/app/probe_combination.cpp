#include "app/probe_combination.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "app/probe_wait.hpp"
#include "smtp/session.hpp"

namespace app {

namespace {

using relay::Security;
using smtp::FailureKind;
using Steady = std::chrono::steady_clock;

constexpr Milliseconds goodbye_limit{1000};

class Conversation {
  public:
    Conversation(ProbeRun& run, Combination& combination, Patience patience)
        : run_(run), cell_(combination), patience_(patience), start_(Steady::now()), lap_(start_) {}

    net::Task<void> hold();

  private:
    net::Task<Problem> connect();
    net::Task<Problem> talk();
    net::Task<Problem> implicit_tls();
    net::Task<Problem> greeting();
    net::Task<Problem> ehlo(std::optional<smtp::Capabilities>& capabilities,
                            std::optional<Milliseconds>& time);
    net::Task<Problem> starttls();
    net::Task<void> hear_greeting(std::optional<base::Result<smtp::Reply>>& result);
    net::Task<void> until_silence_is_explained();
    net::Task<void> look_aside();
    Problem judge_greeting(const smtp::Reply& reply);
    Problem failed(Problem when_silent, Problem when_closed);
    Problem failed_handshake(const std::string& detail);
    Problem refused(Problem problem, const smtp::Reply& reply);
    void note(const smtp::Reply& reply);

    PortKnowledge& port() { return run_.ports[cell_.endpoint.port]; }
    net::Deadline end() const { return std::min<net::Deadline>(start_ + run_.options.timeout, run_.latest); }
    net::Deadline first_octets_limit() const {
        if (patience_ == Patience::patient) return end();
        return std::min(end(), Steady::now() + run_.options.greeting_limit);
    }
    net::TlsOptions tls_options() const {
        return {.server_name = run_.target.host.to_string(),
                .ca_file = run_.target.ca_file,
                .fingerprint = run_.target.fingerprint};
    }
    Milliseconds lap() {
        const auto now = Steady::now();
        return std::chrono::duration_cast<Milliseconds>(now - std::exchange(lap_, now));
    }

    ProbeRun& run_;
    Combination& cell_;
    Patience patience_;
    Steady::time_point start_;
    Steady::time_point lap_;
    std::unique_ptr<net::Stream> stream_;
    std::optional<smtp::Session> session_;
};

Problem connect_problem(const base::Error& error) {
    const auto says = [&](std::string_view words) { return error.message.find(words) != std::string::npos; };
    if (error.kind == base::ErrorKind::interrupted) return Problem::interrupted;
    if (says("refused")) return Problem::closed;
    if (says("timed out")) return Problem::connect_timeout;
    if (says("no route") || says("unreachable") || says("no local address")) return Problem::no_route;
    return Problem::connect_failed;
}

// What was answered to a ClientHello, where that was HTTP; else empty.
std::string http_answer(const std::string& detail) {
    const std::string before = fmt::format("{}: ", net::plain_text_answer);
    if (!detail.starts_with(before)) return {};
    const auto quoted = std::string_view(detail).substr(before.size());
    const auto service = smtp::recognise_service(quoted.substr(std::min<std::size_t>(1, quoted.size())));
    return service == "HTTP" ? smtp::tell_service(service, quoted) : std::string();
}

net::Task<void> Conversation::hold() {
    cell_.problem = co_await connect();
    if (cell_.problem == Problem::none) cell_.problem = co_await talk();
    cell_.total = std::chrono::duration_cast<Milliseconds>(Steady::now() - start_);
    if (!session_) co_return;
    session_->set_deadline(Steady::now() + goodbye_limit);
    // A server that waits for TLS, or that broke the protocol, is not spoken to any more.
    if (cell_.greeting.empty() || session_->failure()) {
        stream_->close();
    } else {
        co_await session_->quit();
    }
}

net::Task<Problem> Conversation::connect() {
    if (const auto at_hand = run_.opened.find(cell_.endpoint.port); at_hand != run_.opened.end()) {
        stream_ = std::move(at_hand->second.stream);
        cell_.times.connect = at_hand->second.time;
        start_ -= at_hand->second.time;
        run_.opened.erase(at_hand);
    } else {
        net::Endpoint endpoint;
        endpoint.address = run_.address;
        endpoint.port = cell_.endpoint.port;
        const auto deadline = std::min(end(), start_ + run_.options.connect_limit);
        auto stream = co_await run_.dialer.connect(endpoint, deadline);
        if (!stream) {
            cell_.observed = stream.error().message;
            co_return connect_problem(stream.error());
        }
        stream_ = std::move(*stream);
        cell_.times.connect = lap();
    }
    session_.emplace(*stream_);
    co_return Problem::none;
}

net::Task<Problem> Conversation::talk() {
    const Security security = cell_.endpoint.security;
    Problem problem = Problem::none;
    if (security == Security::ssl) problem = co_await implicit_tls();
    if (problem == Problem::none) problem = co_await greeting();
    if (problem != Problem::none) co_return problem;
    session_->set_deadline(end());
    if (security == Security::ssl) {
        problem = co_await ehlo(cell_.after_tls, cell_.times.ehlo);
    } else {
        problem = co_await ehlo(cell_.before_tls, cell_.times.ehlo);
    }
    if (problem == Problem::none && security == Security::tls) {
        problem = co_await starttls();
        if (problem == Problem::none) problem = co_await ehlo(cell_.after_tls, cell_.times.ehlo_after_tls);
    }
    const bool unverified = cell_.tls && cell_.tls->status != net::CertificateStatus::ok &&
                            run_.target.verification == relay::Verification::on;
    if (problem == Problem::none && unverified) {
        cell_.observed = cell_.tls->reason;
        co_return Problem::certificate;
    }
    co_return problem;
}

net::Task<Problem> Conversation::implicit_tls() {
    session_->set_deadline(first_octets_limit());
    auto options = tls_options();
    auto info = co_await session_->start_implicit_tls(std::move(options));
    port().heard(info, Steady::now() - start_);
    if (!info) co_return failed(Problem::handshake_timeout, Problem::handshake_failed);
    cell_.tls = std::move(*info);
    cell_.times.tls = lap();
    co_return Problem::none;
}

net::Task<Problem> Conversation::greeting() {
    session_->set_deadline(first_octets_limit());
    std::optional<base::Result<smtp::Reply>> result;
    if (cell_.endpoint.security == Security::ssl) {
        co_await hear_greeting(result);
    } else {
        auto greeting = hear_greeting(result);
        auto silence = until_silence_is_explained();
        co_await first_of(std::move(greeting), std::move(silence));
    }
    const bool has_reply = result && result->has_value();
    if (!has_reply && cell_.endpoint.security != Security::ssl && port().answer) {
        cell_.observed = port().http;
        co_return cell_.observed.empty() ? Problem::implicit_tls_port : Problem::not_smtp;
    }
    if (!has_reply) co_return failed(Problem::no_greeting, Problem::closed_early);
    cell_.times.greeting = lap();
    co_return judge_greeting(**result);
}

net::Task<void> Conversation::hear_greeting(std::optional<base::Result<smtp::Reply>>& result) {
    auto reply = co_await session_->read_greeting();
    result.emplace(std::move(reply));
}

// Silence alone proves nothing: greetings are delayed on purpose. But who answers a ClientHello with TLS, or
// with HTTP, has waited for the client's first octets, and greets nobody in clear before them. Ends when such
// an answer is known and this connection was silent for as long as the answer took.
net::Task<void> Conversation::until_silence_is_explained() {
    if (!port().tls_is_tried) {
        const bool silent = co_await pause_until(start_ + run_.options.silence);
        if (!silent) co_return;
        if (!std::exchange(port().tls_is_tried, true)) co_await look_aside();
    }
    if (!port().answer) {
        const bool answered = co_await port().waiting.emplace_back().wait();
        if (!answered) co_return;
    }
    co_await pause_until(start_ + *port().answer);
}

// Nobody else tries TLS on this port: one more connection that does.
net::Task<void> Conversation::look_aside() {
    const auto start = Steady::now();
    net::Endpoint endpoint;
    endpoint.address = run_.address;
    endpoint.port = cell_.endpoint.port;
    auto stream = co_await run_.dialer.connect(endpoint, start + run_.options.connect_limit);
    if (!stream) co_return;
    (*stream)->set_deadline(Steady::now() + run_.options.silence);
    const auto options = tls_options();
    const auto info = co_await (*stream)->start_tls(options);
    port().heard(info, Steady::now() - start);
    (*stream)->close();
}

Problem Conversation::judge_greeting(const smtp::Reply& reply) {
    note(reply);
    cell_.greeting = reply.to_string();
    if (reply.is_positive()) return Problem::none;
    return refused(Problem::greeting_refused, reply);
}

net::Task<Problem> Conversation::ehlo(std::optional<smtp::Capabilities>& capabilities,
                                      std::optional<Milliseconds>& time) {
    const auto reply = co_await session_->ehlo(run_.options.ehlo_name);
    if (!reply) co_return failed(Problem::reply_timeout, Problem::connection_lost);
    note(*reply);
    if (!reply->is_positive()) co_return refused(Problem::ehlo_refused, *reply);
    capabilities = session_->capabilities();
    time = lap();
    co_return Problem::none;
}

net::Task<Problem> Conversation::starttls() {
    auto options = tls_options();
    auto info = co_await session_->start_tls(std::move(options));
    if (!info) {
        const bool in_handshake = session_->failure() && session_->failure()->in_handshake;
        co_return failed(in_handshake ? Problem::handshake_timeout : Problem::reply_timeout,
                         Problem::connection_lost);
    }
    cell_.tls = std::move(*info);
    cell_.times.tls = lap();
    co_return Problem::none;
}

Problem Conversation::failed(Problem when_silent, Problem when_closed) {
    const auto& failure = session_->failure();
    if (!failure) return Problem::interrupted;
    cell_.observed = failure->detail;
    switch (failure->kind) {
        case FailureKind::closed:
        case FailureKind::network:
            return when_closed;
        case FailureKind::timed_out:
            return when_silent;
        case FailureKind::interrupted:
            return Problem::interrupted;
        case FailureKind::local:
            run_.local_error = base::usage_error(failure->detail);
            return Problem::skipped;
        case FailureKind::malformed:
            if (failure->fault == smtp::ReplyFault::line_too_long) return Problem::line_too_long;
            if (failure->fault != smtp::ReplyFault::not_smtp) return Problem::reply_too_long;
            return smtp::recognise_service(failure->first_octets) == "TLS" ? Problem::implicit_tls_port
                                                                           : Problem::not_smtp;
        case FailureKind::data_before_tls:
            cell_.observed += ": " + failure->first_octets;
            return Problem::data_before_tls;
        case FailureKind::starttls_missing:
            return Problem::starttls_missing;
        case FailureKind::starttls_refused:
            return refused(Problem::starttls_refused, *failure->reply);
        case FailureKind::handshake:
            return failed_handshake(failure->detail);
    }
    return Problem::connection_lost;
}

Problem Conversation::failed_handshake(const std::string& detail) {
    if (cell_.endpoint.security != Security::ssl || !detail.starts_with(net::plain_text_answer))
        return Problem::handshake_failed;
    auto http = http_answer(detail);
    if (http.empty()) return Problem::plain_port;
    cell_.observed = std::move(http);
    return Problem::not_smtp;
}

Problem Conversation::refused(Problem problem, const smtp::Reply& reply) {
    cell_.observed = reply.to_string();
    cell_.reply_code = reply.code;
    return problem;
}

void Conversation::note(const smtp::Reply& reply) {
    cell_.odd_replies = cell_.odd_replies || reply.bare_line_feed || reply.mixed_codes;
}

}  // namespace

void PortKnowledge::heard(const base::Result<net::TlsInfo>& handshake, net::Deadline::duration time) {
    if (answer) return;
    auto answered = handshake ? std::string() : http_answer(handshake.error().message);
    if (handshake.has_error() && answered.empty() && !net::is_tls_answer(handshake.error())) return;
    answer = time;
    http = std::move(answered);
    for (auto& event : waiting)
        event.set();
}

net::Task<void> probe_combination(ProbeRun& run, Combination& combination, Patience patience) {
    Conversation conversation(run, combination, patience);
    co_await conversation.hold();
}

}  // namespace app
