// What a forecast is worth telling of, beside the verdict.
#pragma once

#include <optional>
#include <vector>

#include "app/predict.hpp"

namespace app {

// Errors first is not promised; each id stands once.
std::vector<finding::Finding> predict_findings(const Forecast& forecast);

// Does mail of this sender and type go through the relay: a finding when another takes it, or none does.
std::optional<finding::Finding> route_finding(const relay::Relay& relay, const base::DomainName& sender,
                                              relay::MailType type, const std::vector<relay::Relay>& relays);

}  // namespace app
