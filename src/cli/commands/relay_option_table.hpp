// The option tables of add and edit.
#pragma once

#include <algorithm>
#include <array>

#include "cli/command.hpp"

namespace cli {

inline constexpr std::string_view port_words[] = {"25", "465", "587"};
inline constexpr std::string_view security_words[] = {"ssl", "tls", "none"};
inline constexpr std::string_view limit_unit_words[] = {"messages", "recipients"};
inline constexpr std::string_view over_words[] = {"fallback", "defer", "reject"};
inline constexpr std::string_view mail_type_words[] = {"individual", "mass", "workflow"};
inline constexpr std::string_view switch_words[] = {"on", "off"};
inline constexpr std::string_view return_path_words[] = {"managed", "from", "<>"};
inline constexpr std::string_view none_words[] = {"none"};

inline constexpr Option egress_ip_option = {
    .name = "--egress-ip",
    .value = "ADDRESS",
    .help = "an address that mail leaves the relay from, as receivers see it; repeatable; none = not known",
    .completion = Completion::words,
    .words = none_words,
    .repeat = Repeat::yes,
    .commas = Commas::yes};

inline constexpr Option allow_unaligned_option = {
    .name = "--allow-unaligned-fallback",
    .help = "let a fallback take mail that then fails DMARC and would have passed"};

inline constexpr std::array relay_options = {
    Option{.name = "--host", .value = "HOST", .help = "host name or IP address of the relay"},
    Option{.name = "--port",
           .value = "PORT",
           .help = "25, 465 or 587 (default 587, or 465 with --security ssl)",
           .completion = Completion::words,
           .words = port_words},
    Option{.name = "--any-port", .help = "allow a port other than 25, 465 and 587"},
    Option{.name = "--security",
           .value = "MODE",
           .help = "ssl = TLS from the first byte (implicit TLS); tls = STARTTLS, required; none = clear "
                   "text (default tls, or ssl on port 465)",
           .completion = Completion::words,
           .words = security_words},
    Option{.name = "--verify-certificate",
           .value = "on|off",
           .help = "check the server's certificate (default on)",
           .completion = Completion::words,
           .words = switch_words},
    Option{.name = "--ca-file",
           .value = "FILE",
           .help = "trust the CAs of this PEM file in place of the system's; none = the system's",
           .completion = Completion::file},
    Option{.name = "--fingerprint",
           .value = "SHA256",
           .help = "accept exactly the certificate with this SHA-256 fingerprint; none = any valid one",
           .completion = Completion::words,
           .words = none_words},
    Option{.name = "--domain",
           .value = "DOMAIN",
           .help = "sender domain the relay serves, repeatable; *.DOMAIN = all below it, * = every one",
           .completion = Completion::domain,
           .repeat = Repeat::yes,
           .commas = Commas::yes},
    Option{.name = "--type",
           .value = "TYPE",
           .help = "mail type the relay serves: individual, mass or workflow, repeatable (default all)",
           .completion = Completion::words,
           .words = mail_type_words,
           .repeat = Repeat::yes,
           .commas = Commas::yes},
    Option{.name = "--daily-limit",
           .value = "N",
           .help = "messages or recipients the relay may carry in a day, or none",
           .completion = Completion::words,
           .words = none_words},
    Option{.name = "--limit-unit",
           .value = "UNIT",
           .help = "what the daily limit counts: messages (default) or recipients",
           .completion = Completion::words,
           .words = limit_unit_words},
    Option{
        .name = "--over",
        .value = "WHAT",
        .help =
            "past the daily limit: fallback = the next relay takes the mail (default), defer = it is to be "
            "sent again later, reject = it is refused",
        .completion = Completion::words,
        .words = over_words},
    Option{.name = "--priority",
           .value = "N",
           .help = "order among relays of the same domain and type, lower first (default 10)"},
    Option{.name = "--dkim",
           .help = "sign mail through this relay with DKIM; makes the keys its domains lack, and holds mail "
                   "back until they are active"},
    Option{.name = "--dkim-selector",
           .value = "SELECTOR",
           .help =
               "sign with the keys of this selector; a domain that has no key gets one, and with --dkim one "
               "that has others too; none = do not sign",
           .completion = Completion::selector},
    Option{.name = "--return-path",
           .value = "PATH",
           .help = "envelope sender: managed (the platform's own bounce address, the default), from (the "
                   "From address), an address, or <>",
           .completion = Completion::words,
           .words = return_path_words},
    egress_ip_option,
    Option{.name = "--user",
           .value = "NAME",
           .help = "log in with this user name; the password is asked for unless an option says where it is"},
    Option{.name = "--password-stdin", .help = "read the password from standard input"},
    Option{.name = "--password-file",
           .value = "FILE",
           .help = "read the password from this file, which nobody else may be able to read",
           .completion = Completion::file},
    Option{.name = "--password-command",
           .value = "COMMAND",
           .help = "keep this shell command; its first line of output is the password, when one is needed"},
    Option{.name = "--fallback", .help = "this is the fallback relay, for mail that no other relay takes"},
    Option{
        .name = "--fallback-to",
        .value = "NAME",
        .help =
            "this relay takes the mail when the daily limit is reached or failures have put the relay out of "
            "use; repeatable, in this order; none = the fallback relay alone",
        .completion = Completion::relay,
        .repeat = Repeat::yes,
        .commas = Commas::yes},
    allow_unaligned_option,
    Option{.name = "--description", .value = "TEXT", .help = "free text"},
};

template <std::size_t A, std::size_t B>
constexpr std::array<Option, A + B> operator+(const std::array<Option, A>& a,
                                              const std::array<Option, B>& b) {
    std::array<Option, A + B> all{};
    std::copy(a.begin(), a.end(), all.begin());
    std::copy(b.begin(), b.end(), all.begin() + A);
    return all;
}

}  // namespace cli
