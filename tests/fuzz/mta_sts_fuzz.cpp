// MTA-STS: the policy file, the record, and whether a pattern covers a host.
#include "base/text.hpp"
#include "fuzz/fuzz.hpp"
#include "mta_sts/policy.hpp"
#include "mta_sts/policy_lines.hpp"
#include "mta_sts/record.hpp"

namespace {

using fuzz::require;

void check_lines(std::string_view text) {
    const auto lines = mta_sts::read_lines(text);
    require(lines.size() <= 2000, "the number of lines is bounded");
    for (const auto& line : lines) {
        require(text.substr(line.offset).starts_with(line.text), "a line stands at its place");
        require(line.fault_offset <= line.text.size(), "the place of a fault is within the line");
        require(line.key.empty() || line.text.substr(line.value_offset).starts_with(line.value),
                "a value stands at its place");
        require(line.key.empty() || line.fault.empty(), "a line has a key or a fault");
    }
}

void check_policy(std::string_view text) {
    const auto inspection = mta_sts::inspect_policy(text, "https://mta-sts.example.com");
    fuzz::check_findings(inspection.findings, 600);
    const auto policy = mta_sts::parse_policy(text);
    if (policy.has_error()) {
        require(policy.error().offset.value_or(0) <= text.size(), "the place of an error is within the text");
        require(!inspection.findings.empty(), "an invalid policy has a finding");
        return;
    }
    require(inspection.policy == *policy, "both readings of a valid policy agree");
    require(policy->max_age <= mta_sts::longest_max_age, "max_age is at most a year");
    const auto again = mta_sts::parse_policy(mta_sts::to_string(*policy));
    require(again.has_value() && *again == *policy, "a policy prints to itself");
    for (const auto& pattern : policy->mx) {
        require(!mta_sts::matches(pattern, ""), "no pattern covers the empty host");
        if (pattern.starts_with("*.")) {
            require(!mta_sts::matches(pattern, pattern.substr(2)), "a wildcard stands for a label");
            require(!mta_sts::matches(pattern, "a.b" + pattern.substr(1)), "a wildcard stands for one label");
        } else {
            require(mta_sts::matches(pattern, pattern), "a name covers itself");
        }
    }
}

void check_record(std::string_view text) {
    const auto findings = mta_sts::inspect_record(text, "_mta-sts.example.com");
    fuzz::check_findings(findings, 300);
    require(!mta_sts::is_record(text) || !mta_sts::is_near_miss(text), "a record is no near miss");
    const auto record = mta_sts::parse_record(text);
    if (record.has_error()) {
        require(record.error().offset.value_or(0) <= text.size(), "the place of an error is within the text");
        require(!findings.empty(), "an invalid record has a finding");
        return;
    }
    require(mta_sts::is_record(text), "what parses is a record");
    require(!record->id.empty() && record->id.size() <= 32, "an id has 1 to 32 characters");
    const auto again = mta_sts::parse_record(mta_sts::to_string(*record));
    require(again.has_value() && *again == *record, "a record prints to itself");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    check_lines(text);
    check_policy(text);
    check_record(text);
    const auto line = text.find('\n');
    if (line != std::string_view::npos) mta_sts::matches(text.substr(0, line), text.substr(line + 1));
    return 0;
}
