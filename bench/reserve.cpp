// Reserves room for messages under the daily limit of a store's relay, as `relayctl send` does for each
// message.
//   bench_reserve STORE DOMAIN COUNT
#include <charconv>
#include <cstdio>
#include <string_view>

#include "app/reservation.hpp"
#include "store/sqlite_store.hpp"

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const std::string_view count_text = argv[3];
    unsigned count = 0;
    std::from_chars(count_text.data(), count_text.data() + count_text.size(), count);
    const auto store = store::open_store(argv[1], store::Mode::write, std::chrono::milliseconds(5000));
    const auto domain = base::DomainName::parse(argv[2]);
    if (!store || !domain) return 3;
    const base::SystemClock clock;
    for (unsigned i = 0; i < count; ++i) {
        const auto reserved = app::reserve(**store, clock, *domain, relay::MailType::individual, 1);
        if (!reserved || !reserved->taken) {
            std::fprintf(stderr, "bench_reserve: %s\n",
                         reserved ? "no relay takes the message" : reserved.error().message.c_str());
            return 1;
        }
    }
    return 0;
}
