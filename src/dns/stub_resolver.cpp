#include "dns/stub_resolver.hpp"

#include <algorithm>
#include <stdexcept>

#include <boost/unordered/unordered_flat_map.hpp>
#include <fmt/format.h>

#include "dns/aliases.hpp"
#include "dns/cache.hpp"
#include "dns/rate_limit.hpp"
#include "dns/server_report.hpp"
#include "dns/tcp_query.hpp"
#include "dns/udp_pool.hpp"
#include "net/event.hpp"

namespace dns {

namespace {

using Clock = net::Deadline::clock;

// What the servers made of one question, before aliases are followed.
struct Asked {
    std::optional<Response> response;  // NOERROR or NXDOMAIN
    Status status = Status::timeout;   // without a response: why
    std::string detail = {};
    bool over_tcp = false;
    bool truncated = false;
    bool bogus = false;
    bool interrupted = false;
};

// What all inquiries of a resolver share.
struct Shared {
    ResolverOptions options;
    std::vector<bool> without_edns;                  // by server: it knows no OPT record
    std::vector<std::unique_ptr<RateLimit>> limits;  // by server, or none at all
    std::shared_ptr<UdpPool> pool;

    void begin() {
        if (pool) return;
        pool = UdpPool::create(options.servers);
        if (options.rate == 0) return;
        for (std::size_t i = 0; i < options.servers.size(); ++i)
            limits.push_back(std::make_unique<RateLimit>(options.rate));
    }
};

// One question to the servers in turn, until one gives a final answer, the tries are used up or the time is.
class Inquiry {
  public:
    // The question must outlive it.
    Inquiry(Shared& shared, const Question& question, net::Deadline deadline)
        : shared_(shared),
          options_(shared.options),
          question_(question),
          deadline_(deadline),
          report_(shared.options.servers) {}

    net::Task<Asked> run() {
        for (unsigned i = 0; i < options_.attempts; ++i) {
            const auto server = report_.next(i % options_.servers.size());
            if (!server || Clock::now() >= deadline_) break;
            const bool final = co_await attempt(*server, options_.attempts - i);
            if (final) co_return std::move(asked_);
        }
        asked_.status = report_.status();
        asked_.detail = report_.detail();
        if (asked_.status == Status::servfail) co_await look_for_bogus();
        co_return std::move(asked_);
    }

  private:
    // The time of this try: each gets twice that of the one before, and all together what is left.
    net::Deadline share(unsigned tries_left) const {
        const auto now = Clock::now();
        const unsigned parts = (1U << std::min(tries_left, 16U)) - 1;
        return now + (deadline_ - now) / parts;
    }

    bool is_limited() const { return !shared_.limits.empty(); }

    // With limits: a message may go to this server now; false: cancelled. The wait for a turn is none of the
    // server's time.
    net::Task<bool> admit(std::size_t server) {
        const auto waited = co_await shared_.limits[server]->wait();
        if (waited) deadline_ += *waited;
        co_return waited.has_value();
    }

    // Whether asked_ is final.
    net::Task<bool> attempt(std::size_t server, unsigned tries_left) {
        bool admitted = true;
        if (is_limited()) admitted = co_await admit(server);
        if (!admitted) co_return interrupt();
        ++options_.counts->queries;
        const auto start = Clock::now();
        const auto until = share(tries_left);
        QueryFlags flags;
        flags.edns = !shared_.without_edns[server];
        Exchange exchange = co_await shared_.pool->ask(server, question_, flags, until, &earlier_);
        server = exchange.server;
        // RFC 6891 section 7: a server of old knows no OPT record. Once more without.
        if (exchange.outcome == Exchange::Outcome::answered && flags.edns &&
            (exchange.response.code == 1 || exchange.response.code == 4)) {
            flags.edns = false;
            if (is_limited()) admitted = co_await admit(server);
            if (!admitted) co_return interrupt();
            ++options_.counts->queries;
            exchange = co_await shared_.pool->ask(server, question_, flags, share(tries_left), &earlier_);
            server = exchange.server;
            if (exchange.outcome == Exchange::Outcome::answered && exchange.response.code != 1)
                shared_.without_edns[server] = true;
        }
        switch (exchange.outcome) {
            case Exchange::Outcome::answered:
                if (!exchange.response.truncated) co_return take(server, std::move(exchange.response));
                asked_.truncated = true;
                break;
            case Exchange::Outcome::malformed:
                report_.ended(server, Status::malformed, "sent a " + exchange.reason);
                co_return false;
            case Exchange::Outcome::timeout:
                report_.waited(server, since(start));
                if (!exchange.other_case) co_return false;
                break;  // the server does not keep the case of names: over TCP nothing can be forged
            case Exchange::Outcome::failed:
                report_.ended(server, Status::unreachable, "cannot be reached: " + exchange.reason);
                co_return false;
            case Exchange::Outcome::interrupted:
                co_return interrupt();
        }
        co_return co_await attempt_over_tcp(server, flags);
    }

