#include "net/tls.hpp"

#include <cerrno>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "base/text.hpp"
#include "net/network_error.hpp"
#include "net/tls_context.hpp"
#include "net/tls_facts.hpp"

namespace net {

namespace {

constexpr std::size_t maximum_kept = 128;  // of the server's first bytes
constexpr int certificate_required = 116;  // RFC 8446 section 6; OpenSSL 3.0 has no name for it

// OpenSSL's own socket BIO raises SIGPIPE; this one does not, and keeps the first bytes the server sent,
// which say what it speaks when it is not TLS (after the first five OpenSSL only knows "wrong version
// number").
struct Wire {
    int socket = -1;
    int error = 0;  // errno of the last failed call, 0 = none
    bool ended = false;
    std::string first;
};

int wire_write(BIO* bio, const char* data, int size) {
    auto& wire = *static_cast<Wire*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const ssize_t count = ::send(wire.socket, data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (count >= 0) return static_cast<int>(count);
    if (errno == EAGAIN || errno == EINTR)
        BIO_set_retry_write(bio);
    else
        wire.error = errno;
    return -1;
}

int wire_read(BIO* bio, char* data, int size) {
    auto& wire = *static_cast<Wire*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const ssize_t count = ::recv(wire.socket, data, static_cast<std::size_t>(size), 0);
    if (count > 0) {
        if (wire.first.size() < maximum_kept)
            wire.first.append(data,
                              std::min(static_cast<std::size_t>(count), maximum_kept - wire.first.size()));
        return static_cast<int>(count);
    }
    if (count == 0) {
        wire.ended = true;
        return 0;
    }
    if (errno == EAGAIN || errno == EINTR)
        BIO_set_retry_read(bio);
    else
        wire.error = errno;
    return -1;
}

long wire_control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return static_cast<Wire*>(BIO_get_data(bio))->ended ? 1 : 0;
    return 0;
}

const BIO_METHOD* wire_method() {
    static BIO_METHOD* method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
        BIO_meth_set_write(made, wire_write);
        BIO_meth_set_read(made, wire_read);
        BIO_meth_set_ctrl(made, wire_control);
        return made;
    }();
    return method;
}

bool looks_like_tls(std::string_view bytes) {
    return bytes[0] >= 0x14 && bytes[0] <= 0x17 && (bytes.size() < 2 || bytes[1] == 3);
}

}  // namespace

struct TlsClient::State {
    TlsOptions options;
    ContextPointer context;
    Wire wire;
    bool client_certificate_wanted = false;
    std::unique_ptr<SSL, void (*)(SSL*)> ssl{nullptr, SSL_free};
};

TlsClient::TlsClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsClient::~TlsClient() = default;

base::Result<std::unique_ptr<TlsClient>> TlsClient::create(int socket, const TlsOptions& options) {
    const auto bug = [](std::string message) {
        return base::Error{.kind = base::ErrorKind::bug, .message = std::move(message)};
    };
    if (options.server_name.empty() && options.fingerprint.empty())
        return bug("TLS without a server name to match");
    auto state = std::make_unique<State>();
    state->options = options;
    state->wire.socket = socket;
    TRY(state->context, context_for(options));
    state->ssl.reset(SSL_new(state->context.get()));
    BIO* bio = BIO_new(wire_method());
    if (!state->ssl || bio == nullptr) return bug("OpenSSL: " + openssl_reason());
    BIO_set_data(bio, &state->wire);
    BIO_set_init(bio, 1);
    SSL_set_bio(state->ssl.get(), bio, bio);
    if (!options.server_name.empty() && !expect_name(state->ssl.get(), options.server_name)) {
        ERR_clear_error();
        return base::usage_error("not a host name: " + base::quoted(options.server_name));
    }
    if (options.offer) {
        TRY_VOID(restrict_offer(state->ssl.get(), *options.offer));
    }
    SSL_set_tlsext_status_type(state->ssl.get(), TLSEXT_STATUSTYPE_ocsp);
    note_client_certificate_request(state->ssl.get(), state->client_certificate_wanted);
    SSL_set_connect_state(state->ssl.get());
    return std::unique_ptr<TlsClient>(new TlsClient(std::move(state)));
}

