#include "dns/udp_tries.hpp"

#include "dns/random.hpp"
#include "net/network_error.hpp"

namespace dns::detail {

bool settles(const Exchange& late, const Try& heir) {
    if (late.outcome != Exchange::Outcome::answered) return false;
    const unsigned code = late.response.code;
    if (code == 0 || code == 3) return true;
    return late.server == heir.result.server && code != 1 && code != 4;
}

Try* Tries::find(std::uint16_t id) const {
    const auto found = tries_.find(id);
    return found == tries_.end() ? nullptr : found->second;
}

std::uint16_t Tries::unused_id() const {
    std::uint16_t id = random_bits();
    while (tries_.contains(id))
        id = random_bits();
    return id;
}

void Tries::leave(std::uint16_t id, const Try& made) {
    if (const auto found = tries_.find(id); found != tries_.end() && found->second == &made)
        tries_.erase(found);
}

void Tries::finish(std::uint16_t id, Exchange::Outcome outcome, std::string reason) {
    const auto found = tries_.find(id);
    Try& ended = *found->second;
    tries_.erase(found);
    ended.result.outcome = outcome;
    ended.result.reason = std::move(reason);
    if (ended.heir == nullptr)
        ended.done.set();
    else if (settles(ended.result, *ended.heir))
        ended.heir->done.set();
}

void Tries::fail_all(int error) {
    while (!tries_.empty())
        finish(tries_.begin()->first, Exchange::Outcome::failed, net::describe_errno(error));
}

void Tries::take(std::string_view message) {
    if (message.size() < 2) return;
    const auto id = static_cast<std::uint16_t>(static_cast<unsigned char>(message[0]) << 8 |
                                               static_cast<unsigned char>(message[1]));
    Try* const asked = find(id);
    if (asked == nullptr) return;
    switch (match_response(message, asked->query)) {
        case Match::foreign:
            return;
        case Match::other_case:
            asked->result.other_case = true;
            if (asked->heir != nullptr && asked->heir->result.server == asked->result.server)
                asked->heir->result.other_case = true;
            return;
        case Match::ours:
            break;
    }
    auto response = decode_response(message);
    if (response.has_error()) return finish(id, Exchange::Outcome::malformed, response.error().message);
    asked->result.response = std::move(*response);
    finish(id, Exchange::Outcome::answered);
}

void Tries::find_expired(net::Deadline now, std::vector<std::uint16_t>& expired) const {
    expired.clear();
    for (const auto& [id, made] : tries_)
        if (made->deadline <= now) expired.push_back(id);
}

void Tries::time_is_over(std::uint16_t id) {
    Try& over = *tries_.at(id);
    if (!over.stays) return finish(id, Exchange::Outcome::timeout);
    over.deadline = net::Deadline::max();
    over.done.set();
}

Registration::Registration(std::shared_ptr<Tries> tries, std::uint16_t id, Try& made)
    : tries_(std::move(tries)), id_(id), made_(made) {
    tries_->enter(id_, made_);
}

}  // namespace dns::detail
