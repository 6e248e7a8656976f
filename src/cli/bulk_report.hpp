// What a run over many targets tells beside its results: progress while it runs, a summary at the end.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "cli/console.hpp"
#include "cli/verdict.hpp"
#include "dns/stub_resolver.hpp"

namespace cli {

// "1 domain", "2 domains"
std::string counted(std::uint64_t count, std::string_view noun);

class BulkTally {
  public:
    // One target, with the ids of its findings, each once.
    void add(finding::Verdict verdict, const std::set<std::string_view>& ids);

    std::uint64_t done() const { return done_; }
    // One line: how many of what ("domain"), and their verdicts.
    std::string head(std::string_view noun, std::chrono::milliseconds took) const;
    // How many targets have each finding, a line each, the most frequent first.
    std::string finding_lines() const;
    // Of domains: the head, the questions, the findings.
    std::string text(std::chrono::milliseconds took, const dns::ResolverCounts& counts) const;

  private:
    std::uint64_t done_ = 0;
    std::uint64_t verdicts_[3] = {};
    std::map<std::string_view, std::uint64_t> findings_;  // the names are the catalogue's
};

// "1200 done, 480/s, 2 min left". `share` of the input is read, where its size is known.
std::string progress_text(std::uint64_t done, std::chrono::milliseconds took, std::optional<double> share);

// One line on standard error when that is a terminal, drawn anew in its place and erased at the end.
class ProgressLine {
  public:
    explicit ProgressLine(Console& console) : console_(console) {}
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    ~ProgressLine() { erase(); }

    void draw(std::string_view text);
    void erase();

  private:
    Console& console_;
    bool drawn_ = false;
};

}  // namespace cli
