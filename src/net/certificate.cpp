#include "net/certificate.hpp"

#include <ctime>
#include <memory>

#include <fmt/format.h>
#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/text.hpp"

namespace net {

namespace {

constexpr std::size_t maximum_names = 64;
constexpr std::size_t maximum_text = 1024;

template <auto function>
struct Deleter {
    template <class T>
    void operator()(T* pointer) const {
        function(pointer);
    }
};
using BioPointer = std::unique_ptr<BIO, Deleter<BIO_free>>;
using NamesPointer = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>>;

std::string one_line(const X509_NAME* name) {
    const BioPointer bio(BIO_new(BIO_s_mem()));
    if (!bio || name == nullptr) return {};
    // Without ESC_MSB: UTF-8 stays readable.
    X509_NAME_print_ex(bio.get(), name, 0,
                       XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return size > 0 ? std::string(data, std::min(static_cast<std::size_t>(size), maximum_text))
                    : std::string();
}

std::string bytes_of(const ASN1_STRING* string) {
    const auto* data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(string));
    const int size = ASN1_STRING_length(string);
    return size > 0 ? std::string(data, std::min(static_cast<std::size_t>(size), maximum_text))
                    : std::string();
}

std::string address_of(const ASN1_STRING* string) {
    const auto* data = ASN1_STRING_get0_data(string);
    if (ASN1_STRING_length(string) == 4) {
        std::array<std::uint8_t, 4> bytes;
        std::copy_n(data, bytes.size(), bytes.begin());
        return base::IpAddress::v4(bytes).to_string();
    }
    if (ASN1_STRING_length(string) != 16) return {};
    std::array<std::uint8_t, 16> bytes;
    std::copy_n(data, bytes.size(), bytes.begin());
    return base::IpAddress::v6(bytes).to_string();
}

std::vector<std::string> alternative_names(X509* certificate) {
    std::vector<std::string> result;
    const NamesPointer names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    if (!names) return result;
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()) && result.size() < maximum_names; ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_DNS) result.push_back(bytes_of(name->d.dNSName));
        if (name->type == GEN_IPADD) result.push_back(address_of(name->d.iPAddress));
    }
    return result;
}

std::string curve_name(EVP_PKEY* key) {
    char name[64];
    std::size_t size = 0;
    if (EVP_PKEY_get_group_name(key, name, sizeof name, &size) != 1) return "EC";
    const std::string_view group(name, size);
    if (group == "prime256v1") return "EC P-256";
    if (group == "secp384r1") return "EC P-384";
    if (group == "secp521r1") return "EC P-521";
    return "EC " + std::string(group);
}

std::string describe_key(X509* certificate) {
    EVP_PKEY* key = X509_get0_pubkey(certificate);
    if (key == nullptr) return "unknown";
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_RSA:
            return fmt::format("RSA {}", EVP_PKEY_get_bits(key));
        case EVP_PKEY_RSA_PSS:
            return fmt::format("RSA-PSS {}", EVP_PKEY_get_bits(key));
        case EVP_PKEY_EC:
            return curve_name(key);
        case EVP_PKEY_ED25519:
            return "Ed25519";
        case EVP_PKEY_ED448:
            return "Ed448";
        default:
            return fmt::format("{} {}", OBJ_nid2sn(EVP_PKEY_get_base_id(key)), EVP_PKEY_get_bits(key));
    }
}

std::string serial_of(X509* certificate) {
    BIGNUM* number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr);
    char* digits = number == nullptr ? nullptr : BN_bn2hex(number);
    const std::string text = digits == nullptr ? std::string() : base::lower(digits);
    OPENSSL_free(digits);
    BN_free(number);
    return text.substr(0, maximum_text);
}

template <class T, class Encode>
base::Bytes der_of(T* object, Encode encode) {
    unsigned char* data = nullptr;
    const int size = encode(object, &data);
    if (size <= 0) return {};
    base::Bytes bytes(data, data + size);
    OPENSSL_free(data);
    return bytes;
}

std::string hex_digest(const base::Bytes& bytes) {
    base::Bytes digest(EVP_MAX_MD_SIZE);
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) return {};
    digest.resize(size);
    return base::to_hex(digest);
}

// The feature status_request, 5, in the extension of RFC 7633.
bool asks_for_staple(X509* certificate) {
    constexpr long status_request = 5;
    auto* features =
        static_cast<TLS_FEATURE*>(X509_get_ext_d2i(certificate, NID_tlsfeature, nullptr, nullptr));
    bool found = false;
    for (int i = 0; i < sk_ASN1_INTEGER_num(features); ++i)
        found = found || ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features, i)) == status_request;
    TLS_FEATURE_free(features);
    return found;
}

std::string fingerprint_of(X509* certificate) {
    base::Bytes digest(EVP_MAX_MD_SIZE);
    unsigned size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
    digest.resize(size);
    return base::to_hex(digest);
}

bool names_its_issuer(X509* certificate) {
    auto* access =
        static_cast<AUTHORITY_INFO_ACCESS*>(X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr));
    bool found = false;
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access); ++i)
        found = found || OBJ_obj2nid(sk_ACCESS_DESCRIPTION_value(access, i)->method) == NID_ad_ca_issuers;
    AUTHORITY_INFO_ACCESS_free(access);
    return found;
}

