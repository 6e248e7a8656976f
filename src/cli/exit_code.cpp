#include "cli/exit_code.hpp"

namespace cli {

ExitCode exit_code_of(base::ErrorKind kind) {
    switch (kind) {
        case base::ErrorKind::usage:
            return ExitCode::usage;
        case base::ErrorKind::unavailable:
            return ExitCode::unchecked;
        case base::ErrorKind::not_found:
            return ExitCode::not_found;
        case base::ErrorKind::conflict:
            return ExitCode::conflict;
        case base::ErrorKind::confirmation:
            return ExitCode::confirmation;
        case base::ErrorKind::refused:
            return ExitCode::refused;
        case base::ErrorKind::io:
            return ExitCode::io;
        case base::ErrorKind::interrupted:
            return ExitCode::interrupted;
        case base::ErrorKind::bug:
            return ExitCode::bug;
    }
    return ExitCode::bug;
}

std::string_view error_id(base::ErrorKind kind) {
    switch (kind) {
        case base::ErrorKind::usage:
            return "usage";
        case base::ErrorKind::unavailable:
            return "unavailable";
        case base::ErrorKind::not_found:
            return "not_found";
        case base::ErrorKind::conflict:
            return "conflict";
        case base::ErrorKind::confirmation:
            return "confirmation";
        case base::ErrorKind::refused:
            return "refused";
        case base::ErrorKind::io:
            return "io";
        case base::ErrorKind::interrupted:
            return "interrupted";
        case base::ErrorKind::bug:
            return "bug";
    }
    return "bug";
}

std::span<const ExitCodeText> exit_codes() {
    static constexpr ExitCodeText texts[] = {
        {ExitCode::done, "done; checked and good; already so"},
        {ExitCode::no, "checked, and the answer is no"},
        {ExitCode::usage, "usage: an option, a value, a settings file, or a message that cannot be read"},
        {ExitCode::unchecked, "could not check: DNS timeout or SERVFAIL, no route, deadline, SMTP 4xx"},
        {ExitCode::not_found, "no such relay, key or domain; of send: no relay takes the mail"},
        {ExitCode::conflict, "exists with other content, edited meanwhile, locked"},
        {ExitCode::confirmation,
         "needs a confirmation and there is no terminal (use --yes), or the answer was no"},
        {ExitCode::refused, "refused for good: SMTP 5xx, authentication, a daily limit that says reject"},
        {ExitCode::bug, "a bug in relayctl"},
        {ExitCode::io, "cannot write the output, or cannot use the store"},
        {ExitCode::try_later, "of send: not now, try again later; or not known whether it was delivered"},
        {ExitCode::interrupted, "interrupted by SIGINT (Ctrl-C) or SIGTERM; what is known is printed"},
    };
    return texts;
}

}  // namespace cli
