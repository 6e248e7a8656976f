// What an update says to people, and to nsupdate.
#include <fmt/format.h>

#include "base/text.hpp"
#include "dns/update.hpp"
#include "dns/zone_text.hpp"

namespace dns {

namespace {

// RCODEs of RFC 2136 section 2.2, and errors of TSIG (RFC 8945 section 3).
enum Code : unsigned {
    servfail = 2,
    notimp = 4,
    refused = 5,
    yxdomain = 6,
    yxrrset = 7,
    nxrrset = 8,
    notauth = 9,
    notzone = 10,
    badsig = 16,
    badkey = 17,
    badtime = 18,
};

std::string absolute(const Name& name) {
    return name.is_root() ? "." : name.to_string() + ".";
}

std::string quote(const Txt& txt) {
    std::vector<std::string> strings;
    for (const auto& text : txt.strings)
        strings.push_back(quote_text(text));
    return base::join(strings, " ");
}

base::Error refused_because(std::string message, std::string hint = {}) {
    return {.kind = base::ErrorKind::refused, .message = std::move(message), .hint = std::move(hint)};
}

base::Error wrong_clock(const UpdateAnswer& answer, base::Time now) {
    if (!answer.server_time)
        return refused_because("the server says that the clocks differ (BADTIME)", "timedatectl");
    const auto ahead = now - *answer.server_time;
    const auto span = std::chrono::abs(ahead);
    return refused_because(
        fmt::format("the clocks differ (BADTIME): this machine's is {} {} the server's, which says {}",
                    base::rounded_span(span), ahead.count() < 0 ? "behind" : "ahead of",
                    base::to_rfc3339(*answer.server_time)),
        "timedatectl");
}

// What the server says of the signature.
base::Error wrong_signature(const UpdateAnswer& answer, const TsigKey& key, base::Time now) {
    const auto name = base::printable(key.name.to_string());
    switch (answer.signature_error) {
        case badkey:
            return refused_because(
                fmt::format("the server knows no key {} with {} (BADKEY)", name, key.algorithm),
                "name and algorithm must be those of the server's configuration, and the key may have to be "
                "named "
                "for the zone");
        case badsig:
            return refused_because(fmt::format("the secret of key {} is not the server's (BADSIG)", name));
        case badtime:
            return wrong_clock(answer, now);
        default:
            return refused_because(
                fmt::format("the server does not take the signature: TSIG error {}", answer.signature_error));
    }
}

base::Error refusal(unsigned code, const TextUpdate& update, const TsigKey& key) {
    const auto zone = base::printable(update.zone.to_string());
    switch (code) {
        case notimp:
            return refused_because("the server takes no updates (NOTIMP)", "--server ADDRESS");
        case refused:
            return refused_because(
                fmt::format("the server refuses updates of {} with key {} (REFUSED)",
                            base::printable(update.owner.to_string()), base::printable(key.name.to_string())),
                "the server's update-policy or allow-update must name the key");
        case notauth:
            return refused_because(fmt::format("the server is not authoritative for zone {} (NOTAUTH)", zone),
                                   "--zone ZONE, --server ADDRESS");
        case notzone:
            return refused_because(fmt::format("the name is outside of zone {} (NOTZONE)", zone),
                                   "--zone ZONE");
        default:
            return refused_because(fmt::format("the server refuses the update: RCODE {}", code));
    }
}

}  // namespace

std::vector<std::string> nsupdate_lines(const TextUpdate& update) {
    const auto owner = absolute(update.owner);
    std::vector<std::string> lines = {"zone " + absolute(update.zone)};
    for (const auto& txt : update.before)
        lines.push_back(fmt::format("prereq yxrrset {} IN TXT {}", owner, quote(txt)));
    if (update.before.empty())
        for (const auto type : {Type::txt, Type::cname})
            lines.push_back(fmt::format("prereq nxrrset {} IN {}", owner, to_string(type)));
    else
        lines.push_back(fmt::format("update delete {} IN TXT", owner));
    if (update.after)
        lines.push_back(fmt::format("update add {} {} IN TXT {}", owner, update.ttl, quote(*update.after)));
    return lines;
}

base::Result<void> judge_update(const UpdateAnswer& answer, const TextUpdate& update, const TsigKey& key,
                                base::Time now) {
    if (answer.signature_error != 0) return wrong_signature(answer, key, now);
    switch (answer.code) {
        case 0:
            if (answer.is_signed) return {};
            return base::Error{.kind = base::ErrorKind::unavailable,
                               .message = "the answer is not signed with the key: it may be anybody's",
                               .hint = "relayctl dkim check, to see what is published"};
        case servfail:
            return base::Error{.kind = base::ErrorKind::unavailable,
                               .message = "the server failed (SERVFAIL)",
                               .hint = "its log says why: often it cannot write the zone's journal"};
        case yxdomain:
        case yxrrset:
        case nxrrset:
            return base::Error{
                .kind = base::ErrorKind::conflict,
                .message = fmt::format("what stands at {} was changed meanwhile, or is a CNAME",
                                       base::printable(update.owner.to_string())),
                .hint = "try again"};
        default:
            return refusal(answer.code, update, key);
    }
}

}  // namespace dns
