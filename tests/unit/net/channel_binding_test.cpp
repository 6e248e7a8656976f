#include <doctest/doctest.h>
#include <openssl/evp.h>

#include "net/dialer.hpp"
#include "net/run.hpp"
#include "peer.hpp"
#include "tls_peer.hpp"

namespace {

using namespace std::chrono_literals;

struct Heard {
    net::TlsInfo info;
    std::string line;
};

net::Task<base::Result<Heard>> hear(net::Endpoint endpoint, net::TlsOptions options) {
    net::TcpDialer dialer;
    CO_TRY(const auto stream, co_await dialer.connect(endpoint, test::after(5s)));
    Heard heard;
    CO_TRY(heard.info, co_await stream->start_tls(options));
    std::array<char, 200> buffer;
    const std::span<char> room(buffer);
    for (;;) {
        CO_TRY(const auto size, co_await stream->read_some(room));
        if (size == 0) co_return heard;
        heard.line.append(buffer.data(), size);
    }
}

// Tells the client, in hex, what the exporter gives at the server's end.
std::function<void(int)> tell_exporter(const test::Identity& identity) {
    return [identity](int client) {
        const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_server_method()),
                                                                   SSL_CTX_free);
        SSL_CTX_use_certificate(context.get(), identity.certificate.get());
        SSL_CTX_use_PrivateKey(context.get(), identity.key.get());
        const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context.get()), SSL_free);
        SSL_set_fd(ssl.get(), client);
        if (SSL_accept(ssl.get()) != 1) return;
        base::Bytes bytes(32);
        SSL_export_keying_material(ssl.get(), bytes.data(), bytes.size(), "EXPORTER-Channel-Binding", 24,
                                   nullptr, 0, 0);
        const std::string text = base::to_hex(bytes);
        SSL_write(ssl.get(), text.data(), static_cast<int>(text.size()));
        SSL_shutdown(ssl.get());
    };
}

}  // namespace

TEST_CASE("[SMTP-SEC-07] TLS 1.3 is bound by its exporter, alike at both ends and new each time") {
    const auto identity =
        test::make_identity({.common_name = "mail", .alternative_names = "DNS:mail.example"});
    std::vector<base::Bytes> seen;
    for (int i = 0; i < 2; ++i) {
        const test::Peer peer(tell_exporter(identity));
        const auto heard = net::run(hear(peer.endpoint(), {.server_name = "mail.example"}));
        REQUIRE(heard.has_value());
        CHECK(heard->info.version == "TLSv1.3");
        CHECK(heard->info.binding_type == "tls-exporter");
        CHECK(heard->info.binding.size() == 32);
        CHECK(base::to_hex(heard->info.binding) == heard->line);
        seen.push_back(heard->info.binding);
    }
    CHECK(seen[0] != seen[1]);
}

TEST_CASE("[SMTP-SEC-07] TLS 1.2 is bound by the hash of the server's certificate") {
    const auto identity =
        test::make_identity({.common_name = "mail", .alternative_names = "DNS:mail.example"});
    const test::Peer peer(test::serve_tls({identity}, TLS1_2_VERSION));
    net::TlsOptions options{.server_name = "mail.example"};
    const auto handshake = [](net::Endpoint endpoint,
                              net::TlsOptions with) -> net::Task<base::Result<net::TlsInfo>> {
        net::TcpDialer dialer;
        CO_TRY(const auto stream, co_await dialer.connect(endpoint, test::after(5s)));
        co_return co_await stream->start_tls(with);
    };
    const auto info = net::run(handshake(peer.endpoint(), options));
    REQUIRE(info.has_value());
    CHECK(info->version == "TLSv1.2");
    CHECK(info->binding_type == "tls-server-end-point");
    CHECK(base::to_hex(info->binding) == test::fingerprint(identity));  // signed with SHA-256
}
