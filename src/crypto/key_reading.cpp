#include <algorithm>
#include <string_view>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "crypto/der.hpp"
#include "crypto/key.hpp"

namespace crypto {

namespace {

// Private keys begin SEQUENCE { INTEGER 0 or 1 ...: PKCS#1 (RFC 8017 A.1.2), PKCS#8 (RFC 5958), SEC 1. A
// modulus is never that small. This holds for a key cut short, too.
bool is_private_key(const Bytes& bytes, const DerElement& outer) {
    const auto first = read_element(bytes, outer.content);
    return first && first->tag == der_integer && first->length == 1 && first->content < bytes.size() &&
           bytes[first->content] <= 1;
}

// An encrypted one (RFC 5958 section 3): SEQUENCE { AlgorithmIdentifier of PKCS#5 or PKCS#12, OCTET STRING }.
// It is as secret as its passphrase is good.
bool is_encrypted_private_key(const Bytes& bytes, const DerElement& outer) {
    constexpr std::uint8_t pkcs[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01};
    const auto algorithm = read_element(bytes, outer.content);
    if (!algorithm || algorithm->tag != der_sequence) return false;
    const auto id = read_element(bytes, algorithm->content);
    if (!id || id->tag != der_object_identifier || id->length <= sizeof pkcs ||
        id->content + sizeof pkcs >= bytes.size())
        return false;
    const auto* first = bytes.data() + id->content;
    const std::uint8_t branch = first[sizeof pkcs];
    return std::equal(std::begin(pkcs), std::end(pkcs), first) && (branch == 5 || branch == 12);
}

bool is_openssh_private_key(const Bytes& bytes) {
    constexpr std::string_view magic = "openssh-key-v1";
    return bytes.size() > magic.size() && std::equal(magic.begin(), magic.end(), bytes.begin());
}

std::optional<PublicKey> adopt(EVP_PKEY* key) {
    ERR_clear_error();
    if (key == nullptr) return std::nullopt;
    return PublicKey(std::shared_ptr<EVP_PKEY>(key, [](EVP_PKEY* pointer) { EVP_PKEY_free(pointer); }));
}

bool is_usable_kind(const PublicKey& key) {
    const int kind = EVP_PKEY_get_base_id(key.handle().get());
    return kind == EVP_PKEY_RSA || kind == EVP_PKEY_ED25519;
}

// Of bytes that OpenSSL could not make a key of: is at least the frame a SubjectPublicKeyInfo of another
// algorithm?
bool has_other_algorithm(const Bytes& bytes) {
    const unsigned char* cursor = bytes.data();
    X509_PUBKEY* info = d2i_X509_PUBKEY(nullptr, &cursor, static_cast<long>(bytes.size()));
    if (info == nullptr) {
        ERR_clear_error();
        return false;
    }
    ASN1_OBJECT* algorithm = nullptr;
    X509_PUBKEY_get0_param(&algorithm, nullptr, nullptr, nullptr, info);
    const int id = OBJ_obj2nid(algorithm);
    X509_PUBKEY_free(info);
    ERR_clear_error();
    return id != NID_rsaEncryption && id != NID_ED25519;
}

// Of an RSAPublicKey (RFC 8017 A.1.1) that OpenSSL has read, where it is a positive number of at most 64
// bits.
std::optional<std::uint64_t> exponent_of(const Bytes& bytes, std::size_t offset) {
    const auto key = read_element(bytes, offset);
    const auto modulus = key ? read_element(bytes, key->content) : std::nullopt;
    const auto exponent = modulus ? read_element(bytes, modulus->content + modulus->length) : std::nullopt;
    if (!exponent || exponent->tag != der_integer || exponent->length == 0 || exponent->length > 8 ||
        exponent->content + exponent->length > bytes.size() || bytes[exponent->content] >= 0x80)
        return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < exponent->length; ++i)
        value = value << 8 | bytes[exponent->content + i];
    return value;
}

// The usual case: an RSA key in its frame (RFC 3279 section 2.3.1), to the last octet. OpenSSL's decoder for
// any algorithm takes thirty times as long. Nullopt: anything else.
std::optional<PublicKey> read_framed_rsa(const Bytes& bytes, const DerElement& outer) {
    constexpr std::uint8_t algorithm[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                          0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};
    const std::size_t end = outer.content + outer.length;
    const std::size_t at = outer.content + sizeof algorithm;
    if (at > end || !std::equal(std::begin(algorithm), std::end(algorithm),
                                bytes.begin() + static_cast<long>(outer.content)))
        return std::nullopt;
    const auto text = read_element(bytes, at);
    if (!text || text->tag != der_bit_string || text->length < 2 || text->content + text->length != end ||
        bytes[text->content] != 0)
        return std::nullopt;
    const unsigned char* cursor = bytes.data() + text->content + 1;
    auto key = adopt(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &cursor, static_cast<long>(text->length - 1)));
    if (!key || cursor != bytes.data() + end) return std::nullopt;
    return PublicKey(key->handle(), exponent_of(bytes, text->content + 1));
}

KeyReading read_der(const Bytes& bytes, const DerElement& outer) {
    KeyReading reading;
    const unsigned char* cursor = bytes.data();
    const auto size = static_cast<long>(outer.content + outer.length);
    if ((reading.key = read_framed_rsa(bytes, outer))) {
        reading.fault = KeyFault::none;
        reading.trailing_bytes = bytes.size() - static_cast<std::size_t>(size);
        return reading;
    }
    const auto first = read_element(bytes, outer.content);
    if (first && first->tag == der_integer) {
        reading.encoding = KeyEncoding::rsa_public_key;
        reading.key = adopt(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &cursor, size));
    } else {
        reading.key = adopt(d2i_PUBKEY(nullptr, &cursor, size));
        if (reading.key ? !is_usable_kind(*reading.key) : has_other_algorithm(bytes)) {
            reading.key.reset();
            reading.fault = KeyFault::unknown_algorithm;
            return reading;
        }
    }
    if (reading.key) {
        reading.fault = KeyFault::none;
        reading.trailing_bytes = bytes.size() - static_cast<std::size_t>(cursor - bytes.data());
    }
    return reading;
}

}  // namespace

bool holds_private_key(const Bytes& bytes) {
    const auto outer = read_element(bytes, 0);
    return is_openssh_private_key(bytes) ||
           (bytes.size() != 32 && outer && outer->tag == der_sequence &&
            (is_private_key(bytes, *outer) || is_encrypted_private_key(bytes, *outer)));
}

KeyReading read_public_key(const Bytes& bytes) {
    constexpr std::size_t largest = 16384;
    KeyReading reading;
    if (bytes.size() > largest) return reading;
    if (bytes.size() == 32) {
        reading.key =
            adopt(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes.data(), bytes.size()));
        reading.encoding = KeyEncoding::raw_ed25519;
        reading.fault = reading.key ? KeyFault::none : KeyFault::malformed;
        return reading;
    }
    if (holds_private_key(bytes)) {
        reading.fault = KeyFault::private_key;
        return reading;
    }
    const auto outer = read_element(bytes, 0);
    if (!outer || outer->tag != der_sequence) return reading;
    const std::size_t available = bytes.size() - outer->content;
    if (outer->length > available) {
        reading.fault = KeyFault::truncated;
        reading.missing_bytes = outer->length - available;
        return reading;
    }
    return read_der(bytes, *outer);
}

}  // namespace crypto
