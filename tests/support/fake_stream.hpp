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
    Dialogue& client_until(std::string end) {
        return add({.kind = Kind::client_until, .bytes = std::move(end)});
    }
    // One line from the client (given without its CRLF); the server says what the function returns.
    Dialogue& answer(std::function<std::string(std::string_view)> function) {
        return add({.kind = Kind::answer, .bytes = {}, .function = std::move(function)});
    }
    // start_tls() must be called here, and gives this.
    Dialogue& tls(base::Result<net::TlsInfo> result) {
        return add({.kind = Kind::tls, .bytes = {}, .function = {}, .tls = std::move(result)});
    }
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
    bool finished() {
        settle();
        const bool played = steps_.empty() || (steps_.size() == 1 && steps_.front().kind == Kind::close);
        return fault.empty() && played && pending_.empty();
    }

    // A TlsInfo in good order, for tls().
    static net::TlsInfo good_tls() {
        net::TlsInfo info;
        info.version = "TLSv1.3";
        info.cipher = "TLS_AES_256_GCM_SHA384";
        info.group = "X25519";
        info.status = net::CertificateStatus::ok;
        return info;
    }

  private:
    friend class FakeStream;
    enum class Kind { server, client, client_until, answer, tls, close, hang };
    struct Step {
        Kind kind = Kind::server;
        std::string bytes = {};
        std::function<std::string(std::string_view)> function = {};
        base::Result<net::TlsInfo> tls = net::TlsInfo{};
    };

    Dialogue& add(Step step) {
        steps_.push_back(std::move(step));
        return *this;
    }

    static base::Error network_error(std::string message) {
        return {.kind = base::ErrorKind::unavailable, .message = std::move(message)};
    }

    // Counts an operation; an Error when it is the one to fail.
    std::optional<base::Error> begin() {
        const std::size_t number = operations++;
        if (closed) return network_error("the stream is closed");
        if (fail_at && number >= *fail_at) return network_error("connection reset by peer");
        return std::nullopt;
    }

    base::Error left_script(std::string what) {
        if (fault.empty()) fault = std::move(what);
        return {.kind = base::ErrorKind::bug, .message = "left the script: " + fault};
    }

    // Takes what the client wrote through the steps that wait for it.
    void settle() {
        while (!steps_.empty() && !pending_.empty() && fault.empty()) {
            Step& step = steps_.front();
            if (step.kind == Kind::client) {
                const std::size_t size = std::min(step.bytes.size(), pending_.size());
                if (pending_.compare(0, size, step.bytes, 0, size) != 0) {
                    left_script(fmt::format("expected [{}], got [{}]", quoted(step.bytes), quoted(pending_)));
                    return;
                }
                pending_.erase(0, size);
                step.bytes.erase(0, size);
                if (!step.bytes.empty()) return;
                steps_.pop_front();
            } else if (step.kind == Kind::client_until || step.kind == Kind::answer) {
                const std::string end = step.kind == Kind::answer ? "\r\n" : step.bytes;
                const std::size_t at = pending_.find(end);
                if (at == std::string::npos) return;
                const std::string line = pending_.substr(0, at);
                pending_.erase(0, at + end.size());
                const auto function = std::move(step.function);
                steps_.pop_front();
                if (function) steps_.push_front({.kind = Kind::server, .bytes = function(line)});
            } else {
                return;
            }
        }
    }

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

    net::Task<base::Result<std::size_t>> read_some(std::span<char> buffer) override {
        co_return read_now(buffer);
    }

    net::Task<base::Result<void>> write(std::string_view bytes) override { co_return write_now(bytes); }

    net::Task<base::Result<net::TlsInfo>> start_tls(const net::TlsOptions& options) override {
        co_return start_tls_now(options);
    }

    void close() override { dialogue_->closed = true; }

  private:
    using Kind = Dialogue::Kind;

    base::Result<std::size_t> read_now(std::span<char> buffer) {
        if (auto error = dialogue_->begin()) return std::move(*error);
        dialogue_->settle();
        if (!dialogue_->fault.empty()) return dialogue_->left_script({});
        auto& steps = dialogue_->steps_;
        while (!steps.empty() && steps.front().kind == Kind::server && steps.front().bytes.empty())
            steps.pop_front();
        if (steps.empty()) return dialogue_->network_error("timed out");
        auto& step = steps.front();
        switch (step.kind) {
            case Kind::server: {
                std::size_t size = std::min(buffer.size(), step.bytes.size());
                if (dialogue_->chunk != 0) size = std::min(size, dialogue_->chunk);
                std::copy_n(step.bytes.data(), size, buffer.data());
                step.bytes.erase(0, size);
                if (step.bytes.empty()) steps.pop_front();
                return size;
            }
            case Kind::close:
                return std::size_t{0};  // and so every time
            case Kind::hang:
                steps.pop_front();
                return dialogue_->network_error("timed out");
            case Kind::client:
            case Kind::client_until:
            case Kind::answer:
                return dialogue_->left_script("a read where the client must write " +
                                              dialogue_->quoted(step.bytes));
            case Kind::tls:
                return dialogue_->left_script("a read where TLS must begin");
        }
        return std::size_t{0};
    }

    base::Result<void> write_now(std::string_view bytes) {
        if (auto error = dialogue_->begin()) return std::move(*error);
        if (!dialogue_->steps_.empty() && dialogue_->steps_.front().kind == Kind::close)
            return dialogue_->network_error("broken pipe");
        dialogue_->sent += bytes;
        dialogue_->pending_ += bytes;
        dialogue_->settle();
        if (!dialogue_->fault.empty()) return dialogue_->left_script({});
        return {};
    }

    base::Result<net::TlsInfo> start_tls_now(const net::TlsOptions& options) {
        if (auto error = dialogue_->begin()) return std::move(*error);
        dialogue_->handshakes.push_back(options);
        dialogue_->settle();
        auto& steps = dialogue_->steps_;
        if (steps.empty() || steps.front().kind != Kind::tls)
            return dialogue_->left_script("TLS began where the script has something else");
        auto result = std::move(steps.front().tls);
        steps.pop_front();
        return result;
    }

    std::shared_ptr<Dialogue> dialogue_;
};

}  // namespace test
