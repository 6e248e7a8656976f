#include "net/ocsp.hpp"

#include <ctime>
#include <memory>

#include <openssl/err.h>
#include <openssl/ocsp.h>

#include "net/certificate.hpp"

namespace net {

namespace {

constexpr long clock_tolerance = 300;  // seconds

template <auto function>
struct Deleter {
    template <class T>
    void operator()(T* pointer) const {
        function(pointer);
    }
};
using ResponsePointer = std::unique_ptr<OCSP_RESPONSE, Deleter<OCSP_RESPONSE_free>>;
using BasicPointer = std::unique_ptr<OCSP_BASICRESP, Deleter<OCSP_BASICRESP_free>>;
using CertIdPointer = std::unique_ptr<OCSP_CERTID, Deleter<OCSP_CERTID_free>>;
using StorePointer = std::unique_ptr<X509_STORE, Deleter<X509_STORE_free>>;

Staple unusable(std::string detail) {
    ERR_clear_error();
    return {.status = StapleStatus::unusable, .detail = std::move(detail)};
}

// The issuer alone is trusted: a responder must be the issuer or have its certificate from it.
bool is_signed(OCSP_BASICRESP* basic, X509* issuer) {
    const StorePointer store(X509_STORE_new());
    if (!store || X509_STORE_add_cert(store.get(), issuer) != 1) return false;
    X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
    STACK_OF(X509)* known = sk_X509_new_null();
    sk_X509_push(known, issuer);
    const bool good = OCSP_basic_verify(basic, known, store.get(), 0) == 1;
    sk_X509_free(known);
    return good;
}

struct Answer {
    int status = -1;  // V_OCSP_CERTSTATUS_*
    ASN1_GENERALIZEDTIME* this_update = nullptr;
    ASN1_GENERALIZEDTIME* next_update = nullptr;
    ASN1_GENERALIZEDTIME* revoked_at = nullptr;
};

// The responder chose the digest of the identifier.
std::optional<Answer> find_answer(OCSP_BASICRESP* basic, X509* leaf, X509* issuer) {
    for (const EVP_MD* digest : {EVP_sha1(), EVP_sha256()}) {
        const CertIdPointer id(OCSP_cert_to_id(digest, leaf, issuer));
        Answer answer;
        int reason = 0;
        if (id && OCSP_resp_find_status(basic, id.get(), &answer.status, &reason, &answer.revoked_at,
                                        &answer.this_update, &answer.next_update) == 1)
            return answer;
    }
    return std::nullopt;
}

std::optional<base::Time> moment(const ASN1_GENERALIZEDTIME* time) {
    if (time == nullptr) return std::nullopt;
    return time_of(time);
}

StapleStatus status_of(int status) {
    if (status == V_OCSP_CERTSTATUS_GOOD) return StapleStatus::good;
    if (status == V_OCSP_CERTSTATUS_REVOKED) return StapleStatus::revoked;
    return StapleStatus::unknown;
}

}  // namespace

Staple read_staple(std::string_view response, X509* leaf, X509* issuer) {
    if (response.empty()) return {};
    const auto* data = reinterpret_cast<const unsigned char*>(response.data());
    const ResponsePointer parsed(d2i_OCSP_RESPONSE(nullptr, &data, static_cast<long>(response.size())));
    if (!parsed) return unusable("it cannot be read");
    if (const int status = OCSP_response_status(parsed.get()); status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
        return unusable(std::string("the responder said ") + OCSP_response_status_str(status));
    const BasicPointer basic(OCSP_response_get1_basic(parsed.get()));
    if (!basic) return unusable("it is of an unknown kind");
    if (issuer == nullptr) return unusable("without the issuer's certificate it cannot be checked");
    if (!is_signed(basic.get(), issuer)) return unusable("the certificate's issuer did not sign it");
    const auto answer = find_answer(basic.get(), leaf, issuer);
    if (!answer) return unusable("it is not about this certificate");
    Staple staple{.status = status_of(answer->status),
                  .this_update = moment(answer->this_update),
                  .next_update = moment(answer->next_update),
                  .revoked_at = moment(answer->revoked_at)};
    if (OCSP_check_validity(answer->this_update, answer->next_update, clock_tolerance, -1) != 1) {
        staple.status = StapleStatus::unusable;
        staple.detail = "it is not valid now";
    }
    ERR_clear_error();
    return staple;
}

}  // namespace net
