// Result<T>: a value or an Error, and the two macros that pass an Error up.
#pragma once

#include <stdexcept>

#include <boost/system/result.hpp>

#include "base/error.hpp"

namespace base {

template <class T>
using Result = boost::system::result<T, Error>;

// Called by result::value() on an Error: a bug in the caller.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw std::logic_error("unhandled error: " + error.message);
}

inline Error usage_error(std::string message, std::string hint = {}) {
    return {.kind = ErrorKind::usage, .message = std::move(message), .hint = std::move(hint)};
}

}  // namespace base

#define BASE_JOIN_(a, b) a##b
#define BASE_JOIN(a, b) BASE_JOIN_(a, b)
#define BASE_TRY_(name, declaration, return_keyword, ...)         \
    auto name = __VA_ARGS__;                                      \
    if (name.has_error()) return_keyword std::move(name).error(); \
    declaration = std::move(*name)

// TRY(auto port, parse_port(text)): declares `port`, or returns the Error.
#define TRY(declaration, ...) BASE_TRY_(BASE_JOIN(try_result_, __LINE__), declaration, return, __VA_ARGS__)
// The same inside a coroutine: CO_TRY(auto reply, co_await session.read_reply());
#define CO_TRY(declaration, ...) \
    BASE_TRY_(BASE_JOIN(try_result_, __LINE__), declaration, co_return, __VA_ARGS__)
// For Result<void>.
#define TRY_VOID(...)                                                                                  \
    if (auto BASE_JOIN(try_void_, __LINE__) = __VA_ARGS__; BASE_JOIN(try_void_, __LINE__).has_error()) \
    return std::move(BASE_JOIN(try_void_, __LINE__)).error()
// A statement of its own: never behind a bare `if`.
#define CO_TRY_VOID(...)                               \
    auto BASE_JOIN(try_void_, __LINE__) = __VA_ARGS__; \
    if (BASE_JOIN(try_void_, __LINE__).has_error())    \
    co_return std::move(BASE_JOIN(try_void_, __LINE__)).error()
