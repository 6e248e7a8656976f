// The Fetcher over libcurl, which is loaded at the first get() and not before.
#pragma once

#include <memory>

#include "http/fetcher.hpp"

namespace http {

// HTTPS only, TLS 1.2 or newer, certificate and name verified (a DNS name of its own, never the common name
// alone), no redirect, no proxy, no cookies, no .netrc, no resolver: the addresses of the request are used.
std::unique_ptr<Fetcher> make_curl_fetcher();

}  // namespace http
