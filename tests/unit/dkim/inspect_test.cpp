#include "dkim/inspect.hpp"

#include <random>

#include <doctest/doctest.h>

namespace {

using dkim::inspect_key_record;
using finding::Verdict;

std::vector<std::string> ids(const dkim::KeyInspection& inspection) {
    std::vector<std::string> result;
    for (const auto& finding : inspection.findings)
        result.push_back(finding.id);
    return result;
}
std::vector<std::string> ids(std::string_view text) {
    return ids(inspect_key_record(text, "s1._domainkey.example.com"));
}
using Ids = std::vector<std::string>;

std::string rsa_digits(unsigned bits) {
    static const auto small = crypto::PrivateKey::generate_rsa(1024).value();
    static const auto usual = crypto::PrivateKey::generate_rsa(2048).value();
    return base::encode_base64((bits == 1024 ? small : usual).public_key().to_dkim());
}
std::string rsa_record() {
    return "v=DKIM1; k=rsa; p=" + rsa_digits(2048);
}
// RFC 8463 appendix A.2
const std::string ed25519_digits = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

std::string pem_body(const crypto::PrivateKey& key) {
    std::string body(key.to_pem().reveal());
    body.erase(0, body.find('\n') + 1);
    body.erase(body.find("-----"));
    std::erase(body, '\n');
    return body;
}

}  // namespace

TEST_CASE("a 2048-bit RSA key is good and says nothing") {
    const auto inspection = inspect_key_record(rsa_record(), "s1._domainkey.example.com");
    CHECK(inspection.verdict == Verdict::good);
    CHECK(inspection.findings.empty());
    CHECK(inspection.key_text() == "rsa 2048");
    CHECK(inspection.record);
}

TEST_CASE("the Ed25519 key of RFC 8463 is good [DKIM-19]") {
    const auto inspection = inspect_key_record("v=DKIM1; k=ed25519; p=" + ed25519_digits, "x");
    CHECK(inspection.verdict == Verdict::good);
    CHECK(inspection.findings.empty());
    CHECK(inspection.key_text() == "ed25519");
}

TEST_CASE("a 1024-bit key is good with a warning [DKIM-16]") {
    const auto inspection = inspect_key_record("v=DKIM1; p=" + rsa_digits(1024), "x");
    CHECK(inspection.verdict == Verdict::good);
    CHECK(ids(inspection) == Ids{"dkim-rsa-short"});
}

TEST_CASE("a 512-bit key, exponent 1, exponent 3 and an odd size are noticed [DKIM-13] [DKIM-15] [DKIM-18]") {
    // RSAPublicKey made by hand: modulus of 512 bits, exponent 1 or 3.
    const auto key = [](std::size_t octets, std::uint8_t exponent, std::uint8_t first) {
        base::Bytes bytes = {0x30, static_cast<std::uint8_t>(octets + 6),
                             0x02, static_cast<std::uint8_t>(octets + 1),
                             0x00, first};
        bytes.insert(bytes.end(), octets - 1, 0xff);
        bytes.insert(bytes.end(), {0x02, 0x01, exponent});
        return "v=DKIM1; p=" + base::encode_base64(bytes);
    };
    CHECK(ids(key(64, 3, 0xff)) == Ids{"dkim-key-pkcs1", "dkim-rsa-too-short", "dkim-rsa-exponent"});
    CHECK(ids(key(64, 1, 0xff)) == Ids{"dkim-key-pkcs1", "dkim-rsa-too-short", "dkim-rsa-exponent-broken"});
    CHECK(ids(key(64, 4, 0xff)) == Ids{"dkim-key-pkcs1", "dkim-rsa-too-short", "dkim-rsa-exponent-broken"});
    CHECK(ids(key(64, 3, 0x7f)) == Ids{"dkim-key-pkcs1", "dkim-rsa-too-short", "dkim-rsa-odd-size",
                                       "dkim-rsa-exponent", "dkim-rsa-encoding"});
}

TEST_CASE("an empty p= is called revoked, a missing one missing [DKIM-08] [DKIM-09]") {
    CHECK(ids("v=DKIM1; p=") == Ids{"dkim-key-revoked"});
    CHECK(inspect_key_record("v=DKIM1; p=", "x").key_text() == "revoked");
    CHECK(ids("v=DKIM1; k=rsa") == Ids{"dkim-no-public-key"});
}