    net::Task<bool> attempt_over_tcp(std::size_t server, QueryFlags flags) {
        bool admitted = true;
        if (is_limited()) admitted = co_await admit(server);
        if (!admitted) co_return interrupt();
        ++options_.counts->queries;
        auto response = co_await ask_over_tcp(options_.servers[server], question_, flags, deadline_);
        if (response.has_value()) {
            asked_.over_tcp = true;
            co_return take(server, std::move(*response));
        }
        if (response.error().kind == base::ErrorKind::interrupted) co_return interrupt();
        const bool malformed = response.error().message.starts_with("malformed");
        report_.ended(
            server, malformed ? Status::malformed : Status::timeout,
            fmt::format("{} over TCP: {}", asked_.truncated ? "cuts the answer short, and" : "fails",
                        response.error().message));
        co_return false;
    }

    bool take(std::size_t server, Response response) {
        const Status status = status_of(response.code);
        if (status == Status::no_data || status == Status::nxdomain) {
            asked_.response = std::move(response);
            asked_.detail = report_.detail();
            return true;
        }
        asked_.bogus = asked_.bogus || (status == Status::servfail && response.bogus);
        if (status == Status::servfail && response.recursion_available) failed_server_ = server;
        std::string what = status == Status::servfail ? "answered SERVFAIL"
                           : response.code == 5       ? "answered REFUSED"
                                                      : fmt::format("answered RCODE {}", response.code);
        if (!response.explanation.empty()) what += fmt::format(" ({})", response.explanation);
        report_.ended(server, status, std::move(what));
        return false;
    }

    // SERVFAIL also stands for signatures that do not validate. With CD set the server answers all the same
    // (RFC 4035 section 3.2.2), which tells the two apart.
    net::Task<void> look_for_bogus() {
        if (asked_.bogus || !failed_server_ || Clock::now() >= deadline_) co_return;
        bool admitted = true;
        if (is_limited()) admitted = co_await admit(*failed_server_);
        if (!admitted) co_return;
        ++options_.counts->queries;
        QueryFlags flags;
        flags.edns = !shared_.without_edns[*failed_server_];
        flags.checking_disabled = true;
        const auto until = share(2);
        const Exchange exchange = co_await shared_.pool->ask(*failed_server_, question_, flags, until);
        if (exchange.outcome != Exchange::Outcome::answered) co_return;
        asked_.bogus = exchange.response.code == 0 || exchange.response.code == 3;
        if (asked_.bogus) asked_.detail += "; without DNSSEC validation it answers";
    }

    bool interrupt() {
        asked_.interrupted = true;
        asked_.status = Status::timeout;
        asked_.detail = "interrupted";
        return true;
    }

    static std::chrono::milliseconds since(net::Deadline start) {
        return std::chrono::round<std::chrono::milliseconds>(Clock::now() - start);
    }

    Shared& shared_;
    const ResolverOptions& options_;
    const Question& question_;
    net::Deadline deadline_;
    ServerReport report_;
    Asked asked_;
    std::optional<std::size_t> failed_server_;
    LateTries earlier_;
};

// Those who wait for the answer to a question that another has on its way.
struct Flight {
    std::optional<Answer> answer;
    std::vector<net::Event*> waiting;
};

class StubResolver final : public Resolver {
  public:
    explicit StubResolver(ResolverOptions options) : cache_(most_answers, options.cache_octets) {
        shared_.options = std::move(options);
        shared_.without_edns.resize(shared_.options.servers.size(), false);
    }

