#include "smtp/diagnosis.hpp"

#include <random>

#include <doctest/doctest.h>

#include "finding/finding.hpp"
#include "smtp/diagnosis_rules.hpp"

using smtp::EnhancedCode;
using smtp::Stage;

namespace {

std::string_view id_of(std::string_view pasted, Stage stage = Stage::unknown) {
    const auto reply = smtp::read_reply_text(pasted);
    return reply ? smtp::diagnose(*reply, stage) : "no reply";
}

struct Case {
    std::string_view reply;
    std::string_view id;
    Stage stage = Stage::unknown;
};

void check(std::initializer_list<Case> cases) {
    for (const auto& [reply, id, stage] : cases) {
        CAPTURE(reply);
        CHECK(id_of(reply, stage) == id);
    }
}

}  // namespace

TEST_CASE("Replies to a login are told apart [SMTP-03]") {
    check({
        {"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. "
         "Visit "
         "https://aka.ms/smtp_auth_disabled for more information.",
         "smtp-auth-disabled-for-mailbox"},
        {"535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
         "smtp-auth-wrong-password"},
        {"535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
         "smtp-auth-basic-disabled"},
        {"535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults "
         "policy.",
         "smtp-auth-policy"},
        {"550 5.7.30 Basic authentication is not supported for Client Submission.",
         "smtp-auth-basic-disabled"},
        {"535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6", "smtp-auth-wrong-password"},
        {"535 Incorrect authentication data", "smtp-auth-wrong-password"},
        {"535 5.7.3 Authentication unsuccessful [AM0PR01CA0123]", "smtp-auth-unsuccessful"},
        {"534-5.7.9 Application-specific password required.", "smtp-auth-app-password"},
        {"534 5.7.9 Authentication mechanism is too weak", "smtp-auth-too-weak"},
        {"534-5.7.14 Please log in via your web browser and then try again.", "smtp-auth-web-login"},
        {"530 5.7.0 Must issue a STARTTLS command first", "smtp-starttls-required"},
        {"530 5.7.0 Authentication Required. For more information, go to", "smtp-auth-required"},
        {"530 5.7.57 Client not authenticated to send mail.", "smtp-auth-required"},
        {"538 5.7.11 Encryption required for requested authentication mechanism", "smtp-starttls-required"},
        {"504 5.7.4 Unrecognized authentication type", "smtp-auth-mechanism"},
        {"504 5.5.4 Unsupported", "smtp-auth-mechanism", Stage::auth},
        {"503 5.5.1 Error: authentication not enabled", "smtp-auth-not-offered"},
        {"454 4.7.0 Temporary authentication failure: Connection lost", "smtp-auth-temporary"},
        {"454 4.7.0 Too many login attempts, please try again later.", "smtp-auth-too-many-failures"},
        {"454 4.7.0 TLS not available due to local problem", "smtp-starttls-refused"},
        {"432 4.7.12 A password transition is needed", "smtp-auth-password-transition"},
        {"525 5.7.13 User account disabled", "smtp-auth-account-disabled"},
    });
}

TEST_CASE("What an XOAUTH2 server says in JSON is read, in base64 too [SMTP-04]") {
    check({
        {"334 eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiQmVhcmVyIn0=", "smtp-auth-token-expired"},
        {"334 eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=", "smtp-auth-token-scope"},
        {R"(535 {"status":"invalid_token","scope":"x"})", "smtp-auth-token-expired"},
        {R"(535 {"status":"insufficient_scope"})", "smtp-auth-token-scope"},
        {"334 VXNlcm5hbWU6", "smtp-reply-continue"},
        {"334", "smtp-reply-continue"},
    });
}

