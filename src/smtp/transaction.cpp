#include "smtp/transaction.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"
#include "smtp/mail_data.hpp"

namespace smtp {

namespace {

// In one group, so that neither side waits with full buffers for the other (RFC 2920 section 3.1).
constexpr std::size_t most_in_group = 100;
constexpr std::size_t bdat_octets = 1'000'000;
constexpr std::size_t block_octets = 65536;  // of one write behind DATA

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
}

std::string mail_line(const Envelope& envelope, const Capabilities& offered) {
    auto line = fmt::format("MAIL FROM:<{}>", envelope.sender ? envelope.sender->to_string() : "");
    if (offered.has("SIZE")) line += fmt::format(" SIZE={}", envelope.octets);
    if (envelope.has_eight_bit && offered.has("8BITMIME")) line += " BODY=8BITMIME";
    if (envelope.needs_smtputf8) line += " SMTPUTF8";
    if (!offered.has("DSN")) return line;
    if (!envelope.dsn.returned.empty()) line += " RET=" + envelope.dsn.returned;
    if (!envelope.dsn.envelope_id.empty()) line += " ENVID=" + to_xtext(envelope.dsn.envelope_id);
    return line;
}

std::string rcpt_line(const Envelope& envelope, const mail::Address& recipient, const Capabilities& offered) {
    auto line = fmt::format("RCPT TO:<{}>", recipient.to_string());
    if (!offered.has("DSN") || envelope.dsn.notify.empty()) return line;
    line += " NOTIFY=" + envelope.dsn.notify;
    // RFC 6533 section 3 has another form for other than ASCII.
    if (is_ascii(recipient.local_part())) line += " ORCPT=rfc822;" + to_xtext(recipient.to_string());
    return line;
}

// What the message needs and the server does not have; empty = nothing.
std::string find_lack(const Envelope& envelope, const Capabilities& offered) {
    if (envelope.needs_smtputf8 && !offered.has("SMTPUTF8"))
        return "an address or the header has other than ASCII characters, and the server offers no SMTPUTF8";
    if (envelope.has_eight_bit && !offered.has("8BITMIME"))
        return "the message has octets above 127, and the server offers no 8BITMIME";
    if (offered.size && *offered.size != 0 && envelope.octets > *offered.size)
        return fmt::format("the message has {} octets, and the server takes {}", envelope.octets,
                           *offered.size);
    return {};
}

// One transaction. Each step returns false when the transaction is over; result_ then says how.
class Transaction {
  public:
    Transaction(Session& session, Envelope envelope, ReadMessage read, TransactionLimits limits)
        : session_(session),
          envelope_(std::move(envelope)),
          read_(std::move(read)),
          limits_(limits),
          offered_(*session.capabilities()) {
        result_.recipients.resize(envelope_.recipients.size());
    }

    net::Task<base::Result<TransactionResult>> run() {
        result_.detail = find_lack(envelope_, offered_);
        if (!result_.detail.empty()) {
            result_.delivery = Delivery::unable;
            co_return result_;
        }
        const bool pipelines = offered_.has("PIPELINING"), chunks = offered_.has("CHUNKING");
        const bool begun = pipelines ? co_await begin_pipelined(!chunks) : co_await begin_stepwise(!chunks);
        if (begun) {
            if (chunks)
                co_await send_chunks();
            else
                co_await send_data();
        }
        if (error_) co_return std::move(*error_);
        co_await clear();
        co_return std::move(result_);
    }

  private:
    net::Task<bool> begin_stepwise(bool data);
    net::Task<bool> begin_pipelined(bool data);
    net::Task<bool> read_group(std::size_t first, std::size_t count, bool with_sender);
    net::Task<void> send_data();
    net::Task<void> send_chunks();
    net::Task<bool> send_chunk(std::string octets, bool last);
    net::Task<void> hear_early(base::Error lost);
    net::Task<void> hear_final();
    net::Task<void> end_empty_data();
    net::Task<void> clear();

    void end_session() {
        result_.is_open = false;
        result_.was_ended = true;
    }
    bool lose(const base::Error& error);
    bool decide(const Reply& reply, std::string_view what);
    bool judge_recipients();
    bool judge_data(const Reply& reply);
    void until(std::chrono::milliseconds time) {
        session_.set_deadline(std::min(limits_.whole, std::chrono::steady_clock::now() + time));
    }

