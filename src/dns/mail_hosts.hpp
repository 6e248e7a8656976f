// Where a domain's mail goes, by name (RFC 5321 section 5.1, RFC 7505).
#pragma once

#include <vector>

#include "dns/resolver.hpp"

namespace dns {

enum class MailRoute {
    hosts,      // MX records; the targets are not looked up
    implicit,   // no MX record, but an A or AAAA record: the domain itself
    null_mx,    // "0 .": it takes no mail
    none,       // the name exists, without MX, A and AAAA
    no_domain,  // NXDOMAIN
    failed,     // see `failure`
};

struct MailHosts {
    MailRoute route = MailRoute::failed;
    std::vector<Mx> hosts =
        {};                // by preference, then name, each name once, without "."; for implicit the domain
    Question failed = {};  // what could not be asked, or leads nowhere (a broken CNAME chain)
    Answer failure = {};
    bool operator==(const MailHosts&) const = default;
};

net::Task<MailHosts> ask_mail_hosts(Resolver& resolver, Name domain);

}  // namespace dns
