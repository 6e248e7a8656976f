// A sender domain or mail host: letters, digits and hyphens (RFC 1123 section 2.1), kept as lower-case
// A-labels. Names with underscores or odd bytes, as DNS allows them, are dns::Name.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace base {

class DomainName {
  public:
    // U-labels (IDNA 2008, RFC 5891) or A-labels, one trailing dot allowed. At least `minimum_labels` labels
    // of 1 to 63 octets, 253 octets in all. The last label must not be all digits. Errors: usage, with the
    // offset.
    static Result<DomainName> parse(std::string_view text, std::size_t minimum_labels = 2);

    const std::string& ascii() const { return ascii_; }  // "xn--bcher-kva.example"
    std::string unicode() const;                         // "bücher.example", for display

    auto operator<=>(const DomainName&) const = default;

  private:
    explicit DomainName(std::string ascii) : ascii_(std::move(ascii)) {}
    std::string ascii_;
};

}  // namespace base
