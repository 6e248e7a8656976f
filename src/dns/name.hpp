// A DNS name: labels of any bytes, compared without regard to ASCII case (RFC 4343).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/domain_name.hpp"
#include "base/result.hpp"

namespace dns {

class Name {
  public:
    Name() = default;  // the root
    explicit Name(const base::DomainName& domain);
    // Labels of 1 to 63 octets, 255 octets on the wire (RFC 1035 section 2.3.4). Takes one trailing dot, and
    // "\." and "\DDD" escapes (section 5.1). No IDNA: U-labels must be converted before.
    static base::Result<Name> parse(std::string_view text);
    static base::Result<Name> from_labels(std::vector<std::string> labels);  // leftmost first, same limits

    const std::vector<std::string>& labels() const { return labels_; }
    bool is_root() const { return labels_.empty(); }
    std::string to_string() const;  // no trailing dot, escaped as in zone files; "." for the root
    Name parent() const;            // without the leftmost label; of the root: the root
    base::Result<Name> child(std::string_view label) const;
    bool is_at_or_below(const Name& other) const;

    friend bool operator==(const Name& a, const Name& b);
    friend bool operator<(const Name& a, const Name& b);  // for maps, by folded labels

  private:
    std::vector<std::string> labels_;
};

}  // namespace dns
