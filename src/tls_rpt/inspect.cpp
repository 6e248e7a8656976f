#include "tls_rpt/inspect.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dmarc/report_uri.hpp"
#include "dns/mail_hosts.hpp"
#include "dns/report.hpp"
#include "dns/wildcard.hpp"
#include "finding/retell.hpp"
#include "tls_rpt/missing.hpp"
#include "tls_rpt/record.hpp"

namespace tls_rpt {

namespace {

constexpr std::size_t maximum_destinations = 10;
constexpr std::size_t maximum_texts = 16;

// nullopt: the name would be too long, so nothing can stand there.
std::optional<dns::Name> record_name(const base::DomainName& domain) {
    const auto name = dns::Name::parse("_smtp._tls." + domain.ascii());
    return name ? std::optional(*name) : std::nullopt;
}

// "host" of https://user@host:port/path, without checking more than the name.
std::optional<dns::Name> https_host(std::string_view uri) {
    auto rest = uri.substr(std::min(uri.size(), std::string_view("https://").size()));
    rest = rest.substr(0, rest.find_first_of("/?#"));
    rest = rest.substr(rest.rfind('@') + 1);
    rest = rest.substr(0, rest.find(':'));
    const auto domain = base::DomainName::parse(rest);
    return domain ? std::optional(dns::Name(*domain)) : std::nullopt;
}

class Inspector {
  public:
    Inspector(dns::Resolver& resolver, const base::DomainName& domain)
        : resolver_(resolver), domain_(domain) {
        result_.name = "_smtp._tls." + domain.ascii();
    }

    net::Task<Inspection> run() {
        const auto name = record_name(domain_);
        if (!name) {
            result_.status = dns::Status::nxdomain;
            add("tls-rpt-no-record", "the name " + result_.name + " is too long for the DNS");
            co_return finish();
        }
        const dns::Question question{*name, dns::Type::txt};
        const auto answer = co_await resolver_.query(question);
        result_.status = answer.status;
        if (report_.add_failure(*name, dns::Type::txt, answer)) co_return finish();
        take_texts(answer);
        if (!result_.record.empty()) co_await check_destinations();
        if (answer.status == dns::Status::found) {
            const auto probe = co_await dns::probe_wildcard(resolver_, *name, dns::Type::txt, answer);
            if (auto finding = dns::wildcard_finding(*name, dns::Type::txt, probe))
                report_.add(std::move(*finding));
        }
        if (counted_ == 0 && !near_miss_) co_await explain_missing();
        co_return finish();
    }

  private:
    finding::Finding& add(std::string_view id, std::string observed, std::string remedy = {}) {
        return report_.add(id, result_.name, std::move(observed), std::move(remedy));
    }

    Inspection finish() {
        result_.verdict = report_.verdict();
        result_.findings = report_.findings();
        return std::move(result_);
    }

    void take_texts(const dns::Answer& answer) {
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
            report_.add_all(dns::text_findings(answer.records.front().owner, *txt));
            result_.record = std::move(text);
        }
        if (counted_ > 1) {
            add("tls-rpt-several-records", fmt::format("{} records begin with v=TLSRPTv1;", counted_));
            result_.record.clear();
        }
        if (!result_.record.empty()) report_.add_all(inspect_record(result_.record, result_.name));
        for (const auto& text : others) {
            near_miss_ = near_miss_ || is_near_miss(text);
            auto findings = inspect_record(text, result_.name);
            // RFC 8460 section 3: discarded, and what remains counts.
            if (counted_ > 0) finding::retell(findings, "tls-rpt-near-miss", "tls-rpt-discarded");
            report_.add_all(std::move(findings));
        }
    }

    net::Task<void> check_destinations();
    net::Task<void> check_destination(std::string uri);
    net::Task<void> explain_missing();
    // As in DMARC: an address without mail is a warning, so one that could not be asked for is no more.
    void add_unverified(const dns::Name& name, dns::Type type, const dns::Answer& answer,
                        const std::string& uri) {
        point_at(
            add("tls-rpt-unverified", fmt::format("the {} look-up of {} failed: {}", dns::to_string(type),
                                                  name.to_string(), dns::to_string(answer.status))),
            uri);
    }
    void point_at(finding::Finding& finding, const std::string& uri) const {
        finding.text = result_.record;
        finding.offset = result_.record.find(uri);
    }

