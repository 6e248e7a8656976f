// What is wrong, or unwise, with the text of an SPF record by itself. Pure: nothing is looked up.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "finding/finding.hpp"
#include "spf/fault.hpp"

namespace spf {

enum class Place {
    own,       // the checked domain's record, or the target of its redirect: its "all" is the policy
    included,  // somebody else's record: only what breaks or weakens the including one is told
};

// Every fault of the record, not only the first; at most 50 findings. `subject` is the domain it stands at.
std::vector<finding::Finding> inspect_record(std::string_view text, std::string_view subject, Place place);

// A finding about the fault at its place in `text`.
finding::Finding make_finding(const Fault& fault, std::string_view subject, std::string_view text);

}  // namespace spf
