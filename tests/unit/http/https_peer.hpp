// What an HTTPS server for one connection hears and says; test::serve_tls_with() runs it.
#pragma once

#include <string>

#include "unit/net/tls_peer.hpp"

namespace test {

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
