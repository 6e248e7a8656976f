#include "app/probe_policy.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "app/probe_remedy.hpp"
#include "base/text.hpp"

namespace app {

namespace {

using finding::Verdict;
using mta_sts::Mode;
using relay::Security;

// Where other servers deliver: port 25 with STARTTLS, or another that stands in for it. The ports of
// submission are none of a policy's business (RFC 8461 section 1: it is about mail between servers).
const Combination* cell_of_senders(const ProbeReport& report) {
    const Combination* found = nullptr;
    for (const auto& cell : report.combinations) {
        const auto port = cell.endpoint.port;
        if (cell.endpoint.security != Security::tls || port == 465 || port == 587) continue;
        if (found == nullptr || port == 25) found = &cell;
    }
    return found;
}

class Judge {
  public:
    Judge(ProbeReport& report, const mta_sts::Inspection& inspection, PolicyCheck& check)
        : report_(report), inspection_(inspection), check_(check) {}

    void run() {
        // A policy that strict senders take as invalid protects nothing, whatever could be read of it.
        if (!check_.policy || mta_sts::parse_policy(inspection_.policy_text).has_error()) {
            check_.policy.reset();
            take_findings();
            return;
        }
        if (check_.policy->mode == Mode::none) {
            add("mta-sts-mode-none", inspection_.url, "mode: none");
            check_.verdict = Verdict::good;
            return;
        }
        check_.verdict = Verdict::good;
        match_host();
        look_at_tls();
        if (check_.policy->mode == Mode::testing)
            add("mta-sts-mode-testing", inspection_.url, "mode: testing");
        if (check_.verdict == Verdict::good && check_.policy->mode == Mode::enforce)
            add("mta-sts-host-ok", host(),
                fmt::format("mx: {} covers it, mode: enforce, kept for {} s", check_.pattern,
                            check_.policy->max_age));
    }

  private:
    std::string host() const { return report_.target.host.to_string(); }
    bool is_enforced() const { return check_.policy->mode == Mode::enforce; }

    void add(std::string_view id, std::string subject, std::string observed, std::string remedy = {}) {
        report_.findings.push_back(
            finding::make(id, std::move(subject), std::move(observed), std::move(remedy)));
    }

    // A domain without a record is good; a policy that was announced and cannot be had is not.
    void take_findings() {
        check_.verdict = inspection_.verdict;
        report_.findings.insert(report_.findings.end(), inspection_.findings.begin(),
                                inspection_.findings.end());
    }

    void match_host() {
        const auto name = report_.target.host.name();  // an address is covered by no pattern
        const auto& patterns = check_.policy->mx;
        const auto found = std::find_if(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
            return name && mta_sts::matches(pattern, name->ascii());
        });
        if (found != patterns.end()) {
            check_.pattern = *found;
            return;
        }
        add(is_enforced() ? "mta-sts-mx-not-covered" : "mta-sts-mx-not-covered-testing", host(),
            fmt::format("{} allows {}", check_.domain, base::join(patterns, ", ")));
        if (is_enforced()) check_.verdict = Verdict::bad;
    }

    void look_at_tls() {
        const auto* cell = cell_of_senders(report_);
        if (cell != nullptr) {
            check_.port = cell->endpoint.port;
            check_.tls_verifies = verifies(*cell);
        }
        const std::string subject = cell != nullptr ? subject_of(report_, *cell) : host();
        if (!check_.tls_verifies) {
            const bool pinned = cell != nullptr && !report_.target.fingerprint.empty();
            add("mta-sts-tls-unknown", subject,
                cell == nullptr
                    ? "port 25 with tls was not tried: MTA-STS is about mail between servers, which goes "
                      "there, not about 465 and 587"
                : pinned ? "the certificate was compared with a fingerprint alone"
                         : cell->reason,
                cell == nullptr ? fmt::format("relayctl probe {} --port 25 --security tls --mta-sts {}",
                                              host(), check_.domain)
                                : std::string());
            if (is_enforced()) check_.verdict = finding::worse(check_.verdict, Verdict::unchecked);
        } else if (!*check_.tls_verifies) {
            add(is_enforced() ? "mta-sts-tls-fails" : "mta-sts-tls-fails-testing", subject, why_not(*cell));
            if (is_enforced()) check_.verdict = Verdict::bad;
        }
    }

    // Section 4.2: by the name of the host, whatever the relay is set to.
    std::optional<bool> verifies(const Combination& cell) const {
        if (cell.tls) {
            if (!report_.target.fingerprint.empty()) return std::nullopt;
            return cell.tls->status == net::CertificateStatus::ok;
        }
        if (cell.verdict == Verdict::unchecked) return std::nullopt;
        return false;
    }

    static std::string why_not(const Combination& cell) {
        if (!cell.tls) return cell.reason;
        const auto& tls = *cell.tls;
        return fmt::format("certificate {}{}{}", net::to_string(tls.status), tls.reason.empty() ? "" : ": ",
                           tls.reason);
    }

    ProbeReport& report_;
    const mta_sts::Inspection& inspection_;
    PolicyCheck& check_;
};

}  // namespace

void judge_policy(ProbeReport& report, const base::DomainName& domain,
                  const mta_sts::Inspection& inspection) {
    PolicyCheck check;
    check.domain = domain.ascii();
    check.url = inspection.url;
    check.id = inspection.id;
    check.policy = inspection.policy;
    Judge judge(report, inspection, check);
    judge.run();
    report.verdict = finding::worse(report.verdict, check.verdict);
    report.mta_sts = std::move(check);
}

net::Task<void> check_policy(ProbeServices services, ProbeReport& report, base::DomainName domain,
                             std::string ca_file) {
    if (services.fetcher == nullptr) throw std::logic_error("MTA-STS asked for without a way to fetch");
    mta_sts::Options options;
    options.ca_file = std::move(ca_file);
    const auto inspection = co_await mta_sts::inspect(services.resolver, *services.fetcher, domain, options);
    judge_policy(report, domain, inspection);
}

}  // namespace app
