#include "smtp/limit_reply.hpp"

namespace smtp {

bool tells_of_limit(const Reply& reply, Stage stage) {
    if (reply.code < 400) return false;
    const auto text = read_reply_text(reply.to_string());
    if (!text) return false;
    const auto id = diagnose(*text, stage);
    if (id == "smtp-too-many-recipients") return reply.is_temporary();
    return id == "smtp-daily-limit" || id == "smtp-rate-limited";
}

bool tells_of_limit(const TransactionResult& result) {
    if (result.delivery != Delivery::refused && result.delivery != Delivery::deferred) return false;
    const auto says = [](const std::optional<Reply>& reply, Stage stage) {
        return reply && tells_of_limit(*reply, stage);
    };
    if (says(result.sender_reply, Stage::mail) || says(result.data_reply, Stage::data) ||
        says(result.final_reply, Stage::data))
        return true;
    if (result.accepted_recipients() != 0) return false;
    for (const auto& reply : result.recipients)
        if (says(reply, Stage::rcpt)) return true;
    return false;
}

}  // namespace smtp
