#include "dmarc/record.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dkim/tag_list.hpp"
#include "dmarc/inspect.hpp"
#include "dmarc/report_uri.hpp"

namespace dmarc {

namespace {

std::optional<Policy> parse_policy(std::string_view value) {
    for (const auto policy : {Policy::none, Policy::quarantine, Policy::reject})
        if (base::equals_ignoring_case(value, to_string(policy))) return policy;
    return std::nullopt;
}

PolicyTag read_policy(std::string_view value) {
    PolicyTag tag;
    tag.policy = parse_policy(value);
    if (!tag.policy) tag.invalid = value;
    return tag;
}

Alignment read_alignment(std::string_view value) {
    return base::equals_ignoring_case(value, "s") ? Alignment::strict : Alignment::relaxed;
}

PublicSuffix read_public_suffix(std::string_view value) {
    if (base::equals_ignoring_case(value, "y")) return PublicSuffix::yes;
    if (base::equals_ignoring_case(value, "n")) return PublicSuffix::no;
    return PublicSuffix::unknown;
}

void take_tag(Record& record, const dkim::Tag& tag) {
    if (tag.name == "v") {
        return;
    } else if (tag.name == "p") {
        record.policy = read_policy(tag.value);
    } else if (tag.name == "sp") {
        record.subdomain_policy = read_policy(tag.value);
    } else if (tag.name == "np") {
        record.nonexistent_policy = read_policy(tag.value);
    } else if (tag.name == "adkim") {
        record.dkim_alignment = read_alignment(tag.value);
    } else if (tag.name == "aspf") {
        record.spf_alignment = read_alignment(tag.value);
    } else if (tag.name == "t") {
        record.testing = base::equals_ignoring_case(tag.value, "y");
    } else if (tag.name == "psd") {
        record.public_suffix = read_public_suffix(tag.value);
    } else if (tag.name == "rua") {
        record.aggregate_reports = parse_report_uris(tag.value);
    } else if (tag.name == "ruf") {
        record.failure_reports = parse_report_uris(tag.value);
    } else if (tag.name == "fo") {
        if (is_failure_options(tag.value)) record.failure_options = base::lower(tag.value);
    } else {
        record.other.emplace_back(tag.name, tag.value);
    }
}

std::string print_uris(const std::vector<ReportUri>& uris) {
    std::vector<std::string> texts;
    for (const auto& uri : uris)
        texts.push_back(uri.size_limit.empty() ? uri.uri : uri.uri + "!" + uri.size_limit);
    return base::join(texts, ",");
}

}  // namespace

std::string_view to_string(Policy policy) {
    switch (policy) {
        case Policy::none:
            return "none";
        case Policy::quarantine:
            return "quarantine";
        case Policy::reject:
            return "reject";
    }
    return "none";
}

std::string_view to_string(Alignment alignment) {
    switch (alignment) {
        case Alignment::relaxed:
            return "relaxed";
        case Alignment::strict:
            return "strict";
    }
    return "relaxed";
}

bool is_failure_options(std::string_view value) {
    std::set<char> seen;
    for (const auto piece : base::split(value, ':')) {
        const auto option = base::trim(piece);
        if (option.size() != 1 || std::string_view("01dsDS").find(option[0]) == std::string_view::npos)
            return false;
        if (!seen.insert(base::to_lower(option[0])).second) return false;
    }
    return !(seen.contains('0') && seen.contains('1'));
}

base::Result<Record> parse_record(std::string_view text) {
    if (!is_dmarc_record(text)) {
        auto error = base::usage_error("not a DMARC record: it does not begin with v=DMARC1");
        error.offset = 0;
        return error;
    }
    const auto scan = dkim::scan_tag_list(text);
    for (const auto& fault : scan.faults) {
        if (fault.kind != dkim::TagFaultKind::duplicate) continue;  // section 4.8: ignored outright
        auto error = base::usage_error("not a DMARC record: " + describe(fault));
        error.offset = fault.offset;
        return error;
    }
    Record record;
    for (const auto& tag : scan.tags)
        take_tag(record, tag);
    return record;
}

std::string to_string(const Record& record) {
    std::vector<std::string> tags = {"v=DMARC1"};
    const auto print_policy = [&](const char* name, const PolicyTag& tag) {
        if (tag.policy) {
            tags.push_back(fmt::format("{}={}", name, to_string(*tag.policy)));
        } else if (tag.invalid) {
            tags.push_back(fmt::format("{}={}", name, *tag.invalid));
        }
    };
    print_policy("p", record.policy);
    print_policy("sp", record.subdomain_policy);
    print_policy("np", record.nonexistent_policy);
    if (record.dkim_alignment == Alignment::strict) tags.emplace_back("adkim=s");
    if (record.spf_alignment == Alignment::strict) tags.emplace_back("aspf=s");
    if (record.testing) tags.emplace_back("t=y");
    if (record.public_suffix != PublicSuffix::unknown)
        tags.emplace_back(record.public_suffix == PublicSuffix::yes ? "psd=y" : "psd=n");
    if (!record.aggregate_reports.empty()) tags.push_back("rua=" + print_uris(record.aggregate_reports));
    if (!record.failure_reports.empty()) tags.push_back("ruf=" + print_uris(record.failure_reports));
    if (record.failure_options != "0") tags.push_back("fo=" + record.failure_options);
    for (const auto& [name, value] : record.other)
        tags.push_back(fmt::format("{}={}", name, value));
    return base::join(tags, "; ");
}

std::optional<EffectivePolicies> effective_policies(const Record& record) {
    const bool spoiled =
        !record.policy.policy || record.subdomain_policy.invalid || record.nonexistent_policy.invalid;
    if (spoiled) {
        const bool saved = std::any_of(record.aggregate_reports.begin(), record.aggregate_reports.end(),
                                       [](const ReportUri& uri) { return uri.valid; });
        if (!saved) return std::nullopt;
        return EffectivePolicies{.assumed = true};
    }
    EffectivePolicies policies;
    policies.domain = *record.policy.policy;
    policies.subdomain = record.subdomain_policy.policy.value_or(policies.domain);
    policies.nonexistent = record.nonexistent_policy.policy.value_or(policies.subdomain);
    return policies;
}

std::string_view to_string(PolicyTagUsed tag) {
    switch (tag) {
        case PolicyTagUsed::p:
            return "p";
        case PolicyTagUsed::sp:
            return "sp";
        case PolicyTagUsed::np:
            return "np";
    }
    return "p";
}

Policy policy_of(const EffectivePolicies& policies, PolicyTagUsed tag) {
    switch (tag) {
        case PolicyTagUsed::p:
            return policies.domain;
        case PolicyTagUsed::sp:
            return policies.subdomain;
        case PolicyTagUsed::np:
            return policies.nonexistent;
    }
    return policies.domain;
}

Policy one_level_lower(Policy policy) {
    return policy == Policy::reject ? Policy::quarantine : Policy::none;
}

}  // namespace dmarc
