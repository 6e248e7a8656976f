#include "dns/aliases.hpp"

#include <algorithm>

namespace dns {

namespace {

const Record* find_alias(const Response& response, const Name& owner) {
    for (const auto& record : response.answer)
        if (record.type == Type::cname && record.owner == owner) return &record;
    return nullptr;
}

}  // namespace

Status status_of(unsigned code) {
    switch (code) {  // RFC 1035 section 4.1.1
        case 0:
            return Status::no_data;
        case 2:
            return Status::servfail;
        case 3:
            return Status::nxdomain;
        default:
            return Status::refused;
    }
}

Chain follow_aliases(const Name& origin, const Question& question, std::vector<Name> before,
                     Response response) {
    Chain chain;
    chain.aliases = std::move(before);
    const std::size_t known = chain.aliases.size();
    std::uint32_t ttl = 0xffffffff;
    const Name* name = &question.name;
    if (question.type != Type::cname) {
        while (const Record* alias = find_alias(response, *name)) {
            const Name& target = std::get<Name>(alias->data);
            const bool seen = target == origin || std::find(chain.aliases.begin(), chain.aliases.end(),
                                                            target) != chain.aliases.end();
            chain.aliases.push_back(target);
            ttl = std::min(ttl, alias->ttl);
            if (seen || chain.aliases.size() > maximum_aliases) {
                chain.status = Status::alias_loop;
                chain.ttl = ttl;
                return chain;
            }
            name = &target;
        }
    }
    // RFC 6604 section 3: the RCODE is about the end of the chain.
    chain.status = status_of(response.code);
    if (chain.status == Status::no_data) {
        for (auto& record : response.answer) {  // `name` may point into an alias, which stays
            if (record.type != question.type || !(record.owner == *name)) continue;
            ttl = std::min(ttl, record.ttl);
            chain.records.push_back(std::move(record));
        }
        if (!chain.records.empty()) chain.status = Status::found;
        chain.leads_out = chain.records.empty() && !response.negative && chain.aliases.size() > known;
    }
    if (chain.records.empty()) ttl = std::min(ttl, response.negative_ttl);
    chain.ttl = ttl;
    return chain;
}

}  // namespace dns
