#include "net/tls_facts.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "net/certificate.hpp"
#include "net/ocsp.hpp"
#include "net/tls_context.hpp"

namespace net {

namespace {

// Diffie-Hellman of TLS 1.2 with numbers of the server's own.
std::string finite_field_group(SSL* ssl) {
    EVP_PKEY* key = nullptr;
    if (SSL_get_peer_tmp_key(ssl, &key) != 1) return {};
    std::string name = EVP_PKEY_get_base_id(key) == EVP_PKEY_DH ? fmt::format("DH {}", EVP_PKEY_get_bits(key))
                                                                : std::string();
    EVP_PKEY_free(key);
    return name;
}

// "x25519" and "secp256r1" in the spelling of their standards.
std::string group_name(SSL* ssl) {
    const char* name = SSL_group_to_name(ssl, static_cast<int>(SSL_get_negotiated_group(ssl)));
    if (name == nullptr) return finite_field_group(ssl);
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

std::string signature_name(SSL* ssl) {
    int type = NID_undef;
    int digest = NID_undef;
    if (SSL_get_peer_signature_type_nid(ssl, &type) != 1) return {};
    const bool has_digest = SSL_get_peer_signature_nid(ssl, &digest) == 1 && digest != NID_undef;
    const auto with_digest = [&](std::string_view name) {
        return has_digest ? fmt::format("{} {}", name, OBJ_nid2sn(digest)) : std::string(name);
    };
    switch (type) {
        case EVP_PKEY_EC:
            return with_digest("ECDSA");
        case EVP_PKEY_RSA:
            return with_digest("RSA");
        case EVP_PKEY_RSA_PSS:
            return with_digest("RSA-PSS");
        case EVP_PKEY_ED25519:
            return "Ed25519";
        case EVP_PKEY_ED448:
            return "Ed448";
        default:
            return with_digest(OBJ_nid2sn(type));
    }
}

// The issuer's certificate: the one that was sent, or the one that verification found here.
X509* issuer_of(SSL* ssl, const std::vector<X509*>& chain) {
    X509* leaf = chain.front();
    if (chain.size() > 1 && is_issued_by(leaf, chain[1])) return chain[1];
    STACK_OF(X509)* verified = SSL_get0_verified_chain(ssl);
    if (sk_X509_num(verified) < 2) return nullptr;
    X509* issuer = sk_X509_value(verified, 1);
    return is_issued_by(leaf, issuer) ? issuer : nullptr;
}

Staple staple_of(SSL* ssl, const std::vector<X509*>& chain) {
    const unsigned char* data = nullptr;
    const long size = SSL_get_tlsext_status_ocsp_resp(ssl, &data);
    if (size <= 0 || data == nullptr) return {};
    const std::string_view response(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    return read_staple(response, chain.front(), issuer_of(ssl, chain));
}

// A revoked certificate is no better for a chain in order; a pinned one is trusted whatever its issuer says.
void judge_chain(SSL* ssl, const std::vector<X509*>& chain, const TlsOptions& options, TlsInfo& info) {
    auto judgement = judge(SSL_get_verify_result(ssl), chain, options);
    info.status = judgement.status;
    info.reason = std::move(judgement.reason);
    if (!options.fingerprint.empty() || info.staple.status != StapleStatus::revoked) return;
    info.status = CertificateStatus::revoked;
    info.reason = info.staple.revoked_at
                      ? "its issuer revoked the certificate at " + base::to_rfc3339(*info.staple.revoked_at)
                      : "its issuer revoked the certificate";
}

}  // namespace

TlsInfo describe_session(SSL* ssl, const TlsOptions& options) {
    TlsInfo info;
    info.version = SSL_get_version(ssl);
    info.cipher = SSL_get_cipher_name(ssl);
    info.group = group_name(ssl);
    info.peer_signature = signature_name(ssl);
    const char* server_name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (server_name != nullptr) info.server_name = server_name;
    add_binding(ssl, info);
    std::vector<X509*> chain;
    STACK_OF(X509)* sent = SSL_get_peer_cert_chain(ssl);
    for (int i = 0; i < sk_X509_num(sent) && chain.size() < maximum_chain; ++i)
        chain.push_back(sk_X509_value(sent, i));
    for (std::size_t i = 0; i < chain.size(); ++i) {
        info.chain.push_back(describe_certificate(chain[i]));
        info.chain.back().issued_by_next = i + 1 < chain.size() && is_issued_by(chain[i], chain[i + 1]);
    }
    if (chain.empty()) {
        info.reason = "the server sent no certificate";
        return info;
    }
    info.name_matches = is_for_name(chain.front(), options.server_name);
    info.staple = staple_of(ssl, chain);
    judge_chain(ssl, chain, options, info);
    ERR_clear_error();
    return info;
}

}  // namespace net
