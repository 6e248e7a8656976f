// HTTPS, abstract: one GET that follows no redirect. CurlFetcher is the real one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/ip_address.hpp"
#include "net/stream.hpp"

namespace http {

struct Request {
    std::string host;  // A-labels: of SNI, the certificate and the Host field
    std::string path = "/";
    std::vector<base::IpAddress> addresses = {};  // where it is; never resolved again
    std::uint16_t port = 443;
    std::string ca_file = {};    // PEM; empty = the system's
    std::size_t limit = 65'536;  // octets of the body; more is an Error
    net::Deadline deadline;
};

struct Response {
    unsigned status = 0;            // 200, 301 ...
    std::string content_type = {};  // as sent
    std::string location = {};      // of a redirect, which is not followed
    std::string body = {};
};

class Fetcher {
  public:
    virtual ~Fetcher() = default;
    // Errors: unavailable, with what is wrong: the certificate, the connection, the time, the size.
    virtual net::Task<base::Result<Response>> get(Request request) = 0;
};

}  // namespace http
