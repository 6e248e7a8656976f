// What each server did during one look-up, and what that makes of the whole. Pure.
#pragma once

#include <string>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "dns/resolver.hpp"

namespace dns {

std::string server_name(const net::Endpoint& server);           // "192.0.2.53", "192.0.2.53:5353"
std::string duration_text(std::chrono::milliseconds duration);  // "850 ms", "5 s", "1.4 s"

class ServerReport {
  public:
    // The servers must outlive it.
    explicit ServerReport(const std::vector<net::Endpoint>& servers)
        : servers_(servers), rows_(servers.size()) {}
    explicit ServerReport(std::vector<net::Endpoint>&&) = delete;

    // The server did something that ends its turn: "answered SERVFAIL", "connection refused".
    void ended(std::size_t server, Status status, std::string what);
    void waited(std::size_t server, std::chrono::milliseconds time);  // in vain; may be asked again

    bool may_ask(std::size_t server) const { return rows_[server].said.empty(); }
    // The first server that may still be asked, looking from `start` on and around; nullopt = none.
    std::optional<std::size_t> next(std::size_t start) const;

    // Of all that failed, what tells most: an answer before silence before no network.
    Status status() const;
    std::string detail() const;  // "192.0.2.53 answered SERVFAIL; no answer from 192.0.2.54 in 5 s"

  private:
    struct Row {
        std::string said = {};
        Status status = Status::unreachable;
        std::chrono::milliseconds waited{0};
        bool asked = false;
    };
    const std::vector<net::Endpoint>& servers_;
    boost::container::small_vector<Row, 2> rows_;  // one a server
};

}  // namespace dns
