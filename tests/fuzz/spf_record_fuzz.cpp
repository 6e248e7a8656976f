// The SPF record: parsed, printed, and looked through for faults.
#include "dns/plain_text.hpp"
#include "fuzz/fuzz.hpp"
#include "spf/inspect.hpp"
#include "spf/record.hpp"
#include "spf/select.hpp"

namespace {

using fuzz::require;

constexpr std::size_t most_findings = 50;  // spf/inspect.hpp

void check_fault(const spf::Fault& fault, std::string_view text) {
    require(finding::find_entry(fault.id) != nullptr, "a fault has a finding");
    require(!fault.message.empty(), "a fault says what is wrong");
    require(fault.offset <= text.size(), "the place of a fault is within the text");
}

void check_parsing(std::string_view text) {
    const auto record = spf::parse_record(text);
    const auto parsed = spf::parse_record_or_fault(text);
    require(record.has_value() == parsed.has_value(), "both parsers agree");
    if (parsed.has_error()) return check_fault(parsed.error(), text);
    require(spf::is_record(text), "what parses is a record");
    require(*record == *parsed, "both parsers give the same");
    const std::string printed = spf::to_string(*record);
    const auto again = spf::parse_record(printed);
    require(again.has_value() && *again == *record, "a record prints to itself");
    require(spf::to_string(*again) == printed, "printing twice changes nothing");
    require(spf::term_texts(text).size() == record->terms.size(), "each term has its text");
    for (const auto& term : record->terms) {
        const auto one = spf::parse_term(spf::to_string(term));
        require(one.has_value() && *one == term, "a term prints to itself");
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    check_parsing(text);
    for (const std::string_view term : spf::term_texts(text))
        require(term.data() >= text.data() && term.data() + term.size() <= text.data() + text.size(),
                "a term's text is a part of the record");
    for (const auto place : {spf::Place::own, spf::Place::included})
        fuzz::check_findings(spf::inspect_record(text, "example.com", place), most_findings);
    if (const auto fault = spf::near_miss(text)) check_fault(*fault, text);
    require(dns::plain_ascii(text).size() <= text.size(), "plain text is not longer");
    if (const auto domain = spf::checked_domain(text))
        require(domain->size() <= 253, "a domain has at most 253 octets");
    return 0;
}
