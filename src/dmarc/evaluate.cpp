#include "dmarc/evaluate.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace dmarc {

namespace {

constexpr std::size_t most_identifiers = 50;

std::string_view name_of(Identifier::Mechanism mechanism) {
    return mechanism == Identifier::Mechanism::spf ? "SPF" : "DKIM";
}

Alignment mode_for(const Discovery& discovery, Identifier::Mechanism mechanism) {
    const Record* record = discovery.record();
    if (record == nullptr) return Alignment::relaxed;
    return mechanism == Identifier::Mechanism::spf ? record->spf_alignment : record->dkim_alignment;
}

// Relaxed, with the author's organizational domain known from its discovery.
void compare_organizations(IdentifierResult& result, const dns::Name& author,
                           const std::optional<dns::Name>& author_organization) {
    const auto domain = result.identifier.domain.to_string();
    // An organizational domain is the name itself or one above it (RFC 9989 section 4.10.2).
    const bool apart = author_organization && !result.identifier.domain.is_at_or_below(*author_organization);
    if (apart && !result.organizational_domain) {
        result.aligned = Aligned::no;
        result.reason = fmt::format("{} is not below {}, the organizational domain of {}", domain,
                                    author_organization->to_string(), author.to_string());
    } else if (!author_organization || !result.organizational_domain) {
        result.aligned = Aligned::unknown;
        result.reason = fmt::format("the organizational domain of {} could not be found: DNS failure",
                                    author_organization ? domain : author.to_string());
    } else if (*author_organization == *result.organizational_domain) {
        result.aligned = Aligned::yes;
        result.reason = fmt::format("{} and {} share the organizational domain {}", domain,
                                    author.to_string(), author_organization->to_string());
    } else {
        result.aligned = Aligned::no;
        result.reason =
            fmt::format("{} belongs to {}, {} to {}", domain, result.organizational_domain->to_string(),
                        author.to_string(), author_organization->to_string());
    }
}

net::Task<IdentifierResult> compare(dns::Resolver& resolver, const Discovery& discovery,
                                    Identifier identifier) {
    IdentifierResult result;
    result.identifier = identifier;
    const auto domain = identifier.domain.to_string();
    const auto author = discovery.domain.to_string();
    if (identifier.domain == discovery.domain) {
        result.aligned = Aligned::yes;
        result.reason = domain + " is the author domain";
    } else if (mode_for(discovery, identifier.mechanism) == Alignment::strict) {
        result.aligned = Aligned::no;
        result.reason = fmt::format("{} is not {}, and the alignment is strict", domain, author);
    } else {
        result.organizational_domain = co_await find_organizational_domain(resolver, identifier.domain);
        compare_organizations(result, discovery.domain, discovery.organizational_domain);
    }
    co_return result;
}

void conclude(Evaluation& evaluation, const Discovery& discovery) {
    const auto find = [&](auto wanted) -> const IdentifierResult* {
        const auto found = std::find_if(evaluation.identifiers.begin(), evaluation.identifiers.end(), wanted);
        return found == evaluation.identifiers.end() ? nullptr : &*found;
    };
    const auto* passing = find([](const IdentifierResult& result) {
        return result.identifier.authentication == Authentication::pass && result.aligned == Aligned::yes;
    });
    const auto* open = find([](const IdentifierResult& result) {
        return result.identifier.authentication != Authentication::fail && result.aligned != Aligned::no;
    });
    const auto* unaligned = find([](const IdentifierResult& result) {
        return result.identifier.authentication == Authentication::pass;
    });
    if (discovery.result == DiscoveryResult::unverified && (passing == nullptr || !discovery.record())) {
        evaluation.result = EvaluationResult::unverified;
        evaluation.reason = "the DMARC policy could not be looked up";
    } else if (discovery.result == DiscoveryResult::none) {
        evaluation.result = EvaluationResult::none;
        evaluation.reason = "no DMARC policy governs " + discovery.domain.to_string();
    } else if (passing != nullptr) {
        evaluation.result = EvaluationResult::pass;
        evaluation.reason = fmt::format("{} passes and is aligned: {}",
                                        name_of(passing->identifier.mechanism), passing->reason);
    } else if (open != nullptr) {
        evaluation.result = EvaluationResult::unverified;
        evaluation.reason = open->identifier.authentication == Authentication::unchecked
                                ? fmt::format("{} could not be checked", name_of(open->identifier.mechanism))
                                : open->reason;
    } else {
        evaluation.result = EvaluationResult::fail;
        evaluation.applied = discovery.effective;
        evaluation.reason = unaligned == nullptr
                                ? std::string("neither SPF nor DKIM passes")
                                : fmt::format("{} passes but is not aligned: {}",
                                              name_of(unaligned->identifier.mechanism), unaligned->reason);
    }
}

}  // namespace

std::string_view to_string(Aligned aligned) {
    switch (aligned) {
        case Aligned::no:
            return "no";
        case Aligned::yes:
            return "yes";
        case Aligned::unknown:
            return "unknown";
    }
    return "unknown";
}

std::string_view to_string(EvaluationResult result) {
    switch (result) {
        case EvaluationResult::pass:
            return "pass";
        case EvaluationResult::fail:
            return "fail";
        case EvaluationResult::none:
            return "none";
        case EvaluationResult::unverified:
            return "unverified";
    }
    return "unverified";
}

net::Task<Evaluation> evaluate(dns::Resolver& resolver, Discovery discovery,
                               std::vector<Identifier> identifiers) {
    Evaluation evaluation;
    if (identifiers.size() > most_identifiers) identifiers.resize(most_identifiers);
    for (const auto& identifier : identifiers) {
        auto result = co_await compare(resolver, discovery, identifier);
        evaluation.identifiers.push_back(std::move(result));
    }
    conclude(evaluation, discovery);
    co_return evaluation;
}

net::Task<AlignmentResult> check_alignment(dns::Resolver& resolver, dns::Name author, dns::Name other,
                                           Alignment mode) {
    AlignmentResult result;
    if (author == other) {
        result.aligned = Aligned::yes;
        co_return result;
    }
    if (mode == Alignment::strict) co_return result;
    result.author_organizational_domain = co_await find_organizational_domain(resolver, author);
    result.other_organizational_domain = co_await find_organizational_domain(resolver, other);
    if (!result.author_organizational_domain || !result.other_organizational_domain) {
        result.aligned = Aligned::unknown;
    } else if (*result.author_organizational_domain == *result.other_organizational_domain) {
        result.aligned = Aligned::yes;
    }
    co_return result;
}

}  // namespace dmarc
