// What a TLS session tells of itself, of its chain and of the OCSP staple, from servers made on the spot.
#include <atomic>

#include <boost/asio/ip/tcp.hpp>
#include <doctest/doctest.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>

#include "net/dialer.hpp"
#include "net/run.hpp"
#include "peer.hpp"
#include "tls_peer.hpp"

namespace {

using namespace std::chrono_literals;
using net::CertificateStatus;
using net::StapleStatus;

net::Task<base::Result<net::TlsInfo>> handshake(net::Endpoint endpoint, net::TlsOptions options) {
    net::TcpDialer dialer;
    CO_TRY(const auto stream, co_await dialer.connect(endpoint, test::after(5s)));
    co_return co_await stream->start_tls(options);
}

net::Task<base::Result<std::size_t>> handshake_and_read(net::Endpoint endpoint, net::TlsOptions options) {
    net::TcpDialer dialer;
    CO_TRY(const auto stream, co_await dialer.connect(endpoint, test::after(5s)));
    CO_TRY(const auto info, co_await stream->start_tls(options));
    char buffer[64];
    const std::span<char> room(buffer);
    co_return co_await stream->read_some(room);
}

struct Authority {
    test::Identity root = test::make_identity({.common_name = "Root", .authority = true});
    test::Identity middle = test::make_identity({.common_name = "Middle", .authority = true}, &root);
    test::Identity leaf =
        test::make_identity({.common_name = "leaf", .alternative_names = "DNS:mail.example"}, &middle);
    test::PemFile roots{std::vector{root}};
};

const Authority& authority() {
    static const Authority made;
    return made;
}

net::TlsInfo session(std::vector<test::Identity> chain, std::function<void(SSL_CTX*)> configure = {},
                     std::string name = "mail.example") {
    const test::Peer peer(test::serve_tls_with(
        std::move(chain), [](SSL*) {}, 0, std::move(configure)));
    net::TlsOptions options;
    options.server_name = std::move(name);
    options.ca_file = authority().roots.path();
    return net::run(handshake(peer.endpoint(), options)).value();
}

net::TlsInfo stapled(std::string response) {
    return session({authority().leaf, authority().middle}, test::stapling(std::move(response)));
}

std::string staple(int status, int from_days = -1, int to_days = 6) {
    return test::make_staple(authority().leaf, authority().middle, status, authority().middle, from_days,
                             to_days);
}

base::Error failure(std::function<void(SSL_CTX*)> configure, int maximum_version) {
    const test::Peer peer(test::serve_tls_with(
        {authority().leaf}, [](SSL*) {}, maximum_version, std::move(configure)));
    net::TlsOptions options;
    options.server_name = "mail.example";
    return net::run(handshake_and_read(peer.endpoint(), options)).error();
}

void demand_client_certificate(SSL_CTX* context) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

}  // namespace

TEST_CASE("a session tells the name it sent and how the server proved its key") {
    const auto info = session({authority().leaf, authority().middle});
    CHECK(info.server_name == "mail.example");
    CHECK(info.peer_signature == "ECDSA SHA256");
    CHECK(info.name_matches);
    CHECK_FALSE(info.wants_client_certificate);
    CHECK(info.staple.status == StapleStatus::none);
}

TEST_CASE("[SMTP-SEC-11] no name is sent for an address") {
    const auto info = session({authority().leaf, authority().middle}, {}, "127.0.0.1");
    CHECK(info.server_name == "");
    CHECK_FALSE(info.name_matches);
}

TEST_CASE("each certificate of the chain: serial, key, signature, and whether the next one issued it") {
    const auto info = session({authority().leaf, authority().middle, authority().root});
    REQUIRE(info.chain.size() == 3);
    const auto& leaf = info.chain[0];
    CHECK(leaf.key_bits == 256);
    CHECK(leaf.signature == "ecdsa-with-SHA256");
    CHECK_FALSE(leaf.serial.empty());
    CHECK(leaf.spki_sha256.size() == 64);
    CHECK(leaf.spki_sha256 != leaf.fingerprint_sha256);
    CHECK_FALSE(leaf.spki.empty());
    CHECK(leaf.der.size() > leaf.spki.size());
    CHECK(leaf.issued_by_next);
    CHECK(info.chain[1].issued_by_next);
    CHECK_FALSE(info.chain[2].issued_by_next);
    CHECK(info.chain[2].self_signed);
}

TEST_CASE("a certificate that only claims its issuer was not issued by the next one") {
    const auto impostor = test::make_identity({.common_name = "Middle", .authority = true});
    const auto info = session({authority().leaf, impostor});
    REQUIRE(info.chain.size() == 2);
    CHECK_FALSE(info.chain[0].issued_by_next);
}

TEST_CASE("[SMTP-SEC-13] of a long chain ten certificates are read") {
    std::vector chain{authority().leaf, authority().middle};
    while (chain.size() < 20)
        chain.push_back(authority().root);
    const auto info = session(chain, [](SSL_CTX*) {});
    CHECK(info.chain.size() == 10);
}

