#include "support/fake_stream.hpp"

namespace test {

Dialogue& Dialogue::client_until(std::string end) {
    return add({.kind = Kind::client_until, .bytes = std::move(end)});
}

Dialogue& Dialogue::answer(std::function<std::string(std::string_view)> function) {
    return add({.kind = Kind::answer, .bytes = {}, .function = std::move(function)});
}

Dialogue& Dialogue::tls(base::Result<net::TlsInfo> result) {
    return add({.kind = Kind::tls, .bytes = {}, .function = {}, .tls = std::move(result)});
}

bool Dialogue::finished() {
    settle();
    const bool played = steps_.empty() || (steps_.size() == 1 && steps_.front().kind == Kind::close);
    return fault.empty() && played && pending_.empty();
}

net::TlsInfo Dialogue::good_tls() {
    net::TlsInfo info;
    info.version = "TLSv1.3";
    info.cipher = "TLS_AES_256_GCM_SHA384";
    info.group = "X25519";
    info.status = net::CertificateStatus::ok;
    return info;
}

Dialogue& Dialogue::add(Step step) {
    steps_.push_back(std::move(step));
    return *this;
}

base::Error Dialogue::network_error(std::string message) {
    return {.kind = base::ErrorKind::unavailable, .message = std::move(message)};
}

std::optional<base::Error> Dialogue::begin() {
    const std::size_t number = operations++;
    if (closed) return network_error("the stream is closed");
    if (fail_at && number >= *fail_at) return network_error("connection reset by peer");
    return std::nullopt;
}

base::Error Dialogue::left_script(std::string what) {
    if (fault.empty()) fault = std::move(what);
    return {.kind = base::ErrorKind::bug, .message = "left the script: " + fault};
}

void Dialogue::settle() {
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

net::Task<base::Result<std::size_t>> FakeStream::read_some(std::span<char> buffer) {
    co_return read_now(buffer);
}

net::Task<base::Result<net::TlsInfo>> FakeStream::start_tls(const net::TlsOptions& options) {
    co_return start_tls_now(options);
}

base::Result<std::size_t> FakeStream::read_now(std::span<char> buffer) {
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

base::Result<void> FakeStream::write_now(std::string_view bytes) {
    if (auto error = dialogue_->begin()) return std::move(*error);
    if (!dialogue_->steps_.empty() && dialogue_->steps_.front().kind == Kind::close)
        return dialogue_->network_error("broken pipe");
    dialogue_->sent += bytes;
    dialogue_->pending_ += bytes;
    dialogue_->settle();
    if (!dialogue_->fault.empty()) return dialogue_->left_script({});
    return {};
}

base::Result<net::TlsInfo> FakeStream::start_tls_now(const net::TlsOptions& options) {
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

}  // namespace test
