#include "dmarc/reports.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dns/mail_hosts.hpp"

namespace dmarc {

namespace {

bool refuses_mail(const dns::MailHosts& hosts) {
    switch (hosts.route) {
        case dns::MailRoute::hosts:
        case dns::MailRoute::implicit:
            return false;
        case dns::MailRoute::null_mx:
        case dns::MailRoute::none:
        case dns::MailRoute::no_domain:
            return true;
        case dns::MailRoute::failed:
            break;
    }
    return !dns::is_temporary(hosts.failure.status);  // a CNAME that leads nowhere, or has no end
}

struct Consent {
    Authorization authorization = Authorization::unverified;
    std::string name;           // asked
    std::string observed;       // when not authorized
    std::string remedy = {};    // empty = the catalogue's
    std::string redirected_to;  // the host of a rua= that may not be used
};

// RFC 9990 section 4, steps 2 to 9. The wildcard "*._report._dmarc" is the DNS's business, never asked for.
net::Task<Consent> ask_consent(dns::Resolver& resolver, dns::Name owner, dns::Name host) {
    Consent consent;
    consent.name = fmt::format("{}._report._dmarc.{}", owner.to_string(), host.to_string());
    const auto name = dns::Name::parse(consent.name);
    if (name.has_error()) {
        consent.observed = "the name " + base::quoted(consent.name) + " is too long";
        consent.remedy = "Give an address whose domain is shorter, or one of the own organization.";
        co_return consent;
    }
    const dns::Question question{*name, dns::Type::txt};
    const auto answer = co_await resolver.query(question);
    if (dns::is_temporary(answer.status)) {
        consent.observed = fmt::format("{}: {}", consent.name, dns::to_string(answer.status));
        co_return consent;
    }
    consent.authorization = Authorization::unauthorized;
    consent.observed = fmt::format("{}: {}", consent.name,
                                   answer.status == dns::Status::found ? std::string_view("no v=DMARC1 there")
                                                                       : dns::to_string(answer.status));
    for (const auto& text : answer.texts()) {
        const auto record = parse_record(text);
        if (record.has_error()) continue;
        consent.authorization = Authorization::authorized;
        for (const auto& uri : record->aggregate_reports)
            if (uri.valid && uri.mail_domain != base::lower(host.to_string()))
                consent.redirected_to = uri.uri;
    }
    co_return consent;
}

class Checker {
  public:
    Checker(dns::Resolver& resolver, const Discovery& discovery)
        : resolver_(resolver), discovery_(discovery), owner_(discovery.governing_step()->domain) {}

    net::Task<ReportCheck> check() {
        const auto& record = *discovery_.record();
        co_await check_list("rua", record.aggregate_reports);
        co_await check_list("ruf", record.failure_reports);
        co_return std::move(result_);
    }

  private:
    net::Task<void> check_list(std::string tag, std::vector<ReportUri> uris);
    net::Task<Authorization> check_host(dns::Name host);
    net::Task<std::optional<bool>> is_same_organization(dns::Name host);
    void add(std::string_view id, std::string observed, std::string remedy = {}) {
        result_.findings.push_back(
            finding::make(id, discovery_.governing_step()->name, std::move(observed), std::move(remedy)));
    }

    dns::Resolver& resolver_;
    const Discovery& discovery_;
    dns::Name owner_;  // of the record
    std::optional<std::optional<dns::Name>> owner_organization_;
    std::map<dns::Name, Authorization> known_;
    ReportCheck result_;
};

net::Task<void> Checker::check_list(std::string tag, std::vector<ReportUri> uris) {
    constexpr std::size_t most = 10;
    for (const auto& uri : uris) {
        if (uri.mail_domain.empty() || result_.destinations.size() >= most) continue;
        const auto host = dns::Name::parse(uri.mail_domain);
        if (host.has_error()) continue;
        ReportDestination destination{.tag = tag, .uri = uri.uri, .host = uri.mail_domain};
        if (const auto known = known_.find(*host); known != known_.end()) {
            destination.authorization = known->second;
        } else {
            destination.authorization = co_await check_host(*host);
            known_[*host] = destination.authorization;
        }
        result_.destinations.push_back(std::move(destination));
    }
}

net::Task<Authorization> Checker::check_host(dns::Name host) {
    const auto hosts = co_await dns::ask_mail_hosts(resolver_, host);
    if (refuses_mail(hosts))
        add("dmarc-report-no-mail", host.to_string() + " takes no mail");
    else if (hosts.route == dns::MailRoute::failed)
        add("dmarc-report-unverified",
            fmt::format("the {} look-up of {} failed: {}", dns::to_string(hosts.failed.type),
                        host.to_string(), dns::to_string(hosts.failure.status)));
    const auto same = co_await is_same_organization(host);
    if (same == true) co_return Authorization::internal;
    if (!same) {
        add("dmarc-report-unverified", "the organizational domain of " + host.to_string() + " is not known");
        co_return Authorization::unverified;
    }
    const auto consent = co_await ask_consent(resolver_, owner_, host);
    if (!consent.redirected_to.empty()) {
        // RFC 9990 section 4, step 9: neither address may be used.
        add("dmarc-report-override",
            fmt::format("{} says rua={}", consent.name, base::quoted(consent.redirected_to)));
        co_return Authorization::unauthorized;
    }
    if (consent.authorization == Authorization::unauthorized)
        add("dmarc-report-unauthorized", consent.observed,
            fmt::format("Ask the owner of {} to publish: {}. IN TXT \"v=DMARC1;\"", host.to_string(),
                        consent.name));
    if (consent.authorization == Authorization::unverified)
        add("dmarc-report-unverified", consent.observed, consent.remedy);
    co_return consent.authorization;
}

// RFC 9990 section 4: by tree walk. nullopt = a DNS failure.
net::Task<std::optional<bool>> Checker::is_same_organization(dns::Name host) {
    if (host == owner_) co_return true;
    if (!owner_organization_) {
        if (owner_ == discovery_.domain && discovery_.organizational_domain) {
            owner_organization_ = discovery_.organizational_domain;
        } else {
            owner_organization_ = co_await find_organizational_domain(resolver_, owner_);
        }
    }
    const auto host_organization = co_await find_organizational_domain(resolver_, host);
    if (!host_organization || !*owner_organization_) co_return std::nullopt;
    co_return *host_organization == **owner_organization_;
}

}  // namespace

std::string_view to_string(Authorization authorization) {
    switch (authorization) {
        case Authorization::internal:
            return "internal";
        case Authorization::authorized:
            return "authorized";
        case Authorization::unauthorized:
            return "unauthorized";
        case Authorization::unverified:
            return "unverified";
    }
    return "unverified";
}

net::Task<ReportCheck> check_reports(dns::Resolver& resolver, const Discovery& discovery) {
    ReportCheck nothing;
    if (discovery.governing_step() == nullptr) co_return nothing;
    Checker checker(resolver, discovery);
    co_return co_await checker.check();
}

}  // namespace dmarc
