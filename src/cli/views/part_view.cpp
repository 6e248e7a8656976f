#include "cli/views/part_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace cli {

using output::text_or_null;
using output::Value;

namespace {

std::string addresses_text(const std::vector<base::IpAddress>& addresses) {
    std::vector<std::string> texts;
    for (const auto& address : addresses)
        texts.push_back(address.to_string());
    return base::join(texts, ", ");
}

Value address_items(const std::vector<base::IpAddress>& addresses) {
    Value items = Value::array();
    for (const auto& address : addresses)
        items.push_back(address.to_string());
    return items;
}

std::string count_text(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

PartView mx_view(const std::string& domain, const mx::Inspection& mx) {
    PartView view{.check = "mx", .key = "mx", .title = "MX", .subject = domain, .verdict = mx.verdict};
    view.findings = &mx.findings;
    view.result = mx.null_mx ? "null" : mx.implicit ? "implicit" : std::string(dns::to_string(mx.status));
    view.detail = mx.null_mx ? "takes no mail" : count_text(mx.hosts.size() + mx.hosts_left_out, "host");
    if (mx.implicit) view.detail = "no MX record: the domain's own addresses";
    Value hosts = Value::array();
    for (const auto& host : mx.hosts) {
        const auto status = std::string(host.status ? dns::to_string(*host.status) : "not asked");
        view.lines.push_back(fmt::format("{:>5} {}  {}", host.preference, host.name,
                                         host.addresses.empty() ? status : addresses_text(host.addresses)));
        hosts.push_back(Value::object({{"preference", host.preference},
                                       {"name", host.name},
                                       {"status", host.status ? Value(status) : Value()},
                                       {"addresses", address_items(host.addresses)},
                                       {"aliases", Value::list(host.aliases)}}));
    }
    view.item = Value::object({{"status", dns::to_string(mx.status)},
                               {"null_mx", mx.null_mx},
                               {"implicit", mx.implicit},
                               {"hosts", std::move(hosts)},
                               {"hosts_left_out", mx.hosts_left_out}});
    return view;
}

PartView reverse_view(const mx::Reverse& reverse) {
    PartView view{.check = "ptr", .key = "reverse", .title = "PTR", .subject = reverse.query};
    view.verdict = reverse.verdict;
    view.findings = &reverse.findings;
    view.result = reverse.confirmed ? "pass" : std::string(dns::to_string(reverse.status));
    if (reverse.status == dns::Status::found && !reverse.confirmed) view.result = "fail";
    view.detail = "of " + reverse.ip.to_string();
    Value names = Value::array();
    for (const auto& name : reverse.names) {
        view.lines.push_back(fmt::format("{}  {}", name.name,
                                         name.addresses.empty() ? std::string(dns::to_string(name.status))
                                                                : addresses_text(name.addresses)));
        names.push_back(Value::object({{"name", name.name},
                                       {"status", dns::to_string(name.status)},
                                       {"addresses", address_items(name.addresses)},
                                       {"confirmed", name.confirmed}}));
    }
    view.item = Value::object({{"ip", reverse.ip.to_string()},
                               {"query", reverse.query},
                               {"status", dns::to_string(reverse.status)},
                               {"confirmed", reverse.confirmed},
                               {"aliases", Value::list(reverse.aliases)},
                               {"names", std::move(names)},
                               {"helo", text_or_null(reverse.helo)},
                               {"helo_addresses", address_items(reverse.helo_addresses)}});
    return view;
}

// One word of a check that is a record at a name.
std::string record_word(const std::string& record, dns::Status status) {
    if (!record.empty()) return "found";
    if (dns::is_missing(status)) return "none";
    return status == dns::Status::found ? "no usable record" : std::string(dns::to_string(status));
}

std::string policy_text(const mta_sts::Policy& policy) {
    return fmt::format("{}, max_age {} s, mx {}", mta_sts::to_string(policy.mode), policy.max_age,
                       policy.mx.empty() ? "none" : base::join(policy.mx, ", "));
}

PartView mta_sts_view(const mta_sts::Inspection& sts) {
    PartView view{.check = "mta-sts", .key = "mta_sts", .title = "STS", .subject = sts.name};
    view.verdict = sts.verdict;
    view.findings = &sts.findings;
    view.record = sts.record;
    view.result = record_word(sts.record, sts.status);
    if (sts.policy) view.detail = policy_text(*sts.policy);
    if (!sts.url.empty())
        view.lines.push_back(fmt::format(
            "{}  {}", sts.url, sts.http_status == 0 ? "no response" : std::to_string(sts.http_status)));
    Value hosts = Value::array();
    for (const auto& host : sts.hosts) {
        if (sts.policy)
            view.lines.push_back(fmt::format(
                "{}  {}", host.name, host.pattern.empty() ? "not in the policy" : "by " + host.pattern));
        hosts.push_back(Value::object({{"name", host.name}, {"pattern", text_or_null(host.pattern)}}));
    }
    const auto* policy = sts.policy ? &*sts.policy : nullptr;
    view.item =
        Value::object({{"status", dns::to_string(sts.status)},
                       {"name", sts.name},
                       {"record", text_or_null(sts.record)},
                       {"id", text_or_null(sts.id)},
                       {"url", text_or_null(sts.url)},
                       {"http_status", sts.http_status == 0 ? Value() : Value(sts.http_status)},
                       {"mode", policy != nullptr ? Value(mta_sts::to_string(policy->mode)) : Value()},
                       {"max_age", policy != nullptr ? Value(policy->max_age) : Value()},
                       {"mx", policy != nullptr ? Value::list(policy->mx) : Value()},
                       {"hosts", std::move(hosts)}});
    return view;
}

PartView tls_rpt_view(const tls_rpt::Inspection& report) {
    PartView view{.check = "tls-rpt", .key = "tls_rpt", .title = "TLSRPT", .subject = report.name};
    view.verdict = report.verdict;
    view.findings = &report.findings;
    view.record = report.record;
    view.result = record_word(report.record, report.status);
    if (!report.destinations.empty()) view.detail = "reports to " + base::join(report.destinations, ", ");
    view.item = Value::object({{"status", dns::to_string(report.status)},
                               {"name", report.name},
                               {"record", text_or_null(report.record)},
                               {"destinations", Value::list(report.destinations)}});
    return view;
}

std::string_view secure_word(const std::optional<bool>& secure) {
    return !secure ? "DNSSEC not known" : *secure ? "secure" : "insecure";
}

PartView dane_view(const std::string& domain, const dane::Inspection& dane) {
    PartView view{.check = "dane", .key = "dane", .title = "DANE", .subject = domain};
    view.verdict = dane.verdict;
    view.findings = &dane.findings;
    std::size_t covered = 0;
    Value hosts = Value::array();
    for (const auto& host : dane.hosts) {
        covered += host.records.empty() ? 0 : 1;
        const auto status = std::string(dns::to_string(host.status));
        const auto word = host.records.empty() ? status : std::string(secure_word(host.secure));
        view.lines.push_back(fmt::format("{:>5} {}  {}", host.preference, host.name, word));
        for (const auto& record : host.records)
            view.lines.push_back("        " + record);
        hosts.push_back(Value::object({{"preference", host.preference},
                                       {"name", host.name},
                                       {"tlsa_name", text_or_null(host.tlsa_name)},
                                       {"status", status},
                                       {"records", Value::list(host.records)},
                                       {"secure", host.secure},
                                       {"usable", host.usable}}));
    }
    const auto failed = std::find_if(dane.hosts.begin(), dane.hosts.end(), [](const dane::Host& host) {
        return host.status != dns::Status::found && !dns::is_missing(host.status);
    });
    view.result = covered > 0                  ? "found"
                  : dane.hosts.empty()         ? std::string(dns::to_string(dane.status))
                  : failed != dane.hosts.end() ? std::string(dns::to_string(failed->status))
                                               : "none";
    if (covered > 0 || failed == dane.hosts.end())
        view.detail =
            fmt::format("{} of {} with TLSA records", covered, count_text(dane.hosts.size(), "host"));
    view.item = Value::object({{"status", dns::to_string(dane.status)},
                               {"mx_secure", dane.mx_secure},
                               {"hosts", std::move(hosts)}});
    return view;
}

}  // namespace

std::string detail_line(const PartView& part) {
    return part.detail.empty() ? part.result : fmt::format("{}, {}", part.result, part.detail);
}

std::vector<PartView> part_views(const app::Verification& verification) {
    std::vector<PartView> views;
    if (verification.mx) views.push_back(mx_view(verification.domain, *verification.mx));
    if (verification.reverse) views.push_back(reverse_view(*verification.reverse));
    if (verification.mta_sts) views.push_back(mta_sts_view(*verification.mta_sts));
    if (verification.tls_rpt) views.push_back(tls_rpt_view(*verification.tls_rpt));
    if (verification.dane) views.push_back(dane_view(verification.domain, *verification.dane));
    return views;
}

}  // namespace cli
