#include "app/probe_dialogue.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/probe_remedy.hpp"
#include "net/own_address.hpp"

namespace app {

namespace {

using finding::Verdict;
using relay::Security;
using smtp::FailureKind;
using Steady = std::chrono::steady_clock;

constexpr Milliseconds connect_limit{5000};
constexpr Milliseconds goodbye_limit{1000};

std::string_view id_of(const smtp::Failure& failure) {
    switch (failure.kind) {
        case FailureKind::closed:
        case FailureKind::network:
        case FailureKind::interrupted:
        case FailureKind::local:
            return "smtp-connection-lost";
        case FailureKind::timed_out:
            return failure.in_handshake ? "tls-handshake-timeout" : "smtp-reply-timeout";
        case FailureKind::malformed:
            if (failure.fault == smtp::ReplyFault::line_too_long) return "smtp-line-too-long";
            return failure.fault == smtp::ReplyFault::not_smtp ? "smtp-not-smtp" : "smtp-reply-too-long";
        case FailureKind::data_before_tls:
            return "smtp-data-before-tls";
        case FailureKind::starttls_missing:
            return "smtp-starttls-missing";
        case FailureKind::starttls_refused:
            return "smtp-starttls-refused";
        case FailureKind::handshake:
            return "tls-handshake-failed";
    }
    return "smtp-connection-lost";
}

// What a second attempt may find otherwise could not be checked; a server that breaks the rules is bad.
Verdict verdict_of(const smtp::Failure& failure) {
    switch (failure.kind) {
        case FailureKind::closed:
        case FailureKind::timed_out:
        case FailureKind::network:
        case FailureKind::interrupted:
        case FailureKind::local:
            return Verdict::unchecked;
        case FailureKind::starttls_refused:
            return failure.reply && failure.reply->is_temporary() ? Verdict::unchecked : Verdict::bad;
        case FailureKind::malformed:
        case FailureKind::data_before_tls:
        case FailureKind::starttls_missing:
        case FailureKind::handshake:
            return Verdict::bad;
    }
    return Verdict::bad;
}

}  // namespace

Dialogue::Dialogue(net::Dialer& dialer, ProbeReport& report, const Combination& cell,
                   const DialogueRequest& request)
    : dialer_(dialer), report_(report), cell_(cell), request_(request), start_(Steady::now()) {}

void Dialogue::tell(char mark, std::string_view text) const {
    if (!request_.trace) return;
    const auto since = std::chrono::duration_cast<Milliseconds>(Steady::now() - start_);
    request_.trace(TraceLine{.mark = mark, .since_start = since, .text = text});
}

void Dialogue::lower(Verdict verdict) {
    report_.dialogue.verdict = finding::worse(report_.dialogue.verdict, verdict);
}

void Dialogue::add(std::string_view id, std::string observed, Verdict verdict, std::string remedy) {
    lower(verdict);
    auto made = finding::make(id, subject_of(report_, cell_), hide(std::move(observed)), std::move(remedy));
    auto& all = report_.findings;
    if (std::find(all.begin(), all.end(), made) == all.end()) all.push_back(std::move(made));
}

std::string Dialogue::hide(std::string text) const {
    return smtp::hide_secrets(std::move(text), secrets_);
}

void Dialogue::keep_secret(std::vector<base::Secret> secrets) {
    secrets_ = std::move(secrets);
    if (session_) session_->hide_in_trace(secrets_);
}

void Dialogue::fail(const base::Error& error) {
    const auto& failure = session_->failure();
    is_open_ = false;
    tell('*', hide(error.message));
    if (error.kind == base::ErrorKind::interrupted || error.kind == base::ErrorKind::usage || !failure) {
        error_ = error;
        lower(Verdict::unchecked);
        return;
    }
    add(id_of(*failure), failure->detail, verdict_of(*failure));
}

net::Task<bool> Dialogue::connect() {
    net::Endpoint endpoint;
    endpoint.address = *report_.address;
    endpoint.port = cell_.endpoint.port;
    auto stream =
        co_await dialer_.connect(endpoint, start_ + std::min<Milliseconds>(connect_limit, request_.timeout));
    if (!stream) {
        tell('*', stream.error().message);
        if (stream.error().kind == base::ErrorKind::interrupted) error_ = stream.error();
        add("smtp-connect-failed", stream.error().message, Verdict::unchecked);
        co_return false;
    }
    tell('*', "connected to " + net::to_string(endpoint));
    stream_ = std::move(*stream);
    session_.emplace(*stream_);
    session_->set_deadline(start_ + request_.timeout);
    session_->set_trace([this](smtp::Direction direction, std::string_view line) {
        tell(direction == smtp::Direction::sent ? '>' : '<', line);
    });
    co_return true;
}

bool Dialogue::judge(const base::Result<smtp::Reply>& reply, smtp::Stage stage) {
    if (!reply) {
        fail(reply.error());
        return false;
    }
    if (reply->is_positive()) return true;
    const auto text = smtp::read_reply_text(reply->to_string());
    const auto verdict = reply->is_temporary() ? Verdict::unchecked : Verdict::bad;
    add(text ? smtp::diagnose(*text, stage) : "smtp-not-smtp", reply->to_string(), verdict);
    return false;
}

net::Task<bool> Dialogue::greeting() {
    const auto reply = co_await session_->read_greeting();
    co_return judge(reply, smtp::Stage::greeting);
}

net::Task<bool> Dialogue::ehlo() {
    std::string name = request_.ehlo_name;
    if (name.empty())
        name = smtp::ehlo_name("", net::own_address_towards(*report_.address).value_or(base::IpAddress()));
    const auto reply = co_await session_->ehlo(std::move(name));
    co_return judge(reply, smtp::Stage::ehlo);
}

net::Task<bool> Dialogue::start_tls() {
    net::TlsOptions options;
    options.server_name = report_.target.host.to_string();
    options.ca_file = report_.target.ca_file;
    options.fingerprint = report_.target.fingerprint;
    std::optional<base::Result<net::TlsInfo>> info;
    if (cell_.endpoint.security == Security::ssl) {
        info = co_await session_->start_implicit_tls(std::move(options));
    } else {
        info = co_await session_->start_tls(std::move(options));
    }
    if (!info->has_value()) {
        fail(info->error());
        co_return false;
    }
    const auto& tls = **info;
    tell('*', fmt::format("{}, {}, certificate {}", tls.version, tls.cipher, net::to_string(tls.status)));
    // The matrix may have met another server behind the same address.
    const bool verified = tls.status == net::CertificateStatus::ok;
    if (!verified && report_.target.verification == relay::Verification::on) {
        add("smtp-login-not-safe", "the certificate did not verify: " + tls.reason, Verdict::bad);
        co_return false;
    }
    co_return true;
}

net::Task<bool> Dialogue::open() {
    is_open_ = co_await connect();
    if (is_open_ && cell_.endpoint.security == Security::ssl) is_open_ = co_await start_tls();
    if (is_open_) is_open_ = co_await greeting();
    if (is_open_) is_open_ = co_await ehlo();
    if (is_open_ && cell_.endpoint.security == Security::tls) {
        is_open_ = co_await start_tls();
        if (is_open_) is_open_ = co_await ehlo();
    }
    co_return is_open_;
}

net::Task<std::optional<smtp::Reply>> Dialogue::say(std::string command) {
    auto reply = co_await session_->command(std::move(command));
    if (!reply) {
        fail(reply.error());
        co_return std::nullopt;
    }
    co_return std::move(*reply);
}

net::Task<void> Dialogue::close() {
    if (!session_) co_return;
    session_->set_deadline(Steady::now() + goodbye_limit);
    if (session_->failure() || error_) {
        stream_->close();
    } else {
        co_await session_->quit();
    }
}

}  // namespace app
