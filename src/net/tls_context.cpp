#include "net/tls_context.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/text.hpp"
#include "net/network_error.hpp"

namespace net {

namespace {

constexpr int oldest_level = 0;  // of OpenSSL's security levels: what is old is allowed

int note_request(SSL* ssl, X509**, EVP_PKEY**) {
    *static_cast<bool*>(SSL_get_app_data(ssl)) = true;
    return 0;  // no certificate is sent
}

base::Result<ContextPointer> make_context(const std::string& ca_file, bool for_scan) {
    ContextPointer context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    if (!context) return base::Error{.kind = base::ErrorKind::bug, .message = "OpenSSL: " + openssl_reason()};
    // RFC 9325 section 3.1.1: nothing older than TLS 1.2.
    SSL_CTX_set_min_proto_version(context.get(), for_scan ? TLS1_VERSION : TLS1_2_VERSION);
    if (for_scan) SSL_CTX_set_security_level(context.get(), oldest_level);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                        SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(context.get(), 1);
    // The chain is always verified; VERIFY_NONE only lets the handshake end, so that a probe can say what is
    // wrong. No callback: one that returns 1 would make OpenSSL go on with a chain it could not build.
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_client_cert_cb(context.get(), note_request);
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

int number_of(TlsVersion version) {
    switch (version) {
        case TlsVersion::tls1_0:
            return TLS1_VERSION;
        case TlsVersion::tls1_1:
            return TLS1_1_VERSION;
        case TlsVersion::tls1_2:
            return TLS1_2_VERSION;
        case TlsVersion::tls1_3:
            return TLS1_3_VERSION;
    }
    return TLS1_3_VERSION;
}

std::string suites_without(const std::vector<std::string>& excluded) {
    std::vector<std::string> names = {"TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
                                      "TLS_AES_128_GCM_SHA256", "TLS_AES_128_CCM_SHA256",
                                      "TLS_AES_128_CCM_8_SHA256"};
    std::erase_if(names, [&](const std::string& name) {
        return std::find(excluded.begin(), excluded.end(), name) != excluded.end();
    });
    return base::join(names, ":");
}

std::string ciphers_without(const std::vector<std::string>& excluded) {
    std::string list = "ALL:COMPLEMENTOFALL:@SECLEVEL=0";
    for (const auto& name : excluded)
        list += ":!" + name;
    return list;
}

}  // namespace

std::string openssl_reason() {
    // What the system said comes first, and says more than what OpenSSL makes of it.
    if (const unsigned long first = ERR_peek_error(); first != 0 && ERR_SYSTEM_ERROR(first))
        return describe_errno(ERR_GET_REASON(first));
    const unsigned long code = ERR_peek_last_error();
    const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
    return text == nullptr ? "unknown fault" : text;
}

// Contexts cost 2 ms: made when TLS first begins.
base::Result<ContextPointer> context_for(const TlsOptions& options) {
    thread_local std::map<std::pair<std::string, bool>, ContextPointer> contexts;
    const std::pair key(options.ca_file, options.offer.has_value());
    if (const auto found = contexts.find(key); found != contexts.end()) return found->second;
    TRY(auto context, make_context(options.ca_file, options.offer.has_value()));
    if (contexts.size() >= 64) contexts.clear();
    contexts.emplace(key, context);
    return context;
}

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

base::Result<void> restrict_offer(SSL* ssl, const TlsOffer& offer) {
    const int number = number_of(offer.version);
    const std::string suites = suites_without(offer.without);
    const bool is_new = offer.version == TlsVersion::tls1_3;
    const bool set = SSL_set_min_proto_version(ssl, number) == 1 &&
                     SSL_set_max_proto_version(ssl, number) == 1 &&
                     (is_new ? !suites.empty() && SSL_set_ciphersuites(ssl, suites.c_str()) == 1
                             : SSL_set_cipher_list(ssl, ciphers_without(offer.without).c_str()) == 1);
    ERR_clear_error();
    if (!set) return network_error("no cipher is left to offer");
    return {};
}

void note_client_certificate_request(SSL* ssl, bool& wanted) {
    SSL_set_app_data(ssl, &wanted);
}

}  // namespace net
