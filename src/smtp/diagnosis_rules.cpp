#include "smtp/diagnosis_rules.hpp"

namespace smtp {

namespace {

// What is special to a provider stands before what the RFCs say, for providers use registered codes for other
// things: 5.7.30 is REQUIRETLS in RFC 8689, basic authentication at Microsoft and DKIM at Google.
constexpr DiagnosisRule special[] = {
    // Limits that a look at the codes, or at single words, would take for something else.
    {.id = "smtp-recipient-rate-limited", .codes = "4 5", .enhanced = "2.121 2.122"},
    {.id = "smtp-recipient-rate-limited",
     .codes = "4 5",
     .words = "receiving mail too quickly|receiving mail at a rate|receiving mail at too|recipient's hourly "
              "message receive|messages they can receive"},
    {.id = "smtp-daily-limit", .codes = "4 5", .words = "credits exceeded|submission quota|submissionquota"},
    {.id = "smtp-daily-limit",
     .codes = "4 5",
     .words =
         "not allowed to send: recipient limit|not allowed to send: request limit|daily email|daily mail|"
         "daily send"},
    {.id = "smtp-rate-limited",
     .codes = "4 5",
     .words = "submission rate|sending rate|per second|per minute|per hour|hourly limit|hourly quota|hourly "
              "sending|rate overlimit|mails per session|messages per session|peak smtp|too many recipients "
              "from|sending too fast|send limit exceeded|sender thread limit|temporarily rate limited"},
    // The login.
    {.id = "smtp-auth-token-expired", .words = "\"status\":\"401\"|\"status\": \"401\"|invalid_token"},
    {.id = "smtp-auth-token-scope",
     .words = "\"status\":\"400\"|\"status\": \"400\"|\"status\":\"403\"|insufficient_scope"},
    {.id = "smtp-auth-disabled-for-mailbox", .words = "smtpclientauthentication|smtpclientauth"},
    {.id = "smtp-auth-basic-disabled", .words = "basic authentication"},
    {.id = "smtp-auth-policy",
     .codes = "5",
     .words = "security defaults policy|conditional access policy|locked by your organization"},
    {.id = "smtp-auth-policy",
     .enhanced = "7.139",
     .words = "security defaults|conditional access|criteria|locked by your organization"},
    {.id = "smtp-auth-wrong-password", .enhanced = "7.139", .words = "credentials were incorrect"},
    {.id = "smtp-auth-disabled-for-mailbox", .enhanced = "7.139"},
    {.id = "smtp-auth-app-password",
     .words = "application-specific password|app password|app-specific password|application specific "
              "password|authorization code|invalidsecondfactor"},
    {.id = "smtp-auth-web-login", .words = "log in via your web browser|log in with your web browser"},
    {.id = "smtp-auth-web-login", .codes = "53", .enhanced = "7.14"},
    {.id = "smtp-auth-too-many-failures",
     .words = "too many login|too many bad auth|too many failed|too many auth|login attempts|authentication "
              "failures"},
    {.id = "smtp-auth-account-disabled", .codes = "525"},
    {.id = "smtp-auth-account-disabled", .enhanced = "7.13"},
    {.id = "smtp-auth-account-disabled",
     .codes = "53 554",
     .words = "account is disabled|account disabled|account has been disabled|account is locked|account "
              "locked|account has been locked|suspended"},
    {.id = "smtp-too-many-connections", .codes = "432", .words = "concurrent connections"},
    {.id = "smtp-auth-password-transition", .codes = "432 534", .words = "transition"},
    {.id = "smtp-auth-password-transition", .codes = "432", .stages = "auth"},
    {.id = "smtp-auth-password-transition", .enhanced = "7.12"},
    {.id = "smtp-client-tls-too-old", .codes = "4 5", .enhanced = "7.66"},
    {.id = "smtp-client-tls-too-old",
     .codes = "4 5",
     .words = "tls 1.0 and 1.1 are not supported|tls version is not supported|deprecated tls|tls version too "
              "old"},
    {.id = "smtp-starttls-required",
     .words =
         "issue a starttls|issue starttls|starttls first|use starttls|starttls is required|starttls "
         "required|tls required|tls is required|requires tls|must use tls|encryption required|encryption "
         "needed|encryption is required|require encryption|over a tls connection|not sent over tls"},
    {.id = "smtp-starttls-required", .codes = "523 538"},
    {.id = "smtp-starttls-required", .enhanced = "7.10 7.11"},
    {.id = "smtp-starttls-refused",
     .codes = "4",
     .words = "tls not available|tls is not available|tls currently unavailable"},
    {.id = "smtp-auth-required", .codes = "5", .enhanced = "7.57"},
    {.id = "smtp-auth-not-offered",
     .words = "authentication not enabled|auth not available|auth command used when not advertised|"
              "authentication is not enabled|authentication not supported|auth not supported"},
    {.id = "smtp-auth-mechanism", .codes = "504", .enhanced = "7.4"},
    {.id = "smtp-auth-mechanism", .codes = "504", .stages = "auth"},
    {.id = "smtp-auth-mechanism",
     .codes = "5",
     .words = "unrecognized authentication|unrecognised authentication|authentication mechanism not "
              "supported|mechanism not supported|unsupported authentication|invalid authentication mechanism|"
              "authentication type|auth mechanism"},
    {.id = "smtp-auth-too-weak", .codes = "534"},
    {.id = "smtp-auth-temporary",
     .codes = "4",
     .words = "authentication failure|authentication failed|auth fail"},
    {.id = "smtp-auth-temporary", .codes = "4", .stages = "auth"},
    {.id = "smtp-auth-unsuccessful", .codes = "535", .enhanced = "7.3"},
    {.id = "smtp-auth-wrong-password", .codes = "535"},
    {.id = "smtp-auth-wrong-password", .enhanced = "7.8"},

    // Limits.
    {.id = "smtp-too-many-connections",
     .codes = "4 5",
     .words = "too many connections|too many concurrent|too many simultaneous|too many smtp|too many "
              "sessions|connection limit|maximum number of connections|connections exceeded|connection rate|"
              "too frequent connect|too many new tls|concurrent server connections"},
    {.id = "smtp-too-many-connections", .codes = "4", .enhanced = "3.2", .words = "concurrent"},
    {.id = "smtp-daily-limit",
     .words = "daily user sending|daily sending|daily smtp|daily message|daily limit|daily quota|sending "
              "quota|sending limit|messages per day|per day|24 hours|24-hour|monthly "
              "limit|recipientratelimit|message "
              "limit for today|exceeded threshold"},
    {.id = "smtp-daily-limit", .codes = "5", .enhanced = "4.5 1.90 7.705"},
    {.id = "smtp-too-many-recipients", .enhanced = "5.3"},
    {.id = "smtp-too-many-recipients", .words = "too many recipients|too many rcpt|too much recipients"},

    // The address we speak from.
    {.id = "smtp-client-no-reverse-name", .codes = "4 5", .enhanced = "7.25"},
    {.id = "smtp-client-dynamic-address",
     .codes = "4 5",
     .words = "dynamic ip|dynamic address|dynamic host|dynamically|dynamic/|dynamic "
              "range|residential|dial-up|dialup|"
              "dial up|policy block list|pbl.spamhaus|spamhaus pbl|dul.|generic reverse|generic rdns"},
    {.id = "smtp-client-no-reverse-name",
     .codes = "4 5",
     .words = "reverse dns|reverse hostname|reverse lookup|reverse name|reverse-dns|ptr record|rdns|no "
              "ptr|missing "
              "ptr|cannot find your hostname|client host rejected: cannot find|fcrdns"},
    // Exchange Online's own numbers.
    {.id = "smtp-rate-limited", .codes = "4", .enhanced = "7.500"},
    {.id = "smtp-sender-account-blocked", .codes = "5", .enhanced = "7.501 7.502 7.503"},
    {.id = "smtp-client-blocklisted", .codes = "5", .enhanced = "7.511 7.606 7.607"},
    {.id = "smtp-client-reputation", .codes = "5", .enhanced = "7.708"},
    {.id = "smtp-sender-not-verified", .codes = "5", .enhanced = "7.750"},
    {.id = "smtp-client-reputation",
     .codes = "4 5",
     .words = "poor reputation|bad reputation|low reputation|ip reputation|reputation of the sending|traffic "
              "not accepted from this ip"},
    {.id = "smtp-client-blocklisted",
     .codes = "4 5",
     .words = "blacklist|black list|blocklist|block list|blocked using|block "
              "using|spamhaus|spamcop|sorbs|barracuda|"
              "uceprotect|dnsbl| rbl|rbl.|rbl:|listed by|listed at|is listed|are listed|on a list|on our "
              "list|banned sending ip"},

    {.id = "tls-client-certificate",
     .codes = "4 5",
     .words = "no client certificate|client certificate not trusted|client certificate required"},
    {.id = "smtp-client-refused",
     .codes = "4 5",
     .words = "client host rejected|client address rejected|not allowed to connect|not permitted to connect"},

    // Who the message says it is from.
    {.id = "smtp-mail-dmarc-refused", .codes = "4 5", .enhanced = "7.509"},
    {.id = "smtp-mail-dmarc-refused",
     .codes = "4 5",
     .words = "dmarc policy|dmarc verification|dmarc check|dmarc fail|due to dmarc|dmarc reject"},
    {.id = "smtp-mail-unauthenticated", .codes = "4 5", .enhanced = "7.26 7.515"},
    {.id = "smtp-mail-unauthenticated",
     .codes = "4 5",
     .words = "unauthenticated email|unauthenticated mail|unauthenticated sender|sender is unauthenticated"},
    {.id = "smtp-mail-spf-refused", .codes = "4 5", .enhanced = "7.23 7.24"},
    {.id = "smtp-mail-spf-refused",
     .codes = "4 5",
     .words = "spf fail|spf check|spf did|spf validation|spf record|spf policy|due to spf|spf:|spf)|failed "
              "spf|openspf|sender "
              "policy framework"},
    {.id = "smtp-mail-dkim-refused", .codes = "4 5", .enhanced = "7.20 7.21 7.22"},
    {.id = "smtp-mail-dkim-refused",
     .codes = "4 5",
     .words = "dkim sig|dkim fail|dkim check|dkim did|failed dkim|no dkim"},
    {.id = "smtp-sender-no-send-as", .codes = "5", .enhanced = "7.60 2.252"},
    {.id = "smtp-sender-no-send-as", .codes = "5", .words = "send as this sender|sendasdenied|sendas"},
    {.id = "smtp-auth-required",
     .codes = "5",
     .words = "not logged in|authentication required|authentication is required|authentication needed|must "
              "authenticate|must be authenticated|authenticate first|requires authentication|need to "
              "authenticate|client not authenticated|client was not authenticated|smtp auth required|auth "
              "required|"
              "please log in|login first"},
    {.id = "smtp-sender-not-owned",
     .codes = "4 5",
     .words =
         "not owned by user|sender address rejected: not owned|not owned|sender mismatch|does not match the "
         "authenticated|not allowed to send from|not allowed to send as|not authorized to send from|not "
         "authorised to send|not authorized to use|must match authenticated|from address must match|auth "
         "user"},
    {.id = "smtp-sender-not-verified",
     .codes = "5",
     .words = "address is not verified|address not verified|identity is not verified|identities "
              "failed|domain is not "
              "verified|verified sender|sender identity"},
    {.id = "smtp-relay-connector-unmatched", .codes = "5", .enhanced = "7.64"},
    {.id = "smtp-relaying-denied", .codes = "4 5", .enhanced = "7.54"},
    {.id = "smtp-relaying-denied",
     .codes = "4 5",
     .words =
         "relay access denied|relaying denied|relay denied|relay not permitted|relaying not|not permitted to "
         "relay|not allowed to relay|unable to relay|do not relay|relay is not|relaying is|relay prohibited|"
         "no relay|authorized to relay|cannot relay|through this server without|rcpthosts"},
    {.id = "smtp-sender-account-blocked",
     .codes = "5",
     .enhanced = "1.8",
     .words = "access denied|bad outbound|outbound sender"},
    {.id = "smtp-sender-domain-unknown", .enhanced = "1.8"},
    {.id = "smtp-sender-domain-unknown",
     .codes = "4 5",
     .words = "sender address rejected: domain not found|sender domain|domain of sender address"},
    // Exim's "verify = sender", Postfix's reject_unverified_sender.
    {.id = "smtp-sender-verify-failed",
     .codes = "4 5",
     .words = "sender verify failed|verification failed for <|sender verification failed|unverified sender|"
              "sender address rejected: unverified|sender address rejected: undeliverable"},
    {.id = "smtp-early-talker",
     .codes = "4 5",
     .words = "synchronization error|synchronisation error|improper command pipelining|talk before your turn|"
              "early talker"},
    // RFC 5321 section 4.1.4: EHLO was left out, its name was not looked at.
    {.id = "smtp-command-order",
     .codes = "503",
     .words = "send helo|send ehlo|say helo|say ehlo|helo first|ehlo first|hello first"},
    {.id = "smtp-ehlo-refused",
     .codes = "4 5",
     .words = "helo command rejected|ehlo command rejected|helo name|helo/ehlo|invalid helo|bad helo|invalid "
              "ehlo|need "
              "fully-qualified hostname"},

    // The recipient and the message.
    // Exchange Online refuses recipients that it does not know at its edge, in these words.
    {.id = "smtp-recipient-unknown", .codes = "5", .enhanced = "4.1", .words = "access denied"},
    {.id = "smtp-greylisted",
     .codes = "4",
     .words = "greylist|graylist|grey list|gray list|grey-list|postgrey|milter-greylist"},
    {.id = "smtp-mailbox-full", .enhanced = "2.2"},
    {.id = "smtp-mailbox-full",
     .codes = "4 5",
     .words = "mailbox full|mailbox is full|over quota|quota exceeded|overquota|exceeded quota|exceeds "
              "quota|out of "
              "storage|over its quota|inbox full|inbox is full"},
    {.id = "smtp-message-too-big", .enhanced = "3.4 2.3"},
    {.id = "smtp-message-too-big",
     .codes = "552 554",
     .words = "message size|size limit|too large|too big|maximum size|message exceeds"},
    {.id = "smtp-server-full", .enhanced = "3.1"},
    {.id = "smtp-recipient-no-mail", .codes = "556"},
    {.id = "smtp-recipient-no-mail", .words = "null mx|nullmx"},
    {.id = "smtp-recipient-domain-unknown", .codes = "4 5", .enhanced = "4.310"},  // Exchange Online
    {.id = "smtp-recipient-unknown", .codes = "5", .enhanced = "1.1 1.6"},
    {.id = "smtp-recipient-unknown",
     .codes = "5",
     .words =
         "user unknown|unknown user|no such user|no such recipient|no such mailbox|user not found|recipient "
         "not "
         "found|mailbox not found|recipientnotfound|does not exist|doesn't exist|unknown recipient|invalid "
         "recipient|undeliverable address|unverified address|recipient unknown|no mailbox here|user "
         "doesn|unknown local|unrouteable|unroutable",
     .stages = "unknown rcpt data"},
    {.id = "smtp-recipient-disabled", .codes = "5", .enhanced = "2.1"},
    {.id = "smtp-recipient-domain-unknown", .enhanced = "1.2 4.4"},
    {.id = "smtp-routing-loop", .enhanced = "4.6 4.14"},
    {.id = "smtp-routing-loop",
     .codes = "5",
     .words = "too many hops|hop count|mail loop|loops back|loop detected"},
    {.id = "smtp-no-valid-recipients", .codes = "5", .words = "no valid recipients|need rcpt|no recipients"},
    {.id = "smtp-content-refused",
     .codes = "5",
     .words =
         "spam message|as spam|is spam|likely spam|probably spam|like spam|spam detected|spam score|high "
         "probability of spam|spam content|"
         "message content|content rejected|virus|malware|phishing|unsolicited|suspicious|potential security",
     .stages = "unknown data"},
    {.id = "smtp-reply-content",
     .codes = "5",
     .words = "rfc 5322 compliant|rfc5322 compliant|not rfc 5322|violates rfc 5322|not rfc 2822|rfc 2822 "
              "compliant"},
    {.id = "smtp-rate-limited", .enhanced = "7.28"},
    {.id = "smtp-rate-limited",
     .codes = "4 5",
     .words = "rate limit|ratelimit|rate-limit|throttl|too many messages|too much mail|unusual rate|too "
              "fast|too many emails|too many requests|too many errors"},
    {.id = "smtp-rate-limited", .codes = "4", .words = "temporarily deferred|user complaints"},
};

constexpr DiagnosisRule broad[] = {
    {.id = "smtp-auth-required", .codes = "530"},
    {.id = "smtp-relaying-denied", .codes = "454", .enhanced = "7.1"},
    {.id = "smtp-auth-temporary", .codes = "454"},
    {.id = "smtp-rate-limited", .codes = "421", .enhanced = "7.0 7.1"},
    {.id = "smtp-service-not-available", .codes = "421"},
    {.id = "smtp-greylisted", .codes = "450 451", .enhanced = "2.0 7.0 7.1"},
    {.id = "smtp-sender-not-owned", .codes = "553", .enhanced = "7.1"},
    {.id = "smtp-policy-refused", .codes = "5", .enhanced = "7.1"},
    {.id = "smtp-recipient-no-mail", .codes = "521"},
    {.id = "smtp-recipient-moved", .codes = "551"},
    {.id = "smtp-recipient-no-mail", .enhanced = "1.10", .words = "null mx"},
    {.id = "smtp-recipient-unknown", .codes = "5", .enhanced = "1.10"},
    {.id = "smtp-message-too-big", .codes = "552", .stages = "mail data"},
    {.id = "smtp-command-order", .codes = "503"},
    {.id = "smtp-command-unknown", .codes = "500 502"},
    {.id = "smtp-parameter-refused", .codes = "501 504 555"},
    {.id = "smtp-reply-address", .enhanced = "1."},
    {.id = "smtp-reply-mailbox", .enhanced = "2."},
    {.id = "smtp-reply-system", .enhanced = "3."},
    {.id = "smtp-reply-network", .enhanced = "4."},
    {.id = "smtp-reply-protocol", .enhanced = "5."},
    {.id = "smtp-reply-content", .enhanced = "6."},
    {.id = "smtp-reply-security", .enhanced = "7."},
};

}  // namespace

std::span<const DiagnosisRule> special_rules() {
    return special;
}

std::span<const DiagnosisRule> broad_rules() {
    return broad;
}

}  // namespace smtp
