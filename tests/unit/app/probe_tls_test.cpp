// What a probe makes of TLS beside the plain verdict on the certificate.
#include "crypto/digest.hpp"
#include "probe_scene.hpp"

using namespace probe_test;
using finding::Verdict;
using net::CertificateStatus;
using relay::Security;

namespace {

net::TlsInfo with_staple(net::StapleStatus status, std::string detail = {}) {
    auto info = good_tls();
    info.staple.status = status;
    info.staple.detail = std::move(detail);
    return info;
}

app::ProbeReport shown(net::TlsInfo info) {
    Scene scene(587, Security::tls);
    works_with_starttls(scene.accept(587), std::move(info));
    return scene.probe();
}

net::TlsInfo for_names(std::vector<std::string> names) {
    auto info = tls_with(CertificateStatus::name_mismatch, "the certificate is for others");
    info.chain.front().names = std::move(names);
    return info;
}

base::Error broken(std::string_view words) {
    return {.kind = base::ErrorKind::unavailable, .message = "TLS handshake: " + std::string(words)};
}

app::ProbeReport handshake_fails(std::string_view words) {
    Scene scene(465, Security::ssl);
    scene.accept(465).tls(broken(words));
    return scene.probe();
}

// Without what the scripted server's EHLO leads to.
Words told(const app::ProbeReport& report) {
    auto all = ids(report);
    std::erase(all, "smtp-auth-only-after-tls");
    return all;
}

// The relay's port 587 and its TLSA records; the certificate's key is "key".
struct DaneScene : Scene {
    DaneScene() : Scene(587, Security::tls) {
        options.dane = true;
        auto info = good_tls();
        info.name_matches = true;
        info.chain.front().der = {'d', 'e', 'r'};
        info.chain.front().spki = {'k', 'e', 'y'};
        info.chain.front().spki_sha256 = "abc";
        works_with_starttls(accept(587), std::move(info));
    }
    void tlsa(std::string_view key) {
        std::string rdata("\x03\x01\x01", 3);
        for (const auto octet : crypto::sha256(key))
            rdata += static_cast<char>(octet);
        resolver.add("_587._tcp.mail.example", dns::Type::tlsa, dns::Raw{std::move(rdata)});
    }
};

}  // namespace

TEST_CASE("TLSA records of another port than the one that decides say nothing of the relay [DANE-08]") {
    DaneScene scene;
    scene.tlsa("key");
    scene.options.endpoints.insert(scene.options.endpoints.begin(), {.port = 25, .security = Security::tls});
    works_with_starttls(scene.accept(25));
    std::string other("\x03\x01\x01", 3);
    other += std::string(32, 'x');
    scene.resolver.add("_25._tcp.mail.example", dns::Type::tlsa, dns::Raw{std::move(other)});
    const auto report = scene.probe();
    REQUIRE(report.dane.size() == 1);
    CHECK(report.dane.front().port == 587);
    CHECK(report.verdict == finding::Verdict::good);
}

TEST_CASE("A certificate for another name: its name with the same address is the one to use [PROBE-09]") {
    Scene scene(587, Security::tls);
    scene.resolver.a("one.example", "192.0.2.99");
    scene.resolver.a("two.example", address);
    works_with_starttls(scene.accept(587),
                        for_names({"*.example", "192.0.2.25", "one.example", "two.example"}));
    const auto report = scene.probe();
    CHECK(report.other_names.fitting == "two.example");
    CHECK(find(report, "tls-certificate-name-mismatch").remedy ==
          "two.example has the same address: relayctl edit news --host two.example");
}

TEST_CASE("A name of the certificate that leads elsewhere is probed before a relay is changed [PROBE-09]") {
    Scene scene(587, Security::tls);
    scene.target.ca_file = "/etc/own-ca.pem";
    scene.resolver.a("one.example", "2001:db8::1");
    works_with_starttls(scene.accept(587), for_names({"gone.example", "one.example"}));
    const auto report = scene.probe();
    CHECK(report.other_names.fitting == "");
    CHECK(find(report, "tls-certificate-name-mismatch").remedy ==
          "one.example has another address: relayctl probe one.example --require 587:tls --ca-file "
          "/etc/own-ca.pem; if that works and it is the same server: relayctl edit news --host one.example");
}

TEST_CASE("A name of the certificate that the DNS does not know is not proposed [PROBE-09]") {
    const auto report = shown(for_names({"one.example"}));
    CHECK(find(report, "tls-certificate-name-mismatch").remedy ==
          "None of its names has an address: ask the server's operator which name it is to be reached by.");
}

TEST_CASE("Names that could not be looked up are left to people [PROBE-09]") {
    Scene scene(587, Security::tls);
    scene.resolver.fail("one.example", dns::Status::timeout);
    works_with_starttls(scene.accept(587), for_names({"one.example"}));
    CHECK(find(scene.probe(), "tls-certificate-name-mismatch").remedy.starts_with("Probe one of"));
}

