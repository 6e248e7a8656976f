#include "mx/target.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "base/special_network.hpp"
#include "base/text.hpp"
#include "dns/doubled_name.hpp"
#include "net/run.hpp"

namespace mx {

namespace {

constexpr std::size_t addresses_shown = 4;

bool is_address(std::string_view text) {
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    constexpr std::string_view tag = "ipv6:";
    if (base::equals_ignoring_case(text.substr(0, tag.size()), tag)) text.remove_prefix(tag.size());
    return base::IpAddress::parse(text).has_value();
}

bool has_address(const Target& target) {
    return target.ipv4.status == dns::Status::found || target.ipv6.status == dns::Status::found;
}

// A name that does not exist has no record of any type (RFC 8020); otherwise what failed comes before what
// was answered.
dns::Status status_of(const Target& target) {
    if (has_address(target)) return dns::Status::found;
    for (const auto* answer : {&target.ipv4, &target.ipv6})
        if (answer->status == dns::Status::nxdomain) return dns::Status::nxdomain;
    return target.ipv4.status == dns::Status::no_data ? target.ipv6.status : target.ipv4.status;
}

// About the record itself; the caret stands below the target's name.
void report(Target& target, const dns::Name& domain, std::string_view id, std::string observed,
            std::string remedy = {}) {
    auto& finding = target.report.add(id, domain.to_string(), std::move(observed), std::move(remedy));
    finding.text = fmt::format("{} {}", target.preference, target.name.to_string());
    finding.offset = finding.text.size() - target.name.to_string().size();
}

std::string join_some(const std::vector<std::string>& pieces) {
    const auto shown = static_cast<std::ptrdiff_t>(std::min(pieces.size(), addresses_shown));
    std::string text = base::join({pieces.begin(), pieces.begin() + shown}, ", ");
    if (pieces.size() > addresses_shown) text += fmt::format(" and {} more", pieces.size() - addresses_shown);
    return text;
}

net::Task<bool> exists_with_address(dns::Resolver& resolver, dns::Name name) {
    Target target;
    target.name = name;
    co_await ask_addresses(resolver, target);
    co_return has_address(target);
}

// What of the name is left when the zone's name was appended to it by mistake.
std::optional<dns::Name> without_zone(const dns::Name& name, const dns::Name& domain) {
    if (!name.is_at_or_below(domain)) return std::nullopt;
    const auto& labels = name.labels();
    const auto kept = static_cast<std::ptrdiff_t>(labels.size() - domain.label_count());
    auto rest = dns::Name::from_labels({labels.begin(), labels.begin() + kept});
    if (rest.has_error() || rest->label_count() < 2) return std::nullopt;
    return *rest;
}

// The name somebody registers, without a list of public suffixes: two labels, or three below what looks like
// co.uk or com.au.
dns::Name registered_name(const dns::Name& name) {
    const auto& labels = name.labels();
    const std::size_t count = labels.size();
    const bool below_suffix = count > 2 && labels[count - 1].size() == 2 && labels[count - 2].size() <= 3;
    const std::size_t wanted = std::min<std::size_t>(count, below_suffix ? 3 : 2);
    const auto first = labels.end() - static_cast<std::ptrdiff_t>(wanted);
    return dns::Name::from_labels({first, labels.end()}).value();
}

net::Task<void> explain_missing(dns::Resolver& resolver, dns::Name domain, Target& target) {
    const std::string name = target.name.to_string();
    const std::string status(dns::to_string(status_of(target)));
    for (const auto& zone : dns::likely_zones(domain)) {
        const auto meant = without_zone(target.name, zone);
        if (!meant) continue;
        if (is_address(meant->to_string())) {
            report(target, domain, "mx-target-address",
                   fmt::format("{} is an address with the name of the zone behind it: {}", name, status));
            co_return;
        }
        if (co_await exists_with_address(resolver, *meant)) {
            report(target, domain, "mx-doubled-name",
                   fmt::format("{} for {}, but {} has an address", status, name, meant->to_string()),
                   mx_record(domain, target.preference, *meant));
            co_return;
        }
    }
    const dns::Name registered = registered_name(target.name);
    if (target.name.label_count() > 1 && !target.name.is_at_or_below(domain) &&
        status_of(target) == dns::Status::nxdomain) {
        const dns::Question question{registered, dns::Type::soa};
        const auto answer = co_await resolver.query(question);
        if (answer.status == dns::Status::nxdomain && answer.aliases.empty()) {
            report(target, domain, "mx-target-domain-missing",
                   fmt::format("NXDOMAIN for {}, and for {} as a whole", name, registered.to_string()));
            co_return;
        }
    }
    if (status_of(target) == dns::Status::nxdomain)
        report(target, domain, "mx-target-missing", fmt::format("NXDOMAIN for {}", name));
    else
        report(target, domain, "mx-target-no-address",
               fmt::format("{} exists, and has neither an A nor an AAAA record", name));
}

}  // namespace

TargetKind kind_of(const dns::Name& name) {
    if (name.is_root()) return TargetKind::host;
    const auto& labels = name.labels();
    const auto is = [&](const std::string& label, std::string_view word) {
        return base::equals_ignoring_case(label, word);
    };
    if (is_address(name.to_string())) return TargetKind::address;
    if (is(labels.back(), "invalid")) return TargetKind::invalid;
    if (is(labels.back(), "localhost") ||
        (labels.size() == 2 && is(labels[0], "localhost") && is(labels[1], "localdomain")))
        return TargetKind::localhost;
    return TargetKind::host;
}

const std::vector<dns::Name>& aliases_of(const Target& target) {
    return target.ipv4.aliases.empty() ? target.ipv6.aliases : target.ipv4.aliases;
}

Host to_host(const Target& target) {
    Host host;
    host.preference = target.preference;
    host.name = base::lower(target.name.to_string());
    if (target.kind == TargetKind::host)
        host.status = status_of(target);
    else
        host.status.reset();
    host.addresses = target.ipv4.addresses();
    const auto ipv6 = target.ipv6.addresses();
    host.addresses.insert(host.addresses.end(), ipv6.begin(), ipv6.end());
    for (const auto& alias : aliases_of(target))
        host.aliases.push_back(alias.to_string());
    return host;
}

net::Task<void> ask_addresses(dns::Resolver& resolver, Target& target) {
    const std::function<net::Task<void>(std::size_t)> ask = [&](std::size_t which) -> net::Task<void> {
        const dns::Question question{target.name, which == 0 ? dns::Type::a : dns::Type::aaaa};
        auto answer = co_await resolver.query(question);
        (which == 0 ? target.ipv4 : target.ipv6) = std::move(answer);
    };
    co_await net::for_each(2, 2, ask);
}

void report_failures(Target& target) {
    // A CNAME that leads nowhere leads nowhere for both types, and a server that is down is down for both.
    const bool failed = target.report.add_failure(target.name, dns::Type::a, target.ipv4);
    if (!failed || target.ipv4.status != target.ipv6.status)
        target.report.add_failure(target.name, dns::Type::aaaa, target.ipv6);
}

void report_addresses(Target& target) {
    report_failures(target);
    std::vector<std::string> special;
    const auto addresses = to_host(target).addresses;
    for (const auto& address : addresses)
        if (const auto use = base::special_use(address); !use.empty())
            special.push_back(fmt::format("{} ({})", address.to_string(), use));
    if (special.empty()) return;
    const bool all = special.size() == addresses.size();
    target.report.add(
        all ? "mx-address-private" : "mx-address-partly-private", target.name.to_string(),
        fmt::format("{} of {}: {}", special.size(),
                    addresses.size() == 1 ? "1 address" : fmt::format("{} addresses", addresses.size()),
                    join_some(special)));
}

net::Task<void> inspect_target(dns::Resolver& resolver, const dns::Name& domain, Target& target) {
    const std::string name = target.name.to_string();
    switch (target.kind) {
        case TargetKind::address:
            report(target, domain, "mx-target-address", fmt::format("{} is an address", name));
            co_return;
        case TargetKind::localhost:
            report(target, domain, "mx-target-localhost", fmt::format("{} is the target", name));
            co_return;
        case TargetKind::invalid:  // told for all of them together
            co_return;
        case TargetKind::host:
            break;
    }
    co_await ask_addresses(resolver, target);
    report_addresses(target);
    const auto status = status_of(target);
    const auto& aliases = aliases_of(target);
    if (!aliases.empty() && (status == dns::Status::found || status == dns::Status::no_data))
        report(target, domain, "mx-target-alias",
               fmt::format("{} is a CNAME to {}", name, aliases[0].to_string()),
               mx_record(domain, target.preference, aliases.back()));
    const bool dangling = status == dns::Status::nxdomain && !aliases.empty();
    if (dns::is_missing(status) && !dangling) co_await explain_missing(resolver, domain, target);
}

std::string mx_record(const dns::Name& domain, std::uint16_t preference, const dns::Name& target) {
    return fmt::format("{}. IN MX {} {}.", domain.to_string(), preference, target.to_string());
}

}  // namespace mx
