#include "finding/catalogue.hpp"

namespace finding {

namespace {

constexpr Entry entries[] = {
    {"smtp-client-blocklisted", Severity::error, "this machine's address is on a block list",
     "The server asks a list of addresses that send spam, or keeps one, and this machine's stands on it. The "
     "reply often names the list.",
     "Find the list in the reply and ask it for removal once the cause is mended. To send meanwhile: a relay "
     "with a login, relayctl edit NAME --port 587 --security tls.",
     "RFC 5782; RFC 6471"},
    {"smtp-client-dynamic-address", Severity::error, "this machine's address is one for end users",
     "The server takes no mail from addresses that providers give to homes and dial-in customers, whoever "
     "uses them.",
     "Send through a relay with a login: relayctl edit NAME --port 587 --security tls. Or get a fixed "
     "address with a reverse name of its own.",
     "RFC 6409 section 3.1; RFC 5068"},
    {"smtp-client-no-reverse-name", Severity::error, "this machine's address has no good reverse DNS name",
     "The server wants a PTR record whose name leads back to the address. IPv6 addresses lack it most often.",
     "Have whoever gave you the address set the PTR record to this machine's name, and that name an A or "
     "AAAA record back; see relayctl verify DOMAIN --only mx --ip ADDRESS.",
     "RFC 7372 section 3.3 (5.7.25); RFC 1912 section 2.1"},
    {"smtp-client-refused", Severity::error, "the server does not serve this machine's address",
     "Its access list refuses the client by address or name: a list of the operator's own, or one of the "
     "networks "
     "that may send. Postfix's submission service says so to whoever has not logged in.",
     "Log in: relayctl edit NAME --user USER, then relayctl probe NAME --login. A server that knows machines "
     "by their "
     "address must allow this machine's: ask its operator.",
     "RFC 5321 section 7.9; Postfix: smtpd_client_restrictions"},
    {"smtp-client-reputation", Severity::error, "the server thinks little of this machine's address",
     "The receiver keeps a record of what came from the address and its network: a new address, complaints, "
     "mail to mailboxes that do not exist, or neighbours that send spam. There is no list to be taken from.",
     "Send less and steadily, to those who asked for it, signed and with SPF (relayctl verify DOMAIN); read "
     "the receiver's postmaster pages. To send meanwhile: a relay of a provider, relayctl add NAME --host "
     "HOST --port 587 --security tls --user USER.",
     "Google: Email sender guidelines (421-4.7.0, 550-5.7.1); Microsoft Learn: Non-delivery reports "
     "(5.7.708)"},
    {"smtp-client-tls-too-old", Severity::error, "the server wants a newer TLS than the client spoke",
     "The program that sent, or its TLS library, speaks TLS 1.1 at most, or was told to. relayctl speaks TLS "
     "1.2 and newer.",
     "Update the program that sent; in Postfix smtp_tls_protocols = >=TLSv1.2. relayctl probe HOST shows "
     "what the server takes.",
     "RFC 8996 section 4; Microsoft Learn: TLS 1.0 and 1.1 in Exchange Online (421 4.7.66)"},
    {"smtp-command-order", Severity::error, "the commands came in the wrong order",
     "Something before was left out or refused: EHLO, AUTH, MAIL or RCPT.",
     "Read the replies before this one; relayctl probe NAME shows whether greeting, EHLO and TLS work.",
     "RFC 5321 section 4.1.4 (503)"},
    {"smtp-command-unknown", Severity::error, "the server does not know the command",
     "The server is old, or a firewall in between lets few commands through.",
     "relayctl probe NAME shows what the server offers.", "RFC 5321 section 4.2.4 (500, 502)"},
    {"smtp-content-refused", Severity::error, "the content of the message is refused",
     "A filter takes it for spam, a virus or another harm.",
     "Look at links and attachments; send a plain text to compare; ask the receiver's operator.",
     "RFC 3463 section 3.7; RFC 5321 section 7.9"},
    {"smtp-daily-limit", Severity::error, "the account has sent all it may for now",
     "The provider counts the messages or recipients of a day, or of a month that was paid for, of the "
     "account "
     "or of the organisation.",
     "Keep below it: relayctl edit NAME --daily-limit N, with another relay for the rest; or have the limit "
     "raised. Until the next day send passes the relay over; relayctl enable NAME ends that.",
     "RFC 3463 section 3.5; Google Workspace Admin Help: SMTP errors and codes (550 5.4.5)"},
    {"smtp-early-talker", Severity::error, "the client spoke before its turn",
     "It sent commands before the greeting, or many at once where the server had not offered PIPELINING. "
     "Programs that send spam do that; so does a proxy or a port check that sends something by itself.",
     "Let the client wait for each reply, and look for a proxy or firewall in between; relayctl probe HOST "
     "--trace shows the dialogue as it should be.",
     "RFC 5321 section 4.3.1; RFC 2920 section 3.1"},
    {"smtp-greylisted", Severity::error, "the server wants the message to be tried again",
     "A first message from an unknown sender is put off for some minutes (greylisting): mail servers come "
     "back, spam programs do not. Rarer: a local fault.",
     "Try again after 15 minutes; mail queues do so by themselves.", "RFC 6647"},
    {"smtp-mail-dkim-refused", Severity::error, "the receiver refuses the message for its DKIM signature",
     "The message has no signature that passes, or none of a domain that counts: it was changed on the way, "
     "or the key is not in the DNS.",
     "relayctl verify DOMAIN --only dkim; relayctl edit NAME --dkim makes keys.",
     "RFC 7372 section 3.1 (5.7.20 to 5.7.22)"},
    {"smtp-mail-dmarc-refused", Severity::error, "the receiver refuses the message by DMARC",
     "Neither SPF nor DKIM passes for the domain in From, and that domain asks for mail like this to be "
     "rejected.",
     "relayctl verify DOMAIN --ip ADDRESS; sign with a key of the From domain: relayctl edit NAME --dkim; or "
     "use it in the envelope: relayctl edit NAME --return-path from.",
     "RFC 9989 section 7.3; Microsoft Learn: NDR 550 5.7.509"},
    {"smtp-mail-spf-refused", Severity::error, "the receiver refuses the message by SPF",
     "The SPF record of the envelope sender's domain does not allow the address that sent it.",
     "relayctl verify DOMAIN --ip ADDRESS says why; add the relay's include or address to the record.",
     "RFC 7372 section 3.2 (5.7.23, 5.7.24); RFC 7208 section 8.4"},
    {"smtp-mail-unauthenticated", Severity::error, "the receiver wants SPF, DKIM or DMARC to pass",
     "The message passes none of the checks, or fewer than the receiver asks of this much mail.",
     "relayctl verify DOMAIN --ip ADDRESS says what is missing; relayctl edit NAME --dkim signs.",
     "RFC 7372 section 3.4 (5.7.26); Google Workspace Admin Help: Email sender guidelines"},
    {"smtp-mailbox-full", Severity::error, "the recipient's mailbox is full",
     "Nothing more fits in until its owner makes room.",
     "Try again in some days, or ask the recipient on another way.", "RFC 3463 section 3.3 (x.2.2)"},
    {"smtp-message-too-big", Severity::error, "the message is too big for the server",
     "The server, or the mailbox, takes smaller messages only; attachments grow by a third on the way.",
     "Send it smaller, or a link. What the server takes stands as SIZE in: relayctl probe NAME -o json.",
     "RFC 1870 section 6; RFC 3463 section 3.4 (5.3.4)"},
    {"smtp-no-valid-recipients", Severity::error, "no recipient was accepted",
     "Every RCPT before was refused, so there is nobody to deliver to.",
     "Read the replies to RCPT: they tell the reason.", "RFC 5321 section 3.3"},
    {"smtp-parameter-refused", Severity::error, "the server does not take the command's parameters",
     "An address or name that is malformed, or an extension that the server does not offer.",
     "Check the addresses; relayctl probe NAME shows what the server offers.",
     "RFC 5321 section 4.2.2 (501, 504, 555)"},
    {"smtp-policy-refused", Severity::error, "the server refuses by its policy",
     "5.7.1 says only that the message, the sender or the client is not allowed; the words behind it are the "
     "server's own.",
     "Read the reply; relayctl verify DOMAIN --ip ADDRESS shows what receivers hold against mail most often. "
     "Else ask the server's operator.",
     "RFC 3463 section 3.8 (5.7.1); RFC 5321 section 7.9"},
    {"smtp-rate-limited", Severity::error, "the server slows this sender down",
     "Too much mail in a short time for what the server thinks of the address or the domain: a new address, "
     "complaints, or plain volume.",
     "Send more slowly and try again later. The relay stays in use: send tries it again with the next "
     "message. Share the load between relays: relayctl edit NAME --daily-limit N.",
     "RFC 5321 section 4.2.1; RFC 3463 section 3.8"},
    {"smtp-recipient-disabled", Severity::error, "the recipient's mailbox takes no mail",
     "It exists and is switched off: a closed account, or one that was not used for long.",
     "Take the address off your lists.", "RFC 3463 section 3.3 (5.2.1)"},
    {"smtp-recipient-domain-unknown", Severity::error,
     "the recipient's domain does not exist or has no mail host",
     "The server found no host for the part behind the @: a typing mistake, a domain that lapsed, or DNS "
     "trouble on its side.",
     "Check the spelling; see relayctl verify DOMAIN --only mx.",
     "RFC 5321 section 5.1; RFC 3463 section 3.2 (x.1.2)"},
    {"smtp-recipient-moved", Severity::error, "the recipient is not here",
     "The server does not deliver for this user; the reply may name the new address.",
     "Use the address in the reply, or ask the recipient.", "RFC 5321 section 3.4 (551)"},
    {"smtp-recipient-no-mail", Severity::error, "the host or domain takes no mail",
     "It says so on purpose: its MX is null, or the server only tells that it is no mail server.",
     "Check the spelling of the address; take it off your lists.", "RFC 7504; RFC 7505 section 4"},
    {"smtp-recipient-rate-limited", Severity::error, "the recipient gets more mail than its server takes",
     "The limit is the mailbox's, whoever sends: many messages to one address in a short time, of a "
     "monitoring "
     "system perhaps.",
     "Try again later, as mail queues do; send one message in place of many.",
     "RFC 3463 section 3.3; Google Workspace Admin Help: SMTP errors and codes (450 4.2.1)"},
    {"smtp-recipient-unknown", Severity::error, "the recipient's mailbox does not exist",
     "The domain is right and nobody has this address there.",
     "Check the spelling; take the address off your lists at once, for repeated tries harm your reputation.",
     "RFC 3463 section 3.2 (5.1.1)"},
    {"smtp-relay-connector-unmatched", Severity::error, "no connector of the tenant knows this machine",
     "Microsoft 365 relays for machines that a connector names by address or certificate, and none matches.",
     "The tenant's administrator adds this machine's address to the inbound connector, and the sender's "
     "domain to the accepted domains.",
     "Microsoft Learn: NDR 550 5.7.64 TenantAttribution; Relay Access Denied"},
    {"smtp-relaying-denied", Severity::error, "the server does not relay for this client",
     "The recipient's domain is not the server's own, and the client has not logged in or its address is not "
     "among those allowed.",
     "Log in: relayctl edit NAME --user USER, on the submission port: --port 587 --security tls. Without a "
     "login the server's operator must allow this machine's address.",
     "RFC 5321 section 7.9; RFC 6409 section 4.3"},
    {"smtp-reply-address", Severity::error, "an address is refused",
     "The reply's enhanced code is about addresses (x.1): the sender's or a recipient's.",
     "Check the spelling of both; the words of the reply say more.", "RFC 3463 section 3.2"},
    {"smtp-reply-content", Severity::error, "the form of the message is refused",
     "A type or an encoding that the server cannot pass on (x.6), or a header that breaks RFC 5322: a field "
     "twice, no Date or From, a line too long.",
     "Read the reply for the field. relayctl send --dry-run --file MESSAGE shows the message as it would go; "
     "send it in plain ASCII to compare.",
     "RFC 3463 section 3.7; RFC 5322 section 3.6"},
    {"smtp-reply-continue", Severity::info, "the server waits for more",
     "A 3xx reply: the server waits for the message, or for the next step of a login. It is no fault.",
     "Nothing to do.", "RFC 5321 section 4.2.1; RFC 4954 section 4"},
    {"smtp-reply-mailbox", Severity::error, "the recipient's mailbox is the trouble",
     "The reply's enhanced code is about the mailbox (x.2): it exists and does not take the message.",
     "Ask the recipient, or the recipient's operator.", "RFC 3463 section 3.3"},
    {"smtp-reply-network", Severity::error, "the network or the routing behind the server is the trouble",
     "The reply's enhanced code is about what lies behind the server (x.4): its DNS, or the next host.",
     "Try again later; see relayctl verify DOMAIN --only mx for the recipient's domain.",
     "RFC 3463 section 3.5"},
    {"smtp-reply-permanent", Severity::error, "the server says: no",
     "A 5xx reply: the same will not work later either.",
     "Read the words of the reply; ask the server's operator.", "RFC 5321 section 4.2.1"},
    {"smtp-reply-positive", Severity::info, "the server agrees",
     "A 2xx reply: what was asked is done. It is no fault.", "Nothing to do.", "RFC 5321 section 4.2.1"},
    {"smtp-reply-protocol", Severity::error, "the two sides do not understand each other",
     "The reply's enhanced code is about the protocol (x.5): a command or its parameters.",
     "relayctl probe NAME shows what the server offers.", "RFC 3463 section 3.6"},
    {"smtp-reply-security", Severity::error, "a rule of security or policy refuses",
     "The reply's enhanced code is about security (x.7): the login, TLS, or what the server thinks of the "
     "sender.",
     "Read the words of the reply; relayctl probe NAME and relayctl verify DOMAIN --ip ADDRESS look at the "
     "usual causes.",
     "RFC 3463 section 3.8"},
    {"smtp-reply-system", Severity::error, "the receiving mail system is the trouble",
     "The reply's enhanced code is about the system (x.3): full, stopped, or set up wrongly.",
     "Try again later; ask the server's operator.", "RFC 3463 section 3.4"},
    {"smtp-reply-temporary", Severity::error, "the server says: not now",
     "A 4xx reply: the same may work later.", "Try again later; mail queues do so by themselves.",
     "RFC 5321 section 4.2.1"},
    {"smtp-routing-loop", Severity::error, "the message goes round in circles",
     "Servers hand it to each other: a forwarding that leads back, or an MX that points at a server that "
     "does not know the domain.",
     "relayctl verify DOMAIN --only mx; look at the Received fields of the message that came back.",
     "RFC 5321 section 6.3; RFC 3463 section 3.5 (5.4.6)"},
    {"smtp-sender-account-blocked", Severity::error, "the provider has blocked the sender for spam",
     "Mail of this account looked like spam, or too much of it was sent: the account may be in other hands.",
     "Change the password, see what was sent, and have the account released; until then relayctl disable "
     "NAME.",
     "Microsoft Learn: NDR 550 5.1.8"},
    {"smtp-sender-domain-unknown", Severity::error, "the sender's domain does not exist for the server",
     "The domain of the envelope sender has neither MX nor address record, or the server's DNS did not find "
     "it.",
     "relayctl verify DOMAIN --only mx; use a domain that exists: relayctl edit NAME --return-path ADDRESS.",
     "RFC 5321 section 5.1; RFC 3463 section 3.2 (x.1.8)"},
    {"smtp-sender-no-send-as", Severity::error, "the login may not send as this sender",
     "At Exchange and Microsoft 365 the From address must be the account's own, or one it has the right Send "
     "As for.",
     "Give the account Send As for the address (Add-RecipientPermission); or send as the account: relayctl "
     "edit NAME --return-path ADDRESS, and the same in From.",
     "Microsoft Learn: NDR 550 5.7.60; RFC 6409 section 6.1"},
    {"smtp-sender-not-owned", Severity::error, "the envelope sender does not belong to the login",
     "The server lets an account send with its own addresses only.",
     "Use the account's address: relayctl edit NAME --return-path ADDRESS; or have the address allowed for "
     "the account.",
     "RFC 6409 section 6.1; Postfix: reject_sender_login_mismatch"},
    {"smtp-sender-not-verified", Severity::error, "the sender is not verified at the provider",
     "The provider sends only for addresses and domains whose owner has proved to be its customer.",
     "Verify the From domain at the provider (it gives DNS records for that), then: relayctl verify DOMAIN.",
     "RFC 6409 section 6.1; Amazon SES: Email address is not verified"},
    {"smtp-sender-verify-failed", Severity::error, "the server could not verify the envelope sender",
     "It looks whether mail could be returned: the sender's domain must have a mail host, and the host, when "
     "it is asked, must accept the address.",
     "relayctl verify DOMAIN --only mx for the sender's domain; let its mail host accept the address, or use "
     "one that exists: relayctl edit NAME --return-path ADDRESS.",
     "RFC 5321 section 7.9; Exim: verify = sender; Postfix: reject_unverified_sender"},
    {"smtp-server-full", Severity::error, "the server's disk is full",
     "The server has no room for messages now, for nobody.",
     "Try again later; the server's operator must make room.", "RFC 3463 section 3.4 (4.3.1)"},
    {"smtp-service-not-available", Severity::error, "the server is not available now",
     "It is being restarted, overloaded, or closes a connection that was silent for too long.",
     "Try again later.", "RFC 5321 section 3.8 (421)"},
    {"smtp-too-many-connections", Severity::error, "too many connections at a time",
     "The server limits connections from one address; other programs here, or other customers behind the "
     "same address, count too. A probe opens up to nine, and makes those that are turned away again one at a "
     "time.",
     "Send with fewer connections, and keep them open for several messages; probe one endpoint: relayctl "
     "probe NAME --port 587 --security tls.",
     "RFC 5321 section 4.3.2; RFC 3463 section 3.4"},
    {"smtp-too-many-recipients", Severity::error, "too many recipients in one message",
     "The server takes fewer recipients at a time; those that were accepted before are still good.",
     "Send the rest in a message of its own; 100 recipients must be taken, more need not.",
     "RFC 5321 sections 4.5.3.1.8 and 4.5.3.1.10"},
};

}  // namespace

std::span<const Entry> smtp_reply_entries() {
    return entries;
}

}  // namespace finding