    dns::Resolver& resolver_;
    base::DomainName domain_;
    Inspection result_;
    dns::Report report_;
    std::size_t counted_ = 0;  // records of the right version
    bool near_miss_ = false;
};

net::Task<void> Inspector::check_destinations() {
    const auto record = parse_record(result_.record);
    if (record.has_error()) co_return;
    result_.destinations = record->destinations;
    const auto count = std::min(maximum_destinations, result_.destinations.size());
    for (std::size_t i = 0; i < count; ++i)
        co_await check_destination(result_.destinations[i]);
}

net::Task<void> Inspector::check_destination(std::string uri) {
    const auto parsed = dmarc::parse_report_uri(uri);
    if (parsed.mail_domain.empty()) {
        const auto host = https_host(uri);
        if (!host) co_return;
        for (const auto type : {dns::Type::a, dns::Type::aaaa}) {
            const dns::Question question{*host, type};
            const auto answer = co_await resolver_.query(question);
            if (answer.status == dns::Status::found) co_return;
            if (dns::is_temporary(answer.status)) {
                add_unverified(*host, type, answer, uri);
                co_return;
            }
        }
        point_at(add("tls-rpt-no-host", host->to_string() + " has no address"), uri);
        co_return;
    }
    const auto domain = dns::Name::parse(parsed.mail_domain);
    if (domain.has_error()) co_return;
    const auto mail = co_await dns::ask_mail_hosts(resolver_, *domain);
    const auto say = [&](std::string_view why) {
        point_at(add("tls-rpt-no-mail", fmt::format("{} {}", domain->to_string(), why)), uri);
    };
    switch (mail.route) {
        case dns::MailRoute::hosts:
        case dns::MailRoute::implicit:
            break;
        case dns::MailRoute::null_mx:
            say("takes no mail (null MX)");
            break;
        case dns::MailRoute::none:
            say("has no MX, A or AAAA record");
            break;
        case dns::MailRoute::no_domain:
            say("does not exist (NXDOMAIN)");
            break;
        case dns::MailRoute::failed:
            if (dns::is_temporary(mail.failure.status))
                add_unverified(mail.failed.name, mail.failed.type, mail.failure, uri);
            else
                say("is a CNAME that leads nowhere");
            break;
    }
}

net::Task<void> Inspector::explain_missing() {
    const auto& domain = domain_.ascii();
    Missing missing{.domain = domain_, .name = result_.name, .status = result_.status};
    missing.places = {result_.name + "." + domain, "_tls." + domain, "_smtp-tlsrpt." + domain, domain};
    missing.is_record = is_record;
    missing.no_domain_id = "tls-rpt-no-domain";
    missing.misplaced_id = "tls-rpt-misplaced";
    missing.no_record_id = "tls-rpt-no-record";
    missing.remedy = fmt::format("{}. IN TXT \"v=TLSRPTv1; rua=mailto:<mailbox>@{}\"", result_.name, domain);
    co_await tls_rpt::explain_missing(resolver_, std::move(missing), report_);
}

}  // namespace

net::Task<Inspection> inspect(dns::Resolver& resolver, base::DomainName domain) {
    Inspector inspector(resolver, domain);
    co_return co_await inspector.run();
}

net::Task<Presence> ask_presence(dns::Resolver& resolver, base::DomainName domain) {
    const auto name = record_name(domain);
    if (!name) co_return Presence::no;
    const dns::Question question{*name, dns::Type::txt};
    const auto answer = co_await resolver.query(question);
    if (dns::is_temporary(answer.status)) co_return Presence::unknown;
    const auto texts = answer.texts();
    co_return std::any_of(texts.begin(), texts.end(), is_record) ? Presence::yes : Presence::no;
}

}  // namespace tls_rpt
