#include "finding/catalogue.hpp"

namespace finding {

namespace {

constexpr Entry entries[] = {
    {"mx-address-partly-private", Severity::warning, "some addresses of a mail host are not public",
     "Senders try the addresses in any order: a private or reserved one costs them a timeout, or leads to a "
     "machine of their own network.",
     "Remove the A or AAAA records with such addresses from the public zone.", "RFC 6890"},
    {"mx-address-private", Severity::error, "no address of a mail host is public",
     "The addresses belong to a private, loopback or reserved network, which senders cannot reach. The "
     "record "
     "of an inner network got into the public zone.",
     "Give the host a public A or AAAA record, or remove its MX record.", "RFC 6890"},
    {"mx-domain-missing", Severity::error, "the domain does not exist",
     "The name has no record of any type. It was never registered, has expired, or is misspelt. Nothing is "
     "delivered to it.",
     "Correct the name, or publish the domain.", "RFC 8020"},
    {"mx-doubled-name", Severity::error, "the name of the zone was appended to the target",
     "Without a dot at its end the name in the record is taken as relative to the zone, so a full name "
     "becomes mx.example.com.example.com.",
     "Put a dot behind the target.", "RFC 1035 section 5.1"},
    {"mx-duplicate", Severity::info, "a target stands in more than one MX record",
     "Only the record with the lowest preference counts; senders may try the host again in vain.",
     "Leave one record for each host.", "RFC 5321 section 5.1"},
    {"mx-equal-preference", Severity::info, "hosts share a preference",
     "Senders choose among them at random, which spreads the load. It is wrong only when one was meant as "
     "the backup of the other.",
     "Nothing, when that is meant; otherwise give the backup a higher number.", "RFC 5321 section 5.1"},
    {"mx-implicit", Severity::warning, "no MX record: mail goes to the domain's own address",
     "Senders fall back to the A or AAAA record of the domain. That is often a web server, which refuses the "
     "mail or takes it by accident.",
     "Publish an MX record, or \"0 .\" when the domain takes no mail.", "RFC 5321 section 5.1"},
    {"mx-no-ipv6", Severity::info, "no mail host has an IPv6 address",
     "Senders that have IPv6 only cannot deliver to the domain.",
     "Give a host an AAAA record, once its server listens on IPv6.", ""},
    {"mx-none", Severity::error, "nothing takes the domain's mail",
     "The domain exists, but has neither an MX record nor an address. Senders give up at once.",
     "Publish an MX record, or \"0 .\" when the domain takes no mail.", "RFC 5321 section 5.1"},
    {"mx-null", Severity::info, "the domain takes no mail (null MX)",
     "The one MX record says so. Senders return the mail at once, and receivers may refuse mail that claims "
     "to come from the domain.",
     "Nothing to do when that is meant; else publish an MX record with a host.", "RFC 7505 section 3"},
    {"mx-null-not-alone", Severity::error, "the null MX stands beside other MX records",
     "\"0 .\" says that the domain takes no mail, the other records say who takes it. Senders differ in what "
     "they do.",
     "Remove the null MX, or all other MX records.", "RFC 7505 section 3"},
    {"mx-null-preference", Severity::error, "the null MX has a preference other than 0",
     "The record that says \"no mail\" is exactly \"0 .\"; with another number some senders take it for a "
     "host with an empty name and try again for days.",
     "Set the preference to 0.", "RFC 7505 section 3"},
    {"mx-only-invalid", Severity::error, "every target is below .invalid",
     "No name below .invalid ever exists. The records are tokens by which a provider checks who owns the "
     "domain; the record of the real host is missing.",
     "Publish the MX record that the provider names.", "RFC 6761 section 6.4"},
    {"mx-same-network", Severity::info, "all mail hosts are in one network",
     "One fault of that network, or of its provider, takes all of them away.",
     "Put one host into another network, if mail must get through; senders wait for days all the same.", ""},
    {"mx-single", Severity::info, "one mail host only",
     "While it is down senders keep the mail and try again, mostly for up to five days.",
     "Nothing, if the host is a cluster behind one name; otherwise a second host may be worth it.",
     "RFC 5321 section 5.1"},
    {"mx-target-address", Severity::error, "the target of an MX record is an address",
     "The target is a name. A sender asks for the addresses of a name that looks like an address, and finds "
     "none.",
     "Give the address a name with an A or AAAA record, and put that name into the MX record.",
     "RFC 5321 section 5.1; RFC 1035 section 3.3.9"},
    {"mx-target-alias", Severity::warning, "the target of an MX record is a CNAME",
     "The target must have addresses of its own. Some senders refuse a CNAME there, and a host that looks "
     "for "
     "its own name among the targets does not find it, so mail can loop.",
     "Name the host where the CNAME leads, or give the target A and AAAA records.",
     "RFC 2181 section 10.3; RFC 5321 section 5.1"},
    {"mx-target-domain-missing", Severity::error, "the domain of a mail host does not exist",
     "The target lies in another domain, which has expired or was never registered. Whoever registers it "
     "receives the mail.",
     "Remove the MX record now, or correct its target.", "RFC 5321 section 5.1"},
    {"mx-target-invalid", Severity::warning, "a target is below .invalid",
     "Such a name never exists. Microsoft 365 and others ask for such a record (ms12345.msv1.invalid) to "
     "check who owns a domain; senders that try it lose time.",
     "Remove the record, once the provider has checked the domain.", "RFC 6761 section 6.4"},
    {"mx-target-localhost", Severity::error, "the target of an MX record is localhost",
     "Every sender takes that name for itself: the mail loops or bounces.",
     "Name the real host; for a domain without mail publish \"0 .\".", "RFC 6761 section 6.3; RFC 7505"},
    {"mx-target-missing", Severity::error, "a mail host does not exist",
     "The target of the MX record is NXDOMAIN: it was removed or renamed, or is misspelt.",
     "Correct the target, publish its A or AAAA record, or remove the MX record.", "RFC 5321 section 5.1"},
    {"mx-target-no-address", Severity::error, "a mail host has no address",
     "The target of the MX record exists, but without an A and without an AAAA record no sender can connect.",
     "Publish an A or AAAA record for it, or remove the MX record.", "RFC 5321 section 5.1"},
    {"mx-too-many", Severity::info, "more than ten MX records",
     "The mechanism \"mx\" of an SPF record ends with permerror for such a domain. Senders try only some of "
     "the hosts.",
     "Leave at most ten; put many machines behind one name.", "RFC 7208 section 4.6.4"},
    {"mx-wildcard", Severity::warning, "any name below the domain takes mail",
     "A wildcard MX record answers for names nobody made. Mail to misspelt subdomains is taken, and spam "
     "forged in the name of any of them looks deliverable.",
     "Remove the wildcard, and give an MX record to each subdomain that takes mail.",
     "RFC 4592; RFC 1912 section 2.7"},
    {"ptr-delegated", Severity::info, "the PTR record is delegated by a CNAME",
     "Less than 256 addresses are delegated to their user by a CNAME into another zone; the PTR record "
     "stands "
     "there.",
     "Nothing to do. Change the PTR record at the name where the CNAME leads.", "RFC 2317"},
    {"ptr-doubled-name", Severity::error, "the name of the reverse zone was appended to the PTR's name",
     "Without a dot at its end the name in the record is taken as relative to the zone, so it becomes "
     "mx.example.com.2.0.192.in-addr.arpa.",
     "Put a dot behind the name in the PTR record.", "RFC 1035 section 5.1"},
    {"ptr-generic", Severity::warning, "the PTR name looks like one of a provider's pool",
     "The name holds the address, or a word for dynamic or dial-up addresses. Many receivers refuse or "
     "down-rate mail from such hosts.",
     "Ask the provider of the address for a PTR record with the name of the mail host.",
     "practice of receivers"},
    {"ptr-helo-mismatch", Severity::warning, "the EHLO name is not the PTR name",
     "The server introduces itself by another name than the one its address has. Receivers may not refuse "
     "the mail for it, but count it as a sign of spam.",
     "Use one name for both: set the server's EHLO name to the PTR name, or the reverse.",
     "RFC 5321 section 4.1.4"},
    {"ptr-helo-missing", Severity::warning, "the EHLO name has no address",
     "The client must introduce itself by a name that resolves. Many receivers refuse a name without A and "
     "AAAA record.",
     "Publish an A or AAAA record for the EHLO name, or change it to the host's name.",
     "RFC 5321 sections 2.3.5 and 4.1.4"},
    {"ptr-helo-not-qualified", Severity::warning, "the EHLO name is not a full domain name",
     "A single word, localhost or an address says nothing about the host. Many receivers refuse it.",
     "Set the server's EHLO name (Postfix: smtp_helo_name) to its full name.",
     "RFC 5321 sections 2.3.5 and 4.1.1.1"},
    {"ptr-missing", Severity::error, "the sending address has no PTR record",
     "Gmail, Microsoft and many others refuse mail from an address without a name.",
     "Ask the provider of the address (or the holder of the reverse zone) for a PTR record.",
     "RFC 1912 section 2.1; Gmail's sender guidelines"},
    {"ptr-not-confirmed", Severity::error, "the PTR name does not lead back to the address",
     "Anybody can put any name into a PTR record. It counts only when the name's own A or AAAA records list "
     "the address (iprev). Many receivers refuse the mail otherwise.",
     "Publish the address at the name, or change the PTR record.", "RFC 8601 section 3"},
    {"ptr-partly-confirmed", Severity::warning, "some PTR names do not lead back to the address",
     "One name is confirmed, which is enough for iprev. A receiver that looks at one name only may take "
     "another.",
     "Remove the other PTR records.", "RFC 8601 section 3"},
    {"ptr-several", Severity::warning, "the address has several PTR records",
     "They come in any order, and a receiver may look at one of them only, or at ten at most.",
     "Leave one PTR record: the name of the mail host.", "RFC 1912 section 2.1; RFC 7208 section 5.5"},
};

}  // namespace

std::span<const Entry> mx_entries() {
    return entries;
}

}  // namespace finding
