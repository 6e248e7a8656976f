// TcpDialer and its Stream. Reads and writes are tried at once and wait only when the socket says so; one
// watchdog timer a connection cancels what waits past the deadline (Asio 1.81 has no cancel_after).
#include <cerrno>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <netinet/tcp.h>

#include "net/asio_endpoint.hpp"
#include "net/dialer.hpp"
#include "net/network_error.hpp"
#include "net/tls.hpp"

namespace net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// Shared with the watchdog's handler, which may run after the stream is gone.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(const asio::any_io_executor& executor, Deadline deadline)
        : socket_(executor), watchdog_(executor), deadline_(deadline) {}

    tcp::socket& socket() { return socket_; }
    bool passed() const { return Deadline::clock::now() >= deadline_; }

    void set_deadline(Deadline deadline) {
        deadline_ = deadline;
        if (deadline_ < armed_for_) arm();  // a later one is seen when the timer fires
    }

    void close() {
        error_code ignored;
        watchdog_.cancel();
        socket_.close(ignored);
    }

    // Waits for the socket to be readable or writable.
    Task<base::Result<void>> ready(tcp::socket::wait_type what) {
        const auto self = shared_from_this();
        if (auto error = co_await stopped(); error) co_return std::move(*error);
        arm_if_needed();
        error_code error;
        co_await socket_.async_wait(what, asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return failure(error);
        co_return base::Result<void>();
    }

    Task<base::Result<void>> connect(tcp::endpoint endpoint) {
        const auto self = shared_from_this();
        if (auto error = co_await stopped(); error) co_return std::move(*error);
        error_code error;
        socket_.open(endpoint.protocol(), error);
        if (error) co_return failure(error);
        arm_if_needed();
        co_await socket_.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return failure(error);
        socket_.non_blocking(true, error);
        // Replies and commands alternate in small pieces: Nagle's wait for the ACK costs 40 ms each.
        if (!error) socket_.set_option(tcp::no_delay(true), error);
        if (error) co_return failure(error);
        co_return base::Result<void>();
    }

  private:
    Task<std::optional<base::Error>> stopped() {
        if (passed()) co_return network_error("timed out");
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) co_return interruption();
        co_return std::nullopt;
    }

    base::Error failure(const error_code& error) const {
        if (error != asio::error::operation_aborted) return network_error(describe_errno(error.value()));
        if (passed()) return network_error("timed out");
        if (!socket_.is_open()) return network_error("the stream is closed");
        return interruption();
    }

    static base::Error interruption() {
        return {.kind = base::ErrorKind::interrupted, .message = "interrupted"};
    }

    void arm_if_needed() {
        if (deadline_ < armed_for_) arm();
    }

    void arm() {
        armed_for_ = deadline_;
        watchdog_.expires_at(deadline_);
        watchdog_.async_wait([weak = weak_from_this()](const error_code& error) {
            const auto self = weak.lock();
            if (error || !self) return;
            self->armed_for_ = Deadline::max();
            if (!self->passed()) return self->arm();
            error_code ignored;
            self->socket_.cancel(ignored);
        });
    }

    tcp::socket socket_;
    asio::steady_timer watchdog_;
    Deadline deadline_;
    Deadline armed_for_ = Deadline::max();
};

