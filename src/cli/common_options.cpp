#include "cli/command.hpp"
#include "cli/format.hpp"

namespace cli {

namespace {

constexpr std::string_view color_words[] = {"auto", "always", "never"};

constexpr Option globals[] = {
    {.name = "--store",
     .value = "PATH",
     .help = "the store file (else $RELAYCTL_STORE, else the user's own)",
     .completion = Completion::file},
    {.name = "--color",
     .value = "WHEN",
     .help = "auto, always or never",
     .completion = Completion::words,
     .words = color_words},
    {.name = "--ascii", .help = "draw tables and trees without box characters"},
    {.name = "--help", .short_name = "-h", .help = "print this help"},
};

constexpr Option outputs[] = {
    {.name = "--output",
     .short_name = "-o",
     .value = "FORMAT",
     .help = "table, tsv, csv, json, jsonl or name; a terminal gets table, a pipe tsv",
     .completion = Completion::words,
     .words = format_words},
    {.name = "--json", .help = "as --output json"},
    {.name = "--columns",
     .value = "A,B,C",
     .help = "only these columns, in this order; help lists them",
     .completion = Completion::column,
     .commas = Commas::yes},
    {.name = "--header", .help = "tsv and csv: print the column names first"},
    {.name = "--quiet", .short_name = "-q", .help = "names only (as --output name)"},
};

constexpr Option writes[] = {
    {.name = "--dry-run", .short_name = "-n", .help = "say what would be done and change nothing"},
};

constexpr Option confirms[] = {
    {.name = "--yes", .short_name = "-y", .help = "do not ask"},
};

constexpr Option dns[] = {
    {.name = "--dns-server",
     .value = "ADDRESS[:PORT]",
     .help = "ask this DNS server (repeatable; else $RELAYCTL_DNS_SERVER, else resolv.conf)",
     .repeat = Repeat::yes},
    {.name = "--dns-timeout",
     .value = "SECONDS",
     .help = "the most time for one DNS question, all tries together (default 5)"},
};

}  // namespace

std::span<const Option> global_options() {
    return globals;
}

std::span<const Option> group_options(Group group) {
    switch (group) {
        case output_group:
            return outputs;
        case write_group:
            return writes;
        case dns_group:
            return dns;
        case confirm_group:
            return confirms;
    }
    return {};
}

}  // namespace cli
