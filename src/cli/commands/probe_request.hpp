// What `probe` was asked for: the options that every way of probing shares, and whom a word stands for.
#pragma once

#include "app/probe_relay.hpp"
#include "cli/arguments.hpp"
#include "cli/context.hpp"
#include "relay/store.hpp"

namespace cli {

enum class Breadth {
    endpoint,  // the configured one, or where mail is usually handed in
    matrix,    // what --port and --security say, or all
};

struct ProbeRequest {
    std::vector<std::uint16_t> ports;
    std::vector<relay::Security> securities;
    std::optional<app::ProbeEndpoint> required;
    std::string ehlo_name;  // empty leaves it to the address we speak from
    app::Milliseconds timeout{30000};
    relay::AnyPort any_port = relay::AnyPort::no;
    Breadth breadth = Breadth::endpoint;  // of many relays
    bool dane = false;
    bool trust_ad = false;  // with dane: the DNS server's AD bit counts
    bool tls_scan = false;  // not of many relays, as the two below
    bool all_addresses = false;
    std::optional<base::DomainName> mta_sts;
    std::string policy_ca_file;  // of --ca-file
};

// Errors: usage.
base::Result<ProbeRequest> read_probe_request(Context& context, const Arguments& arguments);

// A relay of the store or a host, with what the options say of its certificate. Errors: not_found for a word
// that can only be a relay's name; usage.
base::Result<app::ProbeTarget> read_probe_target(relay::Store& store, const std::string& word,
                                                 const Arguments& arguments);

// What --require says decides in place of the relay's own endpoint, or the only one that --port and
// --security leave.
void require_endpoint(app::ProbeTarget& target, const ProbeRequest& request);

// What --port, --security and --require ask for; without them all, the relay's own among them.
std::vector<app::ProbeEndpoint> matrix_endpoints(const ProbeRequest& request, const app::ProbeTarget& target);

// Of one of many, or of one that is watched: its endpoint alone, or what --matrix, --port and --security say.
app::ProbeOptions probe_options(const ProbeRequest& request, const app::ProbeTarget& target);

}  // namespace cli
