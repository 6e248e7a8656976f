#include "crypto/verify_signature.hpp"

#include <doctest/doctest.h>

#include "crypto/digest.hpp"
#include "crypto/hasher.hpp"

namespace {

using crypto::Bytes;

Bytes decoded(std::string_view digits) {
    return base::decode_base64(digits).value();
}

crypto::PublicKey public_key(std::string_view digits) {
    return crypto::read_public_key(decoded(digits)).key.value();
}

// A key made for this test; its signatures of "abc" with SHA-256 and SHA-1 were made by openssl(1).
const auto rsa_key = [] {
    return public_key(
        "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDuoyD7J2kWzuSyq0wnNgQ+5nMPqPaQ5dbhoEh/Dc+AAG/Yo/3+ihE3"
        "4kMEB6uBIz+YdmMSz5jQ5Jd8HyuXAWnH7ufQ1/bsEqwLuHWn8JpbUPdDIiD2rmGjrVLOEsgcqX8d0HTBP/avdBA/1DtD"
        "648MuxKJX3RV7X9OghnHhkyQXQIDAQAB");
};
constexpr std::string_view rsa_sha256 =
    "h25wCDVJNMz6I4CAt580YJUkHCwkBTTY3jZo62OdYKj+xLY5bJTygXhGh3BH8QXeRflduK/CRLUuYilxgdhjV6qZ/aQFNxgU7FW5Dw6d"
    "tdwb71n3LSCNVQ7IjyJBN+JH5Ed85XZyQZ7xrLEWfbBT9w+sdPrldGx6vzuOG5CzdkY=";
constexpr std::string_view rsa_sha1 =
    "tcJtwWTWcYK6tI71Rn4GIQOLmz3zMgCKHdolircv+y0zPQ9Mp+0b1ktmzsdKPjQG7bQlWhVN18tjTWAsacgXzl/ngQPKVEEiFi3ZIAY5"
    "Xb03OMHqHYs2Yoht09KXP0Z5Okf9BoSWIB8i5yr6D4sK2Wu3+zrdGw3+aLSgOI02s+o=";

// RFC 8032 section 7.1, test 2: the message is one octet.
const auto ed25519_key = [] { return public_key("PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="); };
constexpr std::string_view ed25519_signature =
    "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA==";

}  // namespace

TEST_CASE("a hash of pieces is that of the whole, and a copy goes on by itself") {
    crypto::Sha256 hash;
    hash.update("ab");
    const crypto::Sha256 before(hash);
    hash.update("");
    hash.update("c");
    CHECK(hash.digest() == crypto::sha256("abc"));
    CHECK(hash.digest() == crypto::sha256("abc"));
    crypto::Sha256 other(before);
    other.update("d");
    CHECK(other.digest() == crypto::sha256("abd"));
    CHECK(before.digest() == crypto::sha256("ab"));
    other = hash;
    CHECK(other.digest() == crypto::sha256("abc"));
}

TEST_CASE("an RSA signature holds for its digest and its key only") {
    const auto signature = decoded(rsa_sha256);
    CHECK(crypto::verify_signature(rsa_key(), crypto::sha256("abc"), signature));
    CHECK_FALSE(crypto::verify_signature(rsa_key(), crypto::sha256("abd"), signature));
    CHECK_FALSE(crypto::verify_signature(ed25519_key(), crypto::sha256("abc"), signature));
    CHECK_FALSE(crypto::verify_signature(rsa_key(), crypto::sha256("abc"), {}));
    CHECK_FALSE(crypto::verify_signature(rsa_key(), crypto::sha256("abc"), Bytes(127, 1)));
    CHECK_FALSE(crypto::verify_signature(rsa_key(), crypto::sha256("abc"), decoded(rsa_sha1)));
}

TEST_CASE("an RSA signature tells the digest that was signed, unless another key made it") {
    CHECK(crypto::signed_digest(rsa_key(), decoded(rsa_sha256)) == crypto::sha256("abc"));
    auto damaged = decoded(rsa_sha256);
    damaged.back() ^= 1;
    CHECK_FALSE(crypto::signed_digest(rsa_key(), damaged));
    CHECK_FALSE(crypto::signed_digest(rsa_key(), decoded(rsa_sha1)));
    CHECK_FALSE(crypto::signed_digest(rsa_key(), {}));
    CHECK_FALSE(crypto::signed_digest(ed25519_key(), decoded(ed25519_signature)));
}

TEST_CASE("an Ed25519 signature holds for its message only") {
    const auto signature = decoded(ed25519_signature);
    CHECK(crypto::verify_signature(ed25519_key(), {0x72}, signature));
    CHECK_FALSE(crypto::verify_signature(ed25519_key(), {0x73}, signature));
    CHECK_FALSE(crypto::verify_signature(ed25519_key(), {0x72}, {}));
    CHECK_FALSE(crypto::verify_signature(ed25519_key(), {0x72}, Bytes(64, 0xff)));
}