TEST_CASE("Replies about the sender and about relaying are told apart by their words [SMTP-05]") {
    check({
        {"550 5.7.60 SMTP; Client does not have permissions to send as this sender",
         "smtp-sender-no-send-as"},
        {"553 5.7.1 <a@example.org>: Sender address rejected: not owned by user b@example.org",
         "smtp-sender-not-owned"},
        {"550 5.7.1 <a@example.org>: Sender address rejected: not owned by user b", "smtp-sender-not-owned"},
        {"553 5.7.1 <a@example.org>: Sender address rejected: not logged in", "smtp-auth-required"},
        {"554 5.7.1 <a@example.org>: Relay access denied", "smtp-relaying-denied"},
        {"550 5.7.1 Unable to relay", "smtp-relaying-denied"},
        {"550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain", "smtp-relaying-denied"},
        {"550 5.7.64 TenantAttribution; Relay Access Denied", "smtp-relay-connector-unmatched"},
        {"554 Message rejected: Email address is not verified.", "smtp-sender-not-verified"},
        {"450 4.1.8 <a@b.example>: Sender address rejected: Domain not found", "smtp-sender-domain-unknown"},
        {"550 5.1.8 Access denied, bad outbound sender", "smtp-sender-account-blocked"},
        {"550 5.7.1 Message refused", "smtp-policy-refused"},
    });
}

TEST_CASE("Limits and delays are told apart [SMTP-06]") {
    check({
        {"421 4.7.0 mx.example Error: too many connections from 192.0.2.1", "smtp-too-many-connections"},
        {"421 4.7.28 Our system has detected an unusual rate of mail", "smtp-rate-limited"},
        {"421 4.3.2 Service not available", "smtp-service-not-available"},
        {"550 5.4.5 Daily user sending limit exceeded.", "smtp-daily-limit"},
        {"454 Throttling failure: Daily message quota exceeded.", "smtp-daily-limit"},
        {"452 4.5.3 Too many recipients", "smtp-too-many-recipients"},
        {"450 4.2.0 <a@example.org>: Recipient address rejected: Greylisted, see http://x",
         "smtp-greylisted"},
        {"450 4.2.0 try again", "smtp-greylisted"},
        {"452 4.3.1 Insufficient system storage", "smtp-server-full"},
    });
}

TEST_CASE("Replies about recipient and message are told apart [SMTP-07]") {
    check({
        {"550 5.1.1 <a@example.org>: Recipient address rejected: User unknown", "smtp-recipient-unknown"},
        {"550 sorry, no mailbox here by that name (#5.1.1)", "smtp-recipient-unknown"},
        {"550 5.1.1 User a not listed in Name & Address Book", "smtp-recipient-unknown"},
        {"452 4.2.2 The email account is over quota", "smtp-mailbox-full"},
        {"552 5.2.2 Mailbox full", "smtp-mailbox-full"},
        {"552 5.3.4 Message size exceeds fixed limit", "smtp-message-too-big"},
        {"550 5.2.1 The email account is disabled", "smtp-recipient-disabled"},
        {"556 5.1.10 Recipient address has null MX", "smtp-recipient-no-mail"},
        {"554 5.4.6 Too many hops", "smtp-routing-loop"},
        {"554 5.5.1 Error: no valid recipients", "smtp-no-valid-recipients"},
    });
}

TEST_CASE("Replies about the client's address and the mail's authentication are told apart [SMTP-08]") {
    check({
        {"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
         "smtp-client-blocklisted"},
        {"554 mx.example dynamic IP address, see the PBL", "smtp-client-dynamic-address", Stage::greeting},
        {"554 no PTR record for 192.0.2.1", "smtp-client-no-reverse-name", Stage::greeting},
        {"550 5.7.25 The IP address sending this message does not have a PTR record",
         "smtp-client-no-reverse-name"},
        {"550 5.7.26 This mail has been blocked because the sender is unauthenticated.",
         "smtp-mail-unauthenticated"},
        {"550-5.7.26 Unauthenticated email from example.org is not accepted due to domain's DMARC policy.",
         "smtp-mail-dmarc-refused"},
        {"550 5.7.23 SPF validation failed", "smtp-mail-spf-refused"},
        {"550 5.7.20 No passing DKIM signature found", "smtp-mail-dkim-refused"},
        {"550 5.7.509 Access denied, sending domain does not pass DMARC verification",
         "smtp-mail-dmarc-refused"},
        {"504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname", "smtp-ehlo-refused"},
    });
}

