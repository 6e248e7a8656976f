// The addresses in a field such as From, To or Cc (RFC 5322 section 3.4).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "mail/address.hpp"

namespace mail {

inline constexpr std::size_t most_listed_addresses = 100'000;

// The mailboxes in the value of a field, in order; those in groups too, display names, comments and obsolete
// routes passed over. An empty value, or an empty group, gives none. Errors: usage, with the offset in
// `value`: what is not an address list, an address without a domain, a domain literal.
base::Result<std::vector<Address>> parse_address_list(std::string_view value);

// The same of a machine's own mail, where "root" stands for root@`local`; and the value with that put in.
struct CompletedList {
    std::vector<Address> addresses;
    std::string value;
};
base::Result<CompletedList> complete_address_list(std::string_view value, const base::DomainName& local);

}  // namespace mail
