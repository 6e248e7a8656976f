#include "finding/catalogue.hpp"

namespace finding {

namespace {

constexpr Entry entries[] = {
    {"dkim-body-changed", Severity::error, "the body is not the one that was signed",
     "The hash of the body as it is now is not the hash in bh=. Lists and gateways that add a footer, virus "
     "scanners that rewrite links and servers that re-encode or wrap lines do this.",
     "Find the hop that changes the body, and sign behind it; or let it sign anew.",
     "RFC 6376 section 6.1.3"},
    {"dkim-header-changed", Severity::error, "the header is not the one that was signed",
     "The signature does not fit the signed header fields as they are now. A list that puts its name into "
     "the "
     "Subject, a gateway that rewrites From, or folding that changed under c=simple does this.",
     "Find the hop that changes the field, and sign behind it; c=relaxed survives other folding.",
     "RFC 6376 section 6.1.3"},
    {"dkim-message-no-signature", Severity::error, "the message has no DKIM signature",
     "There is no DKIM-Signature field, so nobody can tell by DKIM who takes responsibility for the mail.",
     "Sign at the last server that may change the mail: relayctl dkim generate DOMAIN makes the key.",
     "RFC 6376 section 6.1"},
    {"dkim-message-successor", Severity::info, "the message bears header fields of another signing scheme",
     "DKIM2-Signature and Message-Instance belong to a successor of DKIM that is not a standard yet. They "
     "are not "
     "looked at and change nothing.",
     "Nothing to do.", "RFC 6376 section 6.1"},
    {"dkim-signature-algorithm", Severity::error, "the signature algorithm is unknown",
     "Verifiers know rsa-sha256 and ed25519-sha256, and ignore a signature of any other algorithm.",
     "Sign with rsa-sha256; an ed25519-sha256 signature may stand beside it.",
     "RFC 6376 section 3.3, RFC 8463 section 3"},
    {"dkim-signature-broad-domain", Severity::warning, "d= is a top-level domain or a public suffix",
     "Nobody can take responsibility for all mail below such a name. Verifiers may ignore the signature, and "
     "many "
     "do.",
     "Sign with a domain of your own.", "RFC 6376 section 6.1.1"},
    {"dkim-signature-canonicalization", Severity::error, "the canonicalization is unknown",
     "c= says how header and body are brought into one form before they are hashed; simple and relaxed are "
     "known, "
     "in small letters.",
     "Sign with c=relaxed/relaxed.", "RFC 6376 section 3.4"},
    {"dkim-signature-duplicate-tag", Severity::error, "a tag stands twice in the signature",
     "A tag-list with a tag given twice is invalid as a whole.", "Leave each tag once.",
     "RFC 6376 section 3.2"},
    {"dkim-signature-empty-name", Severity::error, "h= has an empty name",
     "Between two colons, or at an end, stands no name of a header field.",
     "Correct the signer's list of header fields.", "RFC 6376 section 3.5"},
    {"dkim-signature-expired", Severity::error, "the signature has expired",
     "x= lies in the past. Mail that waits in a queue, or is read again from an archive, runs into this.",
     "Give signatures a longer life than mail may stay in queues, or no x= at all.", "RFC 6376 section 3.5"},
    {"dkim-signature-field-repeated", Severity::warning, "a header field stands more often than it is signed",
     "Verifiers sign from the bottom up, and many programs show the topmost field: what is read may not be "
     "what was "
     "signed.",
     "Refuse mail with several fields where one is allowed; signers name From, Subject and the like once "
     "more than "
     "they occur.",
     "RFC 6376 section 8.15"},
    {"dkim-signature-field-unsigned", Severity::warning, "an important header field is not signed",
     "Whoever passes the mail on can change the field and the signature still holds.",
     "Let the signer sign From, Subject, Date, To, Reply-To and Content-Type.", "RFC 6376 section 5.4.1"},
    {"dkim-signature-from-not-oversigned", Severity::info,
     "another From could be added without harm to the signature",
     "From stands in h= only as often as in the message. A second From put on top leaves the signature "
     "valid.",
     "Let the signer name From once more than it occurs (h=from:from).", "RFC 6376 sections 5.4 and 8.15"},
    {"dkim-signature-future", Severity::warning, "the signature is dated in the future",
     "t= lies more than five minutes ahead: a clock is wrong, here or at the signer.",
     "Set the clocks by NTP.", "RFC 6376 section 3.5"},
    {"dkim-signature-identity", Severity::error,
     "i= is outside d=", "The domain in i= must be that of d= or lie below it.",
     "Sign with the d= of the author's domain, or leave i= out.", "RFC 6376 section 6.1.1"},
    {"dkim-signature-identity-strict", Severity::error, "i= is at a subdomain, which the key forbids",
     "The key record says t=s: then the domain in i= must be exactly that of d=.",
     "Leave i= out, sign with d= of the subdomain, or remove the flag s from the key's t=.",
     "RFC 6376 section 3.6.1"},
    {"dkim-signature-key-kind", Severity::error, "the key is of another kind than the signature",
     "a= and the key's k= must name the same algorithm: an rsa-sha256 signature needs an RSA key, an "
     "ed25519-sha256 "
     "one an Ed25519 key.",
     "Give each key a selector of its own, and sign with the one that fits.", "RFC 6376 section 6.1.2"},
    {"dkim-signature-key-refused", Severity::error, "the key is not accepted for verification",
     "Signatures by RSA keys below 1024 bits must not be accepted; keys above 8192 bits, or with an "
     "exponent that "
     "takes too long, are refused here because every check would cost too much.",
     "Make a key of 2048 bits: relayctl dkim generate DOMAIN", "RFC 8301 section 3.2"},
    {"dkim-signature-length", Severity::error, "l= cannot be the length of the signed body",
     "l= counts the octets of the body that are signed. It is not a number, or the body is shorter than it "
     "says.",
     "Sign without l=.", "RFC 6376 section 3.5"},
    {"dkim-signature-missing-tag", Severity::error, "a required tag is missing in the signature",
     "v, a, b, bh, d, h and s must all be there.", "Sign the message again with a signer that writes them.",
     "RFC 6376 section 6.1.1"},
    {"dkim-signature-no-from", Severity::error, "From is not signed",
     "h= must name From: a signature without it says nothing of who wrote the mail.",
     "Let the signer sign From, at least.", "RFC 6376 section 6.1.1"},
    {"dkim-signature-other-key", Severity::error, "the signature was not made with the key at its selector",
     "The RSA key published there does not open b=: the signer used another key, most often one that was "
     "replaced "
     "while the selector stayed, or b= was damaged on the way.",
     "Publish the key that signs: relayctl dkim record SELECTOR@DOMAIN; give a new key a new selector.",
     "RFC 6376 section 6.1.3"},
    {"dkim-signature-partial-body", Severity::warning, "l= leaves a part of the body unsigned",
     "Anybody can add to the body, or with some kinds of mail replace what is shown, and the signature still "
     "holds. "
     "Several receivers do not accept such signatures.",
     "Sign without l=.", "RFC 6376 section 8.2"},
    {"dkim-signature-query", Severity::error, "q= names no way to the key that is known",
     "dns/txt is the only method there is.", "Leave q= out.", "RFC 6376 section 3.5"},
    {"dkim-signature-sha1", Severity::error, "the signature is made with SHA-1",
     "rsa-sha1 must be neither made nor accepted since 2018; whether it would verify is of no use to "
     "anybody.",
     "Sign with rsa-sha256.", "RFC 8301 section 3.1"},
    {"dkim-signature-syntax", Severity::error, "the signature is not a tag-list",
     "A field that breaks the syntax tag=value; tag=value is invalid as a whole; often a hop broke its lines "
     "in a "
     "wrong place.",
     "Sign the message again, and compare what was sent with what arrived.", "RFC 6376 section 3.2"},
    {"dkim-signature-times", Severity::error, "t= or x= cannot be",
     "They are seconds since 1970, at most twelve digits, and x= must be later than t=.",
     "Correct the signer's settings, or sign without x=.", "RFC 6376 section 3.5"},
    {"dkim-signature-too-many", Severity::warning, "the message has more signatures than are checked",
     "Each signature costs a question to the DNS and a computation, so somebody could make verifiers work "
     "with one "
     "mail.",
     "Nothing to do when one that counts was checked; else remove signatures that no longer hold.",
     "RFC 6376 section 8.4"},
    {"dkim-signature-too-many-names", Severity::error, "h= names too many header fields",
     "Each name is a search through the header; no honest signer needs hundreds.",
     "Let the signer sign the fields that matter.", "RFC 6376 section 8.4"},
    {"dkim-signature-value", Severity::error, "a tag of the signature has a value that cannot be",
     "b= and bh= are base64, bh= of 32 octets; d= is a domain, s= a selector, i= an address or @ and a "
     "domain, h= "
     "names of header fields.",
     "Sign the message again, and compare what was sent with what arrived.", "RFC 6376 section 3.5"},
    {"dkim-signature-version", Severity::error, "v= of the signature is not 1",
     "There is only version 1 of DKIM-Signature; v=DKIM1 belongs to the key record.", "Sign with v=1.",
     "RFC 6376 section 3.5"},
};

}  // namespace

std::span<const Entry> dkim_signature_entries() {
    return entries;
}

}  // namespace finding
