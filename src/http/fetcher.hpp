// HTTPS, abstract: one GET that follows no redirect. make_curl_fetcher() makes the real one.
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
    std::vector<base::IpAddress> addresses = {};  // where it is; never resolved again. The first 8 count
    std::uint16_t port = 443;
    std::string ca_file = {};    // PEM; empty = the system's
    std::size_t limit = 65'536;  // octets of the body
    net::Deadline deadline;
};

// Why there is no response. What a server does wrong is a result, not an Error.
enum class Fault {
    none,
    certificate,  // it does not verify for the host: expired, another name, unknown issuer ...
    refused,      // connection refused, closed without an answer, no TLS, no HTTP
    too_large,    // the body passes the limit, or the header fields 64 KB
    timeout,      // the deadline passed
    unreachable,  // no route to the server
};
std::string_view to_string(Fault fault);  // "none", "certificate", "refused", "too large", ...
// timeout and unreachable: nothing is known about the server.
bool is_temporary(Fault fault);

struct Response {
    Fault fault = Fault::none;      // when set, only `reason` counts
    std::string reason = {};        // the fault in words, one line
    unsigned status = 0;            // 200, 301 ...
    std::string content_type = {};  // as sent
    std::string location = {};      // of a redirect, as a whole URL; it is not followed
    std::string body = {};
    bool operator==(const Response&) const = default;
};

class Fetcher {
  public:
    virtual ~Fetcher() = default;
    // Errors: usage (the CA file cannot be read), unavailable (no libcurl), interrupted.
    virtual net::Task<base::Result<Response>> get(Request request) = 0;
};

}  // namespace http
