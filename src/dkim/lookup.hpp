// Looking a DKIM key up in the DNS, with everything that can be noticed on the way.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/domain_name.hpp"
#include "dkim/inspect.hpp"
#include "dns/resolver.hpp"

namespace dkim {

// <selector>._domainkey.<domain>. Errors: usage, when the selector is no DNS name or the whole is too long.
base::Result<dns::Name> key_name(const base::DomainName& domain, std::string_view selector);

// The selector meant by "s1", "s1._domainkey", "s1._domainkey.example.com", "s1.example.com", any with a
// trailing dot. U-labels become A-labels (RFC 8616 section 3).
std::string intended_selector(std::string_view text, const base::DomainName& domain);

// Whether that can be a selector of the domain. Errors: usage, with a hint.
base::Result<void> check_selector(std::string_view text, const base::DomainName& domain);

struct KeyLookup {
    std::string domain;    // A-labels
    std::string selector;  // as meant, see intended_selector()
    std::string name;      // what was asked
    dns::Status status = dns::Status::timeout;
    std::string detail = {};                    // the resolver's words on a failure
    std::vector<std::string> aliases = {};      // the CNAME chain
    std::vector<KeyInspection> records = {};    // every TXT record, each with its own verdict and findings
    std::optional<std::size_t> chosen = {};     // the record a verifier would most likely take
    std::optional<bool> matches_expected = {};  // nullopt = nothing to compare with, or nothing found
    finding::Verdict verdict = finding::Verdict::unchecked;
    std::vector<finding::Finding> findings = {};  // all, those of `records` too

    const KeyInspection* key() const { return chosen ? &records[*chosen] : nullptr; }
    bool is_revoked() const;
};

// With "s1.example.com" the selector is s1, or where it has no record the whole text (RFC 6376 section 3.1).
// One question for a good key. Else up to seven more: the places where people put it by mistake, the types
// they give it by mistake, and a made-up selector, where what was found may be a wildcard's. `expected` is
// the base64 text of the p= that should be there; empty = do not compare.
net::Task<KeyLookup> look_up_key(dns::Resolver& resolver, base::DomainName domain, std::string selector,
                                 std::string expected = {});

// The same for a selector as a signature has it, in A-labels: nothing is read into it.
net::Task<KeyLookup> look_up_exact_key(dns::Resolver& resolver, base::DomainName domain, std::string selector,
                                       std::string expected = {});

// What look_up_exact_key() says of an answer to its question, without a search for what may be wrong. Pure.
KeyLookup judge_key_answer(const base::DomainName& domain, std::string selector, const dns::Answer& answer,
                           const std::string& expected = {});

// What can be said only over all keys of a domain: only Ed25519, one key under several selectors.
std::vector<finding::Finding> compare_keys(std::string_view domain, const std::vector<KeyLookup>& lookups);

// Two questions: records of DomainKeys (RFC 4870) and ADSP (RFC 5617), both historic.
net::Task<std::vector<finding::Finding>> look_up_historic_policies(dns::Resolver& resolver,
                                                                   base::DomainName domain);

// What stands round the keys of a domain, three questions at most: the historic policies, and whether good
// keys of `lookups` are a wildcard's, so that any selector seems to have one. `lookups` outlive the task.
net::Task<std::vector<finding::Finding>> check_key_tree(dns::Resolver& resolver, base::DomainName domain,
                                                        const std::vector<KeyLookup>& lookups);

}  // namespace dkim
