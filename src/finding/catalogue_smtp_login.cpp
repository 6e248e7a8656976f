#include "finding/catalogue.hpp"

namespace finding {

namespace {

constexpr Entry entries[] = {
    {"smtp-auth-account-disabled", Severity::error, "the account is disabled or locked",
     "The server knows the user and lets nobody log in as it: the account was closed, suspended or locked, "
     "after too many wrong passwords perhaps, or because mail of it looked like spam.",
     "Have the account unlocked with the provider; until then relayctl disable NAME.", "RFC 5248 (5.7.13)"},
    {"smtp-auth-app-password", Severity::error, "the server wants an application-specific password",
     "The account has two-step verification, so its usual password is refused for programs.",
     "Make an app password in the account's security settings, then: relayctl edit NAME --user USER, and "
     "type it.",
     "RFC 4954 section 6; Google Workspace Admin Help: SMTP errors and codes (534-5.7.9)"},
    {"smtp-auth-basic-disabled", Severity::error, "logins with a password are switched off",
     "The provider takes no passwords over SMTP any more, from nobody or in this tenant: only OAuth tokens.",
     "Log in with OAuth (XOAUTH2), or send by another way of the provider: High Volume Email or a connector "
     "for this machine's address at Microsoft.",
     "Microsoft Learn: Deprecation of Basic authentication in Exchange Online (535 5.7.139, 550 5.7.30)"},
    {"smtp-auth-challenge-weak", Severity::error, "the server's challenge would give the password away",
     "The server asks for so little work, or for such a proof, that whoever reads the dialogue finds the "
     "password. An honest server of today does not. The login was broken off.",
     "Check host and certificate; have the server's operator raise the iteration count (4096 at least).",
     "RFC 7677 section 4; RFC 5802 section 9"},
    {"smtp-auth-disabled-for-mailbox", Severity::error,
     "SMTP AUTH is switched off for the mailbox or the tenant",
     "Microsoft 365 allows logins over SMTP only where an administrator switched them on. User and password "
     "may be right.",
     "An administrator types: Set-CASMailbox -Identity USER -SmtpClientAuthenticationDisabled $false; for "
     "the whole tenant: Set-TransportConfig -SmtpClientAuthenticationDisabled $false. Security defaults must "
     "be off.",
     "Microsoft Learn: Enable or disable SMTP AUTH in Exchange Online (535 5.7.139)"},
    {"smtp-auth-mechanism", Severity::error, "the server does not know the authentication mechanism",
     "The login was tried in a way that the server does not offer here. Many offer AUTH inside TLS only.",
     "Look what is offered: relayctl probe NAME; then relayctl edit NAME --security tls, when it was none.",
     "RFC 4954 section 4 (504 5.5.4)"},
    {"smtp-auth-not-offered", Severity::error, "the server does not offer a login here",
     "AUTH is not switched on at this port, or only once TLS has begun. Port 25 is often for mail from other "
     "servers, and without a login.",
     "Look what is offered: relayctl probe NAME; then relayctl edit NAME --port 587 --security tls. A relay "
     "that needs no login: relayctl edit NAME --no-auth.",
     "RFC 4954 section 4; RFC 6409 section 3.1"},
    {"smtp-auth-password-transition", Severity::error,
     "the account must log in once in clear to renew its password data",
     "The server keeps no data for this mechanism yet and can make them only from the password itself.",
     "Log in once with PLAIN inside TLS, or set the password anew at the provider.",
     "RFC 4954 section 6 (432 4.7.12)"},
    {"smtp-auth-policy", Severity::error, "a policy of the organisation refuses the login",
     "User and password were read, and a rule forbids it: security defaults, conditional access, or a login "
     "from an unusual place.",
     "The tenant's administrator finds the refused login and its rule in the sign-in logs; or log in with "
     "OAuth.",
     "Microsoft Learn: Security defaults in Microsoft Entra ID (535 5.7.139)"},
    {"smtp-auth-protocol", Severity::error, "the server's part of the login is not in order",
     "A challenge that is no base64, that does not belong to the mechanism, too many of them, or a success "
     "before the login was finished. The login was broken off.",
     "Try another mechanism: relayctl probe NAME --login --auth plain; tell the server's operator.",
     "RFC 4954 section 4; RFC 4422 section 3"},
    {"smtp-auth-required", Severity::error, "the server wants a login first",
     "Mail was given to the server without a login, or the login was not done because the relay has no user.",
     "relayctl edit NAME --user USER, and type the password. A server that knows machines by their address: "
     "have this machine's address allowed.",
     "RFC 4954 section 6 (530 5.7.0)"},
    {"smtp-auth-server-unproven", Severity::error, "the server did not prove that it knows the password",
     "With SCRAM the server shows in turn that it knows the password. This one took the login and could not, "
     "or showed something wrong: an impostor, or a proxy in between. Nothing more was sent.",
     "Send nothing through it: relayctl disable NAME. Check host and certificate, and change the password "
     "where it was used without SCRAM.",
     "RFC 5802 section 5.1"},
    {"smtp-auth-temporary", Severity::error, "the server cannot check logins now",
     "The server's own database of users does not answer, or it wants a pause. The password may be right.",
     "Try again later; if it stays so, the server's operator must look into the log.",
     "RFC 4954 section 6 (454 4.7.0)"},
    {"smtp-auth-token-expired", Severity::error, "the OAuth token is expired, revoked or unknown",
     "The server read the access token and does not take it: tokens live for an hour or so, and go when the "
     "password changes or the consent is taken back.",
     "Fetch a new access token; if the refresh token fails too, give the consent anew.",
     "RFC 7628 section 3.2.2; RFC 6750 section 3.1"},
    {"smtp-auth-token-scope", Severity::error, "the OAuth token is not good for SMTP",
     "The token lacks the scope for SMTP, was made for another user or application, or the request is "
     "malformed.",
     "Ask for the right scope: https://mail.google.com/ at Google, https://outlook.office.com/SMTP.Send at "
     "Microsoft; and log in with the address the token was made for.",
     "RFC 7628 section 3.2.2; RFC 6749 section 3.3"},
    {"smtp-auth-too-many-failures", Severity::error, "too many failed logins",
     "The server blocks further logins for a while, from this address or for this user.",
     "Stop the program that tries: relayctl disable NAME; put the password right with relayctl edit NAME "
     "--user USER; wait an hour and enable it again.",
     "RFC 4954 section 4; RFC 3463 section 3.8"},
    {"smtp-auth-too-weak", Severity::error, "the authentication mechanism is too weak for the server",
     "The server's policy wants a stronger one for this user, or a way that is no password: OAuth, or an app "
     "password.",
     "Look what is offered: relayctl probe NAME; see the account's security settings.",
     "RFC 4954 section 6 (534 5.7.9)"},
    {"smtp-auth-unsuccessful", Severity::error, "the login failed at an Exchange server",
     "Exchange says so for a wrong user or password, for SMTP AUTH that is switched off, and where it wants "
     "a token.",
     "Put user and password right: relayctl edit NAME --user USER. If they are right, have SMTP AUTH allowed "
     "for the mailbox.",
     "RFC 4954 section 6; Microsoft Learn: Fix issues with printers, scanners, and LOB applications (535 "
     "5.7.3)"},
    {"smtp-auth-web-login", Severity::error, "the provider wants the user to log in with a browser first",
     "The login seems unusual to the provider and waits to be confirmed by a person.",
     "Log in with a browser as this user and confirm; or use an app password: relayctl edit NAME --user "
     "USER.",
     "Google Workspace Admin Help: SMTP errors and codes (534-5.7.14)"},
    {"smtp-auth-wrong-password", Severity::error, "user name or password is wrong",
     "The server refuses the pair; it does not say which. Where two-step verification is on, the usual "
     "password is wrong by design.",
     "relayctl edit NAME --user USER, and type the password: an app password where the provider has them. "
     "The user name is often the whole address.",
     "RFC 4954 section 6 (535 5.7.8)"},
    {"smtp-login-not-safe", Severity::error, "the login was not tried: anybody on the way could read it",
     "A login is sent only inside TLS whose certificate verified. Here there is no TLS, or the certificate "
     "is another than the one expected.",
     "relayctl edit NAME --security tls (or --port 465 --security ssl). On a network that you trust: "
     "relayctl probe NAME --login --allow-cleartext-auth.",
     "RFC 8314 section 3; RFC 4954 section 4"},
    {"smtp-open-relay", Severity::error,
     "the server takes mail for other domains from this machine without a login",
     "It took a recipient in a foreign domain from this machine, which had not logged in. Either it knows "
     "this "
     "machine by its address, as a relay without logins is meant to, or everybody may send through it "
     "(spammers find such servers within hours, and they end on blocklists). From here alone the two look "
     "the same.",
     "Is this machine's network one that the server allows? relayctl allowlist prints those of the platform. "
     "If it is not, or to be sure, probe the server from a machine outside of them: where it takes such mail "
     "too, its operator must allow known networks and logins only; Postfix: smtpd_relay_restrictions = "
     "permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination. What belongs in its list: "
     "relayctl allowlist --format postfix.",
     "RFC 5321 section 7.9; RFC 2505 section 2.1"},
    {"smtp-open-relay-refused", Severity::info, "the server relays nothing without a login, as it should",
     "A recipient in a foreign domain was refused for a client that had not logged in.",
     "Nothing to do where mail is sent with a login. A relay that is to take it by address has this one not "
     "on "
     "its list: relayctl allowlist prints what belongs there.",
     "RFC 5321 section 7.9"},
    {"smtp-open-relay-unchecked", Severity::warning, "whether the server relays without a login is not known",
     "It said \"not now\": greylisting, or a limit.", "Try again in some minutes.", "RFC 5321 section 4.2.1"},
    {"smtp-starttls-required", Severity::error, "the server wants TLS first",
     "A command was given in clear that the server takes inside TLS only.",
     "relayctl edit NAME --security tls (or --port 465 --security ssl).",
     "RFC 3207 section 4; RFC 4954 section 6"},
    {"smtp-login-needs-tls", Severity::error,
     "the relay has a user, and its login is never sent in clear text",
     "With security none everybody on the way could read the password, so relayctl does not send it, and "
     "nothing goes through this relay.",
     "relayctl edit NAME --security tls; a relay that needs no login: relayctl edit NAME --no-auth.",
     "RFC 8314 section 3; RFC 4954 section 4"},
    {"smtp-user-without-auth", Severity::warning,
     "the relay has a user, and the server offers no login for it",
     "At this endpoint the server offers no AUTH, or mechanisms only that relayctl does not know, so mail "
     "would "
     "be refused or go without a login. Port 25 is often for mail from other servers.",
     "relayctl edit NAME --port 587 --security tls; a relay that needs no login: relayctl edit NAME "
     "--no-auth.",
     "RFC 4954 section 3; RFC 6409 section 3.1"},
};

}  // namespace

std::span<const Entry> smtp_login_entries() {
    return entries;
}

}  // namespace finding
