#include "dns/udp_pool.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <sys/socket.h>

#include "dns/random.hpp"
#include "dns/udp_tries.hpp"
#include "net/asio_endpoint.hpp"
#include "net/network_error.hpp"

namespace dns {

namespace asio = boost::asio;
using asio::ip::udp;
using boost::system::error_code;
using Clock = net::Deadline::clock;

namespace {

constexpr std::size_t sockets_per_server = 8;
constexpr std::size_t questions_per_socket = 1024;  // then a new socket brings a new random port
constexpr std::size_t in_flight_per_socket = 4096;  // ids stay hard to hit and quick to find
constexpr int receive_buffer = 1 << 20;             // a burst of answers fits; the kernel may grant less
constexpr std::size_t datagrams_at_once = 32;
constexpr std::size_t largest_datagram = 65'536;
constexpr auto sweep_interval = std::chrono::milliseconds(10);

// Where the kernel puts several datagrams in one call.
class Inbox {
  public:
    Inbox() : octets_(std::make_unique_for_overwrite<char[]>(datagrams_at_once * largest_datagram)) {
        for (std::size_t i = 0; i < datagrams_at_once; ++i) {
            places_[i] = {octets_.get() + i * largest_datagram, largest_datagram};
            messages_[i].msg_hdr.msg_iov = &places_[i];
            messages_[i].msg_hdr.msg_iovlen = 1;
        }
    }

    // How many came, at most datagrams_at_once; -1: errno says why.
    int receive(int socket) {
        return ::recvmmsg(socket, messages_.data(), datagrams_at_once, MSG_DONTWAIT, nullptr);
    }
    std::string_view message(std::size_t i) const {
        return {octets_.get() + i * largest_datagram, messages_[i].msg_len};
    }

  private:
    std::unique_ptr<char[]> octets_;  // not touched before a datagram lies there
    std::array<iovec, datagrams_at_once> places_ = {};
    std::array<mmsghdr, datagrams_at_once> messages_ = {};
};

struct Socket {
    Socket(const asio::any_io_executor& executor, std::size_t of_server)
        : socket(executor), server(of_server) {}

    udp::socket socket;
    std::size_t server;
    detail::Tries pending = {};
    std::size_t asked = 0;
    bool listening = false;
};

// Tells the earlier tries of a question which one is waited for, as long as it is.
class Heir {
  public:
    Heir(LateTries* earlier, detail::Try& heir) : earlier_(earlier) { tell(&heir); }
    Heir(const Heir&) = delete;
    Heir& operator=(const Heir&) = delete;
    ~Heir() { tell(nullptr); }

  private:
    void tell(detail::Try* heir) {
        if (earlier_ == nullptr) return;
        for (const auto& late : *earlier_)
            late->set_heir(heir);
    }
    LateTries* earlier_;
};

LateTry* find_answered(const LateTries* earlier, const detail::Try& heir) {
    if (earlier == nullptr) return nullptr;
    for (const auto& late : *earlier)
        if (late->settles(heir)) return late.get();
    return nullptr;
}

class AsioUdpPool final : public UdpPool {
  public:
    explicit AsioUdpPool(std::vector<net::Endpoint> servers)
        : servers_(std::move(servers)), sockets_(servers_.size()), chosen_(servers_.size()) {}
    AsioUdpPool(const AsioUdpPool&) = delete;
    AsioUdpPool& operator=(const AsioUdpPool&) = delete;
    ~AsioUdpPool() override {
        error_code ignored;
        for (const auto& sockets : sockets_)
            for (const auto& socket : sockets)
                socket->socket.close(ignored);
        for (const auto& socket : leaving_)
            socket->socket.close(ignored);
    }

    net::Task<Exchange> ask(std::size_t server, const Question& question, QueryFlags flags,
                            net::Deadline deadline, LateTries* earlier) override {
        const auto self = shared_from_this();
        const asio::any_io_executor executor = co_await asio::this_coro::executor;
        detail::Try made;
        made.deadline = deadline;
        made.stays = earlier != nullptr;
        made.result.server = server;
        if (LateTry* const late = find_answered(earlier, made)) co_return late->take();
        auto opened = choose_socket(executor, server);
        if (opened.has_error()) co_return failed(server, opened.error().message);
        const std::shared_ptr<Socket> socket = std::move(*opened);
        const std::shared_ptr<detail::Tries> pending(socket, &socket->pending);

        const std::uint16_t id = pending->unused_id();
        made.query = encode_query(question, id, flags);
        mix_case(made.query);
        const detail::Registration registration(pending, id, made);
        const Heir heir(earlier, made);
        ++socket->asked;
        send_later(executor, socket, id);
        listen(socket);
        sweep_later(executor);
        const bool woken = co_await made.done.wait();
        if (!woken) made.result.outcome = Exchange::Outcome::interrupted;
        if (!made.stays || made.result.outcome != Exchange::Outcome::timeout)
            co_return std::move(made.result);
        LateTry* const late = find_answered(earlier, made);
        Exchange result = late == nullptr ? made.result : late->take();
        earlier->push_back(std::make_shared<LateTry>(pending, id, made));
        co_return result;
    }

