// What is on its way through one UDP socket, by id. The inside of the pool, not for others.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "dns/udp_pool.hpp"
#include "net/event.hpp"

namespace dns::detail {

// One datagram sent.
struct Try {
    std::string query;
    net::Deadline deadline = net::Deadline::max();
    bool stays = false;   // when its time is over: an answer may still come
    Try* heir = nullptr;  // of one whose time is over: the try of the same question that is waited for now
    Exchange result = {};
    net::Event done = {};
};

// Whether what came to an earlier try of the same question ends the wait for `heir`: it answers the question,
// or is what the server that is asked would say again. FORMERR and NOTIMP may mean the OPT record of that try
// only.
bool settles(const Exchange& late, const Try& heir);

class Tries {
  public:
    bool empty() const { return tries_.empty(); }
    std::size_t size() const { return tries_.size(); }
    Try* find(std::uint16_t id) const;
    std::uint16_t unused_id() const;
    void enter(std::uint16_t id, Try& made) { tries_[id] = &made; }
    void leave(std::uint16_t id, const Try& made);  // unless another has the id by now
    void finish(std::uint16_t id, Exchange::Outcome outcome, std::string reason = {});

    // ICMP says that nobody listens there, or that there is no way there: true for all that is on its way.
    void fail_all(int error);
    // A datagram from the address the socket is connected to. Wrong ids and questions are dropped in silence:
    // they are late, or forged.
    void take(std::string_view message);
    // The ids of those whose time is over, into `expired`.
    void find_expired(net::Deadline now, std::vector<std::uint16_t>& expired) const;
    void time_is_over(std::uint16_t id);

  private:
    boost::unordered_flat_map<std::uint16_t, Try*> tries_;
};

// Takes a try out of its socket when whoever holds it goes away.
class Registration {
  public:
    Registration(std::shared_ptr<Tries> tries, std::uint16_t id, Try& made);
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration() { tries_->leave(id_, made_); }

  private:
    std::shared_ptr<Tries> tries_;
    std::uint16_t id_;
    Try& made_;
};

}  // namespace dns::detail

namespace dns {

// A try whose time is over, and whose place in its socket it takes.
class LateTry {
  public:
    LateTry(std::shared_ptr<detail::Tries> tries, std::uint16_t id, detail::Try& made)
        : try_{.query = std::move(made.query), .result = made.result},
          registration_(std::move(tries), id, try_) {}

    void set_heir(detail::Try* heir) { try_.heir = heir; }
    // Whether an answer came that ends the wait for `heir` as well.
    bool settles(const detail::Try& heir) const { return detail::settles(try_.result, heir); }
    Exchange take() { return std::exchange(try_.result, {}); }

  private:
    detail::Try try_;
    detail::Registration registration_;
};

}  // namespace dns
