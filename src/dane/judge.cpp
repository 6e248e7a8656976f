#include "dane/judge.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dane/record.hpp"
#include "dns/findings.hpp"

namespace dane {

namespace {

using finding::Verdict;

std::string count_text(std::size_t records) {
    return records == 1 ? "1 record" : fmt::format("{} records", records);
}

class Judge {
  public:
    Judge(Inspection& result, const base::DomainName& domain) : result_(result), domain_(domain.ascii()) {}

    void run(const std::vector<HostLookup>& lookups) {
        for (std::size_t i = 0; i < lookups.size(); ++i)
            judge_host(result_.hosts[i], lookups[i]);
        judge_together(lookups);
    }

  private:
    void add(std::string_view id, std::string subject, std::string observed, std::string remedy = {}) {
        add(finding::make(id, std::move(subject), std::move(observed), std::move(remedy)));
    }
    void add(finding::Finding finding) {
        if (finding.severity == finding::Severity::error && finding.id != "dane-lookup-failed")
            worsen(Verdict::bad);
        result_.findings.push_back(std::move(finding));
    }

    void worsen(Verdict verdict) { result_.verdict = finding::worse(result_.verdict, verdict); }

    void judge_host(Host& host, const HostLookup& lookup) {
        host.name = lookup.name.to_string();
        host.status = lookup.has_address() ? lookup.tlsa.status : lookup.addresses.status;
        if (lookup.chosen) host.tlsa_name = lookup.chosen->to_string();
        if (!lookup.has_address()) {
            judge_addresses(lookup);
            return;
        }
        ++reachable_;
        if (lookup.tlsa.status == dns::Status::found) {
            judge_records(host, lookup);
            judge_security(host, lookup);
        } else if (!dns::is_missing(lookup.tlsa.status)) {
            judge_failure(host, lookup);
        }
        if (!lookup.aliases.empty() && host.status == dns::Status::found) judge_alias(host, lookup);
    }

    // No mail goes there. One such host among others is for the check of MX to say.
    void judge_addresses(const HostLookup& lookup) {
        const auto failure = dns::finding_for(lookup.name, dns::Type::a, lookup.addresses);
        if (!failure) {
            unreachable_.push_back(
                fmt::format("{}: {}", lookup.name.to_string(), dns::to_string(lookup.addresses.status)));
            return;
        }
        result_.findings.push_back(*failure);
        worsen(dns::is_temporary(lookup.addresses.status) && !lookup.addresses.bogus ? Verdict::unchecked
                                                                                     : Verdict::bad);
    }

    // RFC 7672 section 2.1.1: a failed look-up is no permission to go on without TLS. Of a host in an
    // insecure zone senders need not ask (section 2.2.2); whether it has records is not known for that.
    void judge_failure(const Host& host, const HostLookup& lookup) {
        failed_ = true;
        const bool insecure = lookup.secure == false;
        const bool no_end = lookup.tlsa.status == dns::Status::alias_loop;
        if (insecure && no_end) {
            add(*dns::finding_for(*lookup.chosen, dns::Type::tlsa, lookup.tlsa));
            return;
        }
        std::string seen = fmt::format("{}{}{}", dns::to_string(lookup.tlsa.status),
                                       lookup.tlsa.detail.empty() ? "" : ": ", lookup.tlsa.detail);
        if (insecure) seen += "; " + no_ad_text(host);
        if (!insecure && (lookup.tlsa.bogus || no_end)) {
            add("dane-bogus", host.tlsa_name, std::move(seen));
        } else {
            add("dane-lookup-failed", host.tlsa_name, std::move(seen));
            worsen(Verdict::unchecked);
        }
    }

    static std::string no_ad_text(const Host& host) {
        return fmt::format("the addresses of {} have no AD bit", host.name);
    }

    void judge_records(Host& host, const HostLookup& lookup) {
        std::size_t usable = 0;
        bool rolls = false;
        for (const auto& answered : lookup.tlsa.records) {
            if (host.records.size() == most_records) {
                add("dane-not-all-read", host.tlsa_name,
                    fmt::format("{} TLSA records, read are {}", lookup.tlsa.records.size(), most_records));
                break;
            }
            const auto* raw = std::get_if<dns::Raw>(&answered.data);
            const auto record = parse_record(raw == nullptr ? std::string_view() : raw->rdata);
            if (record.has_error()) {
                add("dane-malformed", host.tlsa_name, record.error().message);
                continue;
            }
            host.records.push_back(to_string(*record));
            for (const auto& fault : faults_of(*record))
                add_fault(fault, host, *record);
            if (!is_usable(*record)) continue;
            ++usable;
            rolls = rolls || record->usage == dane_ta;
        }
        host.usable = usable > 0;
        if (usable == 0) {
            add("dane-none-usable", host.tlsa_name, count_text(lookup.tlsa.records.size()) + ", none usable");
        } else if (usable == 1 && !rolls) {
            add("dane-no-rollover", host.tlsa_name, base::quoted(host.records.front()));
        }
    }

