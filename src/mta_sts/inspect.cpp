#include "mta_sts/inspect.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dns/mail_hosts.hpp"
#include "dns/report.hpp"
#include "dns/wildcard.hpp"
#include "finding/retell.hpp"
#include "mta_sts/fetch.hpp"
#include "mta_sts/record.hpp"
#include "net/run.hpp"
#include "tls_rpt/inspect.hpp"
#include "tls_rpt/missing.hpp"

namespace mta_sts {

namespace {

constexpr std::size_t maximum_hosts = 100;
constexpr std::size_t maximum_texts = 16;
constexpr std::size_t maximum_findings = 20;  // of one kind

// The catalogue's remedies say <domain>.
void name_domain(std::string& remedy, const std::string& domain) {
    constexpr std::string_view placeholder = "<domain>";
    for (std::size_t at = 0; (at = remedy.find(placeholder, at)) != std::string::npos; at += domain.size())
        remedy.replace(at, placeholder.size(), domain);
}

class Inspector {
  public:
    Inspector(dns::Resolver& resolver, http::Fetcher& fetcher, const base::DomainName& domain,
              Options options)
        : resolver_(resolver), fetcher_(fetcher), domain_(domain), options_(std::move(options)) {
        result_.name = "_mta-sts." + domain.ascii();
    }

    net::Task<Inspection> run() {
        const auto name = dns::Name::parse(result_.name);
        if (name.has_error()) {
            result_.status = dns::Status::nxdomain;
            add("mta-sts-no-record", "the name " + result_.name + " is too long for the DNS");
            co_return finish();
        }
        const dns::Question question{*name, dns::Type::txt};
        const auto answer = co_await resolver_.query(question);
        result_.status = answer.status;
        if (report_.add_failure(*name, dns::Type::txt, answer)) co_return finish();
        take_texts(answer);
        if (counted_ == 0 && !near_miss_) co_await explain_missing();
        if (answer.status == dns::Status::found) co_await look_further(*name, answer);
        co_return finish();
    }

  private:
    finding::Finding& add(std::string_view id, std::string observed, std::string remedy = {}) {
        return report_.add(id, result_.name, std::move(observed), std::move(remedy));
    }

    Inspection finish() {
        result_.verdict = report_.verdict();
        result_.findings = report_.findings();
        for (auto& finding : result_.findings)
            name_domain(finding.remedy, domain_.ascii());
        return std::move(result_);
    }

    void take_texts(const dns::Answer& answer);
    net::Task<void> explain_missing();
    net::Task<void> look_further(const dns::Name& name, const dns::Answer& answer);
    void take_policy();
    void judge_mode();
    void judge_mail(const dns::MailHosts& mail);
    void match_hosts(const dns::MailHosts& mail);
    void report_unmatched();
    void report_unused();

