// A declaration of a store as text: what export writes, and apply and diff read.
#pragma once

#include <filesystem>
#include <string>

#include "app/declaration.hpp"
#include "cli/context.hpp"
#include "input/node.hpp"

namespace cli {

inline constexpr std::string_view declaration_schema = "relayctl.store/1";

// Secrets that the declaration carries are written too: the caller sees to where.
std::string write_declaration(const app::Declaration& declaration, input::Syntax syntax);

// Reads the files it refers to, relative to the folder. Errors: usage, with the place; no error shows a
// secret.
base::Result<app::Declaration> parse_declaration(const input::Node& document,
                                                 const std::filesystem::path& folder);

// -f FILE, "-" for standard input. Files that it refers to are relative to its folder, or to the working
// directory. Errors: usage: also a file with a secret in it that others can read.
base::Result<app::Declaration> read_declaration(Context& context, const Arguments& arguments);

// The error of what the declaration says, with its file in front.
base::Error in_declaration(const Arguments& arguments, base::Error error);

}  // namespace cli
