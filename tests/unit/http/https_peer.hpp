// An HTTPS server for one connection, on 127.0.0.1.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "unit/net/tls_peer.hpp"

namespace test {

// Handshakes and gives the connection to `serve`; then ends TLS in order.
inline std::function<void(int)> serve_https(std::vector<Identity> chain, std::function<void(SSL*)> serve,
                                            int maximum_version = 0) {
    return [chain = std::move(chain), serve = std::move(serve), maximum_version](int client) {
        const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_server_method()),
                                                                   SSL_CTX_free);
        if (maximum_version != 0) {
            SSL_CTX_set_security_level(context.get(), 0);
            SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
            SSL_CTX_set_max_proto_version(context.get(), maximum_version);
        }
        SSL_CTX_use_certificate(context.get(), chain.front().certificate.get());
        SSL_CTX_use_PrivateKey(context.get(), chain.front().key.get());
        for (std::size_t i = 1; i < chain.size(); ++i)
            SSL_CTX_add1_chain_cert(context.get(), chain[i].certificate.get());
        const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context.get()), SSL_free);
        SSL_set_fd(ssl.get(), client);
        if (SSL_accept(ssl.get()) != 1) return;
        serve(ssl.get());
        SSL_shutdown(ssl.get());
    };
}

// Up to the empty line.
inline std::string hear_request(SSL* ssl) {
    std::string request;
    char buffer[512];
    while (request.find("\r\n\r\n") == std::string::npos) {
        const int size = SSL_read(ssl, buffer, sizeof buffer);
        if (size <= 0) break;
        request.append(buffer, static_cast<std::size_t>(size));
    }
    return request;
}

inline void answer(SSL* ssl, const std::string& text) {
    SSL_write(ssl, text.data(), static_cast<int>(text.size()));
}

// "HTTP/1.1 <status>", the fields (each with its CRLF), and the body with its length.
inline std::string http_text(const std::string& status, const std::string& fields, const std::string& body) {
    return "HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
           "\r\nConnection: close\r\n\r\n" + body;
}

}  // namespace test
