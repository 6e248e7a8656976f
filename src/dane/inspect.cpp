#include "dane/inspect.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "dane/host_lookup.hpp"
#include "dane/judge.hpp"
#include "dns/findings.hpp"
#include "net/run.hpp"

namespace dane {

namespace {

constexpr std::size_t hosts_at_once = 8;

using finding::Verdict;

// By preference, each name once.
std::vector<dns::Mx> mail_hosts(const dns::Answer& answer) {
    std::vector<dns::Mx> hosts;
    for (const auto& record : answer.records)
        if (const auto* mx = std::get_if<dns::Mx>(&record.data)) hosts.push_back(*mx);
    std::sort(hosts.begin(), hosts.end(), [](const dns::Mx& a, const dns::Mx& b) {
        return a.exchange == b.exchange ? a.preference < b.preference : a.exchange < b.exchange;
    });
    const auto same = [](const dns::Mx& a, const dns::Mx& b) { return a.exchange == b.exchange; };
    hosts.erase(std::unique(hosts.begin(), hosts.end(), same), hosts.end());
    std::sort(hosts.begin(), hosts.end(), [](const dns::Mx& a, const dns::Mx& b) {
        return a.preference == b.preference ? a.exchange < b.exchange : a.preference < b.preference;
    });
    return hosts;
}

// What the MX answer alone decides; true = there are hosts to ask about, in `hosts`.
bool read_mx(Inspection& result, const base::DomainName& domain, const dns::Answer& answer,
             std::vector<dns::Mx>& hosts) {
    const dns::Name name(domain);
    if (const auto failure = dns::finding_for(name, dns::Type::mx, answer)) {
        result.findings.push_back(*failure);
        const bool temporary = dns::is_temporary(answer.status) && !answer.bogus;
        result.verdict = temporary ? Verdict::unchecked : Verdict::bad;
        return false;
    }
    if (answer.status == dns::Status::nxdomain) {
        result.findings.push_back(finding::make("dane-no-host", domain.ascii(), "NXDOMAIN"));
        result.verdict = Verdict::bad;
        return false;
    }
    hosts = mail_hosts(answer);
    result.implicit = hosts.empty();
    if (result.implicit) hosts.push_back({0, name});  // RFC 5321 section 5.1
    std::erase_if(hosts, [](const dns::Mx& host) { return host.exchange.is_root(); });
    result.null_mx = hosts.empty();
    result.verdict = Verdict::good;
    if (hosts.size() > most_hosts) {
        result.findings.push_back(finding::make(
            "dane-not-all-read", domain.ascii(),
            fmt::format("{} mail hosts, asked about are the first {}", hosts.size(), most_hosts)));
        hosts.resize(most_hosts);
    }
    return !hosts.empty();
}

}  // namespace

net::Task<Inspection> inspect(dns::Resolver& resolver, base::DomainName domain, bool trust_ad) {
    Inspection result;
    const dns::Question question{dns::Name(domain), dns::Type::mx};
    const dns::Answer answer = co_await resolver.query(question);
    result.status = answer.status;
    if (trust_ad && !dns::is_temporary(answer.status)) result.mx_secure = answer.authentic;
    std::vector<dns::Mx> hosts;
    if (!read_mx(result, domain, answer, hosts)) co_return result;
    std::vector<HostLookup> lookups(hosts.size());
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) -> net::Task<void> {
        lookups[i] = co_await look_up_host(resolver, hosts[i].exchange, trust_ad);
    };
    co_await net::for_each(hosts.size(), hosts_at_once, make);
    for (const auto& host : hosts)
        result.hosts.push_back(Host{.preference = host.preference, .name = {}});
    judge_hosts(result, domain, lookups);
    co_return result;
}

}  // namespace dane
