// The real parts are made here and handed to cli::run().
#include <chrono>
#include <cstdlib>

#include "cli/parts.hpp"
#include "cli/sendmail_words.hpp"
#include "http/curl_fetcher.hpp"
#include "library_versions.hpp"
#include "store/sqlite_store.hpp"

int main(int argc, char** argv) {
    constexpr std::chrono::milliseconds busy_timeout(5000), glance_timeout(20);
    const base::SystemClock clock;
    const cli::Parts parts{
        .open_store =
            [=](const auto& path, cli::StoreMode mode) {
                auto store_mode = store::Mode::read;
                if (mode == cli::StoreMode::write) store_mode = store::Mode::write;
                if (mode == cli::StoreMode::scratch) store_mode = store::Mode::scratch;
                return store::open_store(path, store_mode,
                                         mode == cli::StoreMode::glance ? glance_timeout : busy_timeout);
            },
        .make_resolver = dns::make_stub_resolver,
        .make_dialer = [] { return std::make_unique<net::TcpDialer>(); },
        .make_fetcher = http::make_curl_fetcher,
        .clock = &clock,
        .library_versions = library_versions,
    };
    std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    if (argc > 0 && cli::is_sendmail_name(argv[0])) words.emplace(words.begin(), cli::sendmail_word);
    return cli::run(
        parts, {.words = std::move(words), .variable = [](const char* name) { return std::getenv(name); }});
}
