// The TLSA record, from the octets of its data.
#include <algorithm>

#include "dane/record.hpp"
#include "fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto record = dane::parse_record(fuzz::text_of(data, size));
    fuzz::require(record.has_value() == (size >= 3), "three numbers make a record");
    if (record.has_error()) return 0;
    fuzz::require(record->data.size() == size - 3, "the rest is the data");
    const std::string text = dane::to_string(*record);
    fuzz::require(text.size() <= 2 * size + 12, "the text is bounded");
    fuzz::require(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; }),
                  "the text is visible ASCII");
    const auto faults = dane::faults_of(*record);
    fuzz::require(faults.size() <= 5, "the number of faults is bounded");
    for (const auto& fault : faults)
        fuzz::require(finding::find_entry(fault.id) != nullptr && !fault.observed.empty(),
                      "a fault has a finding");
    fuzz::require(dane::is_usable(*record) || !faults.empty(), "what cannot be used has a fault");
    return 0;
}