TEST_CASE("A reply nobody knows is told by its stage, its subject or its first digit [SMTP-09]") {
    check({
        {"554 go away", "smtp-greeting-rejected", Stage::greeting},
        {"450 later", "smtp-greeting-deferred", Stage::greeting},
        {"550 5.7.1 go away", "smtp-ehlo-refused", Stage::ehlo},
        {"501 5.5.4 no", "smtp-starttls-refused", Stage::starttls},
        {"554 5.1.99 x", "smtp-reply-address"},
        {"554 5.2.99 x", "smtp-reply-mailbox"},
        {"554 5.3.99 x", "smtp-reply-system"},
        {"554 5.4.99 x", "smtp-reply-network"},
        {"554 5.5.99 x", "smtp-reply-protocol"},
        {"554 5.6.99 x", "smtp-reply-content"},
        {"554 5.7.99 x", "smtp-reply-security"},
        {"554 5.9.99 x", "smtp-reply-permanent"},
        {"459", "smtp-reply-temporary"},
        {"599", "smtp-reply-permanent"},
        {"250 2.0.0 spamhaus greylisted", "smtp-reply-positive"},
        {"354 go on", "smtp-reply-continue"},
    });
}

TEST_CASE("An enhanced code alone is enough [SMTP-01]") {
    check({{"5.7.139", "smtp-auth-disabled-for-mailbox"},
           {"5.1.1", "smtp-recipient-unknown"},
           {"5.7.1", "smtp-policy-refused"},
           {"2.0.0", "smtp-reply-positive"},
           {"4.9.9", "smtp-reply-temporary"}});
}

TEST_CASE("A reply is read as people paste it [SMTP-01]") {
    const smtp::ReplyText gmail{.code = 535,
                                .enhanced = EnhancedCode{5, 7, 8},
                                .text = "Username and Password not accepted. See https://x",
                                .stage = Stage::unknown};
    CHECK(smtp::read_reply_text(
              "535-5.7.8 Username and Password not accepted. See\r\n535 5.7.8  https://x\r\n") == gmail);
    CHECK(smtp::read_reply_text("535-5.7.8 Username and Password not accepted. See 535 5.7.8 https://x") ==
          gmail);
    CHECK(smtp::read_reply_text(" 535 5.7.8 Username and Password not accepted. See https://x") == gmail);

    const auto logged = smtp::read_reply_text(
        "<a@b.example>: host mx.b.example[192.0.2.1] said: 550 5.1.1 no (in reply to RCPT TO command)");
    REQUIRE(logged.has_value());
    CHECK(logged->code == 550);
    CHECK(logged->stage == Stage::rcpt);
    CHECK(logged->to_string() == "550 5.1.1 no (in reply to RCPT TO command)");
}

TEST_CASE("A reply is read out of a line of a log, where its codes are sure [SMTP-01]") {
    check({
        {"NOQUEUE: reject: RCPT from unknown[192.0.2.9]: 554 5.7.1 <unknown[192.0.2.9]>: Client host "
         "rejected: "
         "Access denied; from=<a@b.example> to=<c@d.example> proto=ESMTP",
         "smtp-client-refused"},
        {"NOQUEUE: reject: RCPT from mx.example[192.0.2.9]: 550 <c@d.example>: User unknown",
         "smtp-recipient-unknown"},
        {"host mx.example[192.0.2.9] refused to start TLS: 454 4.7.0 TLS not available due to local problem",
         "smtp-starttls-refused"},
        {"took 3: 250 things", "no reply"},
    });
}