  private:
    static Exchange failed(std::size_t server, std::string reason) {
        Exchange exchange;
        exchange.server = server;
        exchange.outcome = Exchange::Outcome::failed;
        exchange.reason = std::move(reason);
        return exchange;
    }

    // One of several, at random: the port is a part of what a forger has to guess (RFC 5452 section 4.5).
    // Questions that go out together share it: the kernel takes them, and hands over their answers, at once.
    base::Result<std::shared_ptr<Socket>> choose_socket(const asio::any_io_executor& executor,
                                                        std::size_t server) {
        auto& sockets = sockets_[server];
        if (const auto& socket = chosen_[server]; socket && socket->pending.size() < in_flight_per_socket)
            return socket;
        TRY(chosen_[server], choose_any(executor, server, sockets));
        return chosen_[server];
    }

    base::Result<std::shared_ptr<Socket>> choose_any(const asio::any_io_executor& executor,
                                                     std::size_t server,
                                                     std::vector<std::shared_ptr<Socket>>& sockets) {
        const std::size_t chosen = random_bits() % sockets_per_server;
        if (chosen < sockets.size()) {
            const auto socket = sockets[chosen];
            if (socket->asked < questions_per_socket && socket->pending.size() < in_flight_per_socket)
                return socket;
            leaving_.push_back(socket);  // until its last answer
            sockets.erase(sockets.begin() + static_cast<std::ptrdiff_t>(chosen));
        }
        TRY(auto socket, open_socket(executor, server));
        sockets.push_back(socket);
        return socket;
    }

    base::Result<std::shared_ptr<Socket>> open_socket(const asio::any_io_executor& executor,
                                                      std::size_t server) {
        const auto socket = std::make_shared<Socket>(executor, server);
        const auto endpoint = net::to_asio<udp::endpoint>(servers_[server]);
        error_code error;
        error_code ignored;
        socket->socket.open(endpoint.protocol(), error);
        if (!error) socket->socket.non_blocking(true, error);
        if (!error) socket->socket.set_option(udp::socket::receive_buffer_size(receive_buffer), ignored);
        // Connected: the kernel picks a random port, drops what comes from elsewhere, and reports ICMP
        // errors.
        if (!error) socket->socket.connect(endpoint, error);
        if (error) return net::network_error(net::describe_errno(error.value()));
        return socket;
    }

    // Questions go out together, once all that is ready has run: a server that is awake takes the second for
    // a tenth of what it costs to wake it.
    void send_later(const asio::any_io_executor& executor, const std::shared_ptr<Socket>& socket,
                    std::uint16_t id) {
        outbox_.emplace_back(socket, id);
        if (outbox_.size() > 1) return;
        const auto self = std::static_pointer_cast<AsioUdpPool>(shared_from_this());
        asio::post(executor, [weak = std::weak_ptr(self)] {
            if (const auto pool = weak.lock()) pool->send_all();
        });
    }

    void send_all() {
        for (auto& chosen : chosen_)
            chosen.reset();
        const auto outbox = std::exchange(outbox_, {});
        for (auto at = outbox.begin(); at != outbox.end();) {
            const auto end = std::find_if(at, outbox.end(),
                                          [&](const auto& question) { return question.first != at->first; });
            send_together(*at->first, {at, end});
            at = end;
        }
    }

    using Outgoing = std::pair<std::shared_ptr<Socket>, std::uint16_t>;

    void send_together(Socket& socket, std::span<const Outgoing> questions) {
        auto& [places, ids, messages] = outgoing_;
        places.clear();
        ids.clear();
        for (const auto& [unused, id] : questions) {
            detail::Try* const made = socket.pending.find(id);
            if (made == nullptr) continue;  // who asked went away
            std::string& query = made->query;
            places.push_back({query.data(), query.size()});
            ids.push_back(id);
        }
        messages.assign(places.size(), {});
        for (std::size_t i = 0; i < places.size(); ++i) {
            messages[i].msg_hdr.msg_iov = &places[i];
            messages[i].msg_hdr.msg_iovlen = 1;
        }
        for (std::size_t sent = 0; sent < messages.size();) {
            const int more = ::sendmmsg(socket.socket.native_handle(), &messages[sent],
                                        static_cast<unsigned>(messages.size() - sent), MSG_NOSIGNAL);
            if (more > 0) {
                sent += static_cast<std::size_t>(more);
                continue;
            }
            const std::uint16_t id = ids[sent++];
            if (const int error = send(socket, socket.pending.find(id)->query); error != 0)
                socket.pending.finish(id, Exchange::Outcome::failed, net::describe_errno(error));
        }
    }

