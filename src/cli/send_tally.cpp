#include "cli/send_tally.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/bulk_report.hpp"
#include "cli/sendmail_words.hpp"

namespace cli {

void SendTally::add(std::string_view result, ExitCode code) {
    ++done_;
    ++results_[result];
    if (code == ExitCode::try_later)
        later_ = true;
    else if (code != ExitCode::done)
        refused_ = true;
}

std::string SendTally::text(std::chrono::milliseconds took) const {
    const auto seconds = static_cast<double>(std::max<std::int64_t>(took.count(), 1)) / 1000;
    std::vector<std::string> parts;
    for (const auto& [result, count] : results_)
        parts.push_back(fmt::format("{} {}", count, result == "not_sent" ? "not sent" : result));
    auto text = fmt::format("{} in {:.1f} s ({:.0f} a second)", counted(done_, "message"), seconds,
                            static_cast<double>(done_) / seconds);
    if (!parts.empty()) text += ": " + base::join(parts, ", ");
    if (passed_over_ != 0) text += fmt::format("; {} passed over, sent before", passed_over_);
    return text;
}

ExitCode SendTally::exit_code() const {
    return refused_ ? ExitCode::refused : later_ ? ExitCode::try_later : ExitCode::done;
}

}  // namespace cli
