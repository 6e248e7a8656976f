// A probe of one relay among many: one line, or one row.
#pragma once

#include "app/probe_many.hpp"
#include "cli/listing.hpp"
#include "output/terminal.hpp"

namespace cli {

// "news" of the store, or the host, or the word that stands for neither.
std::string probe_name(const app::ProbedJob& done);

enum class Rows { of_the_endpoint, all };

// "news   ok   118 ms  587 tls  smtp.mailer.example  70 days left", in one line with its end; with all rows
// the matrix below it.
std::string probe_line(const app::ProbedJob& done, std::size_t name_width, base::Time now,
                       const output::Terminal& terminal, Rows which = Rows::of_the_endpoint);
// The item that `probe` of this relay alone gives; with a fault, "fault" says it.
output::Value probed_item(const app::ProbedJob& done, base::Time now);
output::Value::Array probed_rows(const app::ProbedJob& done, base::Time now, Rows which);

// What there is to say of an endpoint that works: "in clear text", "70 days left"; or nothing.
std::string good_detail(const app::Combination& cell, base::Time now);

// "ok", "fail", "unchecked": what people read for a verdict.
std::string_view verdict_word(finding::Verdict verdict);
output::Style verdict_style(finding::Verdict verdict);

}  // namespace cli