TEST_CASE("[SMTP-SEC-13] of a certificate with many names sixty-four are read") {
    std::string names = "DNS:mail.example";
    for (int i = 0; i < 200; ++i)
        names += ",DNS:a" + std::to_string(i) + ".example";
    const auto many =
        test::make_identity({.common_name = "many", .alternative_names = names}, &authority().middle);
    CHECK(session({many, authority().middle}).chain.front().names.size() == 64);
}

TEST_CASE("[SMTP-SEC-10] a NUL within a name of the certificate ends no comparison") {
    // SEQUENCE { [2] "mail.example\\0.evil.test" }
    const std::string names =
        "DER:30:19:82:17:6d:61:69:6c:2e:65:78:61:6d:70:6c:65:00:2e:65:76:69:6c:2e:74:65:73:74";
    const auto evil =
        test::make_identity({.common_name = "mail.example", .alternative_names = names}, &authority().middle);
    const auto info = session({evil, authority().middle});
    CHECK(info.status == CertificateStatus::name_mismatch);
    for (const auto& name : info.chain.front().names)
        CHECK(name != "mail.example");
}

TEST_CASE("an RSA key that is too short is weak") {
    const auto weak = test::make_identity(
        {.common_name = "weak", .alternative_names = "DNS:mail.example", .rsa_bits = 1024},
        &authority().middle);
    const auto info =
        session({weak, authority().middle}, [](SSL_CTX* context) { SSL_CTX_set_security_level(context, 0); });
    CHECK(info.status == CertificateStatus::weak);
    CHECK(info.chain.front().key == "RSA 1024");
}

TEST_CASE("an internationalised name is matched in its A-label form") {
    const auto leaf = test::make_identity(
        {.common_name = "leaf", .alternative_names = "DNS:mail.xn--bcher-kva.example"}, &authority().middle);
    const auto info = session({leaf, authority().middle}, {}, "mail.xn--bcher-kva.example");
    CHECK(info.status == CertificateStatus::ok);
}

TEST_CASE("a good OCSP staple, with its dates") {
    const auto info = stapled(staple(V_OCSP_CERTSTATUS_GOOD));
    CHECK(info.status == CertificateStatus::ok);
    CHECK(info.staple.status == StapleStatus::good);
    REQUIRE(info.staple.this_update);
    REQUIRE(info.staple.next_update);
    CHECK(*info.staple.next_update - *info.staple.this_update == std::chrono::days(7));
}

TEST_CASE("a staple that says revoked makes the certificate revoked") {
    const auto info = stapled(staple(V_OCSP_CERTSTATUS_REVOKED));
    CHECK(info.staple.status == StapleStatus::revoked);
    CHECK(info.status == CertificateStatus::revoked);
    CHECK(info.reason.starts_with("its issuer revoked the certificate at 20"));
}

TEST_CASE("a pinned certificate is trusted whatever the staple says") {
    const test::Peer peer(test::serve_tls_with(
        {authority().leaf, authority().middle}, [](SSL*) {}, 0,
        test::stapling(staple(V_OCSP_CERTSTATUS_REVOKED))));
    net::TlsOptions options;
    options.server_name = "mail.example";
    options.fingerprint = test::fingerprint(authority().leaf);
    const auto info = net::run(handshake(peer.endpoint(), options)).value();
    CHECK(info.status == CertificateStatus::ok);
    CHECK(info.staple.status == StapleStatus::revoked);
}

TEST_CASE("a staple of a certificate its issuer does not know") {
    CHECK(stapled(staple(V_OCSP_CERTSTATUS_UNKNOWN)).staple.status == StapleStatus::unknown);
}

TEST_CASE("a staple that is out of date, of another signer, of another certificate or no staple at all") {
    const auto why = [](std::string response) {
        const auto info = stapled(std::move(response));
        CHECK(info.staple.status == StapleStatus::unusable);
        CHECK(info.status == CertificateStatus::ok);
        return info.staple.detail;
    };
    const auto& all = authority();
    const int revoked = V_OCSP_CERTSTATUS_REVOKED;
    CHECK(why(staple(revoked, -30, -20)) == "it is not valid now");
    CHECK(why(staple(revoked, 3, 6)) == "it is not valid now");
    const auto stranger = test::make_identity({.common_name = "Middle", .authority = true});
    CHECK(why(test::make_staple(all.leaf, all.middle, revoked, stranger)) ==
          "the certificate's issuer did not sign it");
    // Signed by the certificate it is about, which its issuer never made a responder.
    CHECK(why(test::make_staple(all.leaf, all.middle, revoked, all.leaf)) ==
          "the certificate's issuer did not sign it");
    const auto sibling = test::make_identity({.common_name = "sibling"}, &all.middle);
    CHECK(why(test::make_staple(sibling, all.middle, revoked, all.middle)) ==
          "it is not about this certificate");
    CHECK(why("no DER") == "it cannot be read");
    CHECK(why(staple(revoked).substr(0, 40)) == "it cannot be read");
}