    Session& session_;
    Envelope envelope_;
    ReadMessage read_;
    TransactionLimits limits_;
    Capabilities offered_;
    TransactionResult result_;
    std::optional<base::Error> error_;
    bool is_complete_ = false;  // the final dot, or the last chunk, may have reached the server
};

bool Transaction::lose(const base::Error& error) {
    end_session();
    if (error.kind == base::ErrorKind::usage) error_ = error;
    if (error.kind == base::ErrorKind::interrupted && !is_complete_) error_ = error;
    result_.delivery = is_complete_ ? Delivery::unknown : Delivery::deferred;
    result_.detail = is_complete_ ? "the connection was lost after the whole message was sent, before the "
                                    "reply: it may have been delivered: " +
                                        error.message
                                  : error.message;
    return false;
}

bool Transaction::decide(const Reply& reply, std::string_view what) {
    result_.delivery = reply.is_permanent() ? Delivery::refused : Delivery::deferred;
    result_.detail = fmt::format("{}: {}", what, reply.to_string());
    // RFC 5321 section 3.8: the server closes the connection.
    if (reply.code == 421) end_session();
    return false;
}

// Refused as a whole when no recipient is left; a 4xx among the refusals means that a later try may do.
bool Transaction::judge_recipients() {
    if (result_.accepted_recipients() > 0) return true;
    const Reply* told = nullptr;
    for (const auto& reply : result_.recipients)
        if (reply && (told == nullptr || (told->is_permanent() && !reply->is_permanent()))) told = &*reply;
    if (told == nullptr) return false;
    return decide(*told, "no recipient was accepted");
}

bool Transaction::judge_data(const Reply& reply) {
    if (reply.code == 354) return true;
    result_.data_reply = reply;
    return decide(reply, "the server does not take the message");
}

net::Task<bool> Transaction::begin_stepwise(bool data) {
    until(limits_.command);
    std::string line = mail_line(envelope_, offered_);
    auto reply = co_await session_.command(std::move(line));
    if (!reply) co_return lose(reply.error());
    result_.sender_reply = *reply;
    if (!reply->is_positive()) co_return decide(*reply, "the sender was not accepted");
    for (std::size_t i = 0; i < envelope_.recipients.size(); ++i) {
        until(limits_.command);
        line = rcpt_line(envelope_, envelope_.recipients[i], offered_);
        reply = co_await session_.command(std::move(line));
        if (!reply) co_return lose(reply.error());
        result_.recipients[i] = *reply;
        if (reply->code == 421) co_return decide(*reply, "the server ends the session");
    }
    if (!judge_recipients()) co_return false;
    if (!data) co_return true;
    until(limits_.data_start);
    line = "DATA";
    reply = co_await session_.command(std::move(line));
    if (!reply) co_return lose(reply.error());
    co_return judge_data(*reply);
}

net::Task<bool> Transaction::read_group(std::size_t first, std::size_t count, bool with_sender) {
    if (with_sender) {
        until(limits_.command);
        auto reply = co_await session_.next_reply();
        if (!reply) co_return lose(reply.error());
        result_.sender_reply = std::move(*reply);
        if (result_.sender_reply->code == 421)
            co_return decide(*result_.sender_reply, "the server ends the session");
    }
    for (std::size_t i = first; i < first + count; ++i) {
        until(limits_.command);
        auto reply = co_await session_.next_reply();
        if (!reply) co_return lose(reply.error());
        result_.recipients[i] = *reply;
        if (reply->code == 421) co_return decide(*reply, "the server ends the session");
    }
    co_return true;
}

net::Task<bool> Transaction::begin_pipelined(bool data) {
    std::vector<std::string> lines;
    lines.push_back(mail_line(envelope_, offered_));
    const std::size_t all = envelope_.recipients.size();
    for (std::size_t first = 0; first < all;) {
        const std::size_t count = std::min(most_in_group, all - first);
        for (std::size_t i = first; i < first + count; ++i)
            lines.push_back(rcpt_line(envelope_, envelope_.recipients[i], offered_));
        const bool last = first + count == all, with_data = data && last;
        if (with_data) lines.emplace_back("DATA");
        until(limits_.command);
        const auto sent = co_await session_.send_group(std::move(lines));
        lines.clear();
        if (!sent) co_return lose(sent.error());
        const bool read = co_await read_group(first, count, first == 0);
        if (!read) co_return false;
        // With no sender the recipients behind it are not asked for.
        if (!result_.sender_reply->is_positive() && !with_data)
            co_return decide(*result_.sender_reply, "the sender was not accepted");
        first += count;
    }
    if (!data) co_return judge_recipients();
    until(limits_.data_start);
    auto reply = co_await session_.next_reply();
    if (!reply) co_return lose(reply.error());
    const bool goes_on = result_.sender_reply->is_positive()
                             ? judge_recipients()
                             : decide(*result_.sender_reply, "the sender was not accepted");
    if (goes_on) co_return judge_data(*reply);
    if (reply->code == 354) co_await end_empty_data();
    co_return false;
}

// DATA was accepted for nobody: RFC 2920 section 3.1 lets the server do so, and the client must end it.
net::Task<void> Transaction::end_empty_data() {
    until(limits_.data_end);
    const std::string dot = ".\r\n";
    const auto sent = co_await session_.send_octets(dot, ".");
    if (sent) {
        const auto reply = co_await session_.next_reply();
        if (reply) co_return;
    }
    result_.is_open = false;
}

// The end goes out with the last octets, in one write: a write that fails has not handed the end over, so the
// message is not complete then, for certain.
net::Task<void> Transaction::send_data() {
    MailData data(Dots::doubled);
    std::string octets, shown;
    for (bool more = true; more;) {
        const auto chunk = read_();
        if (!chunk) {
            // Nothing but the end of the connection takes back what was begun.
            lose(chunk.error());
            error_ = chunk.error();
            co_return;
        }
        more = !chunk->empty();
        octets += more ? data.feed(*chunk) : data.finish();
        if (more && octets.size() < block_octets) continue;
        if (!more) {
            shown = fmt::format("(a message of {} octets) .", data.octets());
            octets += ".\r\n";
        }
        until(more ? limits_.block : limits_.data_end);
        const auto sent = co_await session_.send_octets(octets, shown);
        if (!sent) {
            co_await hear_early(sent.error());
            co_return;
        }
        octets.clear();
    }
    is_complete_ = true;
    co_await hear_final();
}

// A server that will not have the message may say so and close in the middle of it.
net::Task<void> Transaction::hear_early(base::Error lost) {
    lose(lost);
    if (error_) co_return;
    const auto reply = co_await session_.next_reply();
    if (!reply || reply->is_positive()) co_return;
    result_.final_reply = *reply;
    decide(*reply, "the server does not take the message");
}

net::Task<void> Transaction::hear_final() {
    auto reply = co_await session_.next_reply();
    if (!reply) {
        lose(reply.error());
        co_return;
    }
    is_complete_ = false;
    result_.final_reply = std::move(*reply);
    if (result_.final_reply->is_positive())
        result_.delivery = Delivery::accepted;
    else
        decide(*result_.final_reply, "the server does not take the message");
}

net::Task<bool> Transaction::send_chunk(std::string octets, bool last) {
    until(last ? limits_.data_end : limits_.block);
    const std::string head = fmt::format("BDAT {}{}", octets.size(), last ? " LAST" : "");
    octets.insert(0, head + "\r\n");
    const auto sent = co_await session_.send_octets(octets, head);
    if (!sent) co_return lose(sent.error());
    if (last) {
        is_complete_ = true;
        co_await hear_final();
        co_return false;
    }
    auto reply = co_await session_.next_reply();
    if (!reply) co_return lose(reply.error());
    if (reply->is_positive()) co_return true;
    result_.data_reply = *reply;
    co_return decide(*reply, "the server does not take the message");
}

net::Task<void> Transaction::send_chunks() {
    MailData data(Dots::plain);
    std::string octets;
    for (bool more = true; more;) {
        const auto chunk = read_();
        if (!chunk) {
            lose(chunk.error());
            error_ = chunk.error();
            co_return;
        }
        more = !chunk->empty();
        octets += more ? data.feed(*chunk) : data.finish();
        if (more && octets.size() < bdat_octets) continue;
        const bool goes_on = co_await send_chunk(std::move(octets), !more);
        if (!goes_on) co_return;
        octets.clear();
    }
}

// The next transaction begins with nothing left of this one.
net::Task<void> Transaction::clear() {
    if (result_.delivery == Delivery::accepted || !result_.is_open) co_return;
    until(limits_.command);
    std::string line = "RSET";
    const auto reply = co_await session_.command(std::move(line));
    if (!reply || !reply->is_positive()) result_.is_open = false;
}

}  // namespace

