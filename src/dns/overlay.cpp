#include "dns/overlay.hpp"

#include <algorithm>

namespace dns {

namespace {

constexpr std::size_t longest_string = 255;  // RFC 1035 section 3.3
constexpr std::uint32_t usual_ttl = 3600;

Txt as_strings(std::string_view text) {
    Txt txt;
    for (std::size_t at = 0; at < text.size() || txt.strings.empty(); at += longest_string)
        txt.strings.emplace_back(text.substr(at, longest_string));
    return txt;
}

}  // namespace

net::Task<Answer> Overlay::query(Question question) {
    const bool changed = question.type == Type::txt && question.name == name_;
    auto answer = co_await below_.query(std::move(question));
    if (!changed || (is_temporary(answer.status) && answer.records.empty())) co_return answer;
    auto records = answer.records.all();
    std::erase_if(records, [&](const Record& record) {
        const auto* txt = std::get_if<Txt>(&record.data);
        return txt != nullptr && is_replaced_(txt->joined());
    });
    Record record;
    record.owner = name_;
    record.type = Type::txt;
    record.ttl = records.empty() ? usual_ttl : records.front().ttl;
    record.data = as_strings(text_);
    records.push_back(std::move(record));
    answer.records = std::move(records);
    answer.status = Status::found;
    co_return answer;
}

}  // namespace dns