Judgement unknown_chain(const std::vector<X509*>& chain, const TlsOptions& options) {
    X509* last = chain.back();
    const std::string issuer = one_line(X509_get_issuer_name(last));
    if (chain.size() == 1 && (!options.ca_file.empty() || names_its_issuer(last)))
        return {
            CertificateStatus::missing_intermediate,
            fmt::format("the server sends only its own certificate, without that of its issuer {}", issuer)};
    return {CertificateStatus::unknown_issuer, fmt::format("its issuer {} is not known here", issuer)};
}

std::string mismatch_reason(X509* leaf, const std::string& wanted) {
    const auto names = alternative_names(leaf);
    if (names.empty()) return fmt::format("the certificate has no host names at all, asked for {}", wanted);
    std::string list;
    constexpr std::size_t shown = 5;
    for (std::size_t i = 0; i < names.size() && i < shown; ++i)
        list += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > shown) list += fmt::format(" and {} more", names.size() - shown);
    return fmt::format("the certificate is for {}, not for {}", list, wanted);
}

// Which certificate of the chain is out of its time, and since or until when.
std::string date_reason(const std::vector<X509*>& chain, bool expired) {
    for (X509* certificate : chain) {
        const ASN1_TIME* time = expired ? X509_get0_notAfter(certificate) : X509_get0_notBefore(certificate);
        const int order = X509_cmp_current_time(time);
        if (order == 0 || (expired ? order > 0 : order < 0)) continue;
        const std::string when = base::to_rfc3339(time_of(time));
        const std::string whose =
            certificate == chain.front()
                ? "the certificate"
                : fmt::format("the issuer's certificate {}", one_line(X509_get_subject_name(certificate)));
        return fmt::format("{} {} {}", whose, expired ? "expired at" : "is valid only from", when);
    }
    return expired ? "a certificate of the chain has expired" : "a certificate of the chain is not yet valid";
}

Judgement judge_fingerprint(X509* leaf, const std::string& wanted) {
    const std::string found = fingerprint_of(leaf);
    if (found == wanted) return {CertificateStatus::ok, ""};
    return {CertificateStatus::fingerprint_mismatch,
            fmt::format("the certificate's SHA-256 fingerprint is {}, not {}", found, wanted)};
}

}  // namespace

base::Time time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return base::Time(std::chrono::seconds(timegm(&parts)));
}

bool is_issued_by(X509* certificate, X509* issuer) {
    EVP_PKEY* key = X509_get0_pubkey(issuer);
    const bool so = X509_check_issued(issuer, certificate) == X509_V_OK && key != nullptr &&
                    X509_verify(certificate, key) == 1;
    ERR_clear_error();
    return so;
}

bool is_for_name(X509* certificate, std::string name) {
    if (!name.empty() && name.back() == '.') name.pop_back();
    if (name.empty()) return false;
    if (base::IpAddress::parse(name).has_value()) return X509_check_ip_asc(certificate, name.c_str(), 0) == 1;
    return X509_check_host(certificate, name.data(), name.size(),
                           X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
                           nullptr) == 1;
}

Certificate describe_certificate(X509* certificate) {
    Certificate result;
    result.subject = one_line(X509_get_subject_name(certificate));
    result.issuer = one_line(X509_get_issuer_name(certificate));
    result.names = alternative_names(certificate);
    result.not_before = time_of(X509_get0_notBefore(certificate));
    result.not_after = time_of(X509_get0_notAfter(certificate));
    result.fingerprint_sha256 = fingerprint_of(certificate);
    result.key = describe_key(certificate);
    if (EVP_PKEY* key = X509_get0_pubkey(certificate)) result.key_bits = EVP_PKEY_get_bits(key);
    const int signature = X509_get_signature_nid(certificate);
    result.signature = signature == NID_undef ? "unknown" : OBJ_nid2ln(signature);
    result.serial = serial_of(certificate);
    result.der = der_of(certificate, i2d_X509);
    result.spki = der_of(X509_get_X509_PUBKEY(certificate), i2d_X509_PUBKEY);
    result.spki_sha256 = hex_digest(result.spki);
    result.must_staple = asks_for_staple(certificate);
    result.self_signed = X509_self_signed(certificate, 0) == 1;
    return result;
}

Judgement judge(long result, const std::vector<X509*>& chain, const TlsOptions& options) {
    if (!options.fingerprint.empty()) return judge_fingerprint(chain.front(), options.fingerprint);
    switch (result) {
        case X509_V_OK:
            return {CertificateStatus::ok, ""};
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return {CertificateStatus::expired, date_reason(chain, true)};
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return {CertificateStatus::not_yet_valid, date_reason(chain, false)};
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return {CertificateStatus::self_signed, "the server signed its certificate itself"};
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return {CertificateStatus::unknown_issuer,
                    fmt::format("the chain ends in {}, which is not trusted here",
                                one_line(X509_get_subject_name(chain.back())))};
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return unknown_chain(chain, options);
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return {CertificateStatus::name_mismatch, mismatch_reason(chain.front(), options.server_name)};
        case X509_V_ERR_EE_KEY_TOO_SMALL:
        case X509_V_ERR_CA_KEY_TOO_SMALL:
        case X509_V_ERR_CA_MD_TOO_WEAK:
            return {CertificateStatus::weak, X509_verify_cert_error_string(result)};
        case X509_V_ERR_CERT_REVOKED:
            return {CertificateStatus::revoked, "the certificate was revoked"};
        default:
            return {CertificateStatus::other, X509_verify_cert_error_string(result)};
    }
}

}  // namespace net
