#include "cli/bulk_report.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "cli/told.hpp"

namespace cli {

namespace {

std::string seconds_text(std::chrono::milliseconds duration) {
    return fmt::format("{}.{} s", duration.count() / 1000, duration.count() % 1000 / 100);
}

// Per second, of a duration that may be too short to tell.
double rate(std::uint64_t count, std::chrono::milliseconds took) {
    return static_cast<double>(count) * 1000 / static_cast<double>(std::max<std::int64_t>(took.count(), 1));
}

std::string time_left(std::chrono::milliseconds took, double share) {
    const double seconds = static_cast<double>(took.count()) / 1000 * (1 - share) / share;
    if (seconds < 100) return fmt::format("{:.0f} s", seconds);
    if (seconds < 6000) return fmt::format("{:.0f} min", seconds / 60);
    return fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace

std::string counted(std::uint64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

void BulkTally::add(finding::Verdict verdict, const std::set<std::string_view>& ids) {
    ++done_;
    ++verdicts_[static_cast<std::size_t>(verdict)];
    for (const auto id : ids)
        if (const auto* entry = finding::find_entry(id)) ++findings_[entry->id];
}

std::string BulkTally::head(std::string_view noun, std::chrono::milliseconds took) const {
    using finding::Verdict;
    const auto of = [this](Verdict verdict) { return verdicts_[static_cast<std::size_t>(verdict)]; };
    return told(fmt::format("{} in {} ({:.0f} a second): {} good, {} bad, {} unchecked", counted(done_, noun),
                            seconds_text(took), rate(done_, took), of(Verdict::good), of(Verdict::bad),
                            of(Verdict::unchecked))) +
           "\n";
}

std::string BulkTally::finding_lines() const {
    std::string text;
    std::vector<std::pair<std::string_view, std::uint64_t>> sorted(findings_.begin(), findings_.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    for (const auto& [id, count] : sorted)
        text += fmt::format("{:>10}  {:<7}  {}\n", count,
                            finding::to_string(finding::find_entry(id)->severity), id);
    return text;
}

std::string BulkTally::text(std::chrono::milliseconds took, const dns::ResolverCounts& counts) const {
    return head("domain", took) +
           told(fmt::format("{} to the servers; {} answered from the cache, {} while the same was asked",
                            counted(counts.queries, "question"), counts.from_cache, counts.shared)) +
           "\n" + finding_lines();
}

std::string progress_text(std::uint64_t done, std::chrono::milliseconds took, std::optional<double> share) {
    constexpr double told_from = 0.001;  // of the input: before, the time left is a guess
    std::string text = fmt::format("{} done, {:.0f}/s", done, rate(done, took));
    if (share && *share >= told_from) text += fmt::format(", {} left", time_left(took, *share));
    return text;
}

void ProgressLine::draw(std::string_view text) {
    if (!console_.error_is_terminal()) return;
    console_.notice_block(fmt::format("\r{}\x1b[K", told(text)));
    drawn_ = true;
}

void ProgressLine::erase() {
    if (drawn_) console_.notice_block("\r\x1b[K");
    drawn_ = false;
}

}  // namespace cli
