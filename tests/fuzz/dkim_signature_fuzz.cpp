// The DKIM-Signature field: its tags as values, and what is wrong with them.
#include "dkim/signature.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using fuzz::require;

const base::Time now{std::chrono::seconds(1'700'000'000)};

void check_computable(const dkim::Signature& signature) {
    require(signature.domain.has_value(), "what is computed has a domain");
    require(!signature.selector.empty(), "what is computed has a selector");
    require(signature.body_hash.size() == 32, "what is computed has the hash of a body");
    require(!signature.signature.empty(), "what is computed has a signature");
    require(!signature.names.empty() && signature.names.size() <= dkim::most_signed_names,
            "what is computed has names, not too many");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto signature = dkim::read_signature(fuzz::text_of(data, size), now, "signature 1");
    require(signature.text.size() <= size && signature.text.size() <= 65536, "the text is bounded");
    require(signature.text.find('\n') == std::string::npos, "the text is one line");
    if (signature.is_computable()) check_computable(signature);
    require(!signature.fault || !signature.fault->reason.empty(), "a fault has a reason");
    require(!signature.fault || !signature.findings.empty(), "a fault is told");
    require(!dkim::describe(signature).empty(), "a signature has a name");
    fuzz::check_findings(signature.findings, 300);
    return 0;
}
