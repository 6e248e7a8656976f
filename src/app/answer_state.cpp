#include "app/answer_state.hpp"

#include <functional>

#include "dns/wrong_type.hpp"
#include "net/run.hpp"

namespace app {

namespace {

constexpr std::size_t names_at_once = 8;

// A name and the part that read its record; with dkim, the key too.
struct Asked {
    dns::Name name;
    SpfPart* spf = nullptr;
    dkim::KeyLookup* key = nullptr;
    DmarcPart* dmarc = nullptr;
    dns::Security security = dns::Security::indeterminate;
    std::vector<finding::Finding> findings = {};
};

// Where a record was found; in the order of the parts.
std::vector<Asked> names_of(Verification& result) {
    std::vector<Asked> names;
    const auto add = [&](const std::string& text) -> Asked* {
        auto name = dns::Name::parse(text);
        return name ? &names.emplace_back(Asked{.name = std::move(*name)}) : nullptr;
    };
    if (result.spf && result.spf->lint.status == dns::Status::found && !result.spf->lint.record.empty())
        if (auto* asked = add(result.domain)) asked->spf = &*result.spf;
    if (result.dkim)
        for (auto& key : result.dkim->keys)
            if (key.key() != nullptr)
                if (auto* asked = add(key.name)) asked->key = &key;
    if (result.dmarc)
        if (const auto* step = result.dmarc->discovery.governing_step())
            if (auto* asked = add(step->name)) asked->dmarc = &*result.dmarc;
    return names;
}

bool may_have_alias(const VerifyRequest& request, const dns::Answer& answer) {
    return request.aliases_beside && answer.status == dns::Status::found && answer.aliases.empty();
}

net::Task<void> ask(dns::Resolver& resolver, const VerifyRequest& request, const AliasesBeside& known,
                    Asked& asked) {
    const dns::Question question{asked.name, dns::Type::txt};
    const auto answer = co_await resolver.query(question);
    asked.security = dns::security_of(answer, request.trust_ad);
    if (!may_have_alias(request, answer)) co_return;
    if (const auto found = known.find(asked.name); found != known.end())
        asked.findings = found->second;
    else
        asked.findings = co_await dns::find_alias_beside(resolver, asked.name, dns::Type::txt);
}

template <class Part>
void blame(Part& part, const std::vector<finding::Finding>& findings) {
    if (findings.empty()) return;
    part.findings.insert(part.findings.end(), findings.begin(), findings.end());
    part.verdict = finding::worse(part.verdict, finding::Verdict::bad);
}

void take(Verification& result, const Asked& asked) {
    result.answers.push_back({.name = asked.name.to_string(), .security = asked.security});
    if (asked.spf != nullptr) blame(*asked.spf, asked.findings);
    if (asked.dmarc != nullptr) blame(*asked.dmarc, asked.findings);
    if (asked.key == nullptr) return;
    blame(*asked.key, asked.findings);
    blame(*result.dkim, asked.findings);
}

}  // namespace

net::Task<void> judge_answers(dns::Resolver& resolver, const VerifyRequest& request,
                              const AliasesBeside& known, Verification& result) {
    auto names = names_of(result);
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) {
        return ask(resolver, request, known, names[i]);
    };
    // Without questions beside, all of them have been asked before.
    co_await net::for_each(names.size(), request.aliases_beside ? names_at_once : 1, make);
    for (const auto& asked : names)
        take(result, asked);
}

net::Task<void> find_alias_early(dns::Resolver& resolver, const VerifyRequest& request, dns::Name name,
                                 AliasesBeside& known) {
    const dns::Question question{name, dns::Type::txt};
    const auto answer = co_await resolver.query(question);
    if (!may_have_alias(request, answer)) co_return;
    auto findings = co_await dns::find_alias_beside(resolver, name, dns::Type::txt);
    known.emplace(std::move(name), std::move(findings));
}

}  // namespace app
