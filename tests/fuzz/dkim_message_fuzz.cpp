// A whole message: its header, its signatures, its body, and each signature judged with keys at hand.
#include "dkim/signing_key.hpp"
#include "dkim/verify.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using fuzz::require;

const base::Time now{std::chrono::seconds(1'528'637'910)};

// Those of RFC 8463 appendix A.2.
const dkim::KeyLookup& keys() {
    static const auto lookup = dkim::read_key_records(
        {"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
         "v=DKIM1; k=rsa; "
         "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2"
         "jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/"
         "8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2Ee"
         "C3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"});
    return lookup;
}

bool read(dkim::SignedMessage& message, std::string_view text, std::size_t chunk) {
    for (std::size_t at = 0; at < text.size(); at += chunk)
        if (message.feed(text.substr(at, chunk)).has_error()) return false;
    return message.finish().has_value();
}

void check(const dkim::SignatureResult& result) {
    require(!result.reason.empty(), "a result has a reason");
    if (result.outcome == dkim::Outcome::pass)
        require(
            result.body && result.body->matches && result.header_matches == true && !result.signature.fault,
            "what passes fits in body and header, and has no fault");
    if (result.body)
        require(result.body->computed.hashed <= result.body->computed.size,
                "no more is hashed than is there");
    require(result.clues.size() <= 10, "the number of clues is bounded");
    fuzz::check_findings(result.findings, 400);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    dkim::SignedMessage whole(now), pieces(now);
    const bool readable = read(whole, text, size == 0 ? 1 : size);
    require(readable == read(pieces, text, 7), "a message is readable in any chunking, or in none");
    if (!readable) return 0;
    require(whole.signatures().size() <= dkim::most_signatures, "the number of signatures is bounded");
    require(whole.signatures().size() == pieces.signatures().size(), "the same signatures in any chunking");
    for (std::size_t i = 0; i < whole.signatures().size(); ++i) {
        const auto result = dkim::evaluate_signature(whole, i, &keys());
        check(result);
        const auto other = dkim::evaluate_signature(pieces, i, &keys());
        require(
            result.outcome == other.outcome && result.reason == other.reason && result.clues == other.clues,
            "the same result in any chunking");
    }
    return 0;
}
