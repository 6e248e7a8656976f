// The same fault told as another one, because it does another harm where it stands.
#pragma once

#include <span>
#include <string_view>

#include "finding/finding.hpp"

namespace finding {

// Findings of the id `from` become `to`, with the severity and remedy of that one.
void retell(std::span<Finding> findings, std::string_view from, std::string_view to);

}  // namespace finding
