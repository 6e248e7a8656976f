#include "smtp/diagnosis_rules.hpp"

namespace smtp {

namespace {

// Postfix's smtp(8), and the words of the network that Exim and others log as well.
constexpr LogWords words[] = {
    {"wrong version number", "smtp-plain-port"},
    {"certificate has expired", "tls-certificate-expired"},
    {"self-signed certificate|self signed certificate", "tls-certificate-self-signed"},
    {"untrusted issuer|unable to get local issuer", "tls-certificate-unknown-issuer"},
    {"hostname mismatch|subject name mismatch|certificate name mismatch", "tls-certificate-name-mismatch"},
    // Neither Postfix nor Exim tells here what is wrong with it.
    {"certificate not trusted|certificate not verified|certificate verification failed|certificate verify "
     "failed",
     "tls-certificate-untrusted"},
    {"tls is required, but was not offered", "smtp-starttls-missing"},
    {"a tls session is required|tls session required", "smtp-starttls-missing", "did not offer tls"},
    {"refused to start tls", "smtp-starttls-refused"},
    {"cannot start tls|ssl_connect error|tls handshake|attempt to start tls failed", "tls-handshake-failed"},
    {"no mechanism available|no worthy mechs", "smtp-auth-mechanism"},
    {"authentication failed|authentication failure", "smtp-auth-wrong-password", "sasl "},
    {"sender verify failed|sender verify fail", "smtp-sender-verify-failed"},
    {"relay not permitted|relaying denied|relay access denied", "smtp-relaying-denied"},
    {"smtputf8 is required, but was not offered", "smtp-utf8-not-offered"},
    {"exceeds size limit", "smtp-message-too-big"},
    {"loops back to myself|too many hops", "smtp-routing-loop"},
    {"does not accept mail (null", "smtp-recipient-no-mail"},
    {"unknown user|unrouteable address|unrouteable domain", "smtp-recipient-unknown"},
    {"timed out while receiving the initial server greeting", "smtp-no-greeting"},
    {"timed out while|smtp timeout after", "smtp-reply-timeout"},
    {"lost connection with", "smtp-closed-early", "initial server greeting"},
    {"lost connection with|connection reset|broken pipe", "smtp-connection-lost"},
    {"connection timed out|operation timed out", "smtp-port-filtered"},
    {"connection refused", "smtp-port-closed"},
    {"no route to host|network is unreachable", "smtp-no-route"},
    {"host not found, try again|temporary failure in name resolution", "smtp-address-unknown"},
    {"host not found|domain name not found", "smtp-recipient-domain-unknown", "type=mx"},
    {"host not found|domain name not found|name or service not known|no address associated",
     "smtp-address-missing"},
};

}  // namespace

std::span<const LogWords> log_words() {
    return words;
}

}  // namespace smtp
