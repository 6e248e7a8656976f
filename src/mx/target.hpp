// The target of one MX record: what its name is, and what is known of its addresses.
#pragma once

#include "dns/report.hpp"
#include "mx/inspect.hpp"

namespace mx {

enum class TargetKind {
    host,
    address,    // an IPv4 or IPv6 address, with or without brackets
    localhost,  // RFC 6761 section 6.3
    invalid,    // at or below .invalid (RFC 6761 section 6.4)
};
TargetKind kind_of(const dns::Name& name);

struct Target {
    std::uint16_t preference = 0;
    dns::Name name;
    TargetKind kind = TargetKind::host;
    dns::Answer ipv4 = {};
    dns::Answer ipv6 = {};
    dns::Report report = {};
};

Host to_host(const Target& target);
const std::vector<dns::Name>& aliases_of(const Target& target);  // where its CNAMEs led, in order

// Fills `ipv4` and `ipv6`: both questions at once.
net::Task<void> ask_addresses(dns::Resolver& resolver, Target& target);

// Asks for the addresses of a target of `domain` and reports what is wrong with it: no host name, no address,
// a CNAME, addresses nobody reaches. One or two questions more where the target is missing.
net::Task<void> inspect_target(dns::Resolver& resolver, const dns::Name& domain, Target& target);

// What kept the questions for addresses from an answer, once where both fail alike.
void report_failures(Target& target);

// report_failures(), and what the addresses themselves give to report.
void report_addresses(Target& target);

// "example.com. IN MX 10 mx.example.com.", to paste.
std::string mx_record(const dns::Name& domain, std::uint16_t preference, const dns::Name& target);

}  // namespace mx