TEST_CASE("a private key in p= is reported above all else [DKIM-14]") {
    const auto rsa = crypto::PrivateKey::generate_rsa(1024).value();
    const auto ed25519 = crypto::PrivateKey::generate_ed25519().value();
    CHECK(ids("v=DKIM1; k=rsa; p=" + pem_body(rsa)) == Ids{"dkim-private-key-published"});
    CHECK(ids("v=DKIM1; k=ed25519; p=" + pem_body(ed25519)) == Ids{"dkim-private-key-published"});
    CHECK(ids("v=DKIM1; k=rsa; p=" + pem_body(rsa).substr(0, 237)) == Ids{"dkim-private-key-published"});
    CHECK(ids(std::string(rsa.to_pem().reveal())) == Ids{"dkim-private-key-published"});
    const auto pem = rsa.to_pem();
    const base::Bytes file(pem.reveal().begin(), pem.reveal().end());
    CHECK(ids("v=DKIM1; p=" + base::encode_base64(file)) == Ids{"dkim-private-key-published"});
}

TEST_CASE("an encrypted private key in p= is a private key [DKIM-14]") {
    // EncryptedPrivateKeyInfo (RFC 5958 section 3) with PBES2 (RFC 8018 section 6.2), its parameters left
    // out.
    base::Bytes bytes = {0x30, 0x4f, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                         0xf7, 0x0d, 0x01, 0x05, 0x0d, 0x30, 0x00, 0x04, 0x3e};
    bytes.resize(0x51);
    CHECK(ids("v=DKIM1; k=rsa; p=" + base::encode_base64(bytes)) == Ids{"dkim-private-key-published"});
    bytes.resize(45);
    CHECK(ids("v=DKIM1; k=rsa; p=" + base::encode_base64(bytes)) == Ids{"dkim-private-key-published"});
    bytes[13] = 1;  // pkcs-1: the algorithm of a public key
    CHECK(ids("v=DKIM1; k=rsa; p=" + base::encode_base64(bytes)) == Ids{"dkim-key-truncated"});
}

TEST_CASE("an RSA key that is not strictly DER is noticed [DKIM-12]") {
    const auto good = base::decode_base64(rsa_digits(1024)).value();
    const auto observed = [](const base::Bytes& bytes) {
        const auto inspection = inspect_key_record("v=DKIM1; k=rsa; p=" + base::encode_base64(bytes), "x");
        for (const auto& finding : inspection.findings)
            if (finding.id == "dkim-rsa-encoding") return finding.observed;
        return inspection.verdict == Verdict::good ? std::string() : std::string("bad");
    };
    CHECK(observed(good).empty());
    CHECK(observed({good.begin() + 22, good.end()}).empty());
    auto even = good;
    even[even.size() - 6] &= 0xfe;  // the last octet before the exponent, 02 03 01 00 01
    CHECK(observed(even) == "the modulus is even");
    auto parameters = good;
    parameters.erase(parameters.begin() + 16, parameters.begin() + 18);  // NULL
    for (const std::size_t length : {2, 4})
        parameters[length] = static_cast<std::uint8_t>(parameters[length] - 2);
    CHECK(observed(parameters) == "the parameters of the algorithm are not NULL");
    auto zeros = good;
    zeros.insert(zeros.begin() + 28, 0);  // before the 00 that keeps the modulus positive
    for (const std::size_t length : {2, 20, 24, 27})
        ++zeros[length];
    CHECK(observed(zeros) == "a number begins with needless zeros");
    auto negative = good;
    negative.erase(negative.begin() + 28);
    for (const std::size_t length : {2, 20, 24, 27})
        --negative[length];
    CHECK(observed(negative) == "a number is negative");
    auto lengths = good;
    lengths.insert(lengths.begin() + 4, 0x81);  // of the algorithm: 0d as 81 0d
    ++lengths[2];
    CHECK(observed(lengths) == "a length is not in its shortest form");
    auto indefinite = good;
    indefinite[4] = 0x80;  // of the algorithm, which two zeros then end (X.690 section 8.1.3.6)
    indefinite.insert(indefinite.begin() + 18, 2, 0);
    indefinite[2] = static_cast<std::uint8_t>(indefinite[2] + 2);
    CHECK(observed(indefinite) == "a length is not in its shortest form");
}

