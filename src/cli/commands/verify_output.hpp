// The results of `verify -` as text, one after the other, in the format asked for.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "cli/arguments.hpp"
#include "cli/context.hpp"
#include "cli/format.hpp"
#include "cli/listing.hpp"
#include "cli/views/verify_view.hpp"

namespace cli {

class VerifyOutput {
  public:
    // Errors: usage, as check_output().
    static base::Result<VerifyOutput> create(Context& context, const Arguments& arguments);

    // A JSON line, rows, a name, or for people one line: domain, a word for each check, the ids of findings.
    void append(std::string& text, const VerifyResult& result);
    std::string end() const;  // what a document needs behind its last item
    // Whether the output of a later run may stand behind that of this one.
    bool can_go_on() const { return format_ != Format::json; }

  private:
    VerifyOutput(Console& console, Arguments arguments, Format format)
        : console_(&console), arguments_(std::move(arguments)), format_(format) {}
    void append_listing(std::string& text, const VerifyResult& result, Format format,
                        output::Header header) const;

    Console* console_;
    Arguments arguments_;
    Format format_;
    bool first_ = true;
};

// The ids of all findings; they are those of the catalogue and outlive the verification.
void collect_finding_ids(const app::Verification& verification, std::set<std::string_view>& ids);

// "example.com   spf ok  dkim ok  dmarc found  dmarc-none", in one line.
std::string verify_line(const VerifyResult& result, const output::Terminal& terminal);

}  // namespace cli
