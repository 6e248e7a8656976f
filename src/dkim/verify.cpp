#include "dkim/verify.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include <fmt/format.h>

#include "base/text.hpp"
#include "crypto/verify_signature.hpp"
#include "dkim/clues.hpp"
#include "dkim/coverage.hpp"
#include "dkim/signing_key.hpp"
#include "net/run.hpp"

namespace dkim {

namespace {

constexpr std::size_t keys_at_once = 8;

class Evaluator {
  public:
    Evaluator(const SignedMessage& message, std::size_t index)
        : message_(message), index_(index), subject_(fmt::format("signature {}", index + 1)) {
        result_.number = index + 1;
        result_.signature = message.signatures()[index].signature;
        result_.findings = std::move(result_.signature.findings);
        result_.signature.findings.clear();
    }

    SignatureResult evaluate(const KeyLookup* lookup) {
        if (!signature().is_computable()) return end(*signature().fault);
        if (lookup == nullptr) throw std::logic_error("a signature without a look-up of its key");
        check_body();
        const auto choice = choose_keys(signature(), *lookup, subject_);
        take_key(*lookup, choice);
        if (choice.fault) return end(fault_of_key(*choice.fault));
        check_header(choice.usable);
        if (auto fault = fault_of_length()) return end(*fault);
        if (!result_.body->matches || !*result_.header_matches) return end(fault_of_hashes());
        for (auto& found : check_coverage(message_.header(), signature(), subject_))
            result_.findings.push_back(std::move(found));
        check_length();
        if (signature().fault) {
            auto fault = *signature().fault;
            fault.reason += "; else the signature holds";
            return end(fault);
        }
        result_.outcome = Outcome::pass;
        result_.reason = "the signature holds";
        return std::move(result_);
    }

  private:
    const Signature& signature() const { return result_.signature; }

    void add(std::string_view id, std::string observed, std::string remedy = {}) {
        result_.findings.push_back(finding::make(id, subject_, std::move(observed), std::move(remedy)));
    }

    SignatureResult end(const Fault& fault) {
        result_.outcome = fault.outcome;
        result_.reason = fault.reason;
        return std::move(result_);
    }

    void check_body() {
        BodyCheck check{.computed = message_.body().hash(signature().canonical.body, signature().length)};
        check.matches = check.computed.digest == signature().body_hash;
        if (!check.matches) {
            result_.clues = body_clues(message_, signature());
            add("dkim-body-changed",
                fmt::format("{} of {} octets hashed, {}: bh= is {}, computed {}", check.computed.hashed,
                            check.computed.size, to_string(signature().canonical.body),
                            base::encode_base64(signature().body_hash),
                            base::encode_base64(check.computed.digest)));
        }
        result_.body = std::move(check);
    }

    void take_key(const KeyLookup& lookup, const KeyChoice& choice) {
        result_.key_name = lookup.name;
        result_.findings.insert(result_.findings.end(), lookup.findings.begin(), lookup.findings.end());
        result_.findings.insert(result_.findings.end(), choice.findings.begin(), choice.findings.end());
        const auto* key = choice.usable.empty() ? lookup.key() : choice.usable.front();
        if (key == nullptr) return;
        result_.key_text = key->key_text();
        result_.key_is_testing = key->record && key->record->is_testing();
    }

    // A changed body is final, whatever a later answer of the DNS says.
    Fault fault_of_key(Fault fault) const {
        if (fault.outcome == Outcome::temperror && !result_.body->matches)
            return {.outcome = Outcome::fail, .reason = "the body was changed; " + fault.reason};
        return fault;
    }

    void check_header(const std::vector<const KeyInspection*>& keys) {
        const auto digest = header_hash(message_, index_);
        const auto* holding = find_key(keys, digest);
        result_.header_matches = holding != nullptr;
        if (holding != nullptr) {
            result_.key_text = holding->key_text();
            result_.key_is_testing = holding->record->is_testing();
            return;
        }
        if (!made_by_any(keys)) {
            made_by_key_ = false;
            add("dkim-signature-other-key",
                fmt::format("b= was not made with the key at {} ({})", result_.key_name, result_.key_text));
            return;
        }
        add("dkim-header-changed",
            fmt::format("b= does not hold for the {} names of h=, {}", signature().names.size(),
                        to_string(signature().canonical.header)));
        auto clues = clues_of_header(keys);
        std::move(clues.begin(), clues.end(), std::back_inserter(result_.clues));
    }

    // An RSA signature shows which hash was signed, unless another key made it; Ed25519 shows nothing.
    bool made_by_any(const std::vector<const KeyInspection*>& keys) const {
        return signature().kind == crypto::KeyKind::ed25519 ||
               std::any_of(keys.begin(), keys.end(), [&](const KeyInspection* key) {
                   return crypto::signed_digest(*key->key, signature().signature).has_value();
               });
    }

    const KeyInspection* find_key(const std::vector<const KeyInspection*>& keys,
                                  const base::Bytes& digest) const {
        const auto found = std::find_if(keys.begin(), keys.end(), [&](const KeyInspection* key) {
            return crypto::verify_signature(*key->key, digest, signature().signature);
        });
        return found == keys.end() ? nullptr : *found;
    }