TEST_CASE("What a mail log says where no server replied [SMTP-01]") {
    const std::initializer_list<std::pair<std::string_view, std::string_view>> cases = {
        {"Nov 30 12:00:00 mx postfix/smtp[812]: 4F2: to=<a@b.example>, relay=none, delay=30, dsn=4.4.1, "
         "status=deferred (connect to mx.b.example[192.0.2.1]:25: Connection timed out)",
         "smtp-port-filtered"},
        {"connect to mx.b.example[192.0.2.1]:25: Connection refused", "smtp-port-closed"},
        {"connect to mx.b.example[2001:db8::1]:25: Network is unreachable", "smtp-no-route"},
        {"lost connection with mx.b.example[192.0.2.1] while receiving the initial server greeting",
         "smtp-closed-early"},
        {"lost connection with mx.b.example[192.0.2.1] while sending RCPT TO", "smtp-connection-lost"},
        {"conversation with mx.b.example[192.0.2.1] timed out while receiving the initial server greeting",
         "smtp-no-greeting"},
        {"conversation with mx.b.example[192.0.2.1] timed out while sending message body",
         "smtp-reply-timeout"},
        {"Host or domain name not found. Name service error for name=b.example type=MX: Host not found",
         "smtp-recipient-domain-unknown"},
        {"Host or domain name not found. Name service error for name=mx.b.example type=AAAA: Host not found",
         "smtp-address-missing"},
        {"Name service error for name=b.example type=MX: Host not found, try again", "smtp-address-unknown"},
        {"TLS is required, but was not offered by host mx.b.example[192.0.2.1]", "smtp-starttls-missing"},
        {"Cannot start TLS: handshake failure", "tls-handshake-failed"},
        {"SSL_connect error to mx.b.example[192.0.2.1]:587: error:0A00010B:SSL routines::wrong version "
         "number",
         "smtp-plain-port"},
        {"Server certificate not trusted", "tls-certificate-untrusted"},
        {"Server certificate not verified", "tls-certificate-untrusted"},
        {"warning: unknown[192.0.2.7]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
         "smtp-auth-wrong-password"},
        {"1r8abc-0001 == a@b.example R=dnslookup T=remote_smtp defer (-37): a TLS session is required, but "
         "an "
         "attempt to start TLS failed",
         "tls-handshake-failed"},
        {"defer (-38): a TLS session is required, but the server did not offer TLS support",
         "smtp-starttls-missing"},
        {"TLS error on connection to mx.b.example [192.0.2.1] (certificate verification failed)",
         "tls-certificate-untrusted"},
        {"H=mx.b.example [192.0.2.1]: SMTP timeout after end of data (120 bytes written)",
         "smtp-reply-timeout"},
        {"H=(x) [192.0.2.7] F=<a@b.example> rejected RCPT <c@d.example>: Sender verify failed",
         "smtp-sender-verify-failed"},
        {"H=(x) [192.0.2.7] F=<a@b.example> rejected RCPT <c@d.example>: relay not permitted",
         "smtp-relaying-denied"},
        {"** c@d.example: Unrouteable address", "smtp-recipient-unknown"},
        {"SASL authentication failed; cannot authenticate to server mx[192.0.2.1]: no mechanism available",
         "smtp-auth-mechanism"},
        {"mail for b.example loops back to myself", "smtp-routing-loop"},
        {"message size 12345678 exceeds size limit 10240000 of server mx.b.example[192.0.2.1]",
         "smtp-message-too-big"},
        {"it rains", ""},
        {"", ""},
    };
    for (const auto& [line, id] : cases) {
        CAPTURE(line);
        CHECK(smtp::diagnose_log_line(line) == id);
        CHECK(id_of(line) == "no reply");
    }
    for (const auto& rule : smtp::log_words())
        CHECK(finding::find_entry(rule.id) != nullptr);
}

TEST_CASE(
    "Access that is denied: an unknown recipient at Exchange Online, and the client itself [SMTP-07] "
    "[SMTP-08]") {
    check({
        {"550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [AM0.example.prod.outlook.com]",
         "smtp-recipient-unknown"},
        {"550 5.4.1 All recipient addresses rejected : Access denied", "smtp-recipient-unknown"},
        {"550 5.7.501 Access denied, spam abuse detected", "smtp-sender-account-blocked"},
        {"550 5.7.511 Access denied, banned sender[192.0.2.9]", "smtp-client-blocklisted"},
        {"451 4.7.500 Server busy. Please try again later", "smtp-rate-limited"},
        {"554 5.7.1 <unknown[192.0.2.9]>: Client host rejected: Access denied", "smtp-client-refused"},
        {"450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.9]",
         "smtp-client-no-reverse-name"},
        {"421 4.7.1 mx.example Error: No client certificate presented", "tls-client-certificate"},
    });
}

