#include "smtp/diagnosis_rules.hpp"

namespace smtp {

namespace {

// Postfix's smtp(8), and the words of the network that Exim and others log as well.
constexpr LogWords words[] = {
    {"wrong version number", "smtp-plain-port"},
    {"certificate has expired", "tls-certificate-expired"},
    {"self-signed certificate|self signed certificate", "tls-certificate-self-signed"},
    {"certificate not trusted|untrusted issuer|unable to get local issuer", "tls-certificate-unknown-issuer"},
    {"certificate not verified|hostname mismatch|subject name mismatch|certificate name mismatch",
     "tls-certificate-name-mismatch"},
    {"tls is required, but was not offered", "smtp-starttls-missing"},
    {"refused to start tls", "smtp-starttls-refused"},
    {"cannot start tls|ssl_connect error|tls handshake", "tls-handshake-failed"},
    {"no mechanism available|no worthy mechs", "smtp-auth-mechanism"},
    {"smtputf8 is required, but was not offered", "smtp-utf8-not-offered"},
    {"exceeds size limit", "smtp-message-too-big"},
    {"loops back to myself|too many hops", "smtp-routing-loop"},
    {"does not accept mail (null", "smtp-recipient-no-mail"},
    {"unknown user", "smtp-recipient-unknown"},
    {"timed out while receiving the initial server greeting", "smtp-no-greeting"},
    {"timed out while", "smtp-reply-timeout"},
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
