// A DNS name: labels of any bytes, compared without regard to ASCII case (RFC 4343).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "base/domain_name.hpp"
#include "base/result.hpp"

namespace dns {

class NameBuilder;

class Name {
  public:
    static constexpr std::size_t in_place = 40;  // octets that need no memory of their own

    Name() = default;  // the root
    explicit Name(const base::DomainName& domain);
    // Labels of 1 to 63 octets, 255 octets on the wire (RFC 1035 section 2.3.4). Takes one trailing dot, and
    // "\." and "\DDD" escapes (section 5.1). No IDNA: U-labels must be converted before.
    static base::Result<Name> parse(std::string_view text);
    static base::Result<Name> from_labels(const std::vector<std::string>& labels);  // leftmost first
    static base::Result<Name> from_dotted(std::string_view text);  // a dot ends a label, all else is in it
    // As wire() gives it, in lower case: of a message whose reader has held it against the same limits.
    static Name from_wire(std::string_view wire);

    std::vector<std::string> labels() const;
    std::size_t label_count() const;
    std::string_view first_label() const;  // empty for the root
    // Labels with their lengths in front (RFC 1035 section 3.1), without the octet 0 at the end.
    std::string_view wire() const { return {wire_.data(), wire_.size()}; }
    bool is_root() const { return wire_.empty(); }
    std::string to_string() const;  // no trailing dot, escaped as in zone files; "." for the root
    Name parent() const;            // without the leftmost label; of the root: the root
    base::Result<Name> child(std::string_view label) const;
    bool is_at_or_below(const Name& other) const;

    friend bool operator==(const Name& a, const Name& b);
    friend bool operator<(const Name& a, const Name& b);  // for maps, by folded labels

  private:
    friend class NameBuilder;
    // One text, in place where it is not long: names are copied, compared and made far more often than they
    // are taken apart.
    boost::container::small_vector<char, in_place> wire_;
};

}  // namespace dns
