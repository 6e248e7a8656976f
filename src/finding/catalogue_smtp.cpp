#include "finding/catalogue.hpp"

namespace finding {

namespace {

constexpr Entry entries[] = {
    {"smtp-address-fails", Severity::error, "one of the host's addresses does not work",
     "Programs take any of a host's addresses: with this one, mail fails or waits, now and then.",
     "Mend the server behind this address, or take the address out of the DNS.", "RFC 5321 section 5.1"},
    {"smtp-address-missing", Severity::error, "the host has no address",
     "The name does not exist, or has neither an A nor an AAAA record, so nothing can be connected to.",
     "Check the spelling of the host, and that its address record is published.", "RFC 5321 section 5.1"},
    {"smtp-address-not-public", Severity::warning, "the host's name leads to an address that is not public",
     "A public name that resolves to this machine or to a private network: an entry in /etc/hosts, a DNS "
     "server "
     "that filters, or a network with a DNS of its own, where it is in order.",
     "Compare with another DNS server: relayctl probe HOST --dns-server ADDRESS.", "RFC 6890; RFC 1918"},
    {"smtp-address-silent", Severity::warning, "one of the host's addresses could not be checked",
     "It gave no answer in time, or cannot be reached from here. Programs that take it lose time until they "
     "try "
     "the next.",
     "Try from another network; if it stays so, take the address out of the DNS.", "RFC 5321 section 5.1"},
    {"smtp-address-unknown", Severity::error, "the host's address could not be looked up",
     "The DNS gave no answer, or a failure. Whether the host exists is not known.",
     "Try again; try another resolver with --dns-server.", "RFC 1035 section 7.2"},
    {"smtp-addresses-differ", Severity::warning, "the host's addresses do not offer the same",
     "Programs take any of a host's addresses: a login, a size or a certificate that one of them has and "
     "another "
     "has not works now and then.",
     "Bring the servers behind the addresses into line.", "RFC 5321 section 5.1"},
    {"smtp-auth-in-clear", Severity::warning, "passwords are accepted in clear text",
     "The server offers a login that reveals the password before TLS has begun. A client that takes the "
     "offer "
     "shows the password to everybody on the way.",
     "Use ssl or tls. The server's operator should offer AUTH only inside TLS (Postfix: smtpd_tls_auth_only "
     "= yes).",
     "RFC 4954 section 4; RFC 8314 section 4.1"},
    {"smtp-auth-only-after-tls", Severity::info, "AUTH is offered only inside TLS",
     "The server hides AUTH until TLS protects the password. This is as it should be; with security none "
     "there is "
     "no login.",
     "Nothing to do.", "RFC 8314 section 4.1"},
    {"smtp-clear-text-endpoint", Severity::warning, "mail goes in clear text where the server offers TLS",
     "Security none does not use the STARTTLS that the server offers: whoever sits in between can read and "
     "change the mail, and many servers take no mail without it.",
     "relayctl edit NAME --security tls", "RFC 8314 section 4.1; RFC 3207 section 6"},
    {"smtp-closed-early", Severity::error, "the server closed the connection without a word",
     "The connection was accepted and ended before the greeting: the server refuses this client's address, "
     "has too "
     "many connections, or a firewall or load balancer has no server behind it.",
     "Ask the server's operator whether this machine's address is allowed.", "RFC 5321 section 3.1"},
    {"smtp-connect-failed", Severity::error, "the connection could not be made",
     "This machine's own network or firewall refused it.", "Check this machine's network and firewall.",
     "RFC 5321 section 3.1"},
    {"smtp-connection-lost", Severity::error, "the server broke off in the middle of the dialogue",
     "The connection was closed or reset after the greeting.",
     "Try again; if it stays so, the server's log says why.", "RFC 5321 section 3.8"},
    {"smtp-connections-limited", Severity::warning, "the server takes few connections at a time",
     "Of a probe's connections, which are made at once, it turned some away; one at a time it took them. "
     "Programs that send several messages at the same time are turned away like that, and others behind this "
     "machine's address count too.",
     "Send one message after the other over one connection, as relayctl send --batch does, or have the "
     "server's operator allow this machine more.",
     "RFC 5321 section 3.8; RFC 3463 section 3.4"},
    {"smtp-data-before-tls", Severity::error, "data was sent in clear where TLS had to begin",
     "Octets followed the answer to STARTTLS in clear. A client that reads them later takes them for the "
     "server's "
     "words inside TLS: so an attacker between here and the server injects replies. TLS was not begun.",
     "Do not use this server from this network before the cause is known; compare from another network.",
     "RFC 3207 section 6; CVE-2011-0411"},
    {"smtp-dialogue-rewritten", Severity::warning, "a firewall rewrites the SMTP dialogue",
     "Keywords or the greeting are overwritten with X or *: a firewall's SMTP inspection (Cisco: inspect "
     "esmtp) "
     "stands in between and hides what it does not know.",
     "Have the inspection switched off for this connection.", "RFC 5321 section 4.1.1.1"},
    {"smtp-ehlo-refused", Severity::error, "the server refuses our EHLO",
     "The server dislikes the name we give, or our address.",
     "Give this machine a full host name that resolves to its address; try one: relayctl probe NAME "
     "--ehlo-name "
     "HOST.",
     "RFC 5321 section 4.1.4"},
    {"smtp-greeting-deferred", Severity::error, "the server greets with \"not now\"",
     "A 4xx greeting: too many connections, greylisting, or a fault on the server that should pass.",
     "Try again later.", "RFC 5321 section 3.1"},
    {"smtp-greeting-rejected", Severity::error, "the server refuses to serve this client",
     "A 5xx greeting: this machine's address is blocked, on a block list, or the host takes no mail at all.",
     "Read the reply; ask the server's operator to allow this machine's address.", "RFC 5321 section 3.1"},
    {"smtp-greeting-slow", Severity::warning, "the server is slow to greet",
     "Five seconds or more until the greeting: a delay on purpose against spam senders, or slow DNS on the "
     "server's side. Programs with short timeouts give up.",
     "Have this machine's address exempted from the delay, and give it a reverse DNS name.",
     "RFC 5321 section 4.5.3.2.1"},
    {"smtp-host-silent", Severity::error, "the host answers on no port that was tried",
     "Connection attempts vanish on every port: a firewall here or on the way drops them, the address is not "
     "the "
     "relay's, or the host is down.",
     "Check that the address is the relay's; try from another network; open 465 or 587 outwards in the "
     "firewall.",
     "RFC 9293 section 3.8.3"},
    {"smtp-implicit-tls-port", Severity::error, "the port speaks TLS from the first byte",
     "none or tls (STARTTLS) waits for a greeting in clear, and this port sends none: it waits for TLS to "
     "begin. "
     "Programs say \"timeout\" or \"connection closed\" then.",
     "Use security ssl on this port.", "RFC 8314 section 3"},
    {"smtp-implicit-tls-preferred", Severity::info, "ssl works on another port, and is to be preferred",
     "STARTTLS begins in clear, where whoever sits in between can take it away or speak first; TLS from the "
     "first "
     "byte leaves nothing to take. Both are safe as relayctl uses them: tls never goes on in clear.",
     "Use security ssl where the server has it.", "RFC 8314 section 3.3"},
    {"smtp-keywords-lost-in-tls", Severity::warning, "the server offers less inside TLS than in clear",
     "What may be needed is offered before TLS and not after it: two servers answer, or a proxy that does "
     "TLS in "
     "front of the server passes on other keywords. Inside TLS counts.",
     "Tell the server's operator, or whoever runs the proxy.", "RFC 3207 section 4.2"},
    {"smtp-line-too-long", Severity::error, "the server sends an endless line",
     "A line of more than 4096 octets; 512 are allowed. This is no SMTP server, or one that means harm.",
     "Check host and port.", "RFC 5321 section 4.5.3.1.5"},
    {"smtp-no-ehlo", Severity::warning, "the server understands HELO only",
     "EHLO is refused and HELO is taken, so there is no STARTTLS, no login and no SIZE: a server of before "
     "1995, or "
     "a firewall that lets the oldest commands through only.",
     "Compare from another network; use another port or another server.", "RFC 5321 section 3.2"},
    {"smtp-no-greeting", Severity::error, "the server says nothing",
     "The connection was accepted, but no greeting came in time, and TLS does not explain it: an overloaded "
     "server, "
     "a firewall that accepts for a server it cannot reach, or a greeting delayed on purpose.",
     "Try again with a longer --timeout; check that the port is the right one.",
     "RFC 5321 section 4.5.3.2.1"},
    {"smtp-no-route", Severity::error, "there is no way to the host from here",
     "This machine's network has no route to the address: no IPv6 here, a wrong address, or a link that is "
     "down.",
     "Check this machine's network, and that the address is right.", "RFC 5321 section 5.1"},
    {"smtp-no-tls", Severity::error, "nothing encrypted works",
     "The server works in clear text only: mail and passwords can be read on the way.",
     "Have TLS switched on at the server. Use security none only on a network you trust, and never with a "
     "login.",
     "RFC 8314 section 3"},
    {"smtp-not-smtp", Severity::error, "something else than SMTP answers",
     "The first octets are not an SMTP greeting: they say what it is where that is HTTP, SSH, IMAP or POP3. "
     "A "
     "web server says nothing before it is spoken to, and is known by its answer to TLS.",
     "Check host and port.", "RFC 5321 section 4.2"},
    {"smtp-odd-replies", Severity::info, "the server's replies bend the rules",
     "Lines end in a bare line feed, or the lines of one reply carry different codes. They were read all the "
     "same; "
     "stricter clients refuse them.",
     "Tell the server's operator, or whoever runs the filter in between.", "RFC 5321 section 2.3.8"},
    {"smtp-plain-port", Severity::error, "the port does not speak TLS from the first byte",
     "ssl begins TLS at once, and this port answered in clear text. Programs say \"wrong version number\" "
     "then.",
     "Use security tls (STARTTLS) on this port, or ssl on port 465.", "RFC 8314 section 3"},
    {"smtp-port-25-blocked", Severity::warning, "outbound port 25 seems to be blocked here",
     "Port 25 gives no answer while other ports of the same host do: many providers block it for their "
     "customers.",
     "Use port 465 or 587 for a relay. Ask your provider to open 25 only if you deliver to other mail "
     "servers "
     "yourself.",
     "RFC 6409 section 3.1; RFC 5068"},
    {"smtp-port-closed", Severity::error, "nothing listens on the port",
     "The host answered that no service is on this port, or a firewall said so in its place.",
     "Check port and host; ask the server's operator which port to use.", "RFC 9293 section 3.10.7.1"},
    {"smtp-port-filtered", Severity::error, "the port gives no answer",
     "Connection attempts vanish: a firewall drops them on the way, or the host is down.",
     "Check host and port; try from another network; open the way in the firewall.",
     "RFC 9293 section 3.8.3"},
    {"smtp-reply-timeout", Severity::error, "the server stopped answering",
     "A command got no reply within the timeout.", "Try again with a longer --timeout.",
     "RFC 5321 section 4.5.3.2"},
    {"smtp-reply-too-long", Severity::error, "the server sends an endless reply",
     "More than 128 lines or 64 KiB in one reply. This is no SMTP server, or one that means harm.",
     "Check host and port.", "RFC 5321 section 4.5.3.1.5"},
    {"smtp-size-unreadable", Severity::info, "the server's SIZE is no number that can be used",
     "SIZE in the EHLO reply is not a number, or too large for 64 bits. It was taken as no limit.",
     "Tell the server's operator.", "RFC 1870 section 4"},
    {"smtp-starttls-missing", Severity::error, "the server offers no STARTTLS",
     "STARTTLS is not among the server's keywords: TLS is not configured there, or something on the way "
     "removes the "
     "word. relayctl does not go on in clear where tls is asked for.",
     "Use another port or ssl; if the server should have STARTTLS, compare from another network.",
     "RFC 3207 section 4; RFC 8314 section 3"},
    {"smtp-starttls-refused", Severity::error, "the server offers STARTTLS and refuses it",
     "The server's key or certificate cannot be used, or it is out of resources.",
     "The server's operator must look into its log for TLS.", "RFC 3207 section 4"},
    {"smtp-starttls-rewritten", Severity::error, "a firewall rewrites the SMTP dialogue",
     "Keywords or the greeting are overwritten with X or *: a firewall's SMTP inspection (Cisco: inspect "
     "esmtp) hides "
     "STARTTLS from both sides.",
     "Have the inspection switched off for this connection.", "RFC 3207 section 6"},
    {"smtp-utf8-not-offered", Severity::error, "the server takes no address outside of ASCII",
     "The part before the @ of the sender or of a recipient has other than ASCII characters, and the server "
     "does "
     "not offer SMTPUTF8. The address was not sent to it.",
     "Give an address whose local part is ASCII; the domain may stay as it is.", "RFC 6531 section 3.2"},
    {"tls-anonymous-cipher-accepted", Severity::info, "the server accepts ciphers without a certificate",
     "Usual for mail servers: they are for clients that would not look at the certificate anyway. One that "
     "verifies, as relayctl does, never offers them.",
     "Nothing to do; some audits ask for their end (Postfix: smtpd_tls_exclude_ciphers = aNULL).",
     "RFC 7672 section 8.2"},
    {"tls-certificate-expired", Severity::error, "the certificate has expired",
     "The server's certificate, or one of its chain, was valid until a date that has passed. If this "
     "machine's clock "
     "is wrong, it only seems so.",
     "The server's operator must renew it. Do not switch verification off for it.",
     "RFC 5280 section 4.1.2.5"},
    {"tls-certificate-expires-soon", Severity::warning, "the certificate expires within 21 days",
     "It is still valid; when it is not renewed, mail stops on that day.",
     "Ask the server's operator whether the renewal is automatic.", "RFC 5280 section 4.1.2.5"},
    {"tls-certificate-fingerprint-mismatch", Severity::error, "the certificate is not the pinned one",
     "The relay accepts one certificate only, by its SHA-256 fingerprint, and the server shows another: it "
     "was "
     "renewed, or this is not the server.",
     "Ask the server's operator for the new fingerprint, on another way than this connection.",
     "RFC 8314 section 4.2"},
    {"tls-certificate-missing-intermediate", Severity::error,
     "the server does not send its intermediate certificate",
     "The chain between the server's certificate and a known issuer has a gap. Browsers fill it from their "
     "stores, "
     "mail programs do not.",
     "The server must send the full chain (often a file called fullchain.pem). Do not switch verification "
     "off.",
     "RFC 8446 section 4.4.2"},
    {"tls-certificate-name-mismatch", Severity::error, "the certificate is for another name",
     "None of the names in the certificate is the host that was asked for.",
     "Probe one of the certificate's names; where that works and it is the same server, make it the relay's "
     "host.",
     "RFC 9525 section 6"},
    {"tls-certificate-not-yet-valid", Severity::error, "the certificate is not valid yet",
     "It begins to be valid at a later date, or this machine's clock is wrong.",
     "Check this machine's clock.", "RFC 5280 section 4.1.2.5"},
    {"tls-certificate-revoked", Severity::error, "the certificate was revoked",
     "Its issuer took it back, so its key may be in other hands.", "The server's operator must replace it.",
     "RFC 5280 section 5"},
    {"tls-certificate-self-signed", Severity::error, "the server signed its certificate itself",
     "No authority vouches for it: it may be the server's, or that of somebody in between.",
     "Compare its fingerprint with the server's operator; then trust that one on purpose with --fingerprint.",
     "RFC 8314 section 4.2"},
    {"tls-certificate-unknown-issuer", Severity::error, "the certificate's issuer is not known here",
     "The chain ends in an authority that this machine does not trust: a private one, or an out-of-date list "
     "here.",
     "Give the authority's certificate with --ca-file.", "RFC 5280 section 6"},
    {"tls-certificate-untrusted", Severity::error, "the certificate does not verify",
     "The check of the certificate failed for a rare reason, or for one that a log line does not tell: an "
     "unknown issuer, another name, a date.",
     "relayctl probe HOST tells the reason; show it to the server's operator.", "RFC 5280 section 6"},
    {"tls-certificate-weak", Severity::error, "the certificate's key or signature is too weak",
     "A short key, or a digest that can be forged.", "The server's operator must replace it.",
     "RFC 9325 section 4.5"},
    {"tls-client-certificate", Severity::error, "the server asks for a client certificate",
     "It ends TLS with those who show none. relayctl has no client certificates: a relay takes a password or "
     "an address.",
     "Ask the server's operator for an endpoint for submission with a password.",
     "RFC 8446 section 4.4.2.4; RFC 5246 section 7.4.4"},
    {"tls-handshake-failed", Severity::error, "TLS could not be set up",
     "Both sides found no common version or cipher (TLS 1.2 is the least relayctl speaks), the server asks "
     "for a "
     "client certificate, or its own certificate is broken.",
     "The server's operator must look into its log for TLS.", "RFC 9325 section 3"},
    {"tls-handshake-timeout", Severity::error, "the TLS handshake got no answer",
     "The server accepted the connection and did not answer TLS: it speaks first but is slow to, or is "
     "overloaded.",
     "Try tls (STARTTLS) on this port; try again with a longer --timeout.", "RFC 8446 section 2"},
    {"tls-no-forward-secrecy", Severity::info, "the server accepts ciphers without forward secrecy",
     "With a key exchange by RSA alone, whoever gets the server's key one day can read what was recorded "
     "before. Clients that offer better get better.",
     "Leave out the ciphers without ECDHE or DHE.", "RFC 9325 section 4.1"},
    {"tls-old-version-accepted", Severity::warning, "the server accepts TLS 1.0 or 1.1",
     "Both are broken in parts and deprecated. relayctl never uses them; other senders may be led to.",
     "Switch them off at the server (Postfix: smtpd_tls_protocols = >=TLSv1.2).",
     "RFC 8996 section 4; RFC 9325 section 3.1.1"},
    {"tls-scan-incomplete", Severity::info, "not everything was scanned",
     "The server stopped answering, or its ciphers are more than are tried, or the time was over.",
     "Try again with a longer --timeout, or later: servers limit how often they are connected to.",
     "RFC 9325 section 4.1"},
    {"tls-staple-missing", Severity::warning, "the certificate insists on an OCSP staple and none is sent",
     "The certificate was issued with \"must staple\": some programs refuse the server without one. "
     "relayctl does not.",
     "The server's operator must switch stapling on, or have the certificate issued without.",
     "RFC 7633 section 4.2.3"},
    {"tls-staple-unknown", Severity::warning, "the OCSP staple says the issuer does not know the certificate",
     "The issuer's answer about the certificate is neither good nor revoked: it was issued moments ago, or "
     "not by whom it says.",
     "Look again in some hours; if it stays so, show it to the server's operator.", "RFC 6960 section 2.2"},
    {"tls-staple-unusable", Severity::warning, "the OCSP staple does not count",
     "The server sends an answer about its certificate that is out of date, about another certificate, not "
     "signed by its issuer, or no answer. relayctl goes on without; some programs refuse the server.",
     "The server's operator must renew the staple or switch stapling off.", "RFC 6960 section 3.2"},
    {"tls-unverified", Severity::warning, "the certificate is not verified",
     "The relay is set to accept any certificate: whoever sits in between can read mail and password.",
     "Switch verification on; for a private certificate give --ca-file or --fingerprint.",
     "RFC 8314 section 5.2"},
    {"tls-version-too-old", Severity::error, "the server speaks no TLS version that is safe",
     "It supports TLS 1.1 at most; relayctl speaks TLS 1.2 and newer only.",
     "The server's operator must update it. relayctl probe NAME --tls-scan shows what it accepts.",
     "RFC 8996 section 4; RFC 9325 section 3.1.1"},
    {"tls-weak-cipher-accepted", Severity::warning, "the server accepts weak ciphers",
     "Without encryption, or of a kind that can be broken.",
     "Switch them off at the server (Postfix: smtpd_tls_exclude_ciphers = eNULL, RC4, 3DES).",
     "RFC 9325 section 4.1"},
};

}  // namespace

std::span<const Entry> smtp_entries() {
    return entries;
}

}  // namespace finding
