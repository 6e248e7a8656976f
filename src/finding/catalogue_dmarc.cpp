#include "finding/catalogue.hpp"

namespace finding {

namespace {

constexpr Entry entries[] = {
    {"dmarc-alignment-invalid", Severity::warning, "adkim= or aspf= has an unknown value",
     "The values are r (relaxed) and s (strict); with anything else relaxed alignment is used, "
     "silently.",
     "Write adkim=s or aspf=s for strict alignment, or remove the tag.", "RFC 9989 section 4.7"},
    {"dmarc-discarded", Severity::warning, "a second text, meant as DMARC, stands beside the record",
     "It does not begin with v=DMARC1 exactly, so it is discarded, and the record beside it counts alone.",
     "Remove it, and leave the record beside it.", "RFC 9989 section 4.10"},
    {"dmarc-doubled-name", Severity::error, "the record was published with the zone name twice",
     "The panel appends the zone to what is typed, so the full name became "
     "_dmarc.example.com.example.com.",
     "Enter _dmarc as the name in the panel.", "RFC 9989 section 4.5"},
    {"dmarc-duplicate-tag", Severity::error, "a tag stands twice in the record",
     "A tag-list with a tag given twice is invalid as a whole: the record counts for nothing.",
     "Leave each tag once.", "RFC 9989 section 4.7, RFC 6376 section 3.2"},
    {"dmarc-enforced-without-authentication", Severity::warning,
     "the policy is enforced although neither SPF nor DKIM works",
     "All mail of the domain fails DMARC, and receivers are asked to quarantine or reject it. That is right "
     "only for a domain that sends none.",
     "Repair SPF and publish a DKIM key, or set p=none until that is done.",
     "RFC 9989 sections 5.1.7 and 7.4"},
    {"dmarc-failure-options", Severity::warning, "fo= is not valid",
     "The values are 0 or 1, not both, and d and s once each, separated by colons; else fo=0 is "
     "used.",
     "Write for example fo=1:d:s.", "RFC 9989 sections 4.7 and 4.8"},
    {"dmarc-failure-options-unused", Severity::warning,
     "fo= without ruf=", "fo= says when failure reports are sent and is ignored without an address for them.",
     "Remove fo=, or add ruf=.", "RFC 9989 section 4.7"},
    {"dmarc-historic-default", Severity::info, "a historic tag with its default value",
     "pct, rf and ri were removed from the standard; with the default value they change nothing "
     "anywhere.",
     "Remove the tag.", "RFC 9989 section 9.3"},
    {"dmarc-historic-tag", Severity::warning, "a historic tag",
     "pct, rf and ri were removed from the standard. Receivers that still follow RFC 7489 honour "
     "pct; the others apply the policy to all mail.",
     "Remove the tag; in place of pct=0 write t=y.", "RFC 9989 section 9.3 and appendix A.6"},
    {"dmarc-inherited-policy", Severity::info, "the policy comes from a record above the domain",
     "The domain has no record of its own, so the one of its organizational domain or public "
     "suffix applies: sp= to names that exist, np= to names that do not, else p=.",
     "Nothing to do when that is meant; else publish a record at the domain itself.",
     "RFC 9989 section 4.10.1"},
    {"dmarc-invalid-policy", Severity::error, "p=, sp= or np= has an unknown value",
     "The values are none, quarantine and reject. One wrong value spoils the whole record: it acts "
     "as p=none when rua= is valid, else it counts for nothing.",
     "Correct the value.", "RFC 9989 section 4.10.1"},
    {"dmarc-long-name", Severity::warning, "the domain has more than eight labels",
     "The tree walk skips to the last seven labels: records between are never found.",
     "Publish a record at the domain itself.", "RFC 9989 sections 4.10 and 5.1.8"},
    {"dmarc-misplaced", Severity::error, "the DMARC record stands at the wrong name",
     "It is looked for at _dmarc.<domain> and nowhere else.", "Move the record to _dmarc below the domain.",
     "RFC 9989 section 4.5"},
    {"dmarc-missing-policy", Severity::warning, "p= is missing",
     "The record acts as p=none when rua= is valid, else it counts for nothing.",
     "Add p=none, p=quarantine or p=reject.", "RFC 9989 sections 4.7 and 4.10.1, RFC 7489 section 6.6.3"},
    {"dmarc-missing-semicolon", Severity::error, "a semicolon is missing between two tags",
     "Without it the second tag becomes a part of the first one's value.",
     "Put a semicolon between the tags.", "RFC 9989 section 4.8"},
    {"dmarc-misspelled-tag", Severity::warning, "an unknown tag that looks like a known one",
     "Unknown tags are ignored, so what was meant does not happen.", "Correct the name of the tag.",
     "RFC 9989 section 4.7"},
    {"dmarc-near-miss", Severity::error, "a record that was meant as DMARC but is none",
     "A record counts only when it begins with v=DMARC1, exactly so, followed by a semicolon.",
     "Begin the record with v=DMARC1;", "RFC 9989 sections 4.7 and 4.8"},
    {"dmarc-no-dkim", Severity::warning, "no DKIM key stands beside DMARC",
     "Mail that is forwarded keeps its DKIM signature and loses SPF, so without DKIM it fails DMARC.",
     "Sign with DKIM: relayctl dkim generate DOMAIN", "RFC 9989 section 7.4"},
    {"dmarc-no-processing", Severity::error, "the record asks for no DMARC processing",
     "p= is missing or one of p=, sp=, np= is wrong, and no valid rua= address saves the record as "
     "p=none.",
     "Correct the policy tags.", "RFC 9989 section 4.10.1"},
    {"dmarc-no-record", Severity::error, "no DMARC policy governs the domain",
     "Neither the domain nor any name above it in the tree walk has a usable record. Anybody can "
     "use the domain in From, and large receivers refuse bulk mail without DMARC.",
     "Publish a TXT record at _dmarc: v=DMARC1; p=none; rua=mailto:ADDRESS", "RFC 9989 section 4.10"},
    {"dmarc-no-reports", Severity::warning, "no aggregate reports are asked for",
     "Without rua= nobody tells which mail fails, so the policy cannot be made stricter with "
     "confidence.",
     "Add rua=mailto:ADDRESS", "RFC 9989 sections 4.7 and 5.1.3"},
    {"dmarc-none", Severity::warning, "the policy is none",
     "Failing mail is delivered as if there were no policy; only reports are sent.",
     "When the reports show that all mail passes, go to quarantine and then to reject.",
     "RFC 9989 sections 4.7 and 5.1.7"},
    {"dmarc-not-checked", Severity::warning, "DMARC could not be checked",
     "The DNS gave no usable answer on the tree walk. This says nothing about whether a record is "
     "there.",
     "Try again, or ask another server with --dns-server.", "RFC 9989 section 4.10.1"},
    {"dmarc-parked-null-mx", Severity::warning, "a domain without mail has no null MX",
     "Without it senders try for days to deliver to the domain; the null MX says at once that it takes no "
     "mail.",
     "Publish the MX record: 0 .", "RFC 7505"},
    {"dmarc-parked-policy", Severity::warning, "a domain without mail does not ask for reject",
     "Nobody sends from the domain, so all mail that claims to be from it, or from a name below it, is "
     "forged.",
     "Publish v=DMARC1; p=reject; sp=reject; np=reject", "RFC 9989 section 4.7"},
    {"dmarc-psd-failure-reports", Severity::warning, "psd=y together with ruf=",
     "A public suffix must not ask for failure reports: they would hold mail of other "
     "organizations.",
     "Remove ruf=.", "RFC 9989 section 10.2"},
    {"dmarc-psd-invalid", Severity::warning, "psd= has an unknown value",
     "The values are y, n and u; with anything else the tree walk goes on as if the tag were "
     "missing.",
     "Write psd=n, or remove the tag.", "RFC 9989 section 4.7"},
    {"dmarc-psd-yes", Severity::warning, "psd=y says that the domain is a public suffix",
     "Only registries should say so: names below then count as organizations of their own, and "
     "alignment with them is lost.",
     "Remove psd=y unless the domain is a registry's.", "RFC 9989 sections 3.2.15 and 4.7"},
    {"dmarc-psl-differs", Severity::warning, "receivers that follow RFC 7489 come to another policy",
     "They take the organizational domain from the public suffix list, walk no tree, know neither np= nor "
     "t= nor psd=, honour pct=, and apply nothing when two records stand at one name.",
     "Publish a record at the domain itself that means the same to both.",
     "RFC 7489 sections 3.2 and 6.6.3, RFC 9989 appendix C"},
    {"dmarc-quarantine", Severity::info, "the policy is quarantine",
     "Failing mail goes to the spam folder, mostly unread.",
     "Nothing to do; reject tells senders that their mail failed.", "RFC 9989 section 4.7"},
    {"dmarc-quotes-stored", Severity::error, "quotes are stored in the record",
     "The quotes of the zone file form were pasted into a panel that adds its own, so they became "
     "a part of the value.",
     "Paste the record without quotes.", "RFC 9989 section 4.8"},
    {"dmarc-report-duplicate", Severity::warning, "a report address is given twice",
     "Reports may come twice, or one of the two is ignored.", "Leave each address once.",
     "RFC 9989 section 4.7"},
    {"dmarc-report-many", Severity::warning, "many report addresses",
     "Many receivers send reports to the first two addresses only.",
     "Give at most two addresses and distribute from there.", "RFC 9989 section 4.7"},
    {"dmarc-report-no-mail", Severity::warning, "the report mailbox cannot get mail",
     "The domain of the address does not exist, refuses all mail (null MX), or has no mail host.",
     "Give an address that takes mail.", "RFC 9989 section 5.1.3"},
    {"dmarc-report-override", Severity::warning, "the report destination redirects to another host",
     "An authorization record may replace the address by one at the same host only; with another "
     "host neither address may be used.",
     "Ask the owner of the destination to correct the record.", "RFC 9990 section 4"},
    {"dmarc-report-scheme", Severity::warning, "reports to an address that is not mailto:",
     "Receivers need to support mailto: only and ignore what they do not know.", "Add a mailto: address.",
     "RFC 9989 section 4.7"},
    {"dmarc-report-separator", Severity::warning, "report addresses are separated by a semicolon",
     "The semicolon ends the tag, so the addresses behind it are ignored; the separator is a "
     "comma.",
     "Write rua=mailto:A,mailto:B", "RFC 9989 section 4.8"},
    {"dmarc-report-size-limit", Severity::warning, "the obsolete size limit of a report address",
     "The limit behind ! was removed from the standard and is ignored.", "Remove it.",
     "RFC 9989 section 4.8"},
    {"dmarc-report-unauthorized", Severity::warning,
     "the report destination has not agreed to get the reports",
     "Reports to another organization are sent only when it publishes v=DMARC1 at "
     "<domain>._report._dmarc.<host>.",
     "Ask the owner of the destination to publish that record.", "RFC 9990 section 4"},
    {"dmarc-report-unverified", Severity::info, "the report destination could not be checked",
     "Whether it takes mail, or has agreed to get the reports: the DNS gave no usable answer, or the name of "
     "the "
     "consent record would be too long.",
     "Try again later.", "RFC 9990 section 4"},
    {"dmarc-report-uri", Severity::warning, "a report address is not valid",
     "Each address is a URI, mostly mailto:name@host; commas and exclamation marks in it must be "
     "written %2C and %21, and the address must be ASCII.",
     "Write rua=mailto:name@host", "RFC 9989 sections 4.6 to 4.8, RFC 8616 section 6"},
    {"dmarc-several-records", Severity::error, "several DMARC records stand at one name",
     "All of them are discarded and the tree walk goes on above the name.", "Leave one record.",
     "RFC 9989 section 4.10"},
    {"dmarc-spf-only", Severity::warning, "only SPF makes mail pass DMARC",
     "Forwarded mail comes from another address, fails SPF, and with it DMARC: with an enforced policy it is "
     "lost.",
     "Sign with DKIM, with d= the domain or one aligned with it.", "RFC 9989 section 7.4"},
    {"dmarc-subdomain-tags-ignored", Severity::info, "sp= and np= of this record are ignored",
     "They count only in the record of the organizational domain or a public suffix; this record "
     "stands below it.",
     "Remove them here, or write psd=n when the domain is to be an organizational domain of its "
     "own.",
     "RFC 9989 section 4.7"},
    {"dmarc-syntax", Severity::error, "a part of the record is not tag=value",
     "What breaks the syntax is ignored, so what was meant does not happen.", "Correct or remove that part.",
     "RFC 9989 section 4.8"},
    {"dmarc-test-invalid", Severity::warning, "t= has an unknown value",
     "The values are y and n; with anything else the policy is applied as if the tag were missing.",
     "Write t=y for test mode, or remove the tag.", "RFC 9989 section 4.7"},
    {"dmarc-test-mode", Severity::warning, "t=y: the policy is applied one level lower",
     "In test mode reject becomes quarantine and quarantine becomes none.",
     "Remove t=y when the tests are over.", "RFC 9989 section 4.7"},
    {"dmarc-unknown-tag", Severity::info, "an unknown tag", "Unknown tags are ignored.", "Remove the tag.",
     "RFC 9989 section 4.7"},
    {"dmarc-unrelated-text", Severity::warning, "text that is no DMARC record stands at _dmarc",
     "It is discarded; other text there often comes from a wildcard or a mistyped name.",
     "Move the text to its own name.", "RFC 9989 section 4.10"},
    {"dmarc-weaker-subdomains", Severity::warning, "subdomains have a weaker policy than the domain",
     "sp= or np= is weaker than p=, so forgers use a subdomain.",
     "Make sp= and np= as strict as p=; np=reject harms nobody.", "RFC 9989 section 4.7"},
};

}  // namespace

std::span<const Entry> dmarc_entries() {
    return entries;
}

}  // namespace finding
