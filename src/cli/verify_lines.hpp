// The lines that `verify -` reads: a domain, or a domain, a TAB and selectors with commas between.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/verify_many.hpp"
#include "net/descriptor.hpp"

namespace cli {

inline constexpr std::size_t longest_line = 4096;  // octets; what is over is a fault of the line
inline constexpr std::size_t most_selectors = 32;  // in a line

struct Line {
    std::string_view text;  // without its end; valid until the next call
    bool too_long = false;  // then the text is cut
};

// Splits what is fed into lines; holds no more than one of them.
class LineSplitter {
  public:
    void feed(std::string_view bytes) { rest_ = bytes; }  // after next() gave nothing; not copied
    void end() { ended_ = true; }                         // what has no newline is a line too
    // nullopt: feed more, or it is the end.
    std::optional<Line> next();

  private:
    std::string_view rest_;
    std::string line_;
    bool given_ = false;  // line_ was handed out
    bool too_long_ = false;
    bool ended_ = false;
};

// nullopt: a blank line or a comment. A line that cannot be used is a target with a fault.
std::optional<app::VerifyTarget> parse_target(const Line& line);

// Octets that are left to read, when it is a regular file.
std::optional<std::uint64_t> octets_left_in(int descriptor);

class LineReader {
  public:
    explicit LineReader(int descriptor) : reader_(descriptor), buffer_(64 * 1024) {}

    // nullopt at the end. Errors: io, interrupted.
    net::Task<base::Result<std::optional<Line>>> next();
    std::uint64_t octets() const { return octets_; }  // read so far

  private:
    net::DescriptorReader reader_;
    std::vector<char> buffer_;
    LineSplitter lines_;
    std::uint64_t octets_ = 0;
    bool ended_ = false;
};

}  // namespace cli
