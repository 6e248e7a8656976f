// `verify -`: the domains on standard input, one a line, each answered as it is done.
#pragma once

#include <span>

#include "app/verify_domain.hpp"
#include "cli/arguments.hpp"
#include "cli/command.hpp"
#include "cli/context.hpp"

namespace cli {

// --concurrency, --threads, --rate, --ordered, --resume: what `verify` takes beside its own options.
inline constexpr Option verify_many_options[] = {
    {.name = "--concurrency", .value = "NUMBER", .help = "with -: so many domains at a time (default 200)"},
    {.name = "--threads",
     .value = "NUMBER",
     .help =
         "with -: work on so many threads once the input is long (default one a processor, at most 4; one "
         "with --rate, --ordered and mta-sts)"},
    {.name = "--rate",
     .value = "NUMBER",
     .help = "with -: so many questions a second to each DNS server at most"},
    {.name = "--ordered", .help = "with -: answer in the order of the input"},
    {.name = "--resume",
     .value = "FILE",
     .help = "with -: note in this file what is finished, and pass over what it says is",
     .completion = Completion::file},
};

// Whether the domains come from standard input. Errors: usage, for "-" beside other domains or a relay, and
// for the options above without "-".
base::Result<bool> reads_domains(const Arguments& arguments);

base::Result<ExitCode> verify_many(Context& context, const Arguments& arguments, app::VerifyRequest common);

}  // namespace cli