    // 0, or errno. A full buffer is taken as a datagram lost: the next try repeats it.
    static int send(Socket& socket, const std::string& query) {
        for (int i = 0; i < 2; ++i) {
            if (::send(socket.socket.native_handle(), query.data(), query.size(), MSG_NOSIGNAL) >= 0)
                return 0;
            if (errno == EAGAIN || errno == ENOBUFS || errno == EINTR) return 0;
            if (errno != ECONNREFUSED) break;  // of an earlier datagram: this one was not sent yet
        }
        return errno;
    }

    void listen(const std::shared_ptr<Socket>& socket) {
        if (socket->listening) return;
        socket->listening = true;
        const auto self = std::static_pointer_cast<AsioUdpPool>(shared_from_this());
        socket->socket.async_wait(udp::socket::wait_read,
                                  [weak = std::weak_ptr(self), socket](const error_code& error) {
                                      socket->listening = false;
                                      const auto pool = weak.lock();
                                      if (error || !pool) return;
                                      pool->receive(*socket);
                                      if (!socket->pending.empty()) pool->listen(socket);
                                  });
    }

    void receive(Socket& socket, std::size_t most = datagrams_at_once) {
        for (std::size_t taken = 0; taken < most;) {
            const int count = inbox_.receive(socket.socket.native_handle());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return errno == EAGAIN ? void() : socket.pending.fail_all(errno);
            for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
                socket.pending.take(inbox_.message(i));
            taken += static_cast<std::size_t>(count);
            if (static_cast<std::size_t>(count) < datagrams_at_once) return;
        }
    }

    void sweep_later(const asio::any_io_executor& executor) {
        if (sweeping_) return;
        if (!timer_) timer_.emplace(executor);
        sweeping_ = true;
        timer_->expires_after(sweep_interval);
        const auto self = std::static_pointer_cast<AsioUdpPool>(shared_from_this());
        timer_->async_wait([weak = std::weak_ptr(self), executor](const error_code& error) {
            const auto pool = weak.lock();
            if (!pool) return;
            pool->sweeping_ = false;
            if (!error && pool->sweep()) pool->sweep_later(executor);
        });
    }

    // Whether anything is still on its way.
    bool sweep() {
        const auto now = Clock::now();
        bool waiting = false;
        for (const auto& sockets : sockets_)
            for (const auto& socket : sockets)
                waiting = sweep(*socket, now) || waiting;
        std::erase_if(leaving_, [&](const auto& socket) {
            const bool stays = sweep(*socket, now);
            waiting = waiting || stays;
            error_code ignored;
            if (!stays) socket->socket.close(ignored);
            return !stays;
        });
        return waiting;
    }

    bool sweep(Socket& socket, net::Deadline now) {
        socket.pending.find_expired(now, expired_);
        if (!expired_.empty()) {
            // When the loop stood still (a full pipe, a suspended machine) the answers lie here unread.
            receive(socket, in_flight_per_socket);
            socket.pending.find_expired(now, expired_);
        }
        for (const std::uint16_t id : expired_)
            socket.pending.time_is_over(id);
        return !socket.pending.empty();
    }

    std::vector<net::Endpoint> servers_;
    std::vector<std::vector<std::shared_ptr<Socket>>> sockets_;  // by server
    std::vector<std::shared_ptr<Socket>> leaving_;
    std::vector<std::shared_ptr<Socket>> chosen_;  // by server, until all that is to be sent is sent
    Inbox inbox_;
    std::vector<Outgoing> outbox_;
    struct {  // of one call; kept for the memory that they have
        std::vector<iovec> places;
        std::vector<std::uint16_t> ids;
        std::vector<mmsghdr> messages;
    } outgoing_;
    std::vector<std::uint16_t> expired_;
    std::optional<asio::steady_timer> timer_;
    bool sweeping_ = false;
};

}  // namespace

std::shared_ptr<UdpPool> UdpPool::create(std::vector<net::Endpoint> servers) {
    return std::make_shared<AsioUdpPool>(std::move(servers));
}

}  // namespace dns
