#include "app/predict_findings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/special_network.hpp"
#include "base/text.hpp"
#include "relay/dkim_rules.hpp"
#include "relay/route.hpp"

namespace app {

namespace {

using Findings = std::vector<finding::Finding>;

// Mail goes on as it does until the key is active.
std::string command_to_sign(const Forecast& forecast) {
    const auto& author = forecast.facts.author;
    const auto& relay = forecast.request.relay;
    if (relay.dkim_selector) return fmt::format("relayctl dkim check {}", author);
    auto keys = forecast.request.keys;
    std::erase_if(keys, [&](const relay::DkimKey& key) { return key.domain.ascii() != author; });
    if (const auto active = relay::signing_dkim_key(keys))
        return fmt::format("relayctl edit {} --dkim-selector {}", relay.name, active->selector);
    return fmt::format(
        "relayctl dkim generate {}, and once that key is active: relayctl edit {} --dkim-selector SELECTOR",
        author, relay.name);
}

void add_verdict(const Forecast& forecast, Findings& findings) {
    const auto& prediction = forecast.prediction;
    const auto& author = forecast.facts.author;
    if (prediction.verdict == finding::Verdict::bad)
        findings.push_back(finding::make("predict-dmarc-fails", author, prediction.reason,
                                         forecast.remedy ? forecast.remedy->summary : std::string()));
    if (prediction.verdict == finding::Verdict::unchecked)
        findings.push_back(finding::make("predict-not-checked", author, prediction.reason));
    if (prediction.verdict == finding::Verdict::good && !prediction.dkim.passes())
        findings.push_back(
            finding::make("predict-spf-alone", author,
                          "SPF alone makes DMARC pass: it is lost when somebody forwards the mail",
                          command_to_sign(forecast)));
}

std::string address_text(const base::IpAddress& address) {
    const auto use = base::special_use(address);
    return use.empty() ? address.to_string() : fmt::format("{} ({})", address.to_string(), use);
}

void add_egress(const Forecast& forecast, Findings& findings) {
    const auto& relay = forecast.request.relay;
    const auto remedy = fmt::format("relayctl edit {} --egress-ip ADDRESS", relay.name);
    if (forecast.egress_source == EgressSource::none)
        findings.push_back(
            finding::make("predict-egress-unknown", relay.name,
                          forecast.egress_failure.empty()
                              ? fmt::format("{} has no address in the DNS", relay.host.to_string())
                              : fmt::format("{} could not be looked up: {}", relay.host.to_string(),
                                            forecast.egress_failure),
                          remedy));
    if (forecast.egress_source != EgressSource::relay) return;
    std::vector<std::string> texts;
    for (const auto& address : forecast.egress_ips)
        texts.push_back(address_text(address));
    findings.push_back(finding::make(
        "predict-egress-assumed", relay.name,
        fmt::format("taken from {}: {}", relay.host.to_string(), base::join(texts, ", ")), remedy));
}

// What the keys that sign leave open, and why none does.
void add_signing(const Forecast& forecast, Findings& findings) {
    const auto& signing = forecast.facts.signing;
    if (forecast.refusal)
        findings.push_back(finding::make("predict-send-refuses", forecast.request.relay.name,
                                         forecast.refusal->message, forecast.refusal->hint));
    if (!forecast.request.relay.dkim_selector || signing.state == KeyState::none) return;
    const auto name = fmt::format("{}@{}", signing.selector, signing.domain);
    if (signing.algorithm == relay::KeyAlgorithm::ed25519 && forecast.prediction.dkim.passes())
        findings.push_back(finding::make(
            "predict-ed25519-alone", forecast.facts.author,
            fmt::format("{} is an Ed25519 key, and no RSA key signs beside it: for many receivers the mail "
                        "is not signed",
                        name),
            fmt::format("relayctl dkim generate {}, publish and activate that key: it signs beside",
                        signing.domain)));
    const auto& beside = signing.beside;
    if (beside && beside->state != KeyState::usable && beside->state != KeyState::unchecked)
        findings.push_back(
            finding::make("predict-second-key", fmt::format("{}@{}", beside->selector, signing.domain),
                          fmt::format("signs beside {}: {}", name, beside->reason),
                          fmt::format("relayctl dkim check {}@{}", beside->selector, signing.domain)));
}

// Some addresses pass, some do not: mail passes by luck.
void add_divided_spf(const Forecast& forecast, Findings& findings) {
    const auto* path = forecast.facts.find(forecast.prediction.scenario.path);
    if (path == nullptr) return;
    std::vector<std::string> refused;
    for (const auto& result : path->spf)
        if (result.verdict != spf::Verdict::pass)
            refused.push_back(fmt::format("{} ({})", result.ip.to_string(), spf::to_string(result.verdict)));
    if (refused.empty() || refused.size() == path->spf.size()) return;
    findings.push_back(finding::make(
        "predict-egress-divided", path->domain,
        fmt::format("SPF passes for {} of {} addresses, not for {}", path->spf.size() - refused.size(),
                    path->spf.size(), base::join(refused, ", "))));
}

void add_unknowns(const Forecast& forecast, Findings& findings) {
    const auto& prediction = forecast.prediction;
    const auto& relay = forecast.request.relay;
    if (prediction.scenario.path == PathKind::managed && !forecast.request.managed)
        findings.push_back(
            finding::make("predict-managed-unset", relay.name,
                          "what return path managed stands for is not known; it is taken to be a "
                          "domain that does not align"));
    if (prediction.scenario.path == PathKind::null && forecast.request.helo.empty())
        findings.push_back(finding::make("predict-helo-unknown", relay.name,
                                         "with the return path <> receivers check SPF for the HELO name"));
    if (forecast.facts.policy == dmarc::DiscoveryResult::none)
        findings.push_back(finding::make(
            "predict-no-policy", forecast.facts.author,
            fmt::format("no DMARC policy governs {}: the mail {}", forecast.facts.author,
                        prediction.verdict == finding::Verdict::good ? "would pass if there were one"
                                                                     : "is not authenticated for it either"),
            fmt::format("publish a TXT record at _dmarc.{0}: v=DMARC1; p=none; rua=mailto:dmarc@{0}",
                        forecast.facts.author)));
    if (!relay.enabled)
        findings.push_back(finding::make("predict-relay-disabled", relay.name,
                                         "the relay is disabled: mail goes another way now",
                                         "relayctl enable " + relay.name));
}

}  // namespace

std::vector<finding::Finding> predict_findings(const Forecast& forecast) {
    Findings findings;
    add_verdict(forecast, findings);
    add_signing(forecast, findings);
    add_divided_spf(forecast, findings);
    add_egress(forecast, findings);
    add_unknowns(forecast, findings);
    return findings;
}

std::optional<finding::Finding> route_finding(const relay::Relay& relay, const base::DomainName& sender,
                                              relay::MailType type, const std::vector<relay::Relay>& relays) {
    const auto route = relay::find_route(sender, type, relays, {}, 1);
    const auto own = std::find_if(route.begin(), route.end(), [&](const relay::Candidate& candidate) {
        return candidate.relay == relay.id;
    });
    if (own == route.end() || own->step == relay::RouteStep::taken || own->step == relay::RouteStep::disabled)
        return std::nullopt;
    const auto* taken = relay::taken(route);
    std::string other = "none takes it";
    for (const auto& candidate : relays)
        if (taken != nullptr && candidate.id == taken->relay) other = candidate.name + " takes it";
    const auto why = own->step == relay::RouteStep::spare        ? "it comes behind another relay"
                     : own->step == relay::RouteStep::other_type ? "it does not serve the mail type"
                                                                 : "it does not serve the domain";
    return finding::make(
        "predict-not-routed", relay.name,
        fmt::format("{} mail of {}: {}; {}", relay::to_string(type), sender.ascii(), why, other),
        fmt::format("relayctl route --from {} --mail-type {}", sender.ascii(), relay::to_string(type)));
}

}  // namespace app
