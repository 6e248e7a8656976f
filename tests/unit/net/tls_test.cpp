#include <array>
#include <csignal>
#include <thread>

#include <doctest/doctest.h>

#include "net/dialer.hpp"
#include "net/run.hpp"
#include "peer.hpp"
#include "tls_peer.hpp"

namespace {

using namespace std::chrono_literals;
using net::CertificateStatus;

net::Task<base::Result<net::TlsInfo>> handshake(net::Endpoint endpoint, net::TlsOptions options,
                                                std::chrono::milliseconds time = 5s) {
    net::TcpDialer dialer;
    CO_TRY(const auto stream, co_await dialer.connect(endpoint, test::after(time)));
    co_return co_await stream->start_tls(options);
}

net::Task<base::Result<std::string>> talk(net::Endpoint endpoint, net::TlsOptions options) {
    net::TcpDialer dialer;
    CO_TRY(const auto stream, co_await dialer.connect(endpoint, test::after(5s)));
    CO_TRY(const auto info, co_await stream->start_tls(options));
    CO_TRY_VOID(co_await stream->write("bye\r\n"));
    std::string heard;
    std::array<char, 3> buffer;
    const std::span<char> room(buffer);
    for (;;) {
        CO_TRY(const auto size, co_await stream->read_some(room));
        if (size == 0) co_return heard;
        heard.append(buffer.data(), size);
    }
}

// Reads to the end, then writes until that fails: the first write only makes the peer send its RST.
net::Task<base::Result<void>> write_after_end(net::Endpoint endpoint, net::TlsOptions options) {
    net::TcpDialer dialer;
    CO_TRY(const auto stream, co_await dialer.connect(endpoint, test::after(5s)));
    CO_TRY(const auto info, co_await stream->start_tls(options));
    std::array<char, 64> buffer;
    const std::span<char> room(buffer);
    for (std::size_t size = 1; size != 0;) {
        CO_TRY(size, co_await stream->read_some(room));
    }
    for (int i = 0; i < 100; ++i) {
        CO_TRY_VOID(co_await stream->write("bye\r\n"));
        std::this_thread::sleep_for(5ms);
    }
    co_return base::Result<void>();
}

// A root, an intermediate and leaves, as a public CA would have them.
struct Authority {
    test::Identity root = test::make_identity({.common_name = "Test Root", .authority = true});
    test::Identity middle = test::make_identity({.common_name = "Test Middle", .authority = true}, &root);
    test::PemFile roots{std::vector{root}};

    test::Identity leaf(std::string names, int from_days = -1, int to_days = 30) const {
        test::CertificatePlan plan;
        plan.common_name = "leaf";
        plan.alternative_names = std::move(names);
        plan.from_days = from_days;
        plan.to_days = to_days;
        return test::make_identity(plan, &middle);
    }
};

const Authority& authority() {
    static const Authority made;
    return made;
}

// What the client makes of a server with this chain.
net::TlsInfo probe(std::vector<test::Identity> chain, std::string name, std::string ca_file) {
    const test::Peer peer(test::serve_tls(std::move(chain)));
    return net::run(
               handshake(peer.endpoint(), {.server_name = std::move(name), .ca_file = std::move(ca_file)}))
        .value();
}

}  // namespace

TEST_CASE("TLS with a certificate in order: facts of the session and of the chain") {
    const auto leaf = authority().leaf("DNS:mail.example,DNS:*.relay.example,IP:127.0.0.1,IP:::1");
    const auto info = probe({leaf, authority().middle}, "mail.example", authority().roots.path());
    CHECK(info.status == CertificateStatus::ok);
    CHECK(info.reason == "");
    CHECK(info.version == "TLSv1.3");
    CHECK(info.cipher == "TLS_AES_256_GCM_SHA384");
    CHECK(info.group == "X25519");
    REQUIRE(info.chain.size() == 2);
    const auto& first = info.chain[0];
    CHECK(first.subject == "CN=leaf");
    CHECK(first.issuer == "CN=Test Middle");
    CHECK(first.names == std::vector<std::string>{"mail.example", "*.relay.example", "127.0.0.1", "::1"});
    CHECK(first.key == "EC P-256");
    CHECK(first.fingerprint_sha256 == test::fingerprint(leaf));
    CHECK_FALSE(first.self_signed);
    CHECK(first.not_after - first.not_before == std::chrono::days(31));
    CHECK(info.chain[1].subject == "CN=Test Middle");
}

