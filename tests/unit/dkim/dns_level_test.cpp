// What only the DNS round a key shows, keys of unusual sizes, and key files.
#include <algorithm>

#include <doctest/doctest.h>

#include "dkim/key_file.hpp"
#include "dkim/lookup.hpp"
#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

using finding::Verdict;
using Ids = std::vector<std::string>;

template <class T>
T run(net::Task<T> task) {
    return net::run(std::move(task)).value();
}

const base::DomainName domain = base::DomainName::parse("example.com").value();
const std::string key_name = "s1._domainkey.example.com";
const std::string ed25519 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

dkim::KeyLookup look_up(dns::Resolver& resolver) {
    return run(dkim::look_up_key(resolver, domain, "s1"));
}

Ids ids(const std::vector<finding::Finding>& findings) {
    Ids result;
    for (const auto& finding : findings)
        result.push_back(finding.id);
    return result;
}

// Every name below _domainkey has this text.
class WildcardResolver final : public dns::Resolver {
  public:
    explicit WildcardResolver(std::string text) : text_(std::move(text)) {}
    net::Task<dns::Answer> query(dns::Question question) override {
        dns::Answer answer;
        const bool below = question.name.to_string().ends_with("._domainkey.example.com") &&
                           !question.name.to_string().starts_with("_adsp.");
        answer.status = below && question.type == dns::Type::txt ? dns::Status::found : dns::Status::no_data;
        if (answer.status == dns::Status::found) {
            dns::Record record;
            record.owner = question.name;
            record.type = dns::Type::txt;
            record.ttl = 3600;
            record.data = dns::Txt{{text_}};
            answer.records.push_back(std::move(record));
        }
        co_return answer;
    }

  private:
    std::string text_;
};

// An RSAPublicKey with a modulus of so many octets and the exponent 65537, in DER.
std::string rsa_record(std::size_t octets) {
    const auto length = [](std::size_t size) {
        return base::Bytes{0x82, static_cast<std::uint8_t>(size >> 8),
                           static_cast<std::uint8_t>(size & 0xff)};
    };
    base::Bytes bytes = {0x30};
    const auto append = [&](const base::Bytes& more) { bytes.insert(bytes.end(), more.begin(), more.end()); };
    append(length(4 + octets + 1 + 5));
    append({0x02});
    append(length(octets + 1));
    append({0x00});
    append(base::Bytes(octets, 0xff));
    append({0x02, 0x03, 0x01, 0x00, 0x01});
    return "v=DKIM1; p=" + base::encode_base64(bytes);
}

}  // namespace

TEST_CASE("keys over 4096 bits are told, 4096 and 2048 are not [DKIM-16] [DKIM-17]") {
    const auto sizes = [](std::size_t octets) {
        return ids(dkim::inspect_key_record(rsa_record(octets), "x").findings);
    };
    CHECK(sizes(256) == Ids{"dkim-key-pkcs1"});
    CHECK(sizes(512) == Ids{"dkim-key-pkcs1"});
    CHECK(sizes(513) == Ids{"dkim-key-pkcs1", "dkim-rsa-long"});
    CHECK(sizes(1024) == Ids{"dkim-key-pkcs1", "dkim-rsa-long"});
}

TEST_CASE("an answer with a long key says its size [DKIM-17]") {
    class LargeResolver final : public dns::Resolver {
      public:
        std::size_t size = 780;
        net::Task<dns::Answer> query(dns::Question question) override {
            dns::Answer answer;
            answer.status = dns::Status::found;
            answer.size = size;
            dns::Record record;
            record.owner = question.name;
            record.type = dns::Type::txt;
            record.ttl = 60;
            record.data = dns::Txt{{rsa_record(512).substr(0, 255), rsa_record(512).substr(255, 255),
                                    rsa_record(512).substr(510)}};
            answer.records.push_back(std::move(record));
            co_return answer;
        }
    } resolver;
    CHECK(ids(look_up(resolver).findings) == Ids{"dns-answer-over-512", "dns-ttl-short", "dkim-key-pkcs1"});
    resolver.size = 1400;
    const auto findings = look_up(resolver).findings;
    CHECK(ids(findings) == Ids{"dns-answer-too-large", "dns-ttl-short", "dkim-key-pkcs1"});
    CHECK(findings.front().remedy ==
          "Keep one key at this name, RSA of 2048 bits or Ed25519; give every other a selector of its own.");
}

TEST_CASE("a revoked key or other text that a wildcard puts everywhere is told [DKIM-01] [DKIM-25]") {
    WildcardResolver revoked("v=DKIM1; p=");
    CHECK(ids(look_up(revoked).findings) == Ids{"dkim-key-revoked", "dns-wildcard"});
    WildcardResolver other("v=spf1 -all");
    CHECK(ids(look_up(other).findings) == Ids{"dkim-unrelated-text", "dns-wildcard"});
}

TEST_CASE("a good key of a wildcard is told over the domain, and costs the lookup nothing [DKIM-01]") {
    WildcardResolver resolver(ed25519);
    const auto lookup = look_up(resolver);
    CHECK(ids(lookup.findings) == Ids{});
    CHECK(ids(run(dkim::check_key_tree(resolver, domain, {lookup}))) == Ids{"dns-wildcard"});
    test::FakeResolver own;
    own.txt(key_name, ed25519);
    own.txt("_domainkey.example.com", "o=~");
    CHECK(ids(run(dkim::check_key_tree(own, domain, {look_up(own)}))) == Ids{"dkim-historic-domainkeys"});
}