TEST_CASE("Of the names of a certificate at most eight are looked up [PROBE-09]") {
    Scene scene(587, Security::tls);
    std::vector<std::string> names;
    for (int i = 0; i < 60; ++i)
        names.push_back("a" + std::to_string(i) + ".example");
    works_with_starttls(scene.accept(587), for_names(names));
    scene.probe();
    CHECK(scene.resolver.asked.size() == 2 + 8 * 2);  // A and AAAA, of the host itself too
}

TEST_CASE("A handshake that ends for want of a client certificate, or of a new version [PROBE-10]") {
    CHECK(told(handshake_fails(net::client_certificate_wanted)) == Words{"tls-client-certificate"});
    CHECK(told(handshake_fails(net::only_old_versions)) == Words{"tls-version-too-old"});
    CHECK(told(handshake_fails("the server closed the connection")) == Words{"tls-handshake-failed"});
}

TEST_CASE("A staple that says revoked is an error whatever else is in order [PROBE-11]") {
    auto info = with_staple(net::StapleStatus::revoked);
    info.status = CertificateStatus::revoked;
    info.reason = "its issuer revoked the certificate";
    const auto report = shown(info);
    CHECK(told(report) == Words{"tls-certificate-revoked"});
    CHECK(report.verdict == Verdict::bad);

    Scene scene(587, Security::tls);
    scene.target.verification = relay::Verification::off;
    works_with_starttls(scene.accept(587), info);
    CHECK(told(scene.probe()) == Words{"tls-unverified", "tls-certificate-revoked"});
}

TEST_CASE("A staple that is unknown, of no use, or missing though the certificate insists [PROBE-11]") {
    CHECK(told(shown(with_staple(net::StapleStatus::good))).empty());
    CHECK(told(shown(with_staple(net::StapleStatus::none))).empty());
    CHECK(told(shown(with_staple(net::StapleStatus::unknown))) == Words{"tls-staple-unknown"});
    const auto unusable = shown(with_staple(net::StapleStatus::unusable, "it is not valid now"));
    CHECK(told(unusable) == Words{"tls-staple-unusable"});
    CHECK(find(unusable, "tls-staple-unusable").observed == "it is not valid now");
    CHECK(unusable.verdict == Verdict::good);
    auto insists = good_tls();
    insists.chain.front().must_staple = true;
    CHECK(told(shown(insists)) == Words{"tls-staple-missing"});
}

TEST_CASE("[SMTP-SEC-42] A TLSA record that names the certificate [DANE-08]") {
    DaneScene scene;
    scene.tlsa("the next key");
    scene.tlsa("key");
    const auto report = scene.probe();
    REQUIRE(report.dane.size() == 1);
    CHECK(report.dane[0].tlsa_name == "_587._tcp.mail.example");
    CHECK(report.dane[0].records.size() == 2);
    CHECK(report.dane[0].matched == report.dane[0].records[1]);
    CHECK(told(report) == Words{"dane-match", "dane-ad-not-trusted"});
    CHECK(report.verdict == Verdict::good);
}

TEST_CASE("[SMTP-SEC-42] TLSA records of which none names the certificate make the probe fail [DANE-08]") {
    DaneScene scene;
    scene.tlsa("another key");
    const auto report = scene.probe();
    CHECK(told(report) == Words{"dane-mismatch", "dane-ad-not-trusted"});
    CHECK(find(report, "dane-mismatch").observed.ends_with("the certificate's 3 1 1 is abc"));
    CHECK(report.verdict == Verdict::bad);
}

TEST_CASE("[SMTP-SEC-42] TLSA records without DNSSEC neither help nor harm [DANE-08]") {
    DaneScene scene;
    scene.options.trust_ad = true;  // and the answers have no AD bit
    scene.tlsa("another key");
    const auto report = scene.probe();
    CHECK(told(report) == Words{"dane-insecure"});
    CHECK(report.verdict == Verdict::good);
}

TEST_CASE("A TLSA look-up that fails could not be checked; one without records is in order [DANE-08]") {
    DaneScene failing;
    failing.resolver.fail("_587._tcp.mail.example", dns::Status::servfail);
    const auto report = failing.probe();
    CHECK(told(report) == Words{"dane-lookup-failed"});
    CHECK(report.verdict == Verdict::unchecked);

    DaneScene none;
    CHECK(told(none.probe()) == Words{"dane-none"});
}

TEST_CASE("Without --dane no TLSA record is asked for [DANE-08]") {
    Scene scene(587, Security::tls);
    works_with_starttls(scene.accept(587));
    const auto report = scene.probe();
    CHECK(report.dane.empty());
    CHECK(scene.resolver.asked.size() == 2);
}
