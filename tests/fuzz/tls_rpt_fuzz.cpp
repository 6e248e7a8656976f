// The TLSRPT record: its fields, the record, and what is wrong with it.
#include "fuzz/fuzz.hpp"
#include "tls_rpt/field_list.hpp"
#include "tls_rpt/record.hpp"

namespace {

using fuzz::require;

void check_fields(std::string_view text, std::size_t from) {
    const auto scan = tls_rpt::scan_fields(text, from);
    require(scan.fields.size() <= 64, "the number of fields is bounded");
    require(scan.faults.size() <= 1000, "the number of faults is bounded");
    for (const auto& field : scan.fields) {
        require(text.substr(field.offset).starts_with(field.name), "a field's name stands at its place");
        require(text.substr(field.value_offset).starts_with(field.value),
                "a field's value stands at its place");
    }
    for (const auto& fault : scan.faults)
        require(fault.offset <= text.size() && !fault.message.empty(), "a fault has a place and a text");
}

void check_record(std::string_view text) {
    const auto findings = tls_rpt::inspect_record(text, "_smtp._tls.example.com");
    fuzz::check_findings(findings, 300);
    require(!tls_rpt::is_record(text) || !tls_rpt::is_near_miss(text), "a record is no near miss");
    const auto record = tls_rpt::parse_record(text);
    if (record.has_error()) {
        require(record.error().offset.value_or(0) <= text.size(), "the place of an error is within the text");
        require(!findings.empty(), "an invalid record has a finding");
        return;
    }
    require(tls_rpt::is_record(text), "what parses is a record");
    require(!record->destinations.empty(), "a record has a destination");
    const auto again = tls_rpt::parse_record(tls_rpt::to_string(*record));
    require(again.has_value() && *again == *record, "a record prints to itself");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    if (const auto version = text.find(';'); version != std::string_view::npos) check_fields(text, version);
    for (const std::string_view version : {"v=TLSRPTv1", "v=STSv1"})
        if (const auto miss = tls_rpt::find_near_miss(text, version, {"rua", "id"}))
            require(miss->offset <= text.size() && !miss->message.empty(),
                    "a near miss has a place and a text");
    check_record(text);
    return 0;
}