TEST_CASE("bytes pass through TLS both ways, to the end") {
    const auto leaf = authority().leaf("DNS:mail.example");
    const test::Peer peer(test::serve_tls({leaf, authority().middle}));
    CHECK(net::run(talk(peer.endpoint(), {.server_name = "mail.example"})).value() == "hello\r\nbye\r\n");
}

TEST_CASE("writing to a server that has ended TLS and hung up is an Error, not a loop") {
    const test::Peer peer(
        test::serve_tls_with({authority().leaf("DNS:mail.example"), authority().middle}, [](SSL*) {}));
    const auto result = net::run(write_after_end(peer.endpoint(), {.server_name = "mail.example"}));
    REQUIRE(result.has_error());
    CHECK(result.error().kind == base::ErrorKind::unavailable);
    CHECK(result.error().message == "TLS: the server closed the connection");
}

TEST_CASE("[SMTP-SEC-09] names match as RFC 9525 says") {
    const std::vector chain{authority().leaf("DNS:mail.example,DNS:*.relay.example,IP:127.0.0.1"),
                            authority().middle};
    const auto status = [&](std::string name) {
        return probe(chain, std::move(name), authority().roots.path()).status;
    };
    CHECK(status("MAIL.example") == CertificateStatus::ok);
    CHECK(status("mail.example.") == CertificateStatus::ok);
    CHECK(status("a.relay.example") == CertificateStatus::ok);
    CHECK(status("a.b.relay.example") == CertificateStatus::name_mismatch);
    CHECK(status("127.0.0.1") == CertificateStatus::ok);
    CHECK(status("127.0.0.2") == CertificateStatus::name_mismatch);
    CHECK(status("leaf") == CertificateStatus::name_mismatch);  // the common name is never looked at
}

TEST_CASE("a name mismatch says which names the certificate has") {
    const auto info = probe({authority().leaf("DNS:other.example,DNS:b.example"), authority().middle},
                            "mail.example", authority().roots.path());
    CHECK(info.status == CertificateStatus::name_mismatch);
    CHECK(info.reason == "the certificate is for other.example, b.example, not for mail.example");
}

TEST_CASE("expired and not yet valid certificates complete the handshake and are told apart") {
    const auto expired = probe({authority().leaf("DNS:mail.example", -60, -2), authority().middle},
                               "mail.example", authority().roots.path());
    CHECK(expired.status == CertificateStatus::expired);
    CHECK(expired.reason.starts_with("the certificate expired at 20"));
    const auto early = probe({authority().leaf("DNS:mail.example", 5, 50), authority().middle},
                             "mail.example", authority().roots.path());
    CHECK(early.status == CertificateStatus::not_yet_valid);
    CHECK(early.reason.starts_with("the certificate is valid only from 20"));
}

TEST_CASE("[SMTP-SEC-08] self-signed, unknown issuer and missing intermediate are three different things") {
    const auto own = test::make_identity({.common_name = "own", .alternative_names = "DNS:mail.example"});
    CHECK(probe({own}, "mail.example", "").status == CertificateStatus::self_signed);
    const test::PemFile trusted({own});
    CHECK(probe({own}, "mail.example", trusted.path()).status == CertificateStatus::ok);

    const auto leaf = authority().leaf("DNS:mail.example");
    const auto unknown = probe({leaf, authority().middle}, "mail.example", "");
    CHECK(unknown.status == CertificateStatus::unknown_issuer);
    CHECK(unknown.reason == "its issuer CN=Test Root is not known here");
    CHECK(probe({leaf}, "mail.example", "").status == CertificateStatus::unknown_issuer);
    const auto whole = probe({leaf, authority().middle, authority().root}, "mail.example", "");
    CHECK(whole.status == CertificateStatus::unknown_issuer);
    CHECK(whole.reason == "the chain ends in CN=Test Root, which is not trusted here");

    const auto bare = probe({leaf}, "mail.example", authority().roots.path());
    CHECK(bare.status == CertificateStatus::missing_intermediate);
    test::CertificatePlan plan{.common_name = "public", .alternative_names = "DNS:mail.example"};
    plan.issuer_url = "http://ca.example/middle.der";
    const auto public_leaf = test::make_identity(plan, &authority().middle);
    CHECK(probe({public_leaf}, "mail.example", "").status == CertificateStatus::missing_intermediate);
}

