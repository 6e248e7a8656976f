// Questions over UDP: a few connected sockets a server, any number of questions in flight on each, and one
// timer that sweeps out what has waited too long.
#pragma once

#include <memory>
#include <vector>

#include "dns/wire.hpp"

namespace dns {

// What became of one datagram sent.
struct Exchange {
    enum class Outcome { answered, malformed, timeout, failed, interrupted };
    Outcome outcome = Outcome::timeout;
    Response response = {};   // answered
    std::string reason = {};  // malformed, failed: in words
    bool other_case = false;  // timeout: an answer came whose name had another case than ours
};

class UdpPool : public std::enable_shared_from_this<UdpPool> {
  public:
    // To be made and used on one thread, inside net::run().
    static std::shared_ptr<UdpPool> create(std::vector<net::Endpoint> servers);
    virtual ~UdpPool() = default;

    // `server` is an index; `question` outlives the task. The name's case is mixed here. Datagrams that are
    // not the answer are dropped.
    virtual net::Task<Exchange> ask(std::size_t server, const Question& question, QueryFlags flags,
                                    net::Deadline deadline) = 0;
};

}  // namespace dns
