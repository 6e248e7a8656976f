// What can be said only about all keys of a domain together.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dkim/lookup.hpp"
#include "dkim/tag_list.hpp"
#include "dns/wildcard.hpp"

namespace dkim {

namespace {

// The answer the lookup was made of, as far as a comparison of data needs it.
dns::Answer answer_of(const KeyLookup& lookup) {
    dns::Answer answer;
    answer.status = dns::Status::found;
    std::vector<dns::Record> records;
    for (const auto& inspection : lookup.records) {
        dns::Record record;
        record.type = dns::Type::txt;
        record.data = dns::Txt{inspection.strings};
        records.push_back(std::move(record));
    }
    answer.records = std::move(records);
    return answer;
}

}  // namespace

std::vector<finding::Finding> compare_keys(std::string_view domain, const std::vector<KeyLookup>& lookups) {
    std::vector<finding::Finding> findings;
    std::vector<const KeyLookup*> usable;
    for (const auto& lookup : lookups)
        if (lookup.key() != nullptr && lookup.key()->key && lookup.verdict != finding::Verdict::bad)
            usable.push_back(&lookup);
    const auto is_ed25519 = [](const KeyLookup* lookup) {
        return lookup->key()->key->kind() == crypto::KeyKind::ed25519;
    };
    if (!usable.empty() && std::all_of(usable.begin(), usable.end(), is_ed25519))
        findings.push_back(
            finding::make("dkim-ed25519-only", std::string(domain),
                          fmt::format("{} of {} keys found are Ed25519", usable.size(), usable.size())));
    for (std::size_t i = 0; i < usable.size(); ++i)
        for (std::size_t j = i + 1; j < usable.size(); ++j)
            if (usable[i]->name != usable[j]->name && *usable[i]->key()->key == *usable[j]->key()->key)
                findings.push_back(finding::make("dkim-key-shared", usable[i]->name,
                                                 fmt::format("{} has the same public key", usable[j]->name)));
    return findings;
}

net::Task<std::vector<finding::Finding>> look_up_historic_policies(dns::Resolver& resolver,
                                                                   base::DomainName domain) {
    std::vector<finding::Finding> findings;
    const auto tree = dns::Name(domain).child("_domainkey");
    if (tree.has_error()) co_return findings;
    const dns::Question domainkeys{*tree, dns::Type::txt};
    const auto policies = co_await resolver.query(domainkeys);
    for (const auto& text : policies.texts())
        if (scan_tag_list(text).find("o") != nullptr)
            findings.push_back(
                finding::make("dkim-historic-domainkeys", tree->to_string(), base::quoted(text)));
    const auto adsp_name = tree->child("_adsp");
    if (adsp_name.has_error()) co_return findings;
    const dns::Question adsp{*adsp_name, dns::Type::txt};
    const auto practices = co_await resolver.query(adsp);
    for (const auto& text : practices.texts())
        if (scan_tag_list(text).find("dkim") != nullptr)
            findings.push_back(
                finding::make("dkim-historic-adsp", adsp_name->to_string(), base::quoted(text)));
    co_return findings;
}

net::Task<std::vector<finding::Finding>> check_key_tree(dns::Resolver& resolver, base::DomainName domain,
                                                        const std::vector<KeyLookup>& lookups) {
    auto findings = co_await look_up_historic_policies(resolver, domain);
    for (const auto& lookup : lookups) {
        const auto name = dns::Name::parse(lookup.name);
        if (name.has_error() || lookup.key() == nullptr || !lookup.key()->key) continue;
        const dns::Answer answer = answer_of(lookup);
        const auto probe = co_await dns::probe_wildcard(resolver, *name, dns::Type::txt, answer);
        if (auto found = dns::wildcard_finding(*name, dns::Type::txt, probe))
            findings.push_back(std::move(*found));
        break;  // one made-up selector tells about all
    }
    co_return findings;
}

}  // namespace dkim