TEST_CASE("a fingerprint decides alone") {
    const auto own = test::make_identity({.common_name = "own", .to_days = 0});
    const auto status = [&](std::string fingerprint) {
        const test::Peer peer(test::serve_tls({own}));
        const net::TlsOptions options{.server_name = "mail.example", .fingerprint = std::move(fingerprint)};
        return net::run(handshake(peer.endpoint(), options)).value().status;
    };
    CHECK(status(test::fingerprint(own)) == CertificateStatus::ok);
    CHECK(status(std::string(64, '0')) == CertificateStatus::fingerprint_mismatch);
}

TEST_CASE("TLS 1.2 is spoken, TLS 1.1 is refused in words") {
    const auto leaf = authority().leaf("DNS:mail.example");
    {
        const test::Peer peer(test::serve_tls({leaf, authority().middle}, TLS1_2_VERSION));
        const auto info = net::run(handshake(peer.endpoint(), {.server_name = "mail.example"})).value();
        CHECK(info.version == "TLSv1.2");
        CHECK(info.group == "X25519");
    }
    const test::Peer peer(test::serve_tls({leaf, authority().middle}, TLS1_1_VERSION));
    const auto result = net::run(handshake(peer.endpoint(), {.server_name = "mail.example"}));
    REQUIRE(result.has_error());
    CHECK(result.error().kind == base::ErrorKind::unavailable);
    CHECK(result.error().message == "TLS handshake: the server supports no TLS version from 1.2 on");
}

TEST_CASE("a server that speaks first and in clear is told from one that speaks TLS") {
    const test::Peer peer([](int client) {
        test::Peer::say(client, "220 mail.example ESMTP \x1b[31m\r\n");
        test::Peer::hear(client);
        test::Peer::say(client, "500 5.5.2 Error: bad syntax\r\n");
        test::Peer::hear(client);
    });
    const auto result = net::run(handshake(peer.endpoint(), {.server_name = "mail.example"}));
    REQUIRE(result.has_error());
    CHECK(result.error().kind == base::ErrorKind::unavailable);
    CHECK(result.error().message ==
          "the server answered in plain text, not TLS: \"220 mail.example ESMTP \\x1b[31m\"");
}

TEST_CASE("a plain-text greeting too short for a TLS header is still recognised at the deadline") {
    const test::Peer peer([](int client) {
        test::Peer::say(client, "220");
        test::Peer::hear(client);
        test::Peer::hear(client);
    });
    const auto result = net::run(handshake(peer.endpoint(), {.server_name = "mail.example"}, 200ms));
    REQUIRE(result.has_error());
    CHECK(result.error().message == "the server answered in plain text, not TLS: \"220\"");
}

TEST_CASE("a server that is silent or hangs up during the handshake is an Error in words") {
    {
        const test::Peer peer([](int client) {
            test::Peer::hear(client);
            test::Peer::hear(client);
        });
        const auto silent = net::run(handshake(peer.endpoint(), {.server_name = "mail.example"}, 200ms));
        CHECK(silent.error().message == "timed out: the server did not go through with the TLS handshake");
    }
    const test::Peer peer([](int client) { test::Peer::hear(client); });
    const auto gone = net::run(handshake(peer.endpoint(), {.server_name = "mail.example"}));
    CHECK(gone.error().message == "TLS handshake: the server closed the connection");
}

TEST_CASE("nothing is sent in clear after a failed handshake") {
    const test::Peer peer([](int client) {
        test::Peer::say(client, "220 mail\r\n");
        test::Peer::hear(client);
        test::Peer::hear(client);
    });
    const auto task = [&]() -> net::Task<base::Result<void>> {
        net::TcpDialer dialer;
        CO_TRY(const auto stream, co_await dialer.connect(peer.endpoint(), test::after(5s)));
        net::TlsOptions options;
        options.server_name = "mail.example";
        const auto info = co_await stream->start_tls(options);
        CHECK(info.has_error());
        co_return co_await stream->write("AUTH PLAIN secret\r\n");
    };
    CHECK(net::run(task()).error().message == "the stream broke before");
}

TEST_CASE("a CA file that cannot be read is a usage error, not an unknown issuer") {
    const test::Peer peer([](int client) { test::Peer::hear(client); });
    const net::TlsOptions options{.server_name = "mail.example", .ca_file = "/nonexistent/ca.pem"};
    const auto result = net::run(handshake(peer.endpoint(), options));
    REQUIRE(result.has_error());
    CHECK(result.error().kind == base::ErrorKind::usage);
}