TEST_CASE("a staple without the issuer's certificate cannot be checked") {
    const auto info = session({authority().leaf}, test::stapling(staple(V_OCSP_CERTSTATUS_GOOD)));
    CHECK(info.staple.status == StapleStatus::unusable);
    CHECK(info.staple.detail == "without the issuer's certificate it cannot be checked");
}

TEST_CASE("a certificate that asks for a staple says so") {
    const auto leaf = test::make_identity(
        {.common_name = "leaf", .alternative_names = "DNS:mail.example", .must_staple = true},
        &authority().middle);
    CHECK(session({leaf, authority().middle}).chain.front().must_staple);
    CHECK_FALSE(session({authority().leaf, authority().middle}).chain.front().must_staple);
}

TEST_CASE("a server that insists on a client certificate is told from other faults") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const auto error = failure(demand_client_certificate, version);
        CHECK_MESSAGE(error.message.find(net::client_certificate_wanted) != std::string::npos, error.message);
    }
}

TEST_CASE("a server that only asks for a client certificate gets none and goes on") {
    const auto info = session({authority().leaf, authority().middle}, [](SSL_CTX* context) {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    });
    CHECK(info.wants_client_certificate);
    CHECK(info.status == CertificateStatus::ok);
}

TEST_CASE("[SMTP-SEC-12] a scan offers one version and leaves ciphers out, and only a scan speaks TLS 1.0") {
    const auto offer = [](net::TlsVersion version, std::vector<std::string> without) {
        const test::Peer peer(test::serve_tls({authority().leaf, authority().middle}, TLS1_2_VERSION));
        net::TlsOptions options;
        options.server_name = "mail.example";
        options.offer = net::TlsOffer{.version = version, .without = std::move(without)};
        return net::run(handshake(peer.endpoint(), options));
    };
    const auto old = offer(net::TlsVersion::tls1_0, {});
    REQUIRE(old.has_value());
    CHECK(old->version == "TLSv1");
    const auto first = offer(net::TlsVersion::tls1_2, {});
    REQUIRE(first.has_value());
    CHECK(first->version == "TLSv1.2");
    const auto second = offer(net::TlsVersion::tls1_2, {first->cipher});
    REQUIRE(second.has_value());
    CHECK(second->cipher != first->cipher);
    CHECK(offer(net::TlsVersion::tls1_3, {}).has_error());
}

TEST_CASE("[SMTP-SEC-14] nothing is renegotiated or compressed, and no session is taken up again") {
    std::atomic<bool> refused{false};
    std::atomic<bool> compressed{false};
    const auto renegotiate = [&](SSL* ssl) {
        compressed = SSL_get_current_compression(ssl) != nullptr;
        SSL_renegotiate(ssl);
        SSL_do_handshake(ssl);  // says that it would like to
        char octet = 0;
        ERR_clear_error();
        SSL_read(ssl, &octet, 1);
        refused = ERR_GET_REASON(ERR_peek_error()) == SSL_R_NO_RENEGOTIATION;
    };
    {
        const test::Peer peer(test::serve_tls_with({authority().leaf}, renegotiate, TLS1_2_VERSION));
        net::TlsOptions options;
        options.server_name = "mail.example";
        net::run(handshake_and_read(peer.endpoint(), options));
    }
    CHECK(refused);
    CHECK_FALSE(compressed);

    std::atomic<int> resumed{0};
    const auto count = [&](SSL* ssl) { resumed += SSL_session_reused(ssl); };
    const auto same_keys = [](SSL_CTX* context) {
        unsigned char keys[80] = {};  // so that the second server would know the first one's tickets
        SSL_CTX_set_tlsext_ticket_keys(context, keys, sizeof keys);
    };
    for (int i = 0; i < 2; ++i) {
        const test::Peer peer(test::serve_tls_with({authority().leaf}, count, 0, same_keys));
        net::TlsOptions options;
        options.server_name = "mail.example";
        net::run(handshake_and_read(peer.endpoint(), options));
    }
    CHECK(resumed == 0);
}

TEST_CASE("[SMTP-SEC-43] an issuer that the certificate says where to fetch is not fetched") {
    boost::asio::io_context context;
    boost::asio::ip::tcp::acceptor there(context, {boost::asio::ip::address_v4::loopback(), 0});
    there.non_blocking(true);
    const auto url = "http://127.0.0.1:" + std::to_string(there.local_endpoint().port()) + "/middle.der";
    const auto leaf = test::make_identity(
        {.common_name = "leaf", .alternative_names = "DNS:mail.example", .issuer_url = url},
        &authority().middle);
    CHECK(session({leaf}).status == CertificateStatus::missing_intermediate);
    boost::system::error_code error;
    there.accept(error);
    CHECK(error == boost::asio::error::would_block);
}
