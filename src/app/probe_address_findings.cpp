#include "app/probe_address_findings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/probe_remedy.hpp"
#include "app/probe_verdict.hpp"
#include "base/text.hpp"

namespace app {

namespace {

using finding::Verdict;

// What of a server a message or a login may need.
std::string offer_of(const Combination& cell) {
    const auto& offered = cell.after_tls ? cell.after_tls : cell.before_tls;
    if (!offered) return {};
    std::vector<std::string> words;
    for (const auto* keyword : {"STARTTLS", "SIZE", "8BITMIME", "SMTPUTF8", "DSN", "CHUNKING"})
        if (offered->has(keyword)) words.emplace_back(keyword);
    auto mechanisms = offered->auth;
    std::sort(mechanisms.begin(), mechanisms.end());
    for (const auto& mechanism : mechanisms)
        words.push_back("AUTH " + mechanism);
    return words.empty() ? "nothing" : base::join(words, ", ");
}

std::string certificate_of(const Combination& cell) {
    return cell.tls && !cell.tls->chain.empty() ? cell.tls->chain.front().fingerprint_sha256 : std::string();
}

// How `other` differs from `taken`; empty = not in what matters.
std::string difference(const Combination& other, const Combination& taken) {
    if (taken.verdict != Verdict::good) return {};
    if (other.verdict != Verdict::good)
        return fmt::format("{} {} does not work there, and does at the other: {}", other.endpoint.port,
                           relay::to_string(other.endpoint.security), other.reason);
    const auto offer = offer_of(other);
    const auto usual = offer_of(taken);
    if (offer != usual) return fmt::format("it offers {}; the other {}", offer, usual);
    if (certificate_of(other) == certificate_of(taken)) return {};
    const auto until = [](const Combination& cell) {
        return base::to_rfc3339(cell.tls->chain.front().not_after).substr(0, 10);
    };
    return fmt::format("it shows a certificate that ends at {}; the other one that ends at {}", until(other),
                       until(taken));
}

void tell_difference(ProbeReport& report, const AddressResult& one) {
    for (std::size_t i = 0; i < one.combinations.size(); ++i) {
        const auto differs = difference(one.combinations[i], report.combinations[i]);
        if (differs.empty()) continue;
        report.findings.push_back(finding::make("smtp-addresses-differ",
                                                subject_of(report, one.combinations[i]),
                                                fmt::format("{}: {}", one.address.to_string(), differs)));
        return;
    }
}

// IPv6 beside an IPv4 that works: no way there from here, or refused, as large receivers do without a reverse
// name.
std::string remedy_of(const ProbeReport& report, const AddressResult& one, const Combination& cell) {
    const bool refused = cell.problem == Problem::greeting_refused || cell.problem == Problem::ehlo_refused;
    const bool no_way = cell.problem == Problem::no_route;
    if (one.address.is_v4() || !report.address->is_v4() || report.verdict != Verdict::good) return {};
    if (no_way)
        return "This machine has no way to IPv6. Over IPv4 it works, and relayctl takes that by itself.";
    if (!refused) return {};
    return "Over IPv4 it works: give this machine's IPv6 address a reverse DNS name, or send over IPv4.";
}

void tell_fault(ProbeReport& report, const AddressResult& one) {
    const auto& cell = one.combinations[report.configured.value_or(0)];
    const std::string_view what = !report.configured     ? no_way_in(one.combinations)
                                  : cell.reply_code != 0 ? std::string_view(cell.observed)
                                                         : std::string_view(cell.reason);
    report.findings.push_back(
        finding::make(one.verdict == Verdict::bad ? "smtp-address-fails" : "smtp-address-silent",
                      report.configured ? subject_of(report, cell) : report.target.host.to_string(),
                      fmt::format("{}: {}", one.address.to_string(), what), remedy_of(report, one, cell)));
}

}  // namespace

void judge_addresses(ProbeReport& report) {
    Verdict worst = report.verdict;
    for (const auto& one : report.by_address) {
        if (one.address == report.address) continue;
        if (one.verdict == Verdict::good) {
            tell_difference(report, one);
            continue;
        }
        worst = finding::worse(worst, one.verdict);
        if (!one.combinations.empty()) tell_fault(report, one);
    }
    report.verdict = worst;
}

}  // namespace app