TEST_CASE("a record saved under another type, or as a CNAME, is named [DKIM-02] [DKIM-27]") {
    test::FakeResolver resolver;
    resolver.a(key_name, "192.0.2.1");
    CHECK(ids(look_up(resolver).findings) == Ids{"dns-wrong-type", "dkim-no-key"});
    test::FakeResolver text;
    text.cname(key_name, "v=DKIM1\\;\\032p=AAAA.example.com");
    CHECK(ids(look_up(text).findings) == Ids{"dns-wrong-type"});
    CHECK(look_up(text).verdict == Verdict::bad);
}

TEST_CASE("a delegated key that its provider revoked is shown with the chain [DKIM-09] [DKIM-27]") {
    test::FakeResolver resolver;
    resolver.cname(key_name, "s1.mailer.example");
    resolver.txt("s1.mailer.example", "v=DKIM1; p=");
    const auto lookup = look_up(resolver);
    CHECK(lookup.verdict == Verdict::bad);
    CHECK(ids(lookup.findings) == Ids{"dkim-key-revoked", "dkim-alias"});
    CHECK(lookup.aliases == Ids{"s1.mailer.example"});
}

TEST_CASE("typographic quotes and strings joined without a semicolon are named [DKIM-05] [DKIM-10]") {
    test::FakeResolver resolver;
    resolver.txt(key_name, "\xe2\x80\x9c" + ed25519 + "\xe2\x80\x9d");
    auto found = ids(look_up(resolver).findings);
    CHECK(std::find(found.begin(), found.end(), "dns-non-ascii") != found.end());
    test::FakeResolver glued;
    glued.add(key_name, dns::Type::txt, dns::Txt{{"v=DKIM1; k=ed25519", ed25519.substr(20)}});
    found = ids(look_up(glued).findings);
    CHECK(std::find(found.begin(), found.end(), "dns-glued-strings") != found.end());
    CHECK(look_up(glued).verdict == Verdict::bad);
}

TEST_CASE("stored quotes are told once [DKIM-10]") {
    test::FakeResolver resolver;
    resolver.txt(key_name, "\"" + ed25519 + "\"");
    CHECK(ids(look_up(resolver).findings) == Ids{"dkim-quotes-stored"});
}

TEST_CASE("one key under two domains is noticed [DKIM-28]") {
    test::FakeResolver resolver;
    resolver.txt(key_name, ed25519);
    resolver.txt("s1._domainkey.example.net", ed25519);
    const auto other = base::DomainName::parse("example.net").value();
    const auto a = look_up(resolver);
    const auto b = run(dkim::look_up_key(resolver, other, "s1"));
    const auto found = ids(dkim::compare_keys("example.com", {a, b}));
    CHECK(std::find(found.begin(), found.end(), "dkim-key-shared") != found.end());
}

TEST_CASE("a key file others can read, or that cannot sign, is told; a good one gives its p= [DKIM-26]") {
    const auto key = crypto::PrivateKey::generate_ed25519().value();
    const auto good = dkim::inspect_key_file("s1.pem", 0600, key.to_pem());
    CHECK(good.findings.empty());
    CHECK(good.key_type == "ed25519");
    CHECK(good.public_key == base::encode_base64(key.public_key().to_dkim()));
    const auto open = dkim::inspect_key_file("s1.pem", 0644, key.to_pem());
    REQUIRE(ids(open.findings) == Ids{"dkim-key-file-mode"});
    CHECK(open.findings[0].observed == "its mode is 0644");
    CHECK(open.findings[0].remedy == "chmod 600 s1.pem");
    CHECK(ids(dkim::inspect_key_file("s1.pem", 0600, base::Secret("no key")).findings) ==
          Ids{"dkim-key-file-unusable"});
    const std::string encrypted =
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
        "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    const auto locked = dkim::inspect_key_file("s1.pem", 0600, base::Secret(encrypted));
    REQUIRE(ids(locked.findings) == Ids{"dkim-key-file-unusable"});
    CHECK(locked.findings[0].observed == "the private key is encrypted");
}

TEST_CASE(
    "tests, hashes and services that keep mail unsigned are errors or warnings [DKIM-21] [DKIM-22] "
    "[DKIM-23]") {
    const auto verdict = [](const std::string& tag) {
        return dkim::inspect_key_record(ed25519 + "; " + tag, "x").verdict;
    };
    CHECK(verdict("h=sha1") == Verdict::bad);
    CHECK(verdict("s=tlsrpt") == Verdict::bad);
    CHECK(verdict("t=y") == Verdict::good);
    CHECK(dkim::inspect_key_record(ed25519 + "; t=s", "x").record->forbids_subdomains());
}

TEST_CASE("a token that is no list of tags is unrelated, a broken key is a key [DKIM-05] [DKIM-25]") {
    CHECK_FALSE(dkim::inspect_key_record("google-site-verification=p=1", "x").is_key);
    CHECK(dkim::inspect_key_record("v=DKIM1 k=rsa", "x").is_key);
    const auto found = ids(dkim::inspect_key_record("v=DKIM1; =x; p=", "x").findings);
    CHECK(std::find(found.begin(), found.end(), "dkim-syntax") != found.end());
}
