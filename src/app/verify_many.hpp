// Use case: SPF, DKIM and DMARC of many domains, each as it comes and none twice at work.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/verify_domain.hpp"

namespace app {

struct VerifyTarget {
    std::string domain;                       // any text
    std::vector<std::string> selectors = {};  // empty = those of the common request
    std::string fault = {};                   // why this is no target; then nothing is asked
    std::string key = {};                     // the caller's own, handed back
};

struct VerifiedTarget {
    VerifyTarget target;
    Verification verification;  // of a target with a fault: that fault, and no part
    std::string failure = {};   // a bug that the verification met; then it has no part and is unchecked
};

enum class Order { as_finished, as_given };

struct VerifyManyOptions {
    std::size_t concurrency = 200;  // domains at a time
    Order order = Order::as_finished;
    std::size_t window = 1000;  // as_given: how many are kept until a slow one before them is done
};

// The next target; nullopt = no more. Never called again before it has answered.
using NextTarget = std::function<net::Task<std::optional<VerifyTarget>>()>;
// One that is done; false = stop, and forget those at work.
using TakeVerified = std::function<bool(VerifiedTarget)>;

// `common` is the request of every target, with its own domain, selectors and the keys of that domain. One
// that fails does not touch the others. After a cancellation nothing is handed out any more. What is held at
// a time does not depend on the number of targets.
net::Task<void> verify_many(dns::Resolver& resolver, VerifyRequest common, NextTarget next, TakeVerified take,
                            VerifyManyOptions options);

}  // namespace app
