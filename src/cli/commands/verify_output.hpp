// The results of `verify -` as text, one after the other, in the format asked for.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "cli/item_stream.hpp"
#include "cli/views/verify_view.hpp"

namespace cli {

class VerifyOutput {
  public:
    // Errors: usage, as check_output().
    static base::Result<VerifyOutput> create(Context& context, const Arguments& arguments);

    // A JSON line, rows, a name, or for people one line: domain, a word for each check, the ids of findings.
    void append(std::string& text, const VerifyResult& result);
    std::string end() const { return stream_.end(); }  // what a document needs behind its last item
    // Whether the output of a later run may stand behind that of this one.
    bool can_go_on() const { return stream_.can_go_on(); }
    bool is_names() const { return stream_.is_names(); }

  private:
    VerifyOutput(Console& console, ItemStream stream) : console_(&console), stream_(std::move(stream)) {}

    Console* console_;
    ItemStream stream_;
    SharedTerms shared_terms_;
};

// The ids of all findings; they are those of the catalogue and outlive the verification.
void collect_finding_ids(const app::Verification& verification, std::set<std::string_view>& ids);

// "example.com   spf ok  dkim ok  dmarc found  dmarc-none", in one line.
std::string verify_line(const VerifyResult& result, const output::Terminal& terminal);

}  // namespace cli
