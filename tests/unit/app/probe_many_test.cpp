#include "app/probe_many.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "net/run.hpp"
#include "probe_scene.hpp"

using namespace std::chrono_literals;
using probe_test::Words;

namespace {

// Takes a while, and refuses. Notes how many connections at most are made at a time, to one address and in
// all.
class BusyDialer final : public net::Dialer {
  public:
    net::Task<base::Result<std::unique_ptr<net::Stream>>> connect(net::Endpoint endpoint,
                                                                  net::Deadline) override {
        auto& now = open_[endpoint.address.to_string()];
        most_at_one = std::max(most_at_one, ++now);
        most = std::max(most, ++all_);
        if (endpoint.port == 666) throw std::runtime_error("it broke");
        try {
            co_await net::sleep_until(net::Deadline::clock::now() + 5ms);
        } catch (const std::exception&) {
            cancelled = true;
        }
        --now;
        --all_;
        ++made;
        co_return base::Error{.kind = base::ErrorKind::unavailable, .message = "connection refused"};
    }
    int most_at_one = 0, most = 0, made = 0;
    bool cancelled = false;

  private:
    std::map<std::string, int> open_;
    int all_ = 0;
};

struct ManyScene {
    test::FakeResolver resolver;
    BusyDialer dialer;
    probe_test::StandingClock clock;
    std::vector<app::ProbeJob> jobs;
    app::ProbeManyOptions options;
    std::size_t stop_after = ~std::size_t{0};
    std::vector<app::ProbedJob> results;
    std::size_t taken = 0;

    void add(const std::string& host,
             std::vector<app::ProbeEndpoint> endpoints = app::usual_endpoints(app::ProbeEndpoint{
                 .port = 587, .security = relay::Security::tls})) {
        jobs.push_back({.word = std::to_string(jobs.size()),
                        .target = app::ProbeTarget{.host = relay::Host::parse(host).value()},
                        .endpoints = std::move(endpoints)});
    }
    base::Result<void> run() {
        const app::NextProbe next = [this]() -> net::Task<std::optional<app::ProbeJob>> {
            std::optional<app::ProbeJob> job;
            if (taken < jobs.size()) job = jobs[taken++];
            co_return job;
        };
        const app::TakeProbed take = [this](app::ProbedJob done) {
            results.push_back(std::move(done));
            return results.size() < stop_after;
        };
        const app::ProbeServices services{.resolver = resolver, .dialer = dialer, .clock = clock};
        return net::run_to_end(app::probe_many(services, next, take, options));
    }
    Words words() const {
        Words found;
        for (const auto& result : results)
            found.push_back(result.job.word);
        return found;
    }
};

}  // namespace

TEST_CASE("At most two connections at a time go to one host, and the others are not held up by them") {
    ManyScene scene;
    for (int i = 0; i < 12; ++i)
        scene.add("192.0.2.1");
    for (int i = 2; i < 14; ++i)
        scene.add("192.0.2." + std::to_string(i));
    CHECK(scene.run().has_value());
    CHECK(scene.results.size() == 24);
    CHECK(scene.dialer.most_at_one == 2);
    CHECK(scene.dialer.most > 4);
    // Of the twelve of one host the last is done after all the others.
    CHECK(scene.words().back() == "11");
}

TEST_CASE("The matrix of one relay is tried at once, and no second one of the same host beside it") {
    ManyScene scene;
    for (int i = 0; i < 3; ++i)
        scene.add("192.0.2.1", app::probe_endpoints({}, {}, std::nullopt));
    scene.add("192.0.2.1");
    CHECK(scene.run().has_value());
    CHECK(scene.words() == Words{"0", "1", "2", "3"});
    CHECK(scene.dialer.most_at_one == 9);
    CHECK(scene.dialer.made == 28);
}

TEST_CASE("As many relays as allowed are at work, and no more") {
    for (const std::size_t limit : {std::size_t{1}, std::size_t{3}}) {
        ManyScene scene;
        scene.options.concurrency = limit;
        for (int i = 0; i < 10; ++i)
            scene.add("192.0.2." + std::to_string(i));
        CHECK(scene.run().has_value());
        CHECK(scene.results.size() == 10);
        CHECK(scene.dialer.most == static_cast<int>(limit));
    }
}

TEST_CASE("However many wait for one host, few are read ahead and all are done") {
    ManyScene scene;
    scene.options.most_waiting = 2;
    for (int i = 0; i < 20; ++i)
        scene.add("192.0.2.1");
    CHECK(scene.run().has_value());
    CHECK(scene.results.size() == 20);
    CHECK(scene.dialer.most_at_one == 2);
}

TEST_CASE("A line with a fault and a bug in one probe leave the others alone") {
    ManyScene scene;
    scene.add("192.0.2.1");
    scene.jobs.push_back({.word = "bad", .fault = "no such relay"});
    scene.add("192.0.2.2", {{.port = 666, .security = relay::Security::tls}});
    scene.add("192.0.2.3");
    CHECK(scene.run().has_value());
    REQUIRE(scene.results.size() == 4);
    std::map<std::string, std::string> faults;
    for (const auto& result : scene.results) {
        faults[result.job.word] = result.job.fault;
        CHECK(result.report.has_value() == result.job.fault.empty());
    }
    CHECK(faults ==
          std::map<std::string, std::string>{
              {"0", ""}, {"bad", "no such relay"}, {"2", "a bug in relayctl: it broke"}, {"3", ""}});
}

TEST_CASE("When nothing more is wanted, those at work are forgotten and those that wait are not begun") {
    ManyScene scene;
    scene.stop_after = 1;
    for (int i = 0; i < 50; ++i)
        scene.add("192.0.2." + std::to_string(i % 5));
    CHECK(scene.run().has_value());
    CHECK(scene.results.size() == 1);
    CHECK(scene.dialer.made < 30);
}

TEST_CASE("A relay's own endpoint is tried, of a host those where mail is handed in") {
    const app::ProbeEndpoint own{.port = 2525, .security = relay::Security::none};
    CHECK(app::usual_endpoints(own) == std::vector{own});
    CHECK(app::usual_endpoints(std::nullopt) == std::vector<app::ProbeEndpoint>{{587, relay::Security::tls},
                                                                                {465, relay::Security::ssl},
                                                                                {25, relay::Security::tls}});
}
