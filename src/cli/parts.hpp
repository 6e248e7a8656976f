// What the program is made of, handed in by main() and by tests.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "dns/stub_resolver.hpp"
#include "http/fetcher.hpp"
#include "net/dialer.hpp"
#include "relay/store.hpp"

namespace cli {

enum class StoreMode {
    read,     // a store that does not exist reads as empty
    scratch,  // an empty store in memory
    glance,   // as read, and hardly waits for a lock: for Tab
    write,
};

struct Parts {
    std::function<base::Result<std::unique_ptr<relay::Store>>(const std::filesystem::path&, StoreMode)>
        open_store;
    std::function<std::unique_ptr<dns::Resolver>(dns::ResolverOptions)> make_resolver;
    std::function<std::unique_ptr<net::Dialer>()> make_dialer;
    std::function<std::unique_ptr<http::Fetcher>()> make_fetcher;
    const base::Clock* clock = nullptr;
    std::function<std::vector<std::string>()> library_versions;  // "OpenSSL 3.0.17"
};

// What the process was given.
struct Process {
    std::vector<std::string> words;                    // argv without the program's name
    std::function<const char*(const char*)> variable;  // the environment; nullptr = not set
};

// Runs one command line. The exit code of the contract.
int run(const Parts& parts, const Process& process);

}  // namespace cli