    void add_fault(const RecordFault& fault, const Host& host, const Record& record) {
        constexpr std::size_t shown = 80;  // digits of a digest, and the front of a certificate
        std::string text = to_string(record);
        if (text.size() > shown) text = text.substr(0, shown) + "...";
        add(fault.id, host.tlsa_name, fmt::format("{}: {}", fault.observed, text));
    }

    void judge_security(Host& host, const HostLookup& lookup) {
        if (!lookup.secure) return;
        host.secure = *lookup.secure && lookup.tlsa.authentic;
        if (*host.secure) return;
        add("dane-insecure", host.tlsa_name,
            *lookup.secure ? "the TLSA answer has no AD bit" : no_ad_text(host));
    }

    void judge_alias(const Host& host, const HostLookup& lookup) {
        std::vector<std::string> asked;
        for (const auto& name : lookup.asked)
            asked.push_back(name.to_string());
        add("dane-alias", host.name,
            fmt::format("a CNAME to {}; asked {}; found at {}", lookup.aliases.back().to_string(),
                        base::join(asked, ", then "), host.tlsa_name));
    }

    void judge_together(const std::vector<HostLookup>& lookups) {
        if (unreachable_.size() == lookups.size())
            add("dane-no-host", domain_, "no address for " + base::join(unreachable_, ", "));
        const auto has_records = [](const Host& host) { return host.status == dns::Status::found; };
        const bool any = std::any_of(result_.hosts.begin(), result_.hosts.end(), has_records);
        if (!any && !failed_ && reachable_ > 0) {
            add("dane-none", domain_, fmt::format("no TLSA record at {}", first_name(lookups)),
                propose(lookups));
            return;
        }
        if (!any) return;
        judge_partial();
        judge_mx();
    }

    static std::string first_name(const std::vector<HostLookup>& lookups) {
        for (const auto& lookup : lookups)
            if (!lookup.asked.empty())
                return lookup.asked.back().to_string() +
                       (lookups.size() > 1 ? ", nor at the other hosts" : "");
        return "the mail hosts";
    }

    static std::string propose(const std::vector<HostLookup>& lookups) {
        for (const auto& lookup : lookups)
            if (!lookup.asked.empty())
                return fmt::format(
                    "In a signed zone, publish {}. IN TLSA 3 1 1 <digest>, where the digest is from: openssl "
                    "x509 -in cert.pem -pubkey -noout | openssl pkey -pubin -outform DER | openssl dgst "
                    "-sha256",
                    lookup.asked.back().to_string());
        return {};
    }

    // RFC 7672 section 2.2.1: an attacker leads mail to the host that is not protected.
    void judge_partial() {
        std::vector<std::string> without;
        bool with = false;
        for (const auto& host : result_.hosts) {
            with = with || host.usable;
            if (dns::is_missing(host.status) && !host.tlsa_name.empty()) without.push_back(host.name);
        }
        if (with && !without.empty())
            add("dane-partial", domain_, "no TLSA record for " + base::join(without, ", "));
    }

    void judge_mx() {
        const auto secure = [](const Host& host) { return host.secure == true; };
        const bool any_secure = std::any_of(result_.hosts.begin(), result_.hosts.end(), secure);
        if (result_.mx_secure == false && any_secure)
            add("dane-mx-insecure", domain_, "the MX answer has no AD bit, that of the mail host has");
        if (!result_.mx_secure) add("dane-ad-not-trusted", domain_, "the DNS server is not on this machine");
    }

    Inspection& result_;
    std::string domain_;
    std::size_t reachable_ = 0;
    std::vector<std::string> unreachable_ = {};
    bool failed_ = false;
};

}  // namespace

void judge_hosts(Inspection& result, const base::DomainName& domain, const std::vector<HostLookup>& lookups) {
    Judge(result, domain).run(lookups);
}

}  // namespace dane
