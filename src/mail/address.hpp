// A mailbox: local-part@domain (RFC 5321 section 4.1.2), as envelopes carry it.
#pragma once

#include <string>
#include <string_view>

#include "base/domain_name.hpp"
#include "base/result.hpp"

namespace mail {

class Address {
  public:
    // Dot-string or quoted local part of at most 64 octets, UTF-8 allowed (RFC 6531), no control bytes, no CR
    // or LF also when quoted; a domain of at least one label. Errors: usage, with the offset.
    static base::Result<Address> parse(std::string_view text);

    const std::string& local_part() const { return local_part_; }  // as written, with its quotes
    const base::DomainName& domain() const { return domain_; }
    std::string to_string() const { return local_part_ + "@" + domain_.ascii(); }

    auto operator<=>(const Address&) const = default;

  private:
    Address(std::string local_part, base::DomainName domain)
        : local_part_(std::move(local_part)), domain_(std::move(domain)) {}
    std::string local_part_;
    base::DomainName domain_;
};

}  // namespace mail
