// What a run over many lines has finished, kept in a file, so that a later run goes on where this one ended,
// however it ended. A line counts as finished when its output was written. The file is text: a head, then for
// each batch the lines with their verdicts, and a mark that the batch is whole.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/journal_file.hpp"
#include "finding/verdict.hpp"

namespace cli {

class Journal {
  public:
    // Makes the file, or reads it up to the last whole batch and cuts off the rest. `settings` says what the
    // run does with a line. Errors: usage, when the file is no journal or one of other settings; conflict,
    // when another process uses it; io.
    static base::Result<std::unique_ptr<Journal>> open(const std::filesystem::path& path,
                                                       std::string_view settings);
    // When standard output goes on in the file of the last run, what that wrote there after its last whole
    // batch is cut off: those lines come again. The octets cut off.
    base::Result<std::uint64_t> cut_output(int output);

    // Octets behind the last whole batch, which open() cut off: an unfinished batch, or damage. The lines of
    // them are not finished.
    std::uint64_t dropped() const { return dropped_; }
    std::size_t finished_before() const { return finished_.size(); }
    const std::vector<finding::Verdict>& verdicts_before() const { return verdicts_; }
    // Whether the line was finished by an earlier run. A line given n times must be finished n times.
    bool take_finished(std::string_view line);

    void finish(std::string_view line, finding::Verdict verdict);
    // The lines finished since are a batch; their output, to `output`, is written. Errors: io.
    base::Result<void> commit(int output);

  private:
    explicit Journal(JournalFile file) : file_(std::move(file)) {}
    base::Result<void> load();

    JournalFile file_;
    std::vector<std::pair<std::uint64_t, bool>> finished_;  // digest of the line, whether taken; sorted
    std::vector<finding::Verdict> verdicts_;                // of them, each kind once
    std::string output_mark_;                               // of the last whole batch
    std::uint64_t dropped_ = 0;
    std::string batch_;
};

}  // namespace cli