TEST_CASE("Replies in the words of large providers and of Exim [SMTP-03] [SMTP-06] [SMTP-08]") {
    check({
        {"432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending",
         "smtp-too-many-connections"},
        {"421 4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade to TLS 1.2",
         "smtp-client-tls-too-old"},
        {"530 5.7.57 Client not authenticated to send mail. Error: 535 5.7.139 Authentication unsuccessful, "
         "user is locked by your organization's security defaults policy. Contact your administrator.",
         "smtp-auth-policy"},
        {"450-4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional "
         "messages from being delivered.",
         "smtp-recipient-rate-limited"},
        {"421-4.7.0 This message is suspicious due to the very low reputation of the sending IP address.",
         "smtp-client-reputation"},
        {"550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP",
         "smtp-client-reputation"},
        {"550 5.7.750 Service unavailable. Client blocked from sending from unregistered domains",
         "smtp-sender-not-verified"},
        {"550 5.7.1 Message rejected due to SPF policy", "smtp-mail-spf-refused"},
        {"550 Sender verify failed", "smtp-sender-verify-failed"},
        {"550-Verification failed for <a@b.example> 550-No Such User 550 Sender verify failed",
         "smtp-sender-verify-failed"},
        {"450 4.1.7 <a@b.example>: Sender address rejected: unverified address: timeout",
         "smtp-sender-verify-failed"},
        {"554 SMTP synchronization error", "smtp-early-talker"},
        {"503 5.5.0 Error: improper command pipelining after EHLO", "smtp-early-talker"},
        {"550-5.7.1 This message is not RFC 5322 compliant. There are duplicate From headers.",
         "smtp-reply-content"},
        {"Nov 30 12:00:00 mx postfix/smtp[1]: 4F2: to=<a@b.example>, relay=mx[192.0.2.1]:25, dsn=2.0.0, "
         "status=sent (250 2.0.0 OK  1764504000 a1-20020a sor.1 - gsmtp)",
         "smtp-reply-positive"},
    });
}

TEST_CASE("A reply is read as relayctl tells it [SMTP-01]") {
    const auto read = [](std::string_view text) {
        CAPTURE(text);
        const auto reply = smtp::read_reply_text(text);
        REQUIRE(reply.has_value());
        return *reply;
    };
    const smtp::ReplyText login{
        .code = 535, .enhanced = EnhancedCode{5, 7, 8}, .text = "Error: no", .stage = Stage::auth};
    CHECK(read("SCRAM-SHA-256: 535 5.7.8 Error: no") == login);
    CHECK(read("error smtp-auth-wrong-password  m.test:587: PLAIN: 535 5.7.8 Error: no") == login);
    CHECK(read("LOGIN  failed, PLAIN: the server refused the login: 535 5.7.8 Error: no") == login);
    CHECK(read("RCPT TO:<a@b.test>: 550 5.1.1 no").to_string() == "550 5.1.1 no");
    CHECK(read("RCPT TO:<a@b.test>: 550 5.1.1 no").stage == Stage::rcpt);
    CHECK(read("MAIL FROM:<> SMTPUTF8: 550 5.1.1 no").stage == Stage::mail);

    CHECK(read("  0.516 < 535 5.7.8 Error: no").to_string() == "535 5.7.8 Error: no");
    CHECK(read("news   0.516 < 535 5.7.8 Error: no").to_string() == "535 5.7.8 Error: no");
    CHECK(
        read("  0.510 > AUTH PLAIN ***\n  0.516 < 535-5.7.8 Error:\n  0.517 < 535 5.7.8 no\n").to_string() ==
        "535 5.7.8 Error: no");
    CHECK(read("535 5.7.8 1.5 < 2").to_string() == "535 5.7.8 1.5 < 2");
}

TEST_CASE("What is no reply is not read as one") {
    for (const auto* text : {"",
                             " ",
                             "spf-no-record",
                             "5501 x",
                             "199 x",
                             "600 x",
                             "55",
                             "535x",
                             "5.7",
                             "5.7.8.9",
                             "3.7.8",
                             "5.07.8",
                             "5.7.1000",
                             "192.0.2.1",
                             "NOSUCH: 535 x",
                             "PLAIN: 199 x",
                             "PLAIN: ",
                             "0.516 < ",
                             "0.516 > 535 x",
                             "x < 535 x",
                             "1.2.3 < 535 x"})
        CHECK_FALSE(smtp::read_reply_text(text).has_value());
}

