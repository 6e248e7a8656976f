// What predict found, as an item, as rows, and as people read it.
#pragma once

#include <span>
#include <string>

#include "app/predict.hpp"
#include "cli/listing.hpp"
#include "output/terminal.hpp"

namespace cli {

output::Value predict_item(const app::Forecast& forecast);
// One row; with a matrix one for each return path and DKIM off and on, the relay's own marked.
output::Value::Array predict_rows(const app::Forecast& forecast);
std::span<const ColumnView> predict_columns();
// The legs, the verdict and the way out; the matrix where it was asked for.
std::string predict_text(const app::Forecast& forecast, const output::Terminal& terminal);

// Short texts that the views share.
std::string dmarc_word(const app::Prediction& prediction);        // "pass", "FAIL", "none", "unknown"
std::string disposition_text(const app::Prediction& prediction);  // "receivers are asked to refuse it"
bool is_own_row(const app::Forecast& forecast, const app::Prediction& row);

}  // namespace cli
