#include "dns/tcp_query.hpp"

#include "dns/random.hpp"
#include "net/dialer.hpp"

namespace dns {

namespace {

net::Task<base::Result<void>> read_exactly(net::Stream& stream, std::span<char> buffer) {
    while (!buffer.empty()) {
        CO_TRY(const std::size_t size, co_await stream.read_some(buffer));
        if (size == 0)
            co_return base::Error{.kind = base::ErrorKind::unavailable,
                                  .message = "the server closed the connection"};
        buffer = buffer.subspan(size);
    }
    co_return base::Result<void>();
}

}  // namespace

net::Task<base::Result<std::string>> exchange_over_tcp(net::Endpoint server, std::string message,
                                                       net::Deadline deadline) {
    std::string framed;
    framed += static_cast<char>(message.size() >> 8);  // RFC 1035 section 4.2.2: the length comes first
    framed += static_cast<char>(message.size() & 0xff);
    framed += message;

    net::TcpDialer dialer;
    CO_TRY(const auto stream, co_await dialer.connect(server, deadline));
    CO_TRY_VOID(co_await stream->write(framed));
    std::string answer(2, '\0');
    std::span<char> room(answer);
    CO_TRY_VOID(co_await read_exactly(*stream, room));
    const std::size_t size = static_cast<std::size_t>(static_cast<unsigned char>(answer[0])) << 8 |
                             static_cast<unsigned char>(answer[1]);
    answer.assign(size, '\0');
    room = std::span<char>(answer);
    CO_TRY_VOID(co_await read_exactly(*stream, room));
    co_return answer;
}

net::Task<base::Result<Response>> ask_over_tcp(net::Endpoint server, Question question, QueryFlags flags,
                                               net::Deadline deadline) {
    const std::string query = encode_query(question, random_bits(), flags);
    CO_TRY(const auto message, co_await exchange_over_tcp(server, query, deadline));
    if (match_response(message, query) == Match::foreign)
        co_return base::Error{.kind = base::ErrorKind::unavailable,
                              .message = "malformed answer: it is to another question"};
    auto response = decode_response(message);
    if (response.has_value() && response->truncated)
        co_return base::Error{.kind = base::ErrorKind::unavailable,
                              .message = "malformed answer: it is cut short"};
    co_return response;
}

net::Task<base::Result<UpdateAnswer>> send_update(net::Endpoint server, TextUpdate update, TsigKey key,
                                                  net::Deadline deadline) {
    const auto sent = encode_update(update, random_bits(), key);
    CO_TRY(const auto answer, co_await exchange_over_tcp(server, sent.message, deadline));
    co_return decode_update_answer(answer, sent, key);
}

}  // namespace dns