TEST_CASE("PEM armour of a public key is named [DKIM-10]") {
    CHECK(ids("v=DKIM1; p=-----BEGIN PUBLIC KEY-----" + rsa_digits(1024) + "-----END PUBLIC KEY-----") ==
          Ids{"dkim-pem-armour"});
}

TEST_CASE("a key cut at 255 octets is called truncated, wherever the cut falls [DKIM-12]") {
    const auto record = rsa_record();
    for (std::size_t length = 250; length < 258; ++length) {
        CAPTURE(length);
        CHECK(ids(record.substr(0, length)) == Ids{"dkim-key-truncated"});
    }
}

TEST_CASE("bytes behind the key are an error, and the remedy is the record without them [DKIM-12]") {
    auto bytes = base::decode_base64(rsa_digits(2048)).value();
    bytes.push_back(0);
    const auto inspection = inspect_key_record("v=DKIM1; p=" + base::encode_base64(bytes), "x");
    CHECK(ids(inspection) == Ids{"dkim-key-trailing-bytes"});
    CHECK(inspection.findings[0].remedy == "Publish: " + rsa_record());
}

TEST_CASE("what is not base64 is pointed at [DKIM-10] [DKIM-12]") {
    CHECK(ids("v=DKIM1; p=MIIB*AAA") == Ids{"dkim-key-not-base64"});
    CHECK(inspect_key_record("v=DKIM1; p=MIIB*AAA", "x").findings[0].offset == 15);
    CHECK(inspect_key_record("v=DKIM1; p=MIIB-AA_", "x").findings[0].observed ==
          "the URL-safe alphabet of base64 was used");
    CHECK(ids("v=DKIM1; p=AAAAA") == Ids{"dkim-key-not-base64"});
    CHECK(ids("v=DKIM1; p=AAAAAAAA") == Ids{"dkim-key-not-der"});
}

TEST_CASE("a whole key without its padding, or with bits left over, is not called cut [DKIM-12]") {
    const std::string ed25519 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    auto bytes = base::decode_base64(rsa_digits(1024)).value();
    bytes.erase(bytes.begin(), bytes.begin() + 22);  // the RSAPublicKey in it, whose size leaves a rest
    const std::string pkcs1 = "v=DKIM1; k=rsa; p=" + base::encode_base64(bytes);
    for (const auto& record : {pkcs1, ed25519}) {
        const auto end = record.find_last_not_of('=');
        auto stray = record;
        ++stray[end];  // the unused bits of the last digit are zero
        for (const auto& text : {record.substr(0, end + 1), stray}) {
            CAPTURE(text);
            const auto inspection = inspect_key_record(text, "x");
            CHECK(ids(inspection) == Ids{"dkim-key-not-base64"});
            CHECK(inspection.findings[0].observed ==
                  (text == stray ? "the last digit of p= has bits that belong to no byte"
                                 : "the padding at the end of p= is missing"));
            CHECK(inspection.findings[0].remedy ==
                  "Publish: " + (record == ed25519 ? record : "v=DKIM1; k=rsa; p=" + rsa_digits(1024)));
        }
    }
    CHECK(ids(rsa_record().substr(0, 20 + 43)) == Ids{"dkim-key-truncated"});
}

TEST_CASE("stored quotes are one finding, with the record to paste [DKIM-10]") {
    const auto record = rsa_record();
    const auto inspection = inspect_key_record(
        "\"" + record.substr(0, 255) + "\" \"" + record.substr(255) + "\"", "s1._domainkey.example.com");
    CHECK(ids(inspection) == Ids{"dkim-quotes-stored"});
    CHECK(inspection.findings[0].offset == 0);
    CHECK(inspection.findings[0].remedy == "Paste this, without quotes: " + record);
    CHECK(inspection.verdict == Verdict::bad);
}

