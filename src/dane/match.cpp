#include "dane/match.hpp"

#include "crypto/digest.hpp"

namespace dane {

namespace {

base::Bytes association_data(const Record& record, const net::Certificate& certificate) {
    const base::Bytes& selected = record.selector == 0 ? certificate.der : certificate.spki;
    const std::string_view bytes(reinterpret_cast<const char*>(selected.data()), selected.size());
    if (record.matching == 1) return crypto::sha256(bytes);
    if (record.matching == 2) return crypto::sha512(bytes);
    return selected;
}

bool names(const Record& record, const net::Certificate& certificate) {
    // Of a certificate that could not be encoded nothing is known.
    return !certificate.der.empty() && !certificate.spki.empty() &&
           association_data(record, certificate) == record.data;
}

}  // namespace

std::optional<std::size_t> find_match(const Record& record, const net::TlsInfo& tls, base::Time now) {
    if (!is_usable(record) || tls.chain.empty()) return std::nullopt;
    if (record.usage == dane_ee)
        return names(record, tls.chain[0]) ? std::optional<std::size_t>(0) : std::nullopt;
    if (!tls.name_matches) return std::nullopt;
    for (std::size_t i = 0; i + 1 < tls.chain.size(); ++i) {
        const auto& below = tls.chain[i];
        if (!below.issued_by_next || now < below.not_before || now > below.not_after) return std::nullopt;
        if (names(record, tls.chain[i + 1])) return i + 1;
    }
    return std::nullopt;
}

}  // namespace dane
