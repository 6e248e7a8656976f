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
    std::size_t server = 0;   // that it is from: another than was asked when an earlier try was answered
};

// The earlier tries of a question, which may still be answered as long as they are kept.
class LateTry;
using LateTries = std::vector<std::shared_ptr<LateTry>>;

class UdpPool : public std::enable_shared_from_this<UdpPool> {
  public:
    // To be made and used on one thread, inside net::run().
    static std::shared_ptr<UdpPool> create(std::vector<net::Endpoint> servers);
    virtual ~UdpPool() = default;

    // `server` is an index; `question` outlives the task. The name's case is mixed here. Datagrams that are
    // not the answer are dropped. With `earlier`, which outlives the task too, an answer to one of those
    // tries counts as well, and a try in vain joins them: a slow server's answer may need more time than a
    // try has.
    virtual net::Task<Exchange> ask(std::size_t server, const Question& question, QueryFlags flags,
                                    net::Deadline deadline, LateTries* earlier = nullptr) = 0;
};

}  // namespace dns
