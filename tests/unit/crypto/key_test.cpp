#include "crypto/key.hpp"

#include <random>

#include <doctest/doctest.h>

#include "crypto/digest.hpp"

namespace {

using crypto::Bytes;
using crypto::KeyEncoding;
using crypto::KeyFault;
using crypto::KeyKind;

crypto::PrivateKey rsa_key() {
    static const auto key = crypto::PrivateKey::generate_rsa(1024).value();
    return key;
}

// RFC 8463 appendix A.2.
constexpr std::string_view ed25519_public = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

// SubjectPublicKeyInfo without its 24 bytes of frame: what stands in it is an RSAPublicKey. 1024 bits:
// 30 81 9f 30 0d 06 09 <rsaEncryption> 05 00 03 81 8d 00 | 30 81 89 ...
Bytes bare_rsa(const Bytes& spki) {
    return {spki.begin() + 22, spki.end()};
}

Bytes decode_pem(std::string_view pem) {
    std::string body;
    while (!pem.empty()) {
        const auto end = pem.find('\n');
        const auto line = pem.substr(0, end);
        if (!line.starts_with("-----")) body += line;
        pem.remove_prefix(end == std::string_view::npos ? pem.size() : end + 1);
    }
    return base::decode_base64(body).value();
}

}  // namespace

TEST_CASE("a new RSA key has the asked size, exponent 65537 and a SubjectPublicKeyInfo") {
    const auto key = rsa_key().public_key();
    CHECK(key.kind() == KeyKind::rsa);
    CHECK(key.bits() == 1024);
    CHECK(key.exponent() == 65537);
    const auto reading = crypto::read_public_key(key.to_dkim());
    CHECK(reading.fault == KeyFault::none);
    CHECK(reading.encoding == KeyEncoding::subject_public_key_info);
    CHECK(reading.trailing_bytes == 0);
    REQUIRE(reading.key);
    CHECK(*reading.key == key);
}

TEST_CASE("a new Ed25519 key is 32 raw bytes in p=") {
    const auto key = crypto::PrivateKey::generate_ed25519().value().public_key();
    CHECK(key.kind() == KeyKind::ed25519);
    CHECK(key.bits() == 256);
    CHECK(key.exponent() == 0);
    CHECK(key.to_dkim().size() == 32);
    const auto reading = crypto::read_public_key(key.to_dkim());
    CHECK(reading.encoding == KeyEncoding::raw_ed25519);
    REQUIRE(reading.key);
    CHECK(*reading.key == key);
}

TEST_CASE("RSA sizes outside 1024 to 8192 are refused") {
    CHECK(crypto::PrivateKey::generate_rsa(1023).error().kind == base::ErrorKind::usage);
    CHECK(crypto::PrivateKey::generate_rsa(8193).error().kind == base::ErrorKind::usage);
    CHECK(crypto::PrivateKey::generate_rsa(0).has_error());
}

TEST_CASE("a private key survives the way through PKCS#8 PEM") {
    for (const auto& key : {rsa_key(), crypto::PrivateKey::generate_ed25519().value()}) {
        const auto pem = key.to_pem();
        CHECK(pem.reveal().starts_with("-----BEGIN PRIVATE KEY-----\n"));
        const auto again = crypto::PrivateKey::parse_pem(pem).value();
        CHECK(again.public_key() == key.public_key());
        CHECK((again.to_pem() == pem));
    }
}

TEST_CASE("what is no private key is refused without showing it") {
    for (const char* text : {"", "hello", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                             "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwI"
                             "aaPcHURo=\n-----END PUBLIC KEY-----\n"}) {
        const auto key = crypto::PrivateKey::parse_pem(base::Secret(text));
        REQUIRE(key.has_error());
        CHECK(key.error().kind == base::ErrorKind::usage);
        CHECK(key.error().message == "not a private key in PEM (PKCS#8 or PKCS#1)");
    }
}

TEST_CASE("an encrypted private key is refused with the command that decrypts it") {
    // openssl genpkey -algorithm ed25519 -aes256 -pass pass:x
    const auto key = crypto::PrivateKey::parse_pem(
        base::Secret("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                     "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAirOihVROsROgICCAAw\n"
                     "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEKZ4dhL2E/pDT45hRglUMjwEQAbO\n"
                     "u5x01z7OXWJSCYimt68UlXZTUc3UoQ6Rbhn3O7rF+3JNSiLLw09rqCM9ulGfTcIv\n"
                     "dk3DWI+rcQgtiTkv/7U=\n"
                     "-----END ENCRYPTED PRIVATE KEY-----\n"));
    REQUIRE(key.has_error());
    CHECK(key.error().message == "the private key is encrypted");
    CHECK(key.error().hint.find("openssl pkey") != std::string::npos);
}

