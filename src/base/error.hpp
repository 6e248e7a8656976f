// What could not be done, and what to do about it. A verdict ("the answer is no") is never an Error.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace base {

enum class ErrorKind {
    usage,         // an option, a value or a settings file is wrong
    unavailable,   // could not be checked: DNS timeout, no route, deadline, SMTP 4xx
    not_found,     // no such relay, key or domain
    conflict,      // exists with other content, edited meanwhile, locked
    confirmation,  // needs a confirmation and there is no terminal
    refused,       // refused by the remote for good
    io,            // cannot write output, cannot use the store
    interrupted,   // Ctrl-C
    bug,
};

// Printed once, as `relayctl: <context>: <message>` and `  hint: <hint>`.
struct Error {
    ErrorKind kind = ErrorKind::bug;
    std::string message;                     // one line: what and why
    std::string hint = {};                   // the next command to type, or empty
    std::optional<std::size_t> offset = {};  // byte offset in the parsed text, for the caret
    std::string context = {};                // "cannot add relay news"; the outermost wins the front

    // Puts `what` in front of the context gathered so far.
    Error&& with_context(std::string what) && {
        context = context.empty() ? std::move(what) : std::move(what) + ": " + context;
        return std::move(*this);
    }
    Error&& with_hint(std::string text) && {
        if (hint.empty()) hint = std::move(text);
        return std::move(*this);
    }

    bool operator==(const Error&) const = default;
};

}  // namespace base
