// What the writer of a bad term probably meant. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/ip_address.hpp"
#include "spf/fault.hpp"

namespace spf {

// For the argument of ip4 or ip6 that is no address of its family; empty = nothing comes to mind.
std::string network_hint(base::IpFamily family, std::string_view written);

using IsTerm = bool (*)(std::string_view);

// Gives the fault of `term` a hint, and a better id where the cause is a known slip: a separator, a quote,
// two terms glued together. `is_term` says whether a text is a good term; hints are only made of good terms.
Fault explain_fault(std::string_view term, Fault fault, IsTerm is_term);

// The mechanism that an ignored modifier was meant to be: "include=x.example" -> "include:x.example".
// Empty: it is just an unknown modifier.
std::string meant_mechanism(std::string_view modifier, IsTerm is_term);

}  // namespace spf
