// What the fuzz targets share. A target is one file: LLVMFuzzerTestOneInput, run by libFuzzer (scripts/fuzz)
// and by replay.cpp over the corpus (ctest).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "finding/finding.hpp"

// Called once an input; declared here because the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

// Ends the process, which is how libFuzzer learns of a fault.
inline void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// What every list of findings promises: known ids, places within their text, and not more than a reader
// takes.
inline void check_findings(const std::vector<finding::Finding>& findings, std::size_t most) {
    require(findings.size() <= most, "the number of findings is bounded");
    for (const auto& finding : findings) {
        require(finding::find_entry(finding.id) != nullptr, "a finding is in the catalogue");
        require(!finding.observed.empty() && !finding.remedy.empty(), "a finding says what and what to do");
        require(!finding.offset || *finding.offset <= finding.text.size(), "a place is within the text");
    }
}

}  // namespace fuzz