    // With RSA a guess costs a hash only.
    std::vector<std::string> clues_of_header(const std::vector<const KeyInspection*>& keys) const {
        if (signature().kind == crypto::KeyKind::ed25519)
            return header_clues(message_, index_,
                                [&](const base::Bytes& digest) { return find_key(keys, digest) != nullptr; });
        for (const auto* key : keys) {
            const auto digest = crypto::signed_digest(*key->key, signature().signature);
            if (digest)
                return header_clues(message_, index_,
                                    [&](const base::Bytes& other) { return other == *digest; });
        }
        return {};
    }

    std::optional<Fault> fault_of_length() {
        if (!signature().length || *signature().length <= result_.body->computed.size) return std::nullopt;
        auto observed =
            fmt::format("l={}, but the body has {} octets", *signature().length, result_.body->computed.size);
        add("dkim-signature-length", observed);
        return Fault{.outcome = Outcome::permerror, .reason = std::move(observed)};
    }

    Fault fault_of_hashes() const {
        Fault fault{.outcome = Outcome::fail, .reason = "the header was changed"};
        if (!result_.body->matches)
            fault.reason = *result_.header_matches
                               ? "the body was changed, the header was not"
                               : "the body was changed, and the header or the signature too";
        if (!made_by_key_)
            fault.reason = result_.body->matches
                               ? "b= was made with another key, or was damaged"
                               : "the body was changed; b= was made with another key, or was damaged";
        if (result_.key_is_testing) {
            // RFC 6376 section 3.6.1: then the mail is to be taken as if it were not signed.
            fault.outcome = Outcome::neutral;
            fault.reason += "; the key is in test mode";
        }
        return fault;
    }

    void check_length() {
        const auto& computed = result_.body->computed;
        if (signature().length && computed.hashed < computed.size)
            add("dkim-signature-partial-body",
                fmt::format("l={}: {} of {} octets of the body are not signed", *signature().length,
                            computed.size - computed.hashed, computed.size));
    }

    const SignedMessage& message_;
    std::size_t index_;
    std::string subject_;
    SignatureResult result_;
    bool made_by_key_ = true;
};

void judge_message(const SignedMessage& message, MessageResult& result) {
    const auto add = [&](std::string_view id, std::string observed) {
        result.findings.push_back(finding::make(id, "message", std::move(observed)));
    };
    if (result.total_signatures == 0)
        add("dkim-message-no-signature",
            fmt::format("{} header fields, none of them DKIM-Signature", message.header().size()));
    if (result.total_signatures > result.signatures.size())
        add("dkim-signature-too-many", fmt::format("{} signatures, the first {} were looked at",
                                                   result.total_signatures, result.signatures.size()));
    if (message.successor_fields() > 0)
        add("dkim-message-successor",
            fmt::format("{} DKIM2-Signature or Message-Instance {}", message.successor_fields(),
                        message.successor_fields() == 1 ? "field" : "fields"));
}

}  // namespace

finding::Verdict MessageResult::verdict() const {
    const auto any = [&](Outcome outcome) {
        return std::any_of(signatures.begin(), signatures.end(),
                           [&](const SignatureResult& result) { return result.outcome == outcome; });
    };
    if (any(Outcome::pass)) return finding::Verdict::good;
    return any(Outcome::temperror) ? finding::Verdict::unchecked : finding::Verdict::bad;
}

SignatureResult evaluate_signature(const SignedMessage& message, std::size_t index, const KeyLookup* lookup) {
    return Evaluator(message, index).evaluate(lookup);
}

net::Task<MessageResult> verify_message(dns::Resolver* resolver, const SignedMessage& message,
                                        std::vector<std::string> key_records) {
    const auto& items = message.signatures();
    const auto key_of = [&](std::size_t i) {
        const auto& signature = items[i].signature;
        return std::pair(signature.domain->ascii(), signature.selector);
    };
    std::map<std::pair<std::string, std::string>, KeyLookup> keys;
    std::vector<std::size_t> asked;  // a signature for each key
    for (std::size_t i = 0; i < items.size(); ++i)
        if (items[i].signature.is_computable() && keys.try_emplace(key_of(i)).second) asked.push_back(i);
    if (key_records.empty() && resolver == nullptr) throw std::logic_error("no resolver and no key record");
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t which) -> net::Task<void> {
        const auto name = key_of(asked[which]);
        keys[name] = co_await look_up_exact_key(*resolver, *items[asked[which]].signature.domain, name.second,
                                                std::string());
    };
    if (key_records.empty()) {
        co_await net::for_each(asked.size(), keys_at_once, make);
    } else {
        for (auto& [name, key] : keys)
            key = read_key_records(key_records);
    }
    MessageResult result{.signatures = {}, .total_signatures = message.total_signatures()};
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto* key = items[i].signature.is_computable() ? &keys[key_of(i)] : nullptr;
        result.signatures.push_back(evaluate_signature(message, i, key));
    }
    judge_message(message, result);
    co_return result;
}

}  // namespace dkim
