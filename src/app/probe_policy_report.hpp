// What a domain's MTA-STS policy says of the host that was probed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "finding/verdict.hpp"
#include "mta_sts/policy.hpp"

namespace app {

struct PolicyCheck {
    std::string domain;                          // A-labels
    std::string url = {};                        // of the policy; empty when it was not asked for
    std::string id = {};                         // of the record; empty = none in order
    std::optional<mta_sts::Policy> policy = {};  // nullopt = none that can be used
    std::string pattern = {};                    // the first mx pattern that covers the host; empty = none
    std::optional<std::uint16_t> port = {};      // where STARTTLS or TLS was looked at
    std::optional<bool> tls_verifies = {};       // TLS works there, with a certificate that verifies for
                                                 // the host; nullopt = not known
    finding::Verdict verdict = finding::Verdict::unchecked;  // good: senders that keep to it deliver
};

}  // namespace app
