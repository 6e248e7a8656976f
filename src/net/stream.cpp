#include "net/stream.hpp"

#include <fmt/format.h>

namespace net {

std::string to_string(const Endpoint& endpoint) {
    if (endpoint.address.is_v4()) return fmt::format("{}:{}", endpoint.address.to_string(), endpoint.port);
    return fmt::format("[{}]:{}", endpoint.address.to_string(), endpoint.port);
}

std::string_view to_string(CertificateStatus status) {
    switch (status) {
        case CertificateStatus::ok:
            return "ok";
        case CertificateStatus::expired:
            return "expired";
        case CertificateStatus::not_yet_valid:
            return "not yet valid";
        case CertificateStatus::self_signed:
            return "self-signed";
        case CertificateStatus::unknown_issuer:
            return "unknown issuer";
        case CertificateStatus::missing_intermediate:
            return "missing intermediate";
        case CertificateStatus::name_mismatch:
            return "name mismatch";
        case CertificateStatus::fingerprint_mismatch:
            return "fingerprint mismatch";
        case CertificateStatus::weak:
            return "weak";
        case CertificateStatus::revoked:
            return "revoked";
        case CertificateStatus::other:
            return "not trusted";
    }
    return "not trusted";
}

std::string_view to_string(StapleStatus status) {
    switch (status) {
        case StapleStatus::none:
            return "none";
        case StapleStatus::good:
            return "good";
        case StapleStatus::revoked:
            return "revoked";
        case StapleStatus::unknown:
            return "unknown";
        case StapleStatus::unusable:
            return "unusable";
    }
    return "unusable";
}

std::string_view to_string(TlsVersion version) {
    switch (version) {
        case TlsVersion::tls1_0:
            return "TLSv1";
        case TlsVersion::tls1_1:
            return "TLSv1.1";
        case TlsVersion::tls1_2:
            return "TLSv1.2";
        case TlsVersion::tls1_3:
            return "TLSv1.3";
    }
    return "TLSv1.3";
}

}  // namespace net
