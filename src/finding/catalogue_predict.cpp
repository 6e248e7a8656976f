#include "finding/catalogue.hpp"

namespace finding {

namespace {

constexpr Entry entries[] = {
    {"predict-dmarc-fails", Severity::error, "mail that goes this way fails DMARC",
     "DMARC passes when SPF or DKIM passes for a domain that is aligned with the From domain. Here neither "
     "does, "
     "and receivers do what the domain's policy asks for: refuse the mail, or put it among spam.",
     "Sign with DKIM for the From domain, or use a return path there whose SPF record covers the relay.",
     "RFC 9989 section 4.4"},
    {"predict-ed25519-alone", Severity::warning, "the mail is signed by an Ed25519 key alone",
     "Many receivers do not verify Ed25519 signatures: for them the mail is not signed, and DMARC is left to "
     "SPF.",
     "Sign with an RSA key too: relayctl dkim generate DOMAIN, and activate the key", "RFC 8463 section 3"},
    {"predict-egress-assumed", Severity::warning, "the addresses that mail leaves from are assumed",
     "SPF is checked for the address that hands the mail to the receiver. A relay often takes mail at one "
     "address "
     "and sends it from others, which its operator names.",
     "Ask the relay's operator, and store them: relayctl edit NAME --egress-ip ADDRESS",
     "RFC 7208 section 2.4"},
    {"predict-egress-divided", Severity::error, "SPF passes for some of the relay's addresses only",
     "Which of its addresses a relay sends a message from is not the sender's choice, so SPF passes now and "
     "then.",
     "Add the other addresses to the SPF record.", "RFC 7208 section 4"},
    {"predict-egress-unknown", Severity::warning, "no address is known that mail leaves from",
     "The relay's host does not resolve, and no address is stored, so SPF cannot be evaluated.",
     "Store the addresses: relayctl edit NAME --egress-ip ADDRESS", "RFC 7208 section 2.4"},
    {"predict-fallback-fails", Severity::warning, "the same mail fails DMARC through a fallback",
     "Mail that a relay does not take, for its daily limit or because it is out of order, goes through the "
     "relays that it falls back to, which have addresses, a return path and a signature of their own. send "
     "refuses such a fallback.",
     "Set up the fallback so that it authenticates too: sign with DKIM there.", "RFC 9989 section 4.4"},
    {"predict-helo-unknown", Severity::warning, "SPF depends on a HELO name that is not known",
     "With the null return path there is no domain in MAIL FROM: receivers check SPF for the name that the "
     "relay "
     "gives in HELO, and DMARC compares that name.",
     "Give it with --helo NAME.", "RFC 7208 section 2.4"},
    {"predict-managed-unset", Severity::warning, "the platform's own bounce address is not set",
     "Return path managed stands for it, and its domain is what receivers check SPF for.",
     "relayctl config set managed-return-path ADDRESS", "RFC 7208 section 2.4"},
    {"predict-no-policy", Severity::warning, "the From domain has no DMARC policy",
     "Without a record DMARC neither passes nor fails. Large receivers ask for one of everybody who sends "
     "much.",
     "Publish one at _dmarc.DOMAIN: v=DMARC1; p=none; rua=mailto:ADDRESS", "RFC 9989 section 4.7"},
    {"predict-not-checked", Severity::warning, "it could not be told whether mail passes DMARC",
     "Something that decides it could not be looked up, or is not known.",
     "Try again, or give what is missing: --egress-ip, --helo.", ""},
    {"predict-not-routed", Severity::warning, "mail of this sender does not go through this relay",
     "The relay does not serve the sender's domain or the mail type, or another relay comes before it. The "
     "prediction holds for mail that is sent through it all the same.",
     "relayctl route --from ADDRESS tells which relay takes it.", ""},
    {"predict-relay-disabled", Severity::info, "the relay is disabled", "Nothing goes through it now.",
     "relayctl enable NAME", ""},
    {"predict-second-key", Severity::warning, "the second key that signs is not verified by receivers",
     "An RSA key and an Ed25519 key sign together; the record of this one is not as it should be. DMARC "
     "takes "
     "the other signature.",
     "Publish its record again, as `relayctl dkim record SELECTOR@DOMAIN` prints it.", "RFC 8463 section 3"},
    {"predict-send-refuses", Severity::error, "send lets no mail through this relay",
     "The relay is set to sign, and its DKIM key is not there, pending, retired or revoked. Nothing goes out "
     "unsigned instead: receivers would refuse it.",
     "Name a key that is active: relayctl dkim list, relayctl edit NAME --dkim-selector SELECTOR",
     "RFC 6376 section 3.6.1"},
    {"predict-spf-alone", Severity::info, "DMARC passes by SPF alone",
     "SPF does not survive forwarding and mailing lists; a DKIM signature does, mostly.",
     "Sign with DKIM too: relayctl edit NAME --dkim", "RFC 7208 section 10.3"},
};

}  // namespace

std::span<const Entry> predict_entries() {
    return entries;
}

}  // namespace finding
