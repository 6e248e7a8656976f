#include "smtp/session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/domain_name.hpp"
#include "base/text.hpp"

namespace smtp {

namespace {

constexpr std::size_t max_first_octets = 200;
constexpr std::chrono::milliseconds wait_for_more{500};  // to name a service that is not SMTP

bool says(const base::Error& error, std::string_view words) {
    return error.message.find(words) != std::string::npos;
}

// EHLO unknown, not implemented or with a syntax the server dislikes (RFC 5321 section 4.2.2): HELO may do.
bool knows_no_ehlo(const Reply& reply) {
    return reply.code == 500 || reply.code == 501 || reply.code == 502 || reply.code == 504;
}

base::ErrorKind error_kind(const Failure& failure) {
    switch (failure.kind) {
        case FailureKind::closed:
        case FailureKind::timed_out:
        case FailureKind::network:
            return base::ErrorKind::unavailable;
        case FailureKind::interrupted:
            return base::ErrorKind::interrupted;
        case FailureKind::local:
            return base::ErrorKind::usage;
        case FailureKind::starttls_refused:
            return failure.reply && failure.reply->is_temporary() ? base::ErrorKind::unavailable
                                                                  : base::ErrorKind::refused;
        case FailureKind::malformed:
        case FailureKind::data_before_tls:
        case FailureKind::starttls_missing:
        case FailureKind::handshake:
            return base::ErrorKind::refused;
    }
    return base::ErrorKind::bug;
}

}  // namespace

void Session::set_deadline(net::Deadline deadline) {
    deadline_ = deadline;
    stream_.set_deadline(deadline);
}

base::Error Session::fail(Failure failure) {
    base::Error error{.kind = error_kind(failure), .message = base::printable(failure.detail)};
    failure_ = std::move(failure);
    return error;
}

base::Error Session::fail_step(const base::Error& error) {
    FailureKind kind = FailureKind::network;
    if (error.kind == base::ErrorKind::interrupted) {
        kind = FailureKind::interrupted;
    } else if (error.kind == base::ErrorKind::usage || error.kind == base::ErrorKind::bug) {
        kind = FailureKind::local;
    } else if (says(error, "timed out")) {
        kind = FailureKind::timed_out;
    } else if (says(error, "reset") || says(error, "closed") || says(error, "broken pipe")) {
        kind = FailureKind::closed;
    }
    failure_ = Failure{.kind = kind, .detail = error.message};
    return error;
}

base::Error Session::fail_malformed(std::string first_octets) {
    Failure failure{.kind = FailureKind::malformed, .detail = {}, .fault = parser_.fault()};
    if (tracer_.is_hiding()) first_octets = hidden;  // a login may be repeated there
    if (failure.fault == ReplyFault::not_smtp) {
        const std::string_view service = recognise_service(first_octets);
        failure.detail = tell_service(
            service,
            base::quoted(std::string_view(first_octets).substr(0, first_octets.find_first_of("\r\n"))));
    } else {
        failure.detail = fmt::format("the server sent {}", to_string(failure.fault));
    }
    failure.first_octets = std::move(first_octets);
    return fail(std::move(failure));
}

net::Task<base::Result<Reply>> Session::read_reply() {
    std::array<char, 4096> buffer;
    for (;;) {
        const std::size_t taken = parser_.feed(pending_);
        tracer_.received(std::string_view(pending_).substr(0, taken));
        pending_.erase(0, taken);
        if (parser_.state() == ReplyParser::State::complete) co_return parser_.take();
        if (parser_.state() == ReplyParser::State::failed) {
            tracer_.end_received();
            std::string octets(parser_.current_line().substr(0, max_first_octets));
            octets += std::string_view(pending_).substr(0, max_first_octets - octets.size());
            if (parser_.fault() == ReplyFault::not_smtp) co_await gather_first_octets(octets);
            co_return fail_malformed(std::move(octets));
        }
        const auto size = co_await stream_.read_some(buffer);
        if (!size) co_return fail_step(size.error());
        if (*size == 0) {
            Failure failure{.kind = FailureKind::closed, .detail = "the server closed the connection"};
            co_return fail(std::move(failure));
        }
        pending_.append(buffer.data(), *size);
    }
}

// A peer that is no SMTP server may send its first words in pieces; enough of them name the service.
net::Task<void> Session::gather_first_octets(std::string& octets) {
    constexpr std::size_t enough = 8;
    std::array<char, max_first_octets> buffer;
    stream_.set_deadline(std::min(deadline_, std::chrono::steady_clock::now() + wait_for_more));
    while (octets.size() < enough && octets.find('\n') == std::string::npos) {
        const auto size = co_await stream_.read_some(buffer);
        if (!size || *size == 0) co_return;
        octets.append(buffer.data(), std::min(*size, max_first_octets - octets.size()));
    }
}

net::Task<base::Result<Reply>> Session::read_greeting() {
    co_return co_await read_reply();
}

net::Task<base::Result<Reply>> Session::command(std::string line) {
    if (std::any_of(line.begin(), line.end(), base::is_control))
        co_return fail_step(base::usage_error("a control byte in an SMTP command"));
    tracer_.sent(line);
    line += "\r\n";
    const auto written = co_await stream_.write(line);
    if (!written) co_return fail_step(written.error());
    co_return co_await read_reply();
}

net::Task<base::Result<void>> Session::send_group(std::vector<std::string> lines) {
    std::string group;
    for (const auto& line : lines) {
        if (std::any_of(line.begin(), line.end(), base::is_control))
            co_return fail_step(base::usage_error("a control byte in an SMTP command"));
        tracer_.sent(line);
        group.append(line).append("\r\n");
    }
    const auto written = co_await stream_.write(group);
    if (!written) co_return fail_step(written.error());
    co_return base::Result<void>();
}

net::Task<base::Result<void>> Session::send_octets(std::string_view octets, std::string_view shown) {
    if (!shown.empty()) tracer_.sent(shown);
    const auto written = co_await stream_.write(octets);
    if (!written) co_return fail_step(written.error());
    co_return base::Result<void>();
}

net::Task<base::Result<Reply>> Session::secret_command(base::Secret line, std::string shown) {
    const auto octets = line.reveal();
    if (std::any_of(octets.begin(), octets.end(), base::is_control))
        co_return fail_step(base::usage_error("a control byte in an SMTP command"));
    tracer_.sent(shown);
    // One write and one segment, and a buffer that is wiped.
    std::string whole;
    whole.reserve(octets.size() + 2);
    whole.append(octets).append("\r\n");
    const base::Secret wire(std::move(whole));
    const auto written = co_await stream_.write(wire.reveal());
    if (!written) co_return fail_step(written.error());
    co_return co_await read_reply();
}

void Session::hide_in_trace(std::vector<base::Secret> secrets) {
    tracer_.hide(std::move(secrets));
}

void Session::show_all_in_trace() {
    tracer_.show_all();
}

net::Task<base::Result<Reply>> Session::ehlo(std::string name) {
    CO_TRY(Reply reply, co_await command("EHLO " + name));
    if (reply.is_positive()) {
        capabilities_ = parse_capabilities(reply);
        co_return reply;
    }
    if (!knows_no_ehlo(reply)) co_return reply;
    CO_TRY(Reply second, co_await command("HELO " + name));
    if (!second.is_positive()) co_return reply;  // the answer to EHLO says more
    capabilities_ = Capabilities{};
    capabilities_->extended = false;
    const std::string& first = second.lines.front();
    capabilities_->server = first.substr(0, first.find(' '));
    co_return second;
}

net::Task<base::Result<net::TlsInfo>> Session::start_tls(net::TlsOptions options) {
    // RFC 3207 section 4 and the reason the word is "required": never on in clear, whatever the answer.
    if (!capabilities_ || !capabilities_->has("STARTTLS")) {
        Failure failure{.kind = FailureKind::starttls_missing, .detail = "the server offers no STARTTLS"};
        co_return fail(std::move(failure));
    }
    const bool unasked = !pending_.empty();
    CO_TRY(Reply reply, co_await command("STARTTLS"));
    if (unasked || (reply.code == 220 && !pending_.empty())) {
        Failure failure{
            .kind = FailureKind::data_before_tls,
            .detail = "the server sent data in clear that would be read as if it came inside TLS"};
        failure.first_octets = unasked ? reply.to_string() : pending_;
        failure.first_octets.resize(std::min(failure.first_octets.size(), max_first_octets));
        stream_.close();
        co_return fail(std::move(failure));
    }
    if (reply.code != 220) {
        Failure failure{.kind = FailureKind::starttls_refused,
                        .detail = "the server refused STARTTLS: " + reply.to_string()};
        failure.reply = std::move(reply);
        co_return fail(std::move(failure));
    }
    capabilities_.reset();  // RFC 3207 section 4.2: nothing learnt in clear is kept
    co_return co_await handshake(std::move(options));
}

net::Task<base::Result<net::TlsInfo>> Session::start_implicit_tls(net::TlsOptions options) {
    co_return co_await handshake(std::move(options));
}

net::Task<base::Result<net::TlsInfo>> Session::handshake(net::TlsOptions options) {
    auto result = co_await stream_.start_tls(options);
    if (result) {
        tls_ = *result;
        co_return result;
    }
    if (result.error().kind != base::ErrorKind::unavailable || says(result.error(), "timed out")) {
        auto error = fail_step(result.error());
        failure_->in_handshake = true;
        co_return error;
    }
    Failure failure{.kind = FailureKind::handshake, .detail = result.error().message};
    failure.in_handshake = true;
    co_return fail(std::move(failure));
}

net::Task<void> Session::quit() {
    const std::string line = "QUIT\r\n";
    tracer_.sent("QUIT");
    const auto written = co_await stream_.write(line);
    if (written) {
        const auto kept = failure_;
        const auto reply = co_await read_reply();
        failure_ = kept;  // how the goodbye went is nobody's business
    }
    stream_.close();
}

std::string ehlo_name(std::string_view host_name, const base::IpAddress& own_address) {
    // A name of one label ("localhost", "laptop") is none that the other side could look up.
    if (const auto name = base::DomainName::parse(host_name)) return name->ascii();
    return own_address.is_v4() ? "[" + own_address.to_string() + "]"
                               : "[IPv6:" + own_address.to_string() + "]";
}

}  // namespace smtp
