// The DKIM key record: its tags, the record, and what is wrong with it and its key.
#include "dkim/inspect.hpp"
#include "dkim/record_forms.hpp"
#include "dkim/tag_list.hpp"
#include "fuzz/fuzz.hpp"

namespace {

using fuzz::require;

constexpr std::size_t most_tags = 64;  // dkim/tag_list.hpp

void check_tags(std::string_view text) {
    const auto scan = dkim::scan_tag_list(text);
    require(scan.tags.size() <= most_tags, "the number of tags is bounded");
    require(scan.faults.size() <= 2 * most_tags, "the number of faults is bounded");
    for (const auto& tag : scan.tags) {
        require(text.substr(tag.offset).starts_with(tag.name), "a tag's name stands at its place");
        require(text.substr(tag.value_offset).starts_with(tag.value), "a tag's value stands at its place");
    }
    for (const auto& fault : scan.faults) {
        require(fault.offset <= text.size(), "the place of a fault is within the text");
        require(!describe(fault).empty(), "a fault says what is wrong");
    }
    require(dkim::parse_tag_list(text).has_value() == scan.faults.empty(), "strict is without faults");
}

void check_record(std::string_view text) {
    const auto record = dkim::parse_key_record(text);
    if (record.has_error()) {
        require(record.error().offset.value_or(0) <= text.size(), "the place of an error is within the text");
        return;
    }
    const auto again = dkim::parse_key_record(dkim::to_string(*record));
    require(again.has_value() && *again == *record, "a record prints to itself");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    check_tags(text);
    check_record(text);
    const auto inspection = dkim::inspect_key_record(text, "s1._domainkey.example.com");
    require(inspection.text == text, "the text is kept");
    require(inspection.record.has_value() == dkim::parse_key_record(text).has_value(),
            "a record is one that parses");
    require(inspection.record.has_value() || inspection.verdict == finding::Verdict::bad,
            "what does not parse is bad");
    require(inspection.verdict != finding::Verdict::unchecked, "a text in hand is checked");
    require(!inspection.key_text().empty(), "a key has a text");
    fuzz::check_findings(inspection.findings, 300);
    const auto strings = dkim::split_into_strings(text);
    std::string joined;
    for (const auto& string : strings) {
        require(string.size() <= 255, "a string has at most 255 octets");
        joined += string;
    }
    require(joined == text, "the strings join to the text");
    if (const auto records = dkim::read_record(text))
        require(!records->empty(), "what is read has a record at least");
    const std::string value(text.substr(0, 2000));
    static const auto domain = base::DomainName::parse("example.com").value();
    const auto printed =
        dkim::print_record({.domain = domain, .selector = "s1"}, value, dkim::RecordForm::zone);
    require(dkim::read_record(printed).value() == std::vector{value},
            "a record that is printed is read again");
    return 0;
}
