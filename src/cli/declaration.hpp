// A declaration of a store as text: what export writes, and apply and diff read.
#pragma once

#include <string>

#include "app/declaration.hpp"
#include "cli/context.hpp"
#include "input/node.hpp"

namespace cli {

inline constexpr std::string_view declaration_schema = "relayctl.store/1";

// Secrets that the declaration carries are written too: the caller sees to where.
std::string write_declaration(const app::Declaration& declaration, input::Syntax syntax);

// Reads the files it refers to. Errors: usage, with the place; no error shows a secret.
base::Result<app::Declaration> parse_declaration(const input::Node& document);

// -f FILE, "-" for standard input. Errors: usage.
base::Result<app::Declaration> read_declaration(Context& context, const Arguments& arguments);

}  // namespace cli