base::Result<TlsClient::Progress> TlsClient::handshake() {
    ERR_clear_error();
    return step(SSL_do_handshake(state_->ssl.get()), "TLS handshake");
}

base::Result<TlsClient::Progress> TlsClient::read(std::span<char> buffer) {
    ERR_clear_error();
    std::size_t size = 0;
    const int result = SSL_read_ex(state_->ssl.get(), buffer.data(), buffer.size(), &size);
    if (result == 1) return Progress{.wait = Wait::none, .size = size};
    return step(result, "TLS");
}

base::Result<TlsClient::Progress> TlsClient::write(std::string_view bytes) {
    ERR_clear_error();
    std::size_t size = 0;
    const int result = SSL_write_ex(state_->ssl.get(), bytes.data(), bytes.size(), &size);
    if (result == 1) return Progress{.wait = Wait::none, .size = size};
    return step(result, "TLS");
}

base::Result<TlsClient::Progress> TlsClient::step(int result, std::string_view during) {
    if (result == 1) return Progress{};
    const int error = SSL_get_error(state_->ssl.get(), result);
    switch (error) {
        case SSL_ERROR_WANT_READ:
            return Progress{.wait = Wait::readable};
        case SSL_ERROR_WANT_WRITE:
            return Progress{.wait = Wait::writable};
        case SSL_ERROR_ZERO_RETURN:
            return Progress{};
        default:
            return fault(error, during);
    }
}

base::Error TlsClient::fault(int ssl_error, std::string_view during) {
    const unsigned long code = ERR_peek_last_error();
    const std::string reason = openssl_reason();
    ERR_clear_error();
    if (std::string foreign = foreign_answer(); !foreign.empty()) return network_error(std::move(foreign));
    if (state_->wire.error != 0)
        return network_error(fmt::format("{}: {}", during, describe_errno(state_->wire.error)));
    if (state_->wire.ended) return network_error(fmt::format("{}: the server closed the connection", during));
    if (ssl_error == SSL_ERROR_SSL && ERR_GET_REASON(code) > SSL_AD_REASON_OFFSET) {
        const int alert = ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET;
        if (alert == SSL_AD_PROTOCOL_VERSION)
            return network_error(fmt::format("TLS handshake: {}", only_old_versions));
        const auto told = fmt::format("{}: {} \"{}\"", during, alert_sent, SSL_alert_desc_string_long(alert));
        const bool for_want_of_a_certificate =
            state_->client_certificate_wanted &&
            (alert == SSL3_AD_HANDSHAKE_FAILURE || alert == SSL_AD_BAD_CERTIFICATE ||
             alert == certificate_required);
        return network_error(
            for_want_of_a_certificate ? fmt::format("{}: {}", told, client_certificate_wanted) : told);
    }
    if (ssl_error == SSL_ERROR_SSL && ERR_GET_REASON(code) == SSL_R_UNSUPPORTED_PROTOCOL)
        return network_error(fmt::format("TLS handshake: {}", only_old_versions));
    return network_error(fmt::format("{}: {}", during, reason));
}

void TlsClient::end() {
    ERR_clear_error();
    SSL_shutdown(state_->ssl.get());
    ERR_clear_error();
}

std::string TlsClient::foreign_answer() {
    auto& first = state_->wire.first;
    if (first.empty() || looks_like_tls(first)) return {};
    char more[maximum_kept];
    const ssize_t count = ::recv(state_->wire.socket, more, sizeof more, MSG_DONTWAIT);
    if (count > 0) first.append(more, static_cast<std::size_t>(count));
    const std::string_view line = std::string_view(first).substr(0, first.find_first_of("\r\n"));
    return fmt::format("{}: {}", plain_text_answer, base::quoted(line));
}

TlsInfo TlsClient::info() const {
    TlsInfo info = describe_session(state_->ssl.get(), state_->options);
    info.wants_client_certificate = state_->client_certificate_wanted;
    return info;
}

}  // namespace net
