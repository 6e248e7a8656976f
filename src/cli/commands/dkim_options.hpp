// Options of the commands that make DKIM keys.
#pragma once

#include "base/result.hpp"
#include "cli/command.hpp"
#include "relay/relay.hpp"

namespace cli {

inline constexpr std::string_view algorithm_words[] = {"rsa", "ed25519"};
inline constexpr std::string_view bits_words[] = {"2048", "3072", "4096"};  // those to be offered

inline constexpr Option algorithm_option = {.name = "--algorithm",
                                            .value = "NAME",
                                            .help = "rsa (default) or ed25519",
                                            .completion = Completion::words,
                                            .words = algorithm_words};
inline constexpr Option bits_option = {.name = "--bits",
                                       .value = "N",
                                       .help = "RSA key size: 2048 (default) to 4096",
                                       .completion = Completion::words,
                                       .words = bits_words};

// Of an RSA key that is shorter than the usual ones.
std::string weak_key_warning(std::uint32_t bits);

// Errors: usage: no number, or the algorithm is not RSA.
base::Result<std::uint32_t> parse_key_bits(const std::string& text,
                                           std::optional<relay::KeyAlgorithm> algorithm);

}  // namespace cli