    dns::Resolver& resolver_;
    http::Fetcher& fetcher_;
    base::DomainName domain_;
    Options options_;
    Inspection result_;
    dns::Report report_;
    std::size_t counted_ = 0;  // records of the right version
    bool near_miss_ = false;
};

void Inspector::take_texts(const dns::Answer& answer) {
    std::vector<std::string> others;
    for (const auto& record : answer.records) {
        const auto* txt = std::get_if<dns::Txt>(&record.data);
        if (txt == nullptr) continue;
        auto text = txt->joined();
        if (!is_record(text)) {
            if (others.size() < maximum_texts) others.push_back(std::move(text));
            continue;
        }
        if (++counted_ > 1) continue;
        report_.add_all(dns::text_findings(record.owner, *txt));
        result_.record = std::move(text);
    }
    if (counted_ > 1) {
        add("mta-sts-several-records", fmt::format("{} records begin with v=STSv1;", counted_));
        result_.record.clear();
    }
    if (!result_.record.empty()) {
        report_.add_all(inspect_record(result_.record, result_.name));
        if (const auto record = parse_record(result_.record)) result_.id = record->id;
    }
    for (const auto& text : others) {
        near_miss_ = near_miss_ || is_near_miss(text);
        auto findings = inspect_record(text, result_.name);
        // Section 3.1: discarded, and what remains counts.
        if (counted_ > 0) finding::retell(findings, "mta-sts-near-miss", "mta-sts-discarded");
        report_.add_all(std::move(findings));
    }
}

net::Task<void> Inspector::explain_missing() {
    const auto& domain = domain_.ascii();
    tls_rpt::Missing missing{.domain = domain_, .name = result_.name, .status = result_.status};
    missing.places = {result_.name + "." + domain, "mta-sts." + domain, domain};
    missing.is_record = is_record;
    missing.no_domain_id = "mta-sts-no-domain";
    missing.misplaced_id = "mta-sts-misplaced";
    missing.no_record_id = "mta-sts-no-record";
    co_await tls_rpt::explain_missing(resolver_, std::move(missing), report_);
}

// The policy, the MX hosts, the TLSRPT record and the wildcard, all at once; only where a record stands.
net::Task<void> Inspector::look_further(const dns::Name& name, const dns::Answer& answer) {
    dns::WildcardProbe wildcard;
    dns::MailHosts mail;
    dns::Report way;
    auto reports = tls_rpt::Presence::yes;
    const std::function<net::Task<void>(std::size_t)> ask = [&](std::size_t i) -> net::Task<void> {
        if (i == 0) wildcard = co_await dns::probe_wildcard(resolver_, name, dns::Type::txt, answer);
        if (i == 1) mail = co_await dns::ask_mail_hosts(resolver_, dns::Name(domain_));
        if (i == 2) reports = co_await tls_rpt::ask_presence(resolver_, domain_);
        if (i == 3) co_await fetch_policy(resolver_, fetcher_, domain_, options_, result_, way);
    };
    const bool has_record = counted_ == 1;  // with several, senders act as if there were none
    co_await net::for_each(has_record ? 4 : 1, 4, ask);
    if (auto finding = dns::wildcard_finding(name, dns::Type::txt, wildcard))
        report_.add(std::move(*finding));
    if (!has_record) co_return;
    report_.append(way);
    take_policy();
    judge_mail(mail);
    if (reports == tls_rpt::Presence::no)
        add("mta-sts-no-tls-rpt", fmt::format("no v=TLSRPTv1; record at _smtp._tls.{}", domain_.ascii()),
            fmt::format("_smtp._tls.{0}. IN TXT \"v=TLSRPTv1; rua=mailto:<mailbox>@{0}\"", domain_.ascii()));
}

void Inspector::take_policy() {
    if (result_.http_status != 200) return;
    auto inspection = inspect_policy(result_.policy_text, result_.url);
    report_.add_all(std::move(inspection.findings));
    result_.policy = std::move(inspection.policy);
    if (result_.policy) judge_mode();
    const auto& earlier = options_.earlier;
    if (earlier && !result_.id.empty() && earlier->id == result_.id && earlier->policy != result_.policy_text)
        add("mta-sts-id-unchanged", "the policy has changed, id=" + result_.id + " has not");
}

void Inspector::judge_mode() {
    if (result_.policy->mode == Mode::testing)
        report_.add("mta-sts-mode-testing", result_.url, "mode: testing");
    if (result_.policy->mode == Mode::none) report_.add("mta-sts-mode-none", result_.url, "mode: none");
}

void Inspector::judge_mail(const dns::MailHosts& mail) {
    switch (mail.route) {
        case dns::MailRoute::hosts:
        case dns::MailRoute::implicit:
            match_hosts(mail);
            break;
        case dns::MailRoute::null_mx:
            report_.add("mta-sts-no-mail", domain_.ascii(), "null MX: the domain takes no mail");
            break;
        case dns::MailRoute::none:
            report_.add("mta-sts-no-mail", domain_.ascii(), "the domain has no MX, A or AAAA record");
            break;
        case dns::MailRoute::no_domain:
            report_.add("mta-sts-no-mail", domain_.ascii(), "NXDOMAIN for the domain itself");
            break;
        case dns::MailRoute::failed:
            report_.add_failure(mail.failed.name, mail.failed.type, mail.failure);
            break;
    }
}

// Section 4.1
void Inspector::match_hosts(const dns::MailHosts& mail) {
    if (!result_.policy || result_.policy->mode == Mode::none) return;
    const auto& patterns = result_.policy->mx;
    for (const auto& host : mail.hosts) {
        if (result_.hosts.size() == maximum_hosts) break;
        HostMatch match{base::lower(host.exchange.to_string())};
        const auto found = std::find_if(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
            return matches(pattern, match.name);
        });
        if (found != patterns.end()) match.pattern = *found;
        result_.hosts.push_back(std::move(match));
    }
    if (patterns.empty()) return;  // reported as that
    report_unmatched();
    if (mail.hosts.size() <= maximum_hosts) report_unused();
}

void Inspector::report_unmatched() {
    const bool enforced = result_.policy->mode == Mode::enforce;
    std::size_t count = 0;
    for (const auto& host : result_.hosts) {
        if (!host.pattern.empty() || ++count > maximum_findings) continue;
        report_.add(enforced ? "mta-sts-mx-not-covered" : "mta-sts-mx-not-covered-testing", host.name,
                    fmt::format("no mx: line matches {}", host.name),
                    fmt::format("Add to the policy: mx: {}; then change id= of the record", host.name));
    }
}

void Inspector::report_unused() {
    std::size_t count = 0;
    for (const auto& pattern : result_.policy->mx) {
        const bool used = std::any_of(result_.hosts.begin(), result_.hosts.end(),
                                      [&](const HostMatch& host) { return matches(pattern, host.name); });
        if (used || ++count > maximum_findings) continue;
        report_.add("mta-sts-pattern-unused", result_.url, fmt::format("mx: {} matches no MX host", pattern));
    }
}

}  // namespace

net::Task<Inspection> inspect(dns::Resolver& resolver, http::Fetcher& fetcher, base::DomainName domain) {
    Options options;
    Inspector inspector(resolver, fetcher, domain, std::move(options));
    co_return co_await inspector.run();
}

net::Task<Inspection> inspect(dns::Resolver& resolver, http::Fetcher& fetcher, base::DomainName domain,
                              Options options) {
    Inspector inspector(resolver, fetcher, domain, std::move(options));
    co_return co_await inspector.run();
}

}  // namespace mta_sts
