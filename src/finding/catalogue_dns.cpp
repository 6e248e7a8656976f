#include <array>

#include "finding/catalogue.hpp"

namespace finding {

namespace {

constexpr std::array entries{
    Entry{
        "dns-timeout", Severity::error, "No DNS server answered in time",
        "The recursive servers are down, overloaded or filtered, or the servers of the domain do not answer "
        "them. Receivers see the same and defer the mail. Nothing is known about the record.",
        "Ask again; then ask another server with --dns-server. If only this domain fails, its name servers "
        "are at fault.",
        "RFC 7208 section 4.4"},
    Entry{"dns-servfail", Severity::error, "The DNS server could not resolve the name (SERVFAIL)",
          "The name servers of the domain do not answer the recursive server, answer wrongly, or are not "
          "authoritative for it (lame delegation). Receivers treat it as a temporary error.",
          "Check the delegation: every name server of the zone must answer for it with authority.",
          "RFC 1035 section 4.1.1"},
    Entry{"dns-bogus", Severity::error, "DNSSEC validation of the name fails",
          "The zone is signed, but its signatures are expired or do not match the keys at the parent. "
          "Validating receivers see no record at all.",
          "Renew the signatures, or correct the DS record at the registrar.", "RFC 4035 section 5.5"},
    Entry{
        "dns-refused", Severity::error, "The DNS server refused the question",
        "The server does not serve this client or this zone (REFUSED), or answered with another error code.",
        "Use a recursive server that serves this machine: --dns-server ADDRESS.", "RFC 1035 section 4.1.1"},
    Entry{"dns-unreachable", Severity::error, "No DNS server can be reached",
          "The network or a firewall refuses every try, or nothing listens at the address.",
          "Check the address in /etc/resolv.conf, or give a server with --dns-server ADDRESS.", ""},
    Entry{"dns-malformed", Severity::error, "The DNS server's answer cannot be read",
          "The message breaks the rules of the DNS format. A broken server, or a middlebox that rewrites "
          "answers, sends such.",
          "Ask another server with --dns-server ADDRESS.", "RFC 1035 section 4.1"},
    Entry{
        "dns-tcp-failed", Severity::error, "The answer does not fit in UDP and TCP does not work",
        "The server cut the answer short and asked to come back over TCP, which failed: port 53 over TCP is "
        "closed or filtered on the way.",
        "Open TCP port 53, or shorten the records of the name.", "RFC 7766 section 5"},
    Entry{
        "dns-alias-loop", Severity::error, "The CNAME chain of the name has no end",
        "A CNAME leads back to a name of the chain, or the chain has more than 10 links. No receiver follows "
        "it.",
        "Point the CNAME to the name that holds the record.", "RFC 1034 section 3.6.2"},
    Entry{"dns-alias-dangling", Severity::error, "A CNAME leads to a name that does not exist",
          "The alias is there, its target is not: the record was moved or removed at the provider, or the "
          "target is misspelt.",
          "Correct the target of the CNAME, or remove it.", "RFC 1034 section 3.6.2"},
    Entry{"dns-answer-too-large", Severity::warning, "The answer is larger than 1232 octets",
          "Such answers are cut short and asked again over TCP, or sent in fragments, which some networks "
          "drop. All TXT records of a name travel in one answer.",
          "Remove TXT records that are no longer needed from this name; split an SPF record with include.",
          "DNS flag day 2020; RFC 7208 section 3.4"},
    Entry{
        "dns-answer-over-512", Severity::warning, "The answer is larger than 512 octets",
        "Servers and resolvers without EDNS need TCP for it. All TXT records of a name travel in one answer.",
        "Nothing, as long as TCP port 53 is open; fewer TXT records at this name are safer.",
        "RFC 7208 section 3.4"},
    Entry{"dns-text-over-450", Severity::warning, "The TXT records of the name hold more than 450 octets",
          "With names and headers around it, such an answer does not surely fit in the 512 octets of DNS "
          "without EDNS.",
          "Remove TXT records that are no longer needed from this name; split an SPF record with include.",
          "RFC 7208 section 3.4"},
    Entry{"dns-alias-beside-data", Severity::error, "A CNAME stands beside other records",
          "A name with a CNAME may have no other record. Some resolvers follow the CNAME, others see the "
          "record: receivers differ in what they find.",
          "Remove the CNAME, or move the record to its target.", "RFC 1034 section 3.6.2"},
    Entry{"dns-wildcard", Severity::warning, "A wildcard answers for the name",
          "The name has no record of its own; a wildcard (*) of the zone gives every name beside it the same "
          "record. What works here is an accident, and every selector or service name seems to exist.",
          "Publish the record at its own name, and remove the wildcard.", "RFC 4592; RFC 6376 section 6.1.2"},
    Entry{"dns-wrong-type", Severity::warning, "The record stands under another type than TXT",
          "SPF, DKIM, DMARC and their kin are read from TXT records only. The type was chosen wrongly in the "
          "DNS provider's form, or is the SPF type (99), which nobody asks for any more.",
          "Publish the text as a TXT record at the same name, and remove the other.", "RFC 7208 section 3.1"},
    Entry{"dns-ttl-short", Severity::info, "The record is kept for less than five minutes",
          "A short TTL lets a change spread quickly, and makes every receiver ask again and again. "
          "A recursive server counts the TTL down: what is published may be longer.",
          "Raise it to an hour or more when no change is ahead.", ""},
    Entry{"dns-ttl-long", Severity::info, "The record is kept for more than a day",
          "A mistake, or a key that must go, stays with receivers for as long.",
          "Lower it to an hour or a day, before a change most of all.", ""},
    Entry{
        "dns-non-ascii", Severity::error, "The record contains bytes that are not ASCII",
        "Typographic quotes, dashes and no-break spaces come in by copying from a formatted text. SPF, DKIM "
        "and DMARC records are ASCII: receivers find a syntax error.",
        "Type the record again as plain text; domains in it as A-labels (xn--...).", "RFC 7208 section 3.1"},
    Entry{
        "dns-u-label", Severity::warning, "A name in the record is written in its own script",
        "Names in DNS records are A-labels (xn--...): a record serves old and internationalised mail alike.",
        "Write the name as A-labels.", "RFC 8616 sections 4 to 6"},
    Entry{"dns-tab", Severity::info, "The record contains a TAB",
          "It was pasted into the value. White space between tags may be a TAB, yet not every reader takes "
          "it.",
          "Paste the record as one line, with single spaces.", "RFC 6376 section 3.2"},
    Entry{"dns-leading-space", Severity::info, "The record begins with white space",
          "It was pasted with the value. SPF, MTA-STS and TLS reporting records are known by their first "
          "characters: with a blank in front they are not seen.",
          "Enter the value without the blank.", "RFC 7208 section 4.5"},
    Entry{"dns-trailing-space", Severity::info, "The record ends with white space",
          "It was pasted with the value. A space at the end does no harm; a TAB or line break does in SPF.",
          "Enter the value without it.", "RFC 7208 section 12"},
    Entry{"dns-control-character", Severity::error, "The record contains a control character",
          "A TAB or a line break was pasted into the value. SPF knows only the space between terms; no "
          "record has "
          "control characters.",
          "Paste the record as one line, with single spaces.", "RFC 7208 section 12"},
    Entry{
        "dns-literal-quote", Severity::error, "The record contains quotation marks",
        "The value was entered with the quotes of the zone-file form, and the DNS provider took them as part "
        "of the text.",
        "Enter the value without quotation marks.", "RFC 1035 section 5.1"},
    Entry{"dns-literal-backslash", Severity::error, "The record contains a backslash",
          "The value was entered with the escapes of the zone-file form (\\; or \\\"), and the DNS provider "
          "took them as part of the text.",
          "Enter the value without backslashes.", "RFC 1035 section 5.1"},
    Entry{
        "dns-glued-strings", Severity::warning, "Two strings of the record join without a space",
        "A TXT record of several strings is read as one text with nothing between them: where a string ends "
        "between two terms, the terms become one word.",
        "Put the space or semicolon at the end of the first string.", "RFC 7208 section 3.3"},
};

}  // namespace

std::span<const Entry> dns_entries() {
    return entries;
}

}  // namespace finding
