#include "cli/commands/probe_request.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "app/probe_many.hpp"
#include "app/relays.hpp"
#include "base/text.hpp"
#include "cli/ca_file.hpp"
#include "cli/commands/probe_login.hpp"
#include "cli/seconds.hpp"
#include "smtp/session.hpp"

namespace cli {

namespace {

base::Result<app::ProbeEndpoint> parse_required(const std::string& text, relay::AnyPort any_port) {
    const auto pieces = base::split(text, ':');
    if (pieces.size() != 2)
        return base::usage_error("not a PORT:MODE: " + base::quoted(text), "give --require 587:tls");
    TRY(const auto port, relay::parse_port(pieces[0], any_port));
    TRY(const auto security, relay::parse_security(pieces[1]));
    return app::ProbeEndpoint{.port = port, .security = security};
}

// The machine's name when it is a full one; else empty (RFC 5321 section 4.1.4).
std::string own_ehlo_name() {
    char name[256] = {};
    if (gethostname(name, sizeof name - 1) != 0) return "";
    const auto full = smtp::ehlo_name(name, base::IpAddress());
    return full.starts_with('[') ? "" : full;
}

// What the options say of the certificate, over what the relay says.
base::Result<void> read_trust(const Arguments& arguments, app::ProbeTarget& target) {
    for (const std::string_view option : {"--verify-certificate", "--ca-file", "--fingerprint"})
        if (arguments.value(option)) target.relay_id = 0;
    if (const auto text = arguments.value("--verify-certificate")) {
        if (*text != "on" && *text != "off")
            return base::usage_error("not a value of --verify-certificate: " + base::quoted(*text) +
                                     ": it is on or off");
        target.verification = *text == "off" ? relay::Verification::off : relay::Verification::on;
    }
    if (const auto text = arguments.value("--ca-file")) {
        TRY(target.ca_file, parse_ca_file(*text));
    }
    if (const auto text = arguments.value("--fingerprint")) {
        target.fingerprint.clear();
        if (*text != "none") {
            TRY(target.fingerprint, relay::parse_fingerprint(*text));
        }
    }
    if (!target.fingerprint.empty() && arguments.value("--fingerprint") &&
        target.verification == relay::Verification::off)
        return base::usage_error(
            "a fingerprint is itself a verification: it cannot be switched off beside it");
    return {};
}

// A wrong value there is a fault of the command, not of each relay or line.
base::Result<void> check_trust(const Arguments& arguments) {
    app::ProbeTarget any{.host = relay::Host::parse("localhost").value()};
    return read_trust(arguments, any);
}

}  // namespace

base::Result<ProbeRequest> read_probe_request(Context& context, const Arguments& arguments) {
    ProbeRequest request;
    TRY_VOID(check_trust(arguments));
    if (arguments.flag("--any-port")) request.any_port = relay::AnyPort::yes;
    for (const auto& text : arguments.values("--port")) {
        TRY(const auto port, relay::parse_port(text, request.any_port));
        if (std::find(request.ports.begin(), request.ports.end(), port) == request.ports.end())
            request.ports.push_back(port);
    }
    for (const auto& text : arguments.values("--security")) {
        TRY(const auto security, relay::parse_security(text));
        auto& all = request.securities;
        if (std::find(all.begin(), all.end(), security) == all.end()) all.push_back(security);
    }
    if (const auto text = arguments.value("--require")) {
        TRY(request.required, parse_required(*text, request.any_port));
    }
    if (const auto text = arguments.value("--ehlo-name")) {
        TRY(const auto name, base::DomainName::parse(*text));
        request.ehlo_name = name.ascii();
    } else {
        request.ehlo_name = own_ehlo_name();
    }
    if (const auto text = arguments.value("--timeout")) {
        TRY(request.timeout, parse_seconds("--timeout", *text, std::chrono::seconds(3600)));
    }
    if (arguments.flag("--matrix") || !request.ports.empty() || !request.securities.empty())
        request.breadth = Breadth::matrix;
    request.tls_scan = arguments.flag("--tls-scan");
    request.all_addresses = arguments.flag("--all-addresses");
    if (const auto text = arguments.value("--mta-sts")) {
        TRY(request.mta_sts, base::DomainName::parse(*text));
        if (const auto file = arguments.value("--ca-file")) {
            TRY(request.policy_ca_file, parse_ca_file(*file));
        }
    }
    request.dane = arguments.flag("--dane");
    if (request.dane) {
        TRY(request.trust_ad, context.trusts_ad(arguments));
    } else if (arguments.flag("--trust-ad")) {
        return base::usage_error("--trust-ad is for --dane");
    }
    return request;
}

namespace {

// This endpoint decides. Where it is another than the relay's own, nothing of it is kept.
void judge_at(app::ProbeTarget& target, const app::ProbeEndpoint& endpoint) {
    if (endpoint == target.configured) return;
    target.configured = endpoint;
    target.relay_id = 0;
}

// Of "host:587" and "smtp://host:587/"; empty where it is nothing of the kind.
std::string command_meant_by(std::string_view word) {
    if (const auto scheme = word.find("://"); scheme != std::string_view::npos)
        word.remove_prefix(scheme + 3);
    word = word.substr(0, word.find('/'));
    const auto colon = word.rfind(':');
    if (const auto host = relay::Host::parse(word); host.has_value())
        return "relayctl probe " + host->to_string();
    if (colon == std::string_view::npos || !base::parse_decimal(word.substr(colon + 1), 65535)) return {};
    const auto host = relay::Host::parse(word.substr(0, colon));
    if (host.has_error()) return {};
    return fmt::format("relayctl probe {} --port {}", host->to_string(), word.substr(colon + 1));
}

base::Result<app::ProbeTarget> read_host(const std::string& word) {
    auto host = relay::Host::parse(word);
    if (host.has_value()) return app::ProbeTarget{.host = std::move(*host)};
    return std::move(host).error().with_hint(command_meant_by(word));
}

// A word with a dot or colon that is no relay's name is a host; "localhost" is one too.
base::Result<app::ProbeTarget> find_target(relay::Store& store, const std::string& word) {
    if (relay::parse_relay_name(base::lower(word)).has_value()) {
        TRY(const auto relay, store.find_relay(word));
        if (relay) return app::probe_target(*relay);
        if (word.find('.') == std::string::npos && word != "localhost") {
            TRY(const auto missing, app::find_relay(store, word));
            return app::probe_target(missing);
        }
    }
    return read_host(word);
}

}  // namespace

base::Result<app::ProbeTarget> read_probe_target(relay::Store& store, const std::string& word,
                                                 const Arguments& arguments) {
    TRY(auto target, find_target(store, word));
    TRY_VOID(read_trust(arguments, target));
    target.dialogue_is_tried = asks_for_dialogue(arguments);
    return target;
}

void require_endpoint(app::ProbeTarget& target, const ProbeRequest& request) {
    if (request.required) {
        judge_at(target, *request.required);
    } else if (request.ports.size() == 1 && request.securities.size() == 1) {
        judge_at(target, {.port = request.ports.front(), .security = request.securities.front()});
    }
}

std::vector<app::ProbeEndpoint> matrix_endpoints(const ProbeRequest& request,
                                                 const app::ProbeTarget& target) {
    auto endpoints = app::probe_endpoints(request.ports, request.securities, target.configured);
    const auto& required = request.required;
    if (required && std::find(endpoints.begin(), endpoints.end(), *required) == endpoints.end())
        endpoints.insert(endpoints.begin(), *required);
    return endpoints;
}

app::ProbeOptions probe_options(const ProbeRequest& request, const app::ProbeTarget& target) {
    app::ProbeOptions options;
    options.endpoints = request.breadth == Breadth::endpoint ? app::usual_endpoints(target.configured)
                                                             : matrix_endpoints(request, target);
    options.ehlo_name = request.ehlo_name;
    options.timeout = request.timeout;
    return options;
}

}  // namespace cli