TEST_CASE("escaped semicolons and HTML entities are named [DKIM-05] [DKIM-10]") {
    CHECK(ids("v=DKIM1\\; k=rsa\\; p=" + rsa_digits(2048)) == Ids{"dkim-escaped-semicolon"});
    CHECK(ids("v=DKIM1; k=rsa; p=&quot;" + rsa_digits(2048) + "&quot;").front() == "dkim-html-entity");
}

TEST_CASE("a missing semicolon is found where it should stand [DKIM-05]") {
    const auto inspection = inspect_key_record("v=DKIM1; k=rsa p=" + rsa_digits(2048), "x");
    CHECK(ids(inspection) == Ids{"dkim-missing-semicolon"});
    CHECK(inspection.findings[0].offset == 15);
    CHECK(inspection.findings[0].remedy == "Put semicolons between the tags: " + rsa_record());
    CHECK(ids("v=DKIM1 k=rsa; p=" + rsa_digits(2048)) == Ids{"dkim-missing-semicolon"});
    CHECK(ids(rsa_record() + " t=s") == Ids{"dkim-missing-semicolon"});
    const auto commas = inspect_key_record("v=DKIM1, k=rsa, t=s, p=" + rsa_digits(2048), "x");
    CHECK(commas.findings[0].remedy ==
          "Put semicolons between the tags: v=DKIM1; k=rsa; t=s; p=" + rsa_digits(2048));
}

TEST_CASE("a tag in upper case is ignored, as every unknown one [DKIM-07]") {
    for (const std::string_view tag : {"V=DKIM1; ", "K=ed25519; ", "T=y; ", "P=; "}) {
        const auto inspection = inspect_key_record(std::string(tag) + "p=" + rsa_digits(2048), "x");
        CHECK(ids(inspection).front() == (tag[0] == 'V' ? "dkim-tag-case" : "dkim-no-version"));
        CHECK(ids(inspection).back() == "dkim-tag-case");
        CHECK(inspection.verdict == Verdict::good);
    }
}

TEST_CASE("syntax faults, duplicates and a key in upper case are errors [DKIM-05] [DKIM-06] [DKIM-07]") {
    CHECK(ids(rsa_record() + "; hello") == Ids{"dkim-syntax"});
    CHECK(ids(rsa_record() + "; k=rsa") == Ids{"dkim-duplicate-tag"});
    CHECK(ids("v=DKIM1; k=rsa; P=" + rsa_digits(2048)) == Ids{"dkim-tag-case", "dkim-no-public-key"});
}

TEST_CASE("versions that verifiers discard are errors; no version is legal [DKIM-04]") {
    CHECK(ids("k=rsa; p=" + rsa_digits(2048)) == Ids{"dkim-no-version"});
    CHECK(ids("v=dkim1; p=" + rsa_digits(2048)) == Ids{"dkim-version"});
    CHECK(ids("v=DKIM1.0; p=" + rsa_digits(2048)) == Ids{"dkim-version"});
    CHECK(ids("p=" + rsa_digits(2048) + "; v=DKIM1") == Ids{"dkim-version-not-first"});
}

TEST_CASE("white space in p= is a warning [DKIM-11]") {
    auto record = rsa_record();
    record.insert(100, " ");
    const auto inspection = inspect_key_record(record, "x");
    CHECK(ids(inspection) == Ids{"dkim-key-white-space"});
    CHECK(inspection.findings[0].offset == 100);
    CHECK(inspection.verdict == Verdict::good);
}

TEST_CASE("k= and the key must agree, and the remedy is the right record [DKIM-19]") {
    const auto inspection = inspect_key_record("v=DKIM1; p=" + ed25519_digits, "x");
    CHECK(ids(inspection) == Ids{"dkim-key-type-mismatch"});
    CHECK(inspection.findings[0].remedy == "Publish: v=DKIM1; k=ed25519; p=" + ed25519_digits);
    CHECK(ids("v=DKIM1; k=ed25519; p=" + rsa_digits(2048)) == Ids{"dkim-key-type-mismatch"});
    CHECK(ids("v=DKIM1; k=rza; p=" + rsa_digits(2048)) == Ids{"dkim-unknown-key-type"});
    CHECK(ids("v=DKIM1; k=RSA; p=" + rsa_digits(2048)) == Ids{"dkim-key-type-case"});
    CHECK(ids("v=DKIM1; k=ed25519; p=AAAA") == Ids{"dkim-ed25519-size"});
}

