// What is wrong, or unwise, with the text of an SPF record by itself. Pure: nothing is looked up.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "finding/finding.hpp"
#include "spf/fault.hpp"
#include "spf/record.hpp"

namespace spf {

enum class Place {
    own,       // the checked domain's record, or the target of its redirect: its "all" is the policy
    included,  // somebody else's record: only what breaks or weakens the including one is told
};

// A term that is right, with its text in the record.
struct Placed {
    Term term;
    std::string_view text;
    std::size_t offset = 0;
};

struct Inspection {
    std::vector<Placed> terms;  // their texts are parts of the record's
    std::vector<finding::Finding> findings;
    bool faulty = false;  // a term is not right
};

// Every fault of the record, not only the first; at most 50 findings. `subject` is the domain it stands at.
Inspection inspect(std::string_view text, std::string_view subject, Place place);
std::vector<finding::Finding> inspect_record(std::string_view text, std::string_view subject, Place place);

// A finding about the fault at its place in `text`.
finding::Finding make_finding(const Fault& fault, std::string_view subject, std::string_view text);

}  // namespace spf
