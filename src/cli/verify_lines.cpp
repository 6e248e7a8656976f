#include "cli/verify_lines.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"

namespace cli {

std::optional<Line> LineSplitter::next() {
    if (std::exchange(given_, false)) {
        line_.clear();
        too_long_ = false;
    }
    const std::size_t end = rest_.find('\n');
    const std::string_view piece = rest_.substr(0, end);
    const std::size_t room = longest_line - line_.size();
    too_long_ = too_long_ || piece.size() > room;
    if (end == std::string_view::npos) {
        line_ += piece.substr(0, room);
        rest_ = {};
        if (!ended_ || line_.empty()) return std::nullopt;
        given_ = true;
        return Line{.text = line_, .too_long = too_long_};
    }
    rest_.remove_prefix(end + 1);
    if (line_.empty())
        return Line{.text = piece.substr(0, room), .too_long = std::exchange(too_long_, false)};
    line_ += piece.substr(0, room);
    given_ = true;
    return Line{.text = line_, .too_long = too_long_};
}

std::optional<app::VerifyTarget> parse_target(const Line& line) {
    const std::string_view text = base::trim(line.text);
    if (text.empty() || text.front() == '#') return std::nullopt;
    const auto fields = base::split(text, '\t');
    app::VerifyTarget target;
    target.domain = base::trim(fields[0]);
    if (line.too_long) {
        target.domain.resize(std::min<std::size_t>(target.domain.size(), 255));
        target.fault = fmt::format("the line is longer than {} octets", longest_line);
        return target;
    }
    if (fields.size() > 2) {
        target.fault = "after the domain comes one list of selectors, with commas between";
        return target;
    }
    if (fields.size() < 2) return target;
    for (const auto piece : base::split(fields[1], ','))
        if (const auto selector = base::trim(piece); !selector.empty())
            target.selectors.emplace_back(selector);
    if (target.selectors.size() > most_selectors)
        target.fault = fmt::format("more than {} selectors", most_selectors);
    return target;
}

std::optional<std::uint64_t> octets_left_in(int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    const off_t at = ::lseek(descriptor, 0, SEEK_CUR);
    if (at < 0 || at >= status.st_size) return std::nullopt;
    return static_cast<std::uint64_t>(status.st_size - at);
}

net::Task<base::Result<std::optional<Line>>> LineReader::next() {
    for (;;) {
        if (auto line = lines_.next()) co_return line;
        if (ended_) co_return std::optional<Line>();
        CO_TRY(const std::size_t size, co_await reader_.read_some(buffer_));
        octets_ += size;
        ended_ = size == 0;
        if (ended_) lines_.end();
        lines_.feed(std::string_view(buffer_.data(), size));
    }
}

}  // namespace cli