TEST_CASE("an EC private key is refused by its kind") {
    const auto key = crypto::PrivateKey::parse_pem(
        base::Secret("-----BEGIN PRIVATE KEY-----\n"
                     "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/tJ4KXjCV9cb0y1M\n"
                     "QzJeHhrLzbW39jpKvw4SVAt8ixyhRANCAARFIAsDZM6d3RxDjIjIjXaAE5vm/EMi\n"
                     "PLNVNoqGIkhUQnbQGXjxNFQVnvrs2wfAgC+WHGHRyUpvZI5UbF89kyb4\n"
                     "-----END PRIVATE KEY-----\n"));
    REQUIRE(key.has_error());
    CHECK(key.error().message == "the private key is neither RSA nor Ed25519");
}

TEST_CASE("a bare RSAPublicKey is the same key as its SubjectPublicKeyInfo") {
    const auto key = rsa_key().public_key();
    const auto reading = crypto::read_public_key(bare_rsa(key.to_dkim()));
    CHECK(reading.fault == KeyFault::none);
    CHECK(reading.encoding == KeyEncoding::rsa_public_key);
    REQUIRE(reading.key);
    CHECK(*reading.key == key);
    CHECK(reading.key->to_dkim() == key.to_dkim());
}

TEST_CASE("an Ed25519 key wrapped in DER is read, and told apart from the raw form") {
    Bytes der = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
    const auto raw = base::decode_base64(ed25519_public).value();
    der.insert(der.end(), raw.begin(), raw.end());
    const auto reading = crypto::read_public_key(der);
    CHECK(reading.encoding == KeyEncoding::subject_public_key_info);
    REQUIRE(reading.key);
    CHECK(reading.key->kind() == KeyKind::ed25519);
    CHECK(reading.key->to_dkim() == raw);
}

TEST_CASE("trailing bytes are counted") {
    auto bytes = rsa_key().public_key().to_dkim();
    bytes.insert(bytes.end(), {0, 0, 0});
    const auto reading = crypto::read_public_key(bytes);
    CHECK(reading.fault == KeyFault::none);
    CHECK(reading.trailing_bytes == 3);
}

TEST_CASE("a key cut short is truncated, with the number of missing bytes") {
    auto bytes = rsa_key().public_key().to_dkim();
    bytes.resize(bytes.size() - 40);
    const auto reading = crypto::read_public_key(bytes);
    CHECK(reading.fault == KeyFault::truncated);
    CHECK(reading.missing_bytes == 40);
    CHECK_FALSE(reading.key);
}

TEST_CASE("a published private key is recognised, whole or cut short") {
    auto bytes = decode_pem(rsa_key().to_pem().reveal());
    CHECK(crypto::read_public_key(bytes).fault == KeyFault::private_key);
    bytes.resize(180);
    CHECK(crypto::read_public_key(bytes).fault == KeyFault::private_key);
    const auto ed25519 = decode_pem(crypto::PrivateKey::generate_ed25519().value().to_pem().reveal());
    CHECK(crypto::read_public_key(ed25519).fault == KeyFault::private_key);
}

TEST_CASE("a key of another algorithm is named so") {
    // P-256.
    const auto bytes = base::decode_base64(
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAERSALA2TOnd0cQ4yIyI12gBOb5vxD"
        "IjyzVTaKhiJIVEJ20Bl48TRUFZ767NsHwIAvlhxh0clKb2SOVGxfPZMm+A==");
    REQUIRE(bytes);
    CHECK(crypto::read_public_key(*bytes).fault == KeyFault::unknown_algorithm);
}

TEST_CASE("any bytes make a reading, never an exception") {
    std::mt19937 random(20261123);
    const auto original = rsa_key().public_key().to_dkim();
    for (int round = 0; round < 3000; ++round) {
        auto bytes = round % 2 == 0 ? original : bare_rsa(original);
        for (unsigned i = 0; i <= random() % 4; ++i)
            bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
        if (round % 5 == 0) bytes.resize(random() % bytes.size());
        const auto reading = crypto::read_public_key(bytes);
        CHECK(reading.key.has_value() == (reading.fault == KeyFault::none));
        if (reading.key) {
            static_cast<void>(reading.key->bits());
            static_cast<void>(reading.key->exponent());
            static_cast<void>(reading.key->to_dkim());
        }
    }
}

TEST_CASE("SHA-256 of abc is the one of FIPS 180-4") {
    CHECK(base::to_hex(crypto::sha256("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
