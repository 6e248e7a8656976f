// `probe --login`, `--sender`, `--recipient`, `--open-relay` and `--trace`: what goes on where the matrix
// stops.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "app/probe_login.hpp"
#include "cli/commands/probe_request.hpp"
#include "cli/commands/relay_option_table.hpp"
#include "cli/context.hpp"

namespace cli {

inline constexpr std::string_view mechanism_words[] = {"scram-sha-256", "scram-sha-1", "plain",      "login",
                                                       "cram-md5",      "xoauth2",     "oauthbearer"};
inline constexpr std::array login_probe_options = {
    Option{.name = "--login", .help = "log in with the relay's user and password, and log out again"},
    Option{.name = "--auth",
           .value = "MECHANISM",
           .help = "with --login: in this way or not at all; with xoauth2 and oauthbearer the password is "
                   "an OAuth access token",
           .completion = Completion::words,
           .words = mechanism_words},
    Option{
        .name = "--user",
        .value = "NAME",
        .help = "with --login: as this user, whose password is asked for unless an option says where it is"},
    Option{.name = "--password-stdin", .help = "with --login: read the password from standard input"},
    Option{.name = "--password-file",
           .value = "FILE",
           .help = "with --login: read the password from this file, which nobody else may be able to read",
           .completion = Completion::file},
    Option{.name = "--password-command",
           .value = "COMMAND",
           .help = "with --login: the first line that this shell command prints is the password"},
    Option{.name = "--allow-cleartext-auth",
           .help = "with --login: log in without TLS too, where anybody on the way can read it"},
    Option{.name = "--sender",
           .value = "ADDRESS",
           .help = "ask whether mail from this address is taken, or from <>; nothing is sent"},
    Option{.name = "--recipient",
           .value = "ADDRESS",
           .help = "ask whether mail to this address is taken, repeatable; nothing is sent",
           .repeat = Repeat::yes},
    Option{.name = "--open-relay",
           .help = "ask whether the server relays mail for a foreign domain without a login"},
    Option{.name = "--trace", .help = "show the dialogue on standard error, without secrets"},
};

template <std::size_t N>
constexpr std::array<Option, N + login_probe_options.size()> with_login_options(const Option (&own)[N]) {
    return std::to_array(own) + login_probe_options;
}

bool asks_for_dialogue(const Arguments& arguments);

// One request a target, in their order, after require_endpoint(); empty where no dialogue is asked for.
// Password commands are run, passwords asked for.
// Errors: usage, those of the store and of run_password_command().
base::Result<std::vector<app::DialogueRequest>> read_dialogues(Context& context, const Arguments& arguments,
                                                               relay::Store& store,
                                                               const ProbeRequest& request,
                                                               const std::vector<app::ProbeTarget>& targets);

}  // namespace cli
