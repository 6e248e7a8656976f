#include "finding/catalogue.hpp"

namespace finding {

namespace {

constexpr Entry entries[] = {
    {"tls-rpt-discarded", Severity::warning, "a second text, meant as TLSRPT, stands beside the record",
     "It does not begin with v=TLSRPTv1; exactly, so it is discarded, and the record beside it counts alone.",
     "Remove it, and leave the record beside it.", "RFC 8460 section 3"},
    {"tls-rpt-duplicate", Severity::warning, "a report address is given twice",
     "Reports may come twice, or one of the two is ignored.", "Leave each address once.",
     "RFC 8460 section 3"},
    {"tls-rpt-misplaced", Severity::error, "the TLSRPT record stands at the wrong name",
     "It is looked for at _smtp._tls.<domain> and nowhere else.",
     "Move the record to _smtp._tls below the domain.", "RFC 8460 section 3"},
    {"tls-rpt-near-miss", Severity::error, "a record that was meant as TLSRPT but is none",
     "A record counts only when it begins with v=TLSRPTv1; exactly so. All others are discarded.",
     "Begin the record with v=TLSRPTv1;", "RFC 8460 section 3"},
    {"tls-rpt-no-destination", Severity::error, "the record names no address for reports",
     "rua= is the only field that matters, and without an address in it nobody sends reports.",
     "Publish: v=TLSRPTv1; rua=mailto:ADDRESS", "RFC 8460 section 3"},
    {"tls-rpt-no-domain", Severity::error, "the domain does not exist",
     "The DNS says NXDOMAIN for the domain itself: it is misspelt, expired or not delegated.",
     "Correct the name.", "RFC 8460 section 3"},
    {"tls-rpt-no-host", Severity::warning, "the host that takes reports has no address",
     "Reports are posted to the host of the https: address, which does not resolve.",
     "Correct the address in rua=, or publish the host's address.", "RFC 8460 sections 3 and 5.4"},
    {"tls-rpt-no-mail", Severity::warning, "the report mailbox cannot get mail",
     "The domain of the address does not exist, refuses all mail (null MX), or has no mail host.",
     "Give an address that takes mail.", "RFC 8460 sections 3 and 5.3"},
    {"tls-rpt-no-record", Severity::info, "no reports about TLS are asked for",
     "The record is optional. Without it nobody tells that senders fail to reach the domain's mail hosts "
     "over "
     "TLS.",
     "Publish a TXT record at _smtp._tls: v=TLSRPTv1; rua=mailto:ADDRESS", "RFC 8460 section 3"},
    {"tls-rpt-scheme", Severity::error,
     "reports to an address that is neither mailto: nor https:", "Senders know these two only.",
     "Write rua=mailto:ADDRESS or rua=https://HOST/PATH", "RFC 8460 section 3"},
    {"tls-rpt-several-records", Severity::error, "several TLSRPT records stand at the name",
     "With more than one, senders act as if there were none. Several addresses go into one record.",
     "Leave one record: v=TLSRPTv1; rua=mailto:A,mailto:B", "RFC 8460 section 3"},
    {"tls-rpt-syntax", Severity::error, "the record breaks the syntax",
     "The record is a list of name=value, separated by semicolons, without blanks beside the equals sign.",
     "Publish: v=TLSRPTv1; rua=mailto:ADDRESS", "RFC 8460 section 3"},
    {"tls-rpt-unescaped", Severity::error, "a comma, an exclamation mark or a semicolon inside an address",
     "A comma separates addresses and a semicolon fields; within an address the three must be encoded.",
     "Write %2C for the comma, %21 for the exclamation mark, %3B for the semicolon.", "RFC 8460 section 3"},
    {"tls-rpt-unknown-field", Severity::info, "an unknown field", "Unknown fields are ignored.",
     "Remove the field.", "RFC 8460 section 3"},
    {"tls-rpt-unrelated-text", Severity::info, "text that is no TLSRPT record stands at the name",
     "Records that do not begin with v=TLSRPTv1; are discarded.", "Remove the text from this name.",
     "RFC 8460 section 3"},
    {"tls-rpt-unverified", Severity::info, "whether the report address works could not be checked",
     "The DNS gave no usable answer for the domain of the mailbox, or for the host. This says nothing about "
     "the "
     "record itself.",
     "Try again later.", "RFC 8460 section 3"},
    {"tls-rpt-uri", Severity::error, "a report address is not valid",
     "rua= holds URIs, separated by commas: mailto:name@host or https://host/path.",
     "Write rua=mailto:name@host", "RFC 8460 section 3"},
};

}  // namespace

std::span<const Entry> tls_rpt_entries() {
    return entries;
}

}  // namespace finding
