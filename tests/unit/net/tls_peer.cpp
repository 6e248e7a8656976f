#include "tls_peer.hpp"

#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "base/base64.hpp"

namespace test {

namespace {

void add_extension(X509* certificate, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    if (extension == nullptr) throw std::runtime_error("bad extension " + value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

}  // namespace

Identity make_identity(const CertificatePlan& plan, const Identity* issuer) {
    Identity result;
    result.key.reset(plan.rsa_bits == 0
                         ? EVP_EC_gen("P-256")
                         : EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<size_t>(plan.rsa_bits)),
                     EVP_PKEY_free);
    result.certificate.reset(X509_new(), X509_free);
    X509* certificate = result.certificate.get();
    X509_set_version(certificate, 2);
    std::uint32_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), plan.from_days * 86400L);
    X509_gmtime_adj(X509_getm_notAfter(certificate), plan.to_days * 86400L);
    X509_set_pubkey(certificate, result.key.get());
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(plan.common_name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer->certificate.get()) : name);
    add_extension(certificate, NID_basic_constraints,
                  plan.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!plan.alternative_names.empty())
        add_extension(certificate, NID_subject_alt_name, plan.alternative_names);
    if (!plan.issuer_url.empty())
        add_extension(certificate, NID_info_access, "caIssuers;URI:" + plan.issuer_url);
    if (plan.must_staple) add_extension(certificate, NID_tlsfeature, "status_request");
    X509_sign(certificate, issuer ? issuer->key.get() : result.key.get(), EVP_sha256());
    return result;
}

std::string fingerprint(const Identity& identity) {
    base::Bytes digest(32);
    X509_digest(identity.certificate.get(), EVP_sha256(), digest.data(), nullptr);
    return base::to_hex(digest);
}

std::string make_staple(const Identity& leaf, const Identity& issuer, int status, const Identity& signer,
                        int from_days, int to_days) {
    const auto moment = [](int days) {
        return std::unique_ptr<ASN1_TIME, void (*)(ASN1_TIME*)>(X509_gmtime_adj(nullptr, days * 86400L),
                                                                ASN1_TIME_free);
    };
    const auto from = moment(from_days);
    const auto to = moment(to_days);
    OCSP_BASICRESP* basic = OCSP_BASICRESP_new();
    OCSP_CERTID* id = OCSP_cert_to_id(EVP_sha1(), leaf.certificate.get(), issuer.certificate.get());
    ASN1_TIME* revoked_at = status == V_OCSP_CERTSTATUS_REVOKED ? from.get() : nullptr;
    OCSP_basic_add1_status(basic, id, status, 0, revoked_at, from.get(), to.get());
    OCSP_basic_sign(basic, signer.certificate.get(), signer.key.get(), EVP_sha256(), nullptr, 0);
    OCSP_RESPONSE* response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    unsigned char* data = nullptr;
    const int size = i2d_OCSP_RESPONSE(response, &data);
    std::string result(reinterpret_cast<char*>(data), static_cast<std::size_t>(std::max(size, 0)));
    OPENSSL_free(data);
    OCSP_RESPONSE_free(response);
    OCSP_CERTID_free(id);
    OCSP_BASICRESP_free(basic);
    return result;
}

std::function<void(SSL_CTX*)> stapling(std::string response) {
    const auto kept = std::make_shared<std::string>(std::move(response));
    return [kept](SSL_CTX* context) {
        int (*answer)(SSL*, void*) = [](SSL* ssl, void* argument) {
            const auto& text = *static_cast<std::string*>(argument);
            SSL_set_tlsext_status_ocsp_resp(ssl, OPENSSL_memdup(text.data(), text.size()),
                                            static_cast<long>(text.size()));
            return SSL_TLSEXT_ERR_OK;
        };
        SSL_CTX_set_tlsext_status_cb(context, answer);
        SSL_CTX_set_tlsext_status_arg(context, kept.get());
    };
}

PemFile::PemFile(const std::vector<Identity>& identities) : path_("/tmp/relayctl-test-XXXXXX") {
    const int descriptor = ::mkstemp(path_.data());
    FILE* file = descriptor < 0 ? nullptr : ::fdopen(descriptor, "w");
    if (file == nullptr) throw std::runtime_error("cannot write " + path_);
    for (const auto& identity : identities)
        PEM_write_X509(file, identity.certificate.get());
    std::fclose(file);
}

PemFile::~PemFile() {
    ::unlink(path_.c_str());
}

std::function<void(int)> serve_tls_with(std::vector<Identity> chain, std::function<void(SSL*)> serve,
                                        int maximum_version, std::function<void(SSL_CTX*)> configure) {
    return [chain = std::move(chain), serve = std::move(serve), maximum_version,
            configure = std::move(configure)](int client) {
        const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_server_method()),
                                                                   SSL_CTX_free);
        if (maximum_version != 0) {
            SSL_CTX_set_security_level(context.get(), 0);
            SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
            SSL_CTX_set_max_proto_version(context.get(), maximum_version);
        }
        if (configure) configure(context.get());
        SSL_CTX_use_certificate(context.get(), chain.front().certificate.get());
        SSL_CTX_use_PrivateKey(context.get(), chain.front().key.get());
        for (std::size_t i = 1; i < chain.size(); ++i)
            SSL_CTX_add1_chain_cert(context.get(), chain[i].certificate.get());
        const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context.get()), SSL_free);
        SSL_set_fd(ssl.get(), client);
        if (SSL_accept(ssl.get()) != 1) return;
        serve(ssl.get());
        SSL_shutdown(ssl.get());
    };
}

std::function<void(int)> serve_tls(std::vector<Identity> chain, int maximum_version) {
    const auto echo = [](SSL* ssl) {
        SSL_write(ssl, "hello\r\n", 7);
        char buffer[512];
        const int size = SSL_read(ssl, buffer, sizeof buffer);
        if (size > 0) SSL_write(ssl, buffer, size);
    };
    return serve_tls_with(std::move(chain), echo, maximum_version);
}

}  // namespace test