TEST_CASE("an Ed25519 key wrapped in DER gets the record that works [DKIM-19]") {
    const auto inspection = inspect_key_record(
        "v=DKIM1; k=ed25519; p=MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "x");
    CHECK(ids(inspection) == Ids{"dkim-ed25519-der"});
    CHECK(inspection.findings[0].remedy == "Publish: v=DKIM1; k=ed25519; p=" + ed25519_digits);
}

TEST_CASE("an EC key is of the wrong algorithm [DKIM-12]") {
    CHECK(ids("v=DKIM1; p=MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAERSALA2TOnd0cQ4yIyI12gBOb5vxD"
              "IjyzVTaKhiJIVEJ20Bl48TRUFZ767NsHwIAvlhxh0clKb2SOVGxfPZMm+A==") ==
          Ids{"dkim-key-wrong-algorithm"});
}

TEST_CASE(
    "h=, s=, t=, g=, n= and unknown tags each have their finding [DKIM-21] [DKIM-22] [DKIM-23] [DKIM-24] "
    "[DKIM-29]") {
    const auto with = [](const std::string& tag) { return ids(rsa_record() + "; " + tag); };
    CHECK(with("h=sha1") == Ids{"dkim-no-sha256"});
    CHECK(with("h=sha1:sha256") == Ids{"dkim-sha1"});
    CHECK(with("h=sha256") == Ids{});
    CHECK(with("h=sha256:sha3") == Ids{"dkim-unusual-list"});
    CHECK(with("s=tlsrpt") == Ids{"dkim-not-for-mail"});
    CHECK(with("s=email") == Ids{});
    CHECK(with("s=email:tlsrpt") == Ids{"dkim-unusual-list"});
    CHECK(with("t=y:s") == Ids{"dkim-test-mode", "dkim-strict-identity"});
    CHECK(with("t=z") == Ids{"dkim-unknown-flag"});
    CHECK(with("g=*") == Ids{"dkim-granularity"});
    CHECK(with("n=50=zz") == Ids{"dkim-notes-invalid"});
    CHECK(with("n=a=20b") == Ids{});
    CHECK(with("foo=bar") == Ids{"dkim-unknown-tag"});
}

TEST_CASE("other TXT records are no keys [DKIM-25]") {
    for (const char* text : {"v=spf1 -all", "v=DMARC1; p=none", "v=TLSRPTv1; rua=mailto:a@b.example", "hello",
                             "", "google-site-verification=abc"}) {
        const auto inspection = inspect_key_record(text, "x");
        CAPTURE(text);
        CHECK_FALSE(inspection.is_key);
        CHECK(ids(inspection) == Ids{"dkim-unrelated-text"});
        CHECK(inspection.verdict == Verdict::bad);
    }
}

TEST_CASE("any bytes are inspected without an exception, and a record that does not parse is never good") {
    std::mt19937 random(20261123);
    const std::vector<std::string> originals = {
        rsa_record(), "v=DKIM1; k=ed25519; p=" + ed25519_digits,
        "v=DKIM1; h=sha256; s=email; t=y; n=x; p=" + rsa_digits(1024)};
    for (int round = 0; round < 1500; ++round) {
        auto text = originals[static_cast<std::size_t>(round) % originals.size()];
        for (unsigned i = 0; i <= random() % 6; ++i) {
            const auto at = random() % text.size();
            const char byte = random() % 2 ? static_cast<char>(random()) : ";=\" :\\pkv"[random() % 9];
            if (random() % 3 == 0) {
                text.insert(at, 1, byte);
            } else {
                text[at] = byte;
            }
        }
        if (round % 7 == 0) text.resize(random() % text.size());
        const auto inspection = inspect_key_record(text, "s1._domainkey.example.com");
        CAPTURE(text);
        CHECK((inspection.record || inspection.verdict == Verdict::bad));
        CHECK(inspection.record.has_value() == dkim::parse_key_record(text).has_value());
        for (const auto& finding : inspection.findings)
            if (finding.offset) CHECK(*finding.offset <= text.size());
    }
}
