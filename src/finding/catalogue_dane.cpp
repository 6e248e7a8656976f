#include <array>

#include "finding/catalogue.hpp"

namespace finding {

namespace {

constexpr std::array entries{
    Entry{"dane-none", Severity::info, "No mail host has TLSA records",
          "Senders use TLS without DANE: an attacker on the way can strip it or present another certificate, "
          "unless MTA-STS prevents that.",
          "In a zone signed by DNSSEC, publish _25._tcp.HOST. IN TLSA 3 1 1 DIGEST for every mail host.",
          "RFC 7672 section 2.2"},
    Entry{"dane-no-host", Severity::error, "The domain has no mail host",
          "The name does not exist, or no host of its MX records has an address. There is nothing that TLSA "
          "records could protect.",
          "Correct the domain, or the MX records and their hosts: --only mx says what is wrong with them.",
          "RFC 5321 section 5.1"},
    Entry{"dane-ad-not-trusted", Severity::info, "Whether the TLSA records count cannot be said",
          "TLSA records count only in signed zones. The server that answered is not on this machine, so its "
          "word that the data are validated (the AD bit) could have been changed on the way.",
          "If the way to the server is safe, add --trust-ad; else ask a validating resolver on this machine "
          "with --dns-server 127.0.0.1.",
          "RFC 4035 section 3.2.3"},
    Entry{"dane-insecure", Severity::warning, "The TLSA records are not protected by DNSSEC",
          "The zone of the mail host, or that of its TLSA records, is not signed, or the resolver does not "
          "validate. Senders ignore such TLSA records.",
          "Sign the zone of the mail host and have its registrar publish the DS record.",
          "RFC 7672 section 2.2.2"},
    Entry{"dane-mx-insecure", Severity::info, "The MX records are not signed, those of the mail host are",
          "An attacker can lead mail to another host by forging the MX answer. Senders may use DANE with the "
          "host all the same; some do not.",
          "Sign the zone of the domain too.", "RFC 7672 section 2.2.1"},
    Entry{"dane-lookup-failed", Severity::error, "The TLSA records cannot be looked up",
          "Where the mail host's zone is signed, senders with DANE must not go on as if there were no TLSA "
          "record: they try another host, then defer the mail; where it is not signed, they need not ask. "
          "Name servers that answer A and fail on TLSA are a known fault.",
          "Ask again; if it stays, the name servers must answer for _25._tcp names: with records, or with a "
          "signed denial.",
          "RFC 7672 sections 2.1.1 and 2.2.2"},
    Entry{"dane-bogus", Severity::error, "The TLSA answer is bogus",
          "DNSSEC validation fails for the TLSA name, or its CNAMEs have no end. Senders with DANE do not "
          "deliver to this host and defer the mail.",
          "Renew the zone's signatures, NSEC and NSEC3 records too, and check that the DS record at the "
          "parent matches the zone's key.",
          "RFC 7672 section 2.1.1"},
    Entry{"dane-match", Severity::info, "The certificate matches a TLSA record",
          "A sender that uses DANE delivers here, whichever authority issued the certificate.",
          "Nothing to do. Before the key changes, publish the record of the next one.",
          "RFC 7672 section 3.1"},
    Entry{
        "dane-mismatch", Severity::error, "No TLSA record matches the certificate",
        "The certificate or its key was changed and the records were not, or this is not the server. Senders "
        "that use DANE deliver no mail here.",
        "If the certificate is the server's own, publish TLSA 3 1 1 with the digest of its key, and keep the "
        "old record until caches have forgotten it.",
        "RFC 7672 sections 2.1 and 3.1; RFC 7671 section 8.1"},
    Entry{"dane-malformed", Severity::error, "A TLSA record cannot be read",
          "It is shorter than its three numbers. Senders ignore it, or defer the mail.",
          "Publish it again: TLSA 3 1 1 and a digest of 64 hexadecimal digits.", "RFC 6698 section 2.1"},
    Entry{
        "dane-pkix-usage", Severity::warning, "A TLSA record has usage 0 or 1, not usable for SMTP",
        "These usages lean on public CAs, of which mail servers have no agreed list. Most senders treat the "
        "record as unusable; if all are, TLS is used without a check of the certificate.",
        "Publish 3 1 1 in place of usage 1, and 2 1 1 in place of usage 0.", "RFC 7672 section 3.1.3"},
    Entry{"dane-unknown-usage", Severity::error, "A TLSA record has an unknown certificate usage",
          "Known are 0 to 3, and SMTP uses 2 and 3. Senders cannot use the record.",
          "Write 3 for the server's own key, or 2 for that of a CA in its chain.", "RFC 6698 section 2.1.1"},
    Entry{"dane-unknown-selector", Severity::error, "A TLSA record has an unknown selector",
          "Known are 0, the whole certificate, and 1, its public key. Senders cannot use the record.",
          "Write 1, and the digest of the public key.", "RFC 6698 section 2.1.2"},
    Entry{"dane-unknown-matching-type", Severity::error, "A TLSA record has an unknown matching type",
          "Known are 0, the data itself, 1, SHA-256, and 2, SHA-512. Senders cannot use the record.",
          "Write 1, and a SHA-256 digest.", "RFC 6698 section 2.1.3"},
    Entry{
        "dane-digest-length", Severity::error, "The digest of a TLSA record has the wrong length",
        "SHA-256 (1) has 32 octets, 64 hexadecimal digits; SHA-512 (2) has 64 octets. Something was cut off "
        "or added, or the number is wrong. The record matches nothing.",
        "Publish the whole digest: openssl x509 -in cert.pem -pubkey -noout | openssl pkey -pubin -outform "
        "DER | openssl dgst -sha256",
        "RFC 6698 section 2.1.3"},
    Entry{"dane-data-not-der", Severity::error, "The data of a TLSA record are no certificate and no key",
          "Matching type 0 holds a whole certificate or public key in DER. These data are cut off, or of "
          "another form: PEM, text, a digest.",
          "Publish a digest in its place: 3 1 1.", "RFC 6698 section 2.1.4"},
    Entry{"dane-full-data", Severity::info, "A TLSA record holds a whole certificate or key",
          "Such records make answers large, and large answers fail on some networks.",
          "Publish its SHA-256 digest: matching type 1.", "RFC 7671 section 10.1.2"},
    Entry{"dane-whole-certificate", Severity::warning, "A TLSA record names one certificate, not its key",
          "Every renewal makes a new certificate that the record does not match; with ACME that is every few "
          "weeks. Mail from senders with DANE then stops.",
          "Keep the key on renewal, and publish its digest: 3 1 1.", "RFC 7671 section 5.1"},
    Entry{"dane-none-usable", Severity::warning, "The host has TLSA records and none is usable",
          "Senders with DANE must use TLS with this host, yet check no certificate: the records protect "
          "little.",
          "Publish 3 1 1 with the SHA-256 digest of the server's public key.", "RFC 7672 section 2.2"},
    Entry{"dane-no-rollover", Severity::info, "There is no TLSA record for the next key",
          "One record for one key: when the key changes before the record has changed everywhere, mail from "
          "senders with DANE waits.",
          "Publish the digest of the next key beside it (3 1 1 twice), or that of the issuing CA's key (2 1 "
          "1), at least two TTLs before the change.",
          "RFC 7671 section 8.1"},
    Entry{"dane-partial", Severity::warning, "Only some of the mail hosts have TLSA records",
          "An attacker who blocks the protected hosts leads the mail to one without protection.",
          "Publish TLSA records for every MX host, or take the others out of the MX records.",
          "RFC 7672 section 2.2.1"},
    Entry{"dane-alias", Severity::info, "The mail host is a CNAME, so TLSA records have two places",
          "When every link of the CNAME chain is signed, senders look at its end first, then at the name in "
          "the MX record; otherwise at the name in the MX record only.",
          "Name the real host in the MX record, and publish its TLSA records there.",
          "RFC 7672 section 2.2.2"},
    Entry{"dane-not-all-read", Severity::info, "Not everything was checked",
          "There are more hosts or records than this check reads, and more than any sender would.",
          "Publish fewer.", ""},
};

}  // namespace

std::span<const Entry> dane_entries() {
    return entries;
}

}  // namespace finding
