// A Stream that plays a scripted dialogue: what the server says, what the client must say, where TLS begins.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "net/stream.hpp"

namespace test {

// The script and, afterwards, the record of what happened. Shared by the test and the stream, which may be
// gone by then:
//
//   auto dialogue = std::make_shared<test::Dialogue>();
//   dialogue->server("220 mail\r\n").client("EHLO a.example\r\n").server("250 mail\r\n");
//   test::FakeStream stream(dialogue);
//   ... CHECK(dialogue->finished());
class Dialogue {
  public:
    // --- the script, in order -----------------------------------------------------------------------------
    Dialogue& server(std::string bytes) { return add({.kind = Kind::server, .bytes = std::move(bytes)}); }
    // The client must write exactly these bytes, in any chunks; they may come early (pipelining).
    Dialogue& client(std::string bytes) { return add({.kind = Kind::client, .bytes = std::move(bytes)}); }
    // The client must write anything that ends with `end`: a line, or a message with "\r\n.\r\n".
    Dialogue& client_until(std::string end);
    // One line from the client (given without its CRLF); the server says what the function returns.
    Dialogue& answer(std::function<std::string(std::string_view)> function);
    // start_tls() must be called here, and gives this.
    Dialogue& tls(base::Result<net::TlsInfo> result);
    Dialogue& closes() { return add({.kind = Kind::close}); }  // the peer closes: read_some gives 0
    Dialogue& hangs() { return add({.kind = Kind::hang}); }    // the next read_some times out

    std::size_t chunk = 0;  // at most so many bytes a read; 0 = as many as the buffer takes
    std::optional<std::size_t> fail_at =
        {};  // the operation (0 = the first) that fails: reads, writes and TLS

    // --- the record ---------------------------------------------------------------------------------------
    std::string sent;                         // everything the client wrote
    std::size_t operations = 0;               // reads, writes and handshakes so far
    std::string fault;                        // how the client left the script; empty = it did not
    bool closed = false;                      // close() was called, or the stream is gone
    std::vector<net::TlsOptions> handshakes;  // the options of each start_tls()
    std::vector<net::Deadline> deadlines;     // every set_deadline()

    // The script was played to its end and the client wrote nothing beyond.
    bool finished();

    // A TlsInfo in good order, for tls().
    static net::TlsInfo good_tls();

  private:
    friend class FakeStream;
    enum class Kind { server, client, client_until, answer, tls, close, hang };
    struct Step {
        Kind kind = Kind::server;
        std::string bytes = {};
        std::function<std::string(std::string_view)> function = {};
        base::Result<net::TlsInfo> tls = net::TlsInfo{};
    };

    Dialogue& add(Step step);

    static base::Error network_error(std::string message);

    // Counts an operation; an Error when it is the one to fail.
    std::optional<base::Error> begin();

    base::Error left_script(std::string what);

    // Takes what the client wrote through the steps that wait for it.
    void settle();

    static std::string quoted(std::string_view text) { return std::string(text.substr(0, 200)); }

    std::deque<Step> steps_;
    std::string pending_;  // written by the client, not yet expected by a step
};

class FakeStream final : public net::Stream {
  public:
    explicit FakeStream(std::shared_ptr<Dialogue> dialogue) : dialogue_(std::move(dialogue)) {}
    FakeStream(const FakeStream&) = delete;
    FakeStream& operator=(const FakeStream&) = delete;
    ~FakeStream() override { dialogue_->closed = true; }

    void set_deadline(net::Deadline deadline) override { dialogue_->deadlines.push_back(deadline); }

    net::Task<base::Result<std::size_t>> read_some(std::span<char> buffer) override;

    net::Task<base::Result<void>> write(std::string_view bytes) override { co_return write_now(bytes); }

    net::Task<base::Result<net::TlsInfo>> start_tls(const net::TlsOptions& options) override;

    void close() override { dialogue_->closed = true; }

  private:
    using Kind = Dialogue::Kind;

    base::Result<std::size_t> read_now(std::span<char> buffer);

    base::Result<void> write_now(std::string_view bytes);

    base::Result<net::TlsInfo> start_tls_now(const net::TlsOptions& options);

    std::shared_ptr<Dialogue> dialogue_;
};

}  // namespace test