    net::Task<Answer> query(Question question) override {
        const CacheKey key(question);
        for (;;) {
            if (const Answer* known = cache_.find(key, Clock::now())) {
                ++counts().from_cache;
                co_return *known;
            }
            const auto found = flights_.find(key);
            if (found == flights_.end()) break;
            if (!found->second) found->second = std::make_shared<Flight>();
            const std::shared_ptr<Flight> flight = found->second;
            net::Event landed;
            flight->waiting.push_back(&landed);
            const bool in_time = co_await landed.wait();
            if (!in_time) {
                std::erase(flight->waiting, &landed);
                co_return interrupted();
            }
            if (flight->answer) {
                ++counts().shared;
                co_return *flight->answer;
            }
            // Who asked was cancelled: the next one asks.
        }
        const Landing landing(*this, key);
        Answer result = co_await answer(std::move(question), key);
        landing.bring(result);
        co_return result;
    }

    bool knows(const Question& question) override {
        return cache_.find(CacheKey(question), Clock::now()) != nullptr;
    }

  private:
    // However the one who asks goes away, those who wait are told.
    class Landing {
      public:
        Landing(StubResolver& resolver, const CacheKey& key) : resolver_(resolver), key_(key) {
            resolver_.flights_.emplace(key_, nullptr);
        }
        Landing(const Landing&) = delete;
        Landing& operator=(const Landing&) = delete;
        ~Landing() {
            const auto flight = resolver_.flights_.find(key_);
            const auto waiting = std::move(flight->second);
            resolver_.flights_.erase(flight);
            if (!waiting) return;
            for (net::Event* event : waiting->waiting)
                event->set();
        }
        void bring(const Answer& answer) const {
            if (const auto& flight = resolver_.flights_.find(key_)->second) flight->answer = answer;
        }

      private:
        StubResolver& resolver_;
        const CacheKey& key_;
    };

    static Answer interrupted() {
        Answer answer;
        answer.detail = "interrupted";
        return answer;
    }

    net::Task<Answer> answer(Question question, const CacheKey& key) {
        shared_.begin();
        const auto deadline = Clock::now() + shared_.options.timeout;
        const Name origin = question.name;
        Answer result;
        std::uint32_t ttl = 0xffffffff;
        for (;;) {
            Inquiry inquiry(shared_, question, deadline);
            Asked asked = co_await inquiry.run();
            if (asked.interrupted) co_return interrupted();
            result.detail = std::move(asked.detail);
            result.over_tcp = result.over_tcp || asked.over_tcp;
            result.truncated = result.truncated || asked.truncated;
            result.bogus = asked.bogus;
            result.status = asked.status;
            if (!asked.response) break;
            const bool first = question.name == origin;
            result.authentic = asked.response->authentic && (first || result.authentic);
            result.size = asked.response->size;
            Chain chain =
                follow_aliases(origin, question, std::move(result.aliases), std::move(*asked.response));
            result.aliases = std::move(chain.aliases);
            result.records = std::move(chain.records);
            result.status = chain.status;
            ttl = std::min(ttl, chain.ttl);
            if (!chain.leads_out) break;
            question.name = result.aliases.back();
        }
        if (is_temporary(result.status)) co_return result;
        const auto now = Clock::now();
        const std::chrono::seconds lifetime(ttl);
        result.expires = Cache::expiry(lifetime, now);
        cache_.insert(key, result, lifetime, now);
        co_return result;
    }

    ResolverCounts& counts() { return *shared_.options.counts; }

    static constexpr std::size_t most_answers = 100'000;
    Shared shared_;
    Cache cache_;
    // The keys stand in the frames of those who ask.
    boost::unordered_flat_map<CacheKeyView, std::shared_ptr<Flight>, CacheKeyView::Hash> flights_;
};

}  // namespace

std::unique_ptr<Resolver> make_stub_resolver(ResolverOptions options) {
    if (options.servers.empty()) throw std::logic_error("a resolver without servers");
    options.attempts = std::max(options.attempts, 1U);
    if (!options.counts) options.counts = std::make_shared<ResolverCounts>();
    return std::make_unique<StubResolver>(std::move(options));
}

}  // namespace dns
