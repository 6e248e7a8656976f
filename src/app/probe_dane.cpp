#include "app/probe_dane.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/probe_remedy.hpp"
#include "app/probe_summary.hpp"
#include "base/text.hpp"
#include "dane/host_lookup.hpp"
#include "dane/match.hpp"

namespace app {

namespace {

using finding::Verdict;

constexpr std::size_t most_records = 50;

// Where one endpoint with TLS decides, no other's records matter; else a port has records of its own.
std::vector<const Combination*> cells_to_check(const ProbeReport& report) {
    std::vector<const Combination*> cells;
    const auto told = told_combination_with_tls(report);
    if (told && told == report.configured) {
        const auto& cell = report.combinations[*told];
        if (cell.tls) cells.push_back(&cell);
        return cells;
    }
    for (const auto& cell : report.combinations) {
        const bool known = std::any_of(cells.begin(), cells.end(), [&](const Combination* other) {
            return other->endpoint.port == cell.endpoint.port;
        });
        if (cell.tls && !known) cells.push_back(&cell);
    }
    return cells;
}

class Checker {
  public:
    Checker(ProbeReport& report, const Combination& cell, base::Time now)
        : report_(report), cell_(cell), now_(now) {
        check_.port = cell.endpoint.port;
    }

    void judge(const dane::HostLookup& lookup) {
        check_.status = lookup.has_address() ? lookup.tlsa.status : lookup.addresses.status;
        if (lookup.chosen) check_.tlsa_name = lookup.chosen->to_string();
        if (lookup.secure) check_.secure = *lookup.secure && lookup.tlsa.authentic;
        if (check_.status == dns::Status::found) {
            read(lookup.tlsa);
            conclude();
        } else if (dns::is_missing(check_.status)) {
            add("dane-none", "no TLSA record at " + check_.tlsa_name);
        } else if (lookup.secure != false) {
            fail(lookup);
        }
        report_.dane.push_back(std::move(check_));
    }

  private:
    void add(std::string_view id, std::string observed) {
        report_.findings.push_back(finding::make(id, subject_of(report_, cell_), std::move(observed)));
    }

    void worsen(Verdict verdict) { report_.verdict = finding::worse(report_.verdict, verdict); }

    // RFC 7672 section 2.1.1: a failed look-up is no permission to go on without.
    void fail(const dane::HostLookup& lookup) {
        const bool bogus = lookup.tlsa.bogus || check_.status == dns::Status::alias_loop;
        add(bogus ? "dane-bogus" : "dane-lookup-failed",
            fmt::format("{}: {}", check_.tlsa_name, dns::to_string(check_.status)));
        worsen(bogus ? Verdict::bad : Verdict::unchecked);
    }

    void read(const dns::Answer& answer) {
        for (const auto& answered : answer.records) {
            if (check_.records.size() == most_records) break;
            const auto* raw = std::get_if<dns::Raw>(&answered.data);
            const auto record = dane::parse_record(raw == nullptr ? std::string_view() : raw->rdata);
            if (record.has_error()) {
                add("dane-malformed", record.error().message);
                continue;
            }
            check_.records.push_back(dane::to_string(*record));
            check_.usable = check_.usable || dane::is_usable(*record);
            const auto index = dane::find_match(*record, *cell_.tls, now_);
            if (!index || !check_.matched.empty()) continue;
            check_.matched = check_.records.back();
            check_.matched_subject = cell_.tls->chain[*index].subject;
        }
    }

    void conclude() {
        const std::string count =
            fmt::format("{} TLSA {} at {}", check_.records.size(),
                        check_.records.size() == 1 ? "record" : "records", check_.tlsa_name);
        if (!check_.usable) {
            add("dane-none-usable", count + ", none usable");
            return;
        }
        const bool matches = !check_.matched.empty();
        if (check_.secure == false) {
            add("dane-insecure", fmt::format("{}, without DNSSEC; the certificate matches {}", count,
                                             matches ? "one" : "none"));
        } else if (!matches) {
            add("dane-mismatch", mismatch(count));
            worsen(Verdict::bad);
        } else {
            add("dane-match", fmt::format("{} names {}", shortened(check_.matched), check_.matched_subject));
        }
        if (!check_.secure) add("dane-ad-not-trusted", "the DNS server is not on this machine");
    }

    std::string mismatch(const std::string& count) const {
        const auto& chain = cell_.tls->chain;
        if (chain.empty()) return count + ", and the server sent no certificate";
        return fmt::format("{}, as {}; the certificate's 3 1 1 is {}", count,
                           shortened(check_.records.front()), chain.front().spki_sha256);
    }

    static std::string shortened(const std::string& text) {
        constexpr std::size_t shown = 80;
        return text.size() > shown ? text.substr(0, shown) + "..." : text;
    }

    ProbeReport& report_;
    const Combination& cell_;
    base::Time now_;
    DaneCheck check_;
};

}  // namespace

net::Task<void> check_dane(dns::Resolver& resolver, ProbeReport& report, bool trust_ad, base::Time now) {
    const auto host = report.target.host.name();
    if (!host) co_return;  // RFC 7672 section 2.2: DANE needs a name
    const dns::Name name(*host);
    for (const auto* cell : cells_to_check(report)) {
        const auto lookup = co_await dane::look_up_host(resolver, name, trust_ad, cell->endpoint.port);
        Checker checker(report, *cell, now);
        checker.judge(lookup);
    }
}

}  // namespace app
