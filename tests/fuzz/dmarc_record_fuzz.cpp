// The DMARC policy record: read, printed, its policies, and what is wrong with it.
#include "dmarc/inspect.hpp"
#include "dmarc/record.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using fuzz::require;

void check_uris(const std::vector<dmarc::ReportUri>& uris) {
    for (const auto& uri : uris)
        require(uri.mail_domain.empty() || uri.valid, "only a valid URI has a mail domain");
}

void check_record(std::string_view text) {
    const auto record = dmarc::parse_record(text);
    if (record.has_error()) {
        require(record.error().offset.value_or(0) <= text.size(), "the place of an error is within the text");
        return;
    }
    require(dmarc::is_dmarc_record(text), "what parses is a record");
    require(!dmarc::is_near_miss(text), "a record is no near miss");
    const std::string printed = dmarc::to_string(*record);
    const auto again = dmarc::parse_record(printed);
    require(again.has_value() && *again == *record, "a record prints to itself");
    check_uris(record->aggregate_reports);
    check_uris(record->failure_reports);
    require(dmarc::is_failure_options(record->failure_options), "fo= is valid");
    const auto policies = dmarc::effective_policies(*record);
    require(dmarc::effective_policies(*again) == policies, "the printed record has the same policies");
    require(!policies || policies->assumed || record->policy.policy == policies->domain, "p= is the policy");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    check_record(text);
    fuzz::check_findings(dmarc::inspect_record(text, "_dmarc.example.com"), 500);
    return 0;
}
