// A login's mechanism, against a server that says anything: the first octet chooses the mechanism, each
// further line is a challenge.
#include "base/text.hpp"
#include "fuzz/fuzz.hpp"
#include "sasl/mechanism.hpp"

namespace {

sasl::Mechanism make(sasl::MechanismId id) {
    sasl::Credentials credentials{
        .user = "user", .secret = base::Secret("pencil"), .kind = credential_kind(id)};
    sasl::Surroundings surroundings;
    surroundings.nonce = "rOprNGfwEbeRWgbNEkqO";
    surroundings.binding_type = "tls-exporter";
    surroundings.binding = base::Bytes(32, 1);
    return sasl::Mechanism::create(id, credentials, surroundings).value();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto& all = sasl::mechanisms();
    auto mechanism = make(all[data[0] % all.size()]);
    const auto initial = mechanism.initial_response();
    fuzz::require(!initial || !initial->reveal().empty(), "an initial response is not empty");
    int answers = 0;
    for (const auto challenge : base::split(fuzz::text_of(data + 1, size - 1), '\n')) {
        const auto step = mechanism.step(challenge);
        if (const auto* fault = std::get_if<sasl::Fault>(&step)) {
            fuzz::require(!fault->detail.empty() && fault->detail.size() < 300, "a fault has bounded words");
            break;
        }
        const auto octets = std::get<base::Secret>(step).reveal();
        fuzz::require(octets.size() < 4096, "an answer is bounded");
        ++answers;
    }
    fuzz::require(answers <= 2, "no mechanism goes on for ever");
    fuzz::require(!mechanism.is_mutual() || !mechanism.is_complete(),
                  "a server without the password proves nothing");
    return 0;
}
