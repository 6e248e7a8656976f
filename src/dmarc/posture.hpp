// What SPF, DKIM and DMARC come to together. The judging is pure and over plain values, so that a caller can
// fill in what it has asked for already.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "dmarc/discovery.hpp"
#include "dmarc/evaluate.hpp"
#include "dns/mail_hosts.hpp"
#include "spf/lint.hpp"

namespace dmarc {

struct EnforcementFacts {
    std::string domain;
    std::optional<Policy> policy = {};  // applied by receivers, Discovery::effective; nullopt = none governs
    std::optional<bool> spf = {};       // SPF can pass for the domain; nullopt = not known
    std::optional<bool> dkim = {};      // a usable key is published; nullopt = no selector is known
};

// Quarantine or reject although neither SPF nor DKIM can pass, or SPF alone; no DKIM at all. What is not
// known is never held against the domain.
std::vector<finding::Finding> judge_enforcement(const EnforcementFacts& facts);

// A message that passes by SPF alone: it fails as soon as it is forwarded.
std::vector<finding::Finding> judge_message(const std::string& domain, const Evaluation& evaluation);

struct ParkedFacts {
    std::string domain;
    dns::MailRoute mail = dns::MailRoute::failed;
    std::optional<std::string> spf_record = {};  // the domain's own, empty = none; nullopt = not known
    bool policy_known = false;                   // the three policies below were asked for
    std::optional<Policy> policy = {};           // each nullopt = none governs
    std::optional<Policy> subdomain_policy = {};
    std::optional<Policy> nonexistent_policy = {};
    std::optional<std::string> any_key = {};  // TXT at a made-up selector, empty = none; nullopt = not known

    // Not known where the look-up failed, and where something was meant as a record that is none, or several.
    void take_spf(const spf::Lint& lint);
    void take_policies(const Discovery& discovery);
};

// Null MX; or neither MX nor address, and SPF lets nobody send (no record, or only "all" that is not pass).
bool is_parked(const ParkedFacts& facts);

// A domain without mail wants p=reject for all names, "v=spf1 -all" exactly, a null MX, and a revoked key at
// every selector; each finding has the record to publish. Nothing for a domain that is not parked.
std::vector<finding::Finding> judge_parked(const ParkedFacts& facts);

// Fills `domain`, `mail`, and for a domain without mail hosts `any_key`: two to four questions. `spf_record`
// and the policies are the caller's.
net::Task<ParkedFacts> ask_parked_facts(dns::Resolver& resolver, dns::Name domain);

}  // namespace dmarc
