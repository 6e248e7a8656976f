// The output formats by their words.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace cli {

enum class Format { table, tsv, csv, json, jsonl, name };
inline constexpr std::string_view format_words[] = {"table", "tsv", "csv", "json", "jsonl", "name"};

base::Result<Format> parse_format(std::string_view word);  // usage error that lists the words

}  // namespace cli