class TcpStream final : public Stream {
  public:
    explicit TcpStream(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
    TcpStream(const TcpStream&) = delete;
    TcpStream& operator=(const TcpStream&) = delete;
    ~TcpStream() override { TcpStream::close(); }

    void set_deadline(Deadline deadline) override { connection_->set_deadline(deadline); }

    Task<base::Result<std::size_t>> read_some(std::span<char> buffer) override {
        if (auto error = unusable(); error) co_return std::move(*error);
        for (;;) {
            CO_TRY(const auto progress, tls_ ? tls_read(buffer) : plain_read(buffer));
            if (progress.wait == Wait::none) co_return progress.size;
            if (tls_) acknowledge_at_once();
            CO_TRY_VOID(co_await connection_->ready(wait_type(progress.wait)));
        }
    }

    Task<base::Result<void>> write(std::string_view bytes) override {
        if (auto error = unusable(); error) co_return std::move(*error);
        while (!bytes.empty()) {
            CO_TRY(const auto progress, tls_ ? tls_write(bytes) : plain_write(bytes));
            bytes.remove_prefix(progress.size);
            if (progress.wait == Wait::none) {
                if (progress.size == 0) co_return ended();
                continue;
            }
            CO_TRY_VOID(co_await connection_->ready(wait_type(progress.wait)));
        }
        co_return base::Result<void>();
    }

    Task<base::Result<TlsInfo>> start_tls(const TlsOptions& options) override {
        if (auto error = unusable(); error) co_return std::move(*error);
        if (tls_)
            co_return base::Error{.kind = base::ErrorKind::bug, .message = "TLS inside TLS is not supported"};
        CO_TRY(auto tls, TlsClient::create(connection_->socket().native_handle(), options));
        broken_ = true;  // until the handshake is through, nothing may be sent in clear either
        for (;;) {
            CO_TRY(const auto progress, tls->handshake());
            if (progress.wait == Wait::none) break;
            auto waited = co_await connection_->ready(wait_type(progress.wait));
            if (waited.has_error()) co_return handshake_failure(std::move(waited).error(), *tls);
        }
        broken_ = false;
        tls_ = std::move(tls);
        co_return tls_->info();
    }

    void close() override {
        if (closed_) return;
        closed_ = true;
        if (tls_ && !broken_) tls_->end();
        connection_->close();
    }

  private:
    using Wait = TlsClient::Wait;
    using Progress = TlsClient::Progress;

    static tcp::socket::wait_type wait_type(Wait wait) {
        return wait == Wait::writable ? tcp::socket::wait_write : tcp::socket::wait_read;
    }

    static base::Error handshake_failure(base::Error error, TlsClient& tls) {
        if (error.message != "timed out") return error;
        if (auto foreign = tls.foreign_answer(); !foreign.empty()) return network_error(std::move(foreign));
        return network_error("timed out: the server did not go through with the TLS handshake");
    }

    std::optional<base::Error> unusable() const {
        if (closed_) return network_error("the stream is closed");
        if (connection_->passed()) return network_error("timed out");
        if (broken_) return network_error("the stream broke before");
        return std::nullopt;
    }

    // OpenSSL calls a write after the peer's close_notify that fails "zero return", not an error.
    base::Error ended() {
        broken_ = true;
        return network_error("TLS: the server closed the connection");
    }

    base::Result<Progress> plain_read(std::span<char> buffer) {
        const ssize_t size = ::recv(socket(), buffer.data(), buffer.size(), 0);
        if (size >= 0) return Progress{.wait = Wait::none, .size = static_cast<std::size_t>(size)};
        return plain_failure(Wait::readable);
    }

    base::Result<Progress> plain_write(std::string_view bytes) {
        const ssize_t size = ::send(socket(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (size >= 0) return Progress{.wait = Wait::none, .size = static_cast<std::size_t>(size)};
        return plain_failure(Wait::writable);
    }

    base::Result<Progress> plain_failure(Wait wait) {
        if (errno == EAGAIN || errno == EINTR) return Progress{.wait = wait};
        broken_ = true;
        return network_error(describe_errno(errno));
    }

    base::Result<Progress> tls_read(std::span<char> buffer) { return keep_fault(tls_->read(buffer)); }
    base::Result<Progress> tls_write(std::string_view bytes) { return keep_fault(tls_->write(bytes)); }
    base::Result<Progress> keep_fault(base::Result<Progress> result) {
        broken_ = broken_ || result.has_error();
        return result;
    }

    // Behind the handshake a server sends session tickets. One that holds to Nagle's algorithm keeps what it
    // has to say next until these are acknowledged, and the kernel would let that wait for 40 ms.
    void acknowledge_at_once() {
        const int on = 1;
        ::setsockopt(socket(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    }

    int socket() { return connection_->socket().native_handle(); }

    std::shared_ptr<Connection> connection_;
    std::unique_ptr<TlsClient> tls_;
    bool closed_ = false;
    bool broken_ = false;
};

}  // namespace

Task<base::Result<std::unique_ptr<Stream>>> TcpDialer::connect(Endpoint endpoint, Deadline deadline) {
    const auto executor = co_await asio::this_coro::executor;
    const auto connection = std::make_shared<Connection>(executor, deadline);
    CO_TRY_VOID(co_await connection->connect(to_asio<tcp::endpoint>(endpoint)));
    std::unique_ptr<Stream> stream = std::make_unique<TcpStream>(connection);
    co_return stream;
}

}  // namespace net
