// Use case: many relays, each as it is done, and no host pressed by them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/probe_relay.hpp"

namespace app {

struct ProbeJob {
    std::string word;        // as it was given
    std::string fault = {};  // why it cannot be probed; then nothing is tried
    finding::Verdict fault_verdict = finding::Verdict::unchecked;  // bad: the word names nothing
    std::optional<ProbeTarget> target = {};                        // nullopt: there is a fault
    std::vector<ProbeEndpoint> endpoints = {};
};

struct ProbedJob {
    ProbeJob job;                            // a fault that came up on the way stands there too
    std::optional<ProbeReport> report = {};  // nullopt: there is a fault
    finding::Verdict verdict() const { return report ? report->verdict : job.fault_verdict; }
};

struct ProbeManyOptions {
    std::size_t concurrency = 16;  // relays at a time
    // At a time to one host, where no single relay asks for more.
    std::size_t connections_to_host = 2;
    std::size_t most_waiting = 4096;  // for their host; as many are read ahead
    ProbeOptions common = {};         // of every relay; its endpoints are those of the job
};

// The next job; nullopt = no more. Never called again before it has answered.
using NextProbe = std::function<net::Task<std::optional<ProbeJob>>()>;
// One that is done; false = stop, and forget those at work.
using TakeProbed = std::function<bool(ProbedJob)>;

// One that fails does not touch the others. After a cancellation nothing is handed out any more. What is
// held at a time does not depend on the number of jobs.
net::Task<void> probe_many(ProbeServices services, NextProbe next, TakeProbed take, ProbeManyOptions options);

// The configured endpoint alone; without one, those where mail is handed in: 587 tls, 465 ssl, 25 tls.
std::vector<ProbeEndpoint> usual_endpoints(const std::optional<ProbeEndpoint>& configured);

}  // namespace app
