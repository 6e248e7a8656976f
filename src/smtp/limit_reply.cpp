#include "smtp/limit_reply.hpp"

#include <algorithm>

namespace smtp {

namespace {

Limit told_limit(const std::optional<Reply>& reply, Stage stage) {
    if (!reply || reply->code < 400) return Limit::none;
    const auto text = read_reply_text(reply->to_string());
    return text ? told_limit(*text, stage) : Limit::none;
}

}  // namespace

Limit told_limit(const ReplyText& reply, Stage stage) {
    const auto id = diagnose(reply, stage);
    if (id == "smtp-daily-limit") return Limit::today;
    if (id == "smtp-rate-limited" || id == "smtp-too-many-connections") return Limit::for_now;
    const bool is_short = id == "smtp-too-many-recipients" && reply.is_temporary();
    return is_short ? Limit::for_now : Limit::none;
}

Limit told_limit(const TransactionResult& result) {
    if (result.delivery != Delivery::refused && result.delivery != Delivery::deferred) return Limit::none;
    auto longest =
        std::max({told_limit(result.sender_reply, Stage::mail), told_limit(result.data_reply, Stage::data),
                  told_limit(result.final_reply, Stage::data)});
    if (result.accepted_recipients() != 0) return longest;
    for (const auto& reply : result.recipients)
        longest = std::max(longest, told_limit(reply, Stage::rcpt));
    return longest;
}

}  // namespace smtp
