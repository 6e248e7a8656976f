#include "spf/mail_hosts.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "dns/findings.hpp"
#include "net/run.hpp"
#include "spf/evaluate.hpp"
#include "spf/select.hpp"

namespace spf {

namespace {

using Findings = std::vector<finding::Finding>;

constexpr std::size_t at_once = 5;

struct Host {
    dns::Name name;
    bool takes_mail = false;  // an MX names it
};

void append(Findings& to, const std::optional<finding::Finding>& finding) {
    if (finding) to.push_back(*finding);
}

net::Task<Findings> check_own_record(dns::Resolver& resolver, dns::Name host) {
    Findings findings;
    const dns::Question question{host, dns::Type::txt};
    const dns::Answer answer = co_await resolver.query(question);
    append(findings, dns::finding_for(host, dns::Type::txt, answer));
    const bool asked = answer.status == dns::Status::found || dns::is_missing(answer.status);
    if (!asked || !select_records(answer).empty()) co_return findings;
    findings.push_back(finding::make("spf-helo-no-record", host.to_string(),
                                     fmt::format("{} has no SPF record", host.to_string()),
                                     fmt::format("{}. IN TXT \"v=spf1 a -all\"", host.to_string())));
    co_return findings;
}

net::Task<Findings> check_authorised(dns::Resolver& resolver, std::string domain, dns::Name host) {
    Findings findings;
    std::vector<base::IpAddress> addresses;
    for (const auto type : {dns::Type::a, dns::Type::aaaa}) {
        const dns::Question question{host, type};
        const dns::Answer answer = co_await resolver.query(question);
        append(findings, dns::finding_for(host, type, answer));
        for (const auto& address : answer.addresses())
            if (addresses.size() < most_host_addresses) addresses.push_back(address);
    }
    for (const auto& address : addresses) {
        const Query query = make_query("postmaster@" + domain, host.to_string(), address);
        const Evaluation evaluation = co_await evaluate(resolver, query);
        const bool refused = evaluation.verdict == Verdict::fail || evaluation.verdict == Verdict::softfail ||
                             evaluation.verdict == Verdict::neutral;
        if (!refused) continue;
        findings.push_back(
            finding::make("spf-mx-not-authorised", domain,
                          fmt::format("{} for {} of {}: {}", to_string(evaluation.verdict),
                                      address.to_string(), host.to_string(), evaluation.reason),
                          fmt::format("add mx, or {}:{}, to the record when the host also sends",
                                      address.is_v4() ? "ip4" : "ip6", address.to_string())));
    }
    co_return findings;
}

std::vector<Host> hosts_of(const dns::Name& domain, const dns::Answer& exchanges,
                           const std::vector<std::string>& ehlo_names) {
    std::vector<Host> hosts;
    const auto add = [&](const dns::Name& name, bool takes_mail) {
        const bool known =
            std::any_of(hosts.begin(), hosts.end(), [&](const Host& host) { return host.name == name; });
        if (!known && name.label_count() > 1 && hosts.size() < most_mail_hosts)
            hosts.push_back({name, takes_mail});
    };
    for (const auto& record : exchanges.records)
        if (const auto* mx = std::get_if<dns::Mx>(&record.data);
            mx != nullptr && mx->exchange.is_at_or_below(domain))
            add(mx->exchange, true);
    for (const auto& text : ehlo_names)
        if (const auto name = dns::Name::parse(text)) add(*name, false);
    return hosts;
}

}  // namespace

net::Task<Findings> check_mail_hosts(dns::Resolver& resolver, std::string domain,
                                     std::vector<std::string> ehlo_names) {
    Findings findings;
    const auto name = dns::Name::parse(domain);
    if (name.has_error()) co_return findings;
    const dns::Question question{*name, dns::Type::mx};
    const dns::Answer exchanges = co_await resolver.query(question);
    append(findings, dns::finding_for(*name, dns::Type::mx, exchanges));
    const auto hosts = hosts_of(*name, exchanges, ehlo_names);
    std::vector<Findings> parts(hosts.size() * 2);
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) -> net::Task<void> {
        const Host& host = hosts[i / 2];
        if (i % 2 == 0)
            parts[i] = co_await check_own_record(resolver, host.name);
        else if (host.takes_mail)
            parts[i] = co_await check_authorised(resolver, domain, host.name);
    };
    co_await net::for_each(parts.size(), at_once, make);
    for (const auto& part : parts)
        findings.insert(findings.end(), part.begin(), part.end());
    co_return findings;
}

}  // namespace spf
