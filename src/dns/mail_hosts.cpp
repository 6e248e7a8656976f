#include "dns/mail_hosts.hpp"

#include <algorithm>

namespace dns {

namespace {

std::vector<Mx> hosts_of(const Answer& answer) {
    std::vector<Mx> hosts;
    for (const auto& record : answer.records)
        if (const auto* mx = std::get_if<Mx>(&record.data); mx != nullptr && !mx->exchange.is_root())
            hosts.push_back(*mx);
    const auto by_name = [](const Mx& a, const Mx& b) {
        return a.exchange == b.exchange ? a.preference < b.preference : a.exchange < b.exchange;
    };
    const auto same_name = [](const Mx& a, const Mx& b) { return a.exchange == b.exchange; };
    std::sort(hosts.begin(), hosts.end(), by_name);
    hosts.erase(std::unique(hosts.begin(), hosts.end(), same_name), hosts.end());
    std::stable_sort(hosts.begin(), hosts.end(),
                     [](const Mx& a, const Mx& b) { return a.preference < b.preference; });
    return hosts;
}

// A CNAME that leads to a missing name is broken, not a missing domain.
bool leads_nowhere(const Answer& answer) {
    return answer.status == Status::nxdomain && !answer.aliases.empty();
}

}  // namespace

net::Task<MailHosts> ask_mail_hosts(Resolver& resolver, Name domain) {
    MailHosts result;
    for (const auto type : {Type::mx, Type::a, Type::aaaa}) {
        const Question question{domain, type};
        auto answer = co_await resolver.query(question);
        if (answer.status == Status::found) {
            if (type == Type::mx) {
                result.hosts = hosts_of(answer);
                result.route = result.hosts.empty() ? MailRoute::null_mx : MailRoute::hosts;
            } else {
                result.hosts.push_back({0, domain});
                result.route = MailRoute::implicit;
            }
            co_return result;
        }
        if (!is_missing(answer.status) || leads_nowhere(answer)) {
            result.failed = question;
            result.failure = std::move(answer);
            co_return result;
        }
        if (answer.status == Status::nxdomain) {
            result.route = MailRoute::no_domain;
            co_return result;
        }
    }
    result.route = MailRoute::none;
    co_return result;
}

}  // namespace dns
