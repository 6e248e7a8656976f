// What is wrong with a piece of a record, and the finding it leads to.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "base/result.hpp"

namespace spf {

struct Fault {
    std::string_view id;     // a finding of the catalogue, "spf-unknown-mechanism"
    std::string message;     // one line: what and why
    std::string hint = {};   // what to write in its place, or empty
    std::size_t offset = 0;  // in the parsed text, in bytes

    Fault&& moved_by(std::size_t distance) && {
        offset += distance;
        return std::move(*this);
    }
};

// Works with TRY.
template <class T>
using Parsed = boost::system::result<T, Fault>;

// Called by value() on a Fault: a bug in the caller.
[[noreturn]] inline void throw_exception_from_error(const Fault& fault,
                                                    const boost::source_location& /*where*/) {
    throw std::logic_error("unhandled fault: " + fault.message);
}

}  // namespace spf
