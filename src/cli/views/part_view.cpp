#include "cli/views/part_view.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace cli {

using output::Value;

namespace {

Value text_or_null(const std::string& text) {
    return text.empty() ? Value() : Value(text);
}

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
        const auto status = std::string(dns::to_string(host.status));
        view.lines.push_back(fmt::format("{:>5} {}  {}", host.preference, host.name,
                                         host.addresses.empty() ? status : addresses_text(host.addresses)));
        hosts.push_back(Value::object({{"preference", host.preference},
                                       {"name", host.name},
                                       {"status", status},
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
    view.result = covered > 0          ? "found"
                  : dane.hosts.empty() ? std::string(dns::to_string(dane.status))
                                       : "none";
    view.detail = fmt::format("{} of {} with TLSA records", covered, count_text(dane.hosts.size(), "host"));
    view.item = Value::object({{"status", dns::to_string(dane.status)},
                               {"mx_secure", dane.mx_secure},
                               {"hosts", std::move(hosts)}});
    return view;
}

}  // namespace

std::vector<PartView> part_views(const app::Verification& verification) {
    std::vector<PartView> views;
    if (verification.mx) views.push_back(mx_view(verification.domain, *verification.mx));
    if (verification.reverse) views.push_back(reverse_view(*verification.reverse));
    if (verification.dane) views.push_back(dane_view(verification.domain, *verification.dane));
    return views;
}

}  // namespace cli
