#include "mx/inspect.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dns/wildcard.hpp"
#include "mx/redundancy.hpp"
#include "net/run.hpp"

namespace mx {

namespace {

constexpr std::size_t targets_at_once = 8;
constexpr std::size_t spf_maximum = 10;  // RFC 7208 section 4.6.4

std::vector<dns::Mx> records_of(const dns::Answer& answer) {
    std::vector<dns::Mx> records;
    for (const auto& record : answer.records)
        if (const auto* mx = std::get_if<dns::Mx>(&record.data)) records.push_back(*mx);
    std::sort(records.begin(), records.end(), [](const dns::Mx& a, const dns::Mx& b) {
        return a.preference != b.preference ? a.preference < b.preference : a.exchange < b.exchange;
    });
    return records;
}

class Inspector {
  public:
    Inspector(dns::Resolver& resolver, const base::DomainName& domain)
        : resolver_(resolver), domain_(domain) {}

    net::Task<Inspection> run() {
        const dns::Question question{domain_, dns::Type::mx};
        const auto answer = co_await resolver_.query(question);
        result_.status = answer.status;
        result_.authentic = answer.authentic;
        if (report_.add_failure(domain_, dns::Type::mx, answer)) co_return finish();
        if (answer.status == dns::Status::nxdomain) {
            add("mx-domain-missing", fmt::format("NXDOMAIN for {}", domain_.to_string()));
            co_return finish();
        }
        if (answer.status == dns::Status::no_data) {
            co_await inspect_implicit();
            co_return finish();
        }
        take(records_of(answer));
        co_await inspect_targets(answer);
        co_return finish();
    }

  private:
    finding::Finding& add(std::string_view id, std::string observed, std::string remedy = {}) {
        return report_.add(id, domain_.to_string(), std::move(observed), std::move(remedy));
    }

    // RFC 5321 section 5.1: the domain itself, with preference 0.
    net::Task<void> inspect_implicit() {
        Target target;
        target.name = domain_;
        co_await ask_addresses(resolver_, target);
        report_addresses(target);
        report_.append(target.report);
        const Host host = to_host(target);
        if (host.status == dns::Status::found) {
            // Nothing else stands beside a CNAME: the record belongs where it leads.
            const auto& aliases = aliases_of(target);
            const dns::Name& owner = aliases.empty() ? domain_ : aliases.back();
            add("mx-implicit", fmt::format("no MX record; {} has an address", domain_.to_string()),
                fmt::format("{} (or to take no mail: {}. IN MX 0 .)", mx_record(owner, 10, owner),
                            owner.to_string()));
            result_.implicit = true;
            result_.hosts.push_back(host);
        } else if (host.status && dns::is_missing(*host.status)) {
            add("mx-none", fmt::format("{} has no MX, no A and no AAAA record", domain_.to_string()),
                fmt::format("{}. IN MX 10 <mail host>. (or to take no mail: {}. IN MX 0 .)",
                            domain_.to_string(), domain_.to_string()));
        }
        targets_.push_back(std::move(target));
        if (result_.implicit) report_missing_ipv6(domain_, targets_, report_);
    }

    void take(const std::vector<dns::Mx>& records) {
        result_.records = records.size();
        std::vector<dns::Name> names;
        std::vector<std::string> repeated;
        for (const auto& record : records) {
            if (record.exchange.is_root()) {
                check_null(record, records);
            } else if (std::find(names.begin(), names.end(), record.exchange) != names.end()) {
                repeated.push_back(fmt::format("{} {}", record.preference, record.exchange.to_string()));
            } else {
                names.push_back(record.exchange);
                if (targets_.size() < maximum_hosts)
                    targets_.push_back({record.preference, record.exchange, kind_of(record.exchange)});
            }
        }
        result_.null_mx = names.empty();
        result_.hosts_left_out = names.size() - targets_.size();
        if (repeated.size() > spf_maximum) repeated.resize(spf_maximum);
        if (!repeated.empty()) add("mx-duplicate", "once more: " + base::join(repeated, ", "));
        if (records.size() > spf_maximum)
            add("mx-too-many", result_.hosts_left_out == 0
                                   ? fmt::format("{} MX records", records.size())
                                   : fmt::format("{} MX records; {} hosts were not looked at", records.size(),
                                                 result_.hosts_left_out));
    }

    // RFC 7505 section 3: preference 0, and no other MX record.
    void check_null(const dns::Mx& record, const std::vector<dns::Mx>& records) {
        const std::string remedy = fmt::format("{}. IN MX 0 .", domain_.to_string());
        const std::string text = fmt::format("{} .", record.preference);
        if (records.size() > 1 && !null_told_) {
            auto& finding =
                add("mx-null-not-alone", fmt::format("\".\" is one of {} targets", records.size()),
                    fmt::format("remove the record \"{}\", or to take no mail all others", text));
            finding.text = text;
            finding.offset = text.size() - 1;
        }
        if (record.preference != 0) {
            auto& finding =
                add("mx-null-preference", fmt::format("the preference is {}", record.preference), remedy);
            finding.text = text;
            finding.offset = 0;
        }
        if (records.size() == 1 && record.preference == 0) add("mx-null", "0 .");
        null_told_ = true;
    }

    net::Task<void> inspect_targets(const dns::Answer& answer) {
        if (targets_.empty()) co_return;
        const std::function<net::Task<void>(std::size_t)> look = [&](std::size_t i) -> net::Task<void> {
            if (i == targets_.size())
                co_await probe_wildcard(answer);
            else
                co_await inspect_target(resolver_, domain_, targets_[i]);
        };
        co_await net::for_each(targets_.size() + 1, targets_at_once, look);
        for (const auto& target : targets_) {
            report_.append(target.report);
            result_.hosts.push_back(to_host(target));
        }
        report_invalid();
        if (wildcard_.result == dns::Wildcard::same)
            add("mx-wildcard",
                fmt::format("{}, a name made up, has the same MX records", wildcard_.asked.to_string()));
        report_redundancy(domain_, targets_, report_);
    }

    net::Task<void> probe_wildcard(const dns::Answer& answer) {
        const auto below = domain_.child("mail");
        if (below) wildcard_ = co_await dns::probe_wildcard(resolver_, *below, dns::Type::mx, answer);
    }

    void report_invalid() {
        std::vector<std::string> names;
        for (const auto& target : targets_)
            if (target.kind == TargetKind::invalid) names.push_back(target.name.to_string());
        if (names.empty()) return;
        const bool all = names.size() == targets_.size() && result_.hosts_left_out == 0;
        if (names.size() > spf_maximum) names.resize(spf_maximum);
        add(all ? "mx-only-invalid" : "mx-target-invalid", base::join(names, ", "));
    }

    Inspection finish() {
        result_.verdict = report_.verdict();
        result_.findings = report_.findings();
        return std::move(result_);
    }

    dns::Resolver& resolver_;
    dns::Name domain_;
    Inspection result_;
    dns::Report report_;
    std::vector<Target> targets_;
    dns::WildcardProbe wildcard_;
    bool null_told_ = false;
};

}  // namespace

net::Task<Inspection> inspect(dns::Resolver& resolver, base::DomainName domain) {
    Inspector inspector(resolver, domain);
    co_return co_await inspector.run();
}

}  // namespace mx