TEST_CASE("Replies to a command and to a message have findings of their own [SMTP-09] [SMTP-07]") {
    check({
        {"503 5.5.1 Error: need MAIL command", "smtp-command-order"},
        {"503 5.5.1 Error: send HELO/EHLO first", "smtp-command-order"},
        {"503 5.5.1 Error: send HELO/EHLO first", "smtp-command-order", Stage::mail},
        {"503 5.0.0 Polite people say HELO first", "smtp-command-order"},
        {"504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname", "smtp-ehlo-refused"},
        {"550 HELO/EHLO name is not yours", "smtp-ehlo-refused"},
        {"502 5.5.1 unrecognized command", "smtp-command-unknown"},
        {"500 command not known", "smtp-command-unknown"},
        {"555 5.5.4 unsupported option: BODY=BINARYMIME", "smtp-parameter-refused"},
        {"501 5.5.4 syntax: MAIL FROM", "smtp-parameter-refused"},
        {"550 5.1.2 <a@b.example>: domain not found", "smtp-recipient-domain-unknown"},
        {"450 4.4.4 cannot route", "smtp-recipient-domain-unknown"},
        {"550 5.4.310 DNS domain example.org does not exist. [Message=InfoDomainNonexistent]",
         "smtp-recipient-domain-unknown"},
        {"553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "smtp-relaying-denied"},
        {"551 user not local; please try <b@example.org>", "smtp-recipient-moved"},
        {"554 5.6.0 this message is spam", "smtp-content-refused", Stage::data},
        {"554 5.7.1 This message is likely spam", "smtp-content-refused"},
        {"550 5.7.1 Message looks like spam", "smtp-content-refused", Stage::data},
    });
}

TEST_CASE("An endless reply is cut, and no bytes are too many for it") {
    const auto reply = smtp::read_reply_text("550 " + std::string(100'000, 'x'));
    REQUIRE(reply.has_value());
    CHECK(reply->text.size() <= smtp::max_reply_text_octets);

    std::mt19937 random(1);
    for (int round = 0; round < 500; ++round) {
        std::string text = "550-5.7.1 ";
        for (int i = 0; i < 60; ++i)
            text.push_back(static_cast<char>(random() & 0xff));
        CHECK(finding::find_entry(id_of(text)) != nullptr);
    }
}

TEST_CASE("Enhanced codes say what RFC 3463 says [SMTP-02]") {
    CHECK(smtp::meaning_of(EnhancedCode{5, 7, 8}) == "authentication credentials invalid");
    CHECK(smtp::meaning_of(EnhancedCode{4, 2, 2}) == "the mailbox is full");
    CHECK(smtp::meaning_of(EnhancedCode{5, 7, 139}) == "security or policy");
    CHECK(smtp::meaning_of(EnhancedCode{5, 99, 1}) == "not registered");
    CHECK(smtp::parse_enhanced_code("(#5.1.1)") == EnhancedCode{5, 1, 1});
    CHECK(smtp::parse_enhanced_code("5.7.139")->to_string() == "5.7.139");
    CHECK(smtp::meaning_of_reply_code(535) == "authentication failed");
    CHECK(smtp::meaning_of_reply_code(599) == "the server says: no");
}

TEST_CASE("Every rule leads to an entry of the catalogue and asks for something") {
    for (const auto rules : {smtp::special_rules(), smtp::broad_rules()})
        for (const auto& rule : rules) {
            CAPTURE(rule.id);
            CHECK(finding::find_entry(rule.id) != nullptr);
            CHECK_FALSE((rule.codes.empty() && rule.enhanced.empty() && rule.words.empty()));
            CHECK(std::none_of(rule.words.begin(), rule.words.end(),
                               [](char c) { return c >= 'A' && c <= 'Z'; }));
        }
}
