#include "net/tls.hpp"

#include <cerrno>
#include <map>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include "base/text.hpp"
#include "net/certificate.hpp"
#include "net/network_error.hpp"

namespace net {

namespace {

constexpr std::size_t maximum_chain = 10;
constexpr std::size_t maximum_kept = 128;  // of the server's first bytes

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

std::string openssl_reason() {
    const unsigned long code = ERR_peek_last_error();
    const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
    return text == nullptr ? "unknown fault" : text;
}

using ContextPointer = std::shared_ptr<SSL_CTX>;

base::Result<ContextPointer> make_context(const std::string& ca_file) {
    ContextPointer context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    if (!context) return base::Error{.kind = base::ErrorKind::bug, .message = "OpenSSL: " + openssl_reason()};
    // RFC 9325 section 3.1.1: nothing older than TLS 1.2.
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                        SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(context.get(), 1);
    // The chain is always verified; VERIFY_NONE only lets the handshake end, so that a probe can say what is
    // wrong. No callback: one that returns 1 would make OpenSSL go on with a chain it could not build.
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_verify_depth(context.get(), static_cast<int>(maximum_chain));
    X509_STORE* store = SSL_CTX_get_cert_store(context.get());
    if (ca_file.empty()) {
        // The hashed directory is read when a certificate is looked for; the bundle would cost 19 ms at once.
        X509_LOOKUP* lookup = X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());
        X509_LOOKUP_add_dir(lookup, X509_get_default_cert_dir(), X509_FILETYPE_PEM);
        return context;
    }
    if (X509_STORE_load_file(store, ca_file.c_str()) != 1) {
        std::string reason = openssl_reason();
        ERR_clear_error();
        return base::usage_error(fmt::format("cannot read CA file {}: {}", base::quoted(ca_file), reason),
                                 "give a file of certificates in PEM form");
    }
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);  // what the file names is trusted, root or not
    return context;
}

// Contexts cost 2 ms: made when TLS first begins, and one for each CA file.
base::Result<ContextPointer> context_for(const std::string& ca_file) {
    thread_local std::map<std::string, ContextPointer> contexts;
    if (const auto found = contexts.find(ca_file); found != contexts.end()) return found->second;
    TRY(auto context, make_context(ca_file));
    if (contexts.size() >= 64) contexts.clear();
    contexts.emplace(ca_file, context);
    return context;
}

// RFC 9525 section 6: the names are in subjectAltName alone, a wildcard is a whole left-most label. SNI takes
// no trailing dot and no addresses (RFC 6066 section 3).
bool expect_name(SSL* ssl, std::string name) {
    if (!name.empty() && name.back() == '.') name.pop_back();
    X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(
        parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (base::IpAddress::parse(name).has_value())
        return X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1;
    return X509_VERIFY_PARAM_set1_host(parameters, name.data(), name.size()) == 1 &&
           SSL_set_tlsext_host_name(ssl, name.c_str()) == 1;
}

bool looks_like_tls(std::string_view bytes) {
    return bytes[0] >= 0x14 && bytes[0] <= 0x17 && (bytes.size() < 2 || bytes[1] == 3);
}

// "x25519" and "secp256r1" in the spelling of their standards.
std::string group_name(SSL* ssl) {
    const char* name = SSL_group_to_name(ssl, static_cast<int>(SSL_get_negotiated_group(ssl)));
    if (name == nullptr) return {};
    const std::string_view group(name);
    if (group == "x25519") return "X25519";
    if (group == "x448") return "X448";
    if (group == "secp256r1" || group == "prime256v1") return "P-256";
    if (group == "secp384r1") return "P-384";
    if (group == "secp521r1") return "P-521";
    return std::string(group);
}

// RFC 5929 section 4.1: the hash of the certificate's signature, but SHA-256 for MD5 and SHA-1; undefined
// where the signature has no single hash (Ed25519).
base::Bytes end_point_binding(X509* certificate) {
    int digest_id = NID_undef;
    if (X509_get_signature_info(certificate, &digest_id, nullptr, nullptr, nullptr) != 1) return {};
    if (digest_id == NID_md5 || digest_id == NID_sha1) digest_id = NID_sha256;
    const EVP_MD* digest = EVP_get_digestbynid(digest_id);
    if (digest == nullptr) return {};
    base::Bytes bytes(EVP_MAX_MD_SIZE);
    unsigned int size = 0;
    if (X509_digest(certificate, digest, bytes.data(), &size) != 1) return {};
    bytes.resize(size);
    return bytes;
}

// The exporter is for TLS 1.3 alone here: before it, it is sound with the extended master secret only
// (RFC 9266 section 4.2).
void add_binding(SSL* ssl, TlsInfo& info) {
    constexpr std::string_view label = "EXPORTER-Channel-Binding";
    base::Bytes bytes(32);
    if (SSL_version(ssl) == TLS1_3_VERSION) {
        if (SSL_export_keying_material(ssl, bytes.data(), bytes.size(), label.data(), label.size(), nullptr,
                                       0, 0) != 1)
            bytes.clear();
        info.binding_type = "tls-exporter";
    } else {
        X509* certificate = SSL_get0_peer_certificate(ssl);
        bytes = certificate == nullptr ? base::Bytes{} : end_point_binding(certificate);
        info.binding_type = "tls-server-end-point";
    }
    if (bytes.empty()) info.binding_type.clear();
    info.binding = std::move(bytes);
    ERR_clear_error();
}

}  // namespace

struct TlsClient::State {
    TlsOptions options;
    ContextPointer context;
    Wire wire;
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
    TRY(state->context, context_for(options.ca_file));
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
            return network_error("TLS handshake: the server supports no TLS version from 1.2 on");
        return network_error(
            fmt::format("{}: the server sent the alert \"{}\"", during, SSL_alert_desc_string_long(alert)));
    }
    if (ssl_error == SSL_ERROR_SSL && ERR_GET_REASON(code) == SSL_R_UNSUPPORTED_PROTOCOL)
        return network_error("TLS handshake: the server supports no TLS version from 1.2 on");
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
    SSL* ssl = state_->ssl.get();
    TlsInfo info;
    info.version = SSL_get_version(ssl);
    info.cipher = SSL_get_cipher_name(ssl);
    info.group = group_name(ssl);
    add_binding(ssl, info);
    std::vector<X509*> chain;
    STACK_OF(X509)* sent = SSL_get_peer_cert_chain(ssl);
    for (int i = 0; i < sk_X509_num(sent) && chain.size() < maximum_chain; ++i) {
        chain.push_back(sk_X509_value(sent, i));
        info.chain.push_back(describe_certificate(chain.back()));
    }
    if (chain.empty()) {
        info.reason = "the server sent no certificate";
        return info;
    }
    auto judgement = judge(SSL_get_verify_result(ssl), chain, state_->options);
    info.status = judgement.status;
    info.reason = std::move(judgement.reason);
    return info;
}

}  // namespace net