std::string_view to_string(Delivery delivery) {
    switch (delivery) {
        case Delivery::accepted:
            return "accepted";
        case Delivery::refused:
            return "refused";
        case Delivery::deferred:
            return "deferred";
        case Delivery::unable:
            return "unable";
        case Delivery::unknown:
            return "unknown";
    }
    return "unknown";
}

bool TransactionResult::accepts(std::size_t recipient) const {
    const auto& reply = recipients[recipient];
    return reply && reply->is_positive();
}

std::size_t TransactionResult::accepted_recipients() const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < recipients.size(); ++i)
        count += accepts(i) ? 1 : 0;
    return count;
}

net::Task<base::Result<TransactionResult>> send_mail(Session& session, Envelope envelope, ReadMessage read,
                                                     TransactionLimits limits) {
    if (envelope.recipients.empty()) co_return base::usage_error("a message without a recipient");
    if (!session.capabilities()) co_return base::Error{.kind = base::ErrorKind::bug, .message = "no EHLO"};
    Transaction transaction(session, std::move(envelope), std::move(read), limits);
    co_return co_await transaction.run();
}

std::string to_xtext(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        const bool plain = c >= '!' && c <= '~' && c != '+' && c != '=';
        if (plain)
            encoded.push_back(c);
        else
            encoded += fmt::format("+{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

}  // namespace smtp
