#include "cli/sign_message.hpp"

#include <array>
#include <utility>

namespace cli {

namespace {

constexpr std::size_t chunk_size = 65536;

// Calls visit(chunk) for the input's bytes up to its end.
template <class Visit>
base::Result<void> read_all(MessageInput& input, Visit visit) {
    std::array<char, chunk_size> buffer;
    for (;;) {
        TRY(const auto count, input.read(buffer));
        if (count == 0) return {};
        TRY_VOID(visit(std::string_view(buffer.data(), count)));
    }
}

}  // namespace

base::Result<void> MessageSigning::keep(std::string_view body) {
    if (keep_ == Keep::no || read_again_) return {};
    if (input_.can_rewind() && !body_.fits_in_memory(body.size())) {
        read_again_ = true;
        body_.clear();
        return {};
    }
    return body_.append(body);
}

base::Result<void> MessageSigning::sign(base::Time now) {
    TRY_VOID(read_all(input_, [&](std::string_view chunk) -> base::Result<void> {
        TRY(const auto body, stream_.feed(chunk));
        return keep(body);
    }));
    TRY(const auto rest, stream_.finish());
    TRY_VOID(keep(rest));
    TRY(fields_, stream_.sign(now));
    return {};
}

base::Result<void> MessageSigning::write_body_again(const Take& take) {
    TRY_VOID(input_.rewind());
    mail::MessageReader reader({.endings = endings_});
    TRY_VOID(read_all(input_, [&](std::string_view chunk) -> base::Result<void> {
        TRY(const auto body, reader.feed(chunk));
        return take(body);
    }));
    TRY(const auto rest, reader.finish());
    TRY_VOID(take(rest));
    return input_.check_unchanged();
}

base::Result<void> MessageSigning::write(const Take& take) {
    std::string start;
    for (const auto& field : fields_)
        start += field;
    start += stream_.message().header().text();
    start += "\r\n";
    TRY_VOID(take(start));
    // A message cannot be sent without the end of its last line, and both canonicalisations hash one (RFC
    // 6376 section 3.4): verifiers that only look at the file would miss it.
    char last = '\n';
    const Take body = [&](std::string_view piece) {
        if (!piece.empty()) last = piece.back();
        return take(piece);
    };
    TRY_VOID(read_again_ ? write_body_again(body) : body_.replay(body));
    return last == '\n' ? base::Result<void>() : take("\r\n");
}

}  // namespace cli
