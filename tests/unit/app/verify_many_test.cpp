#include "app/verify_many.hpp"

#include <algorithm>
#include <stdexcept>

#include <doctest/doctest.h>

#include "net/event.hpp"
#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

using namespace std::chrono_literals;

// Answers as the fake does; a name that begins with "slow" takes its time, one with "broken" throws.
class SlowResolver final : public dns::Resolver {
  public:
    net::Task<dns::Answer> query(dns::Question question) override {
        const std::string name = question.name.to_string();
        if (name.find("broken") != std::string::npos) throw std::runtime_error("it broke");
        if (name.find("slow") != std::string::npos)
            co_await net::sleep_until(net::Deadline::clock::now() + 20ms);
        co_return co_await table.query(std::move(question));
    }
    test::FakeResolver table;
};

struct Scene {
    SlowResolver resolver;
    std::vector<app::VerifyTarget> targets;
    app::VerifyRequest common = {};
    app::VerifyManyOptions options = {};
    std::size_t stop_after = ~std::size_t{0};
    std::vector<app::VerifiedTarget> results = {};
    std::size_t taken = 0, most_ahead = 0;

    base::Result<void> run() {
        const app::NextTarget next = [this]() -> net::Task<std::optional<app::VerifyTarget>> {
            most_ahead = std::max(most_ahead, taken - results.size());
            std::optional<app::VerifyTarget> target;
            if (taken < targets.size()) target = targets[taken++];
            co_return target;
        };
        const app::TakeVerified take = [this](app::VerifiedTarget done) {
            results.push_back(std::move(done));
            return results.size() < stop_after;
        };
        return net::run_to_end(app::verify_many(resolver, common, next, take, options));
    }
    std::vector<std::string> domains() const {
        std::vector<std::string> names;
        for (const auto& result : results)
            names.push_back(result.target.domain);
        return names;
    }
};

Scene scene_of(std::vector<std::string> domains) {
    Scene scene;
    for (auto& domain : domains) {
        scene.resolver.table.txt(domain.find(' ') == std::string::npos ? domain : "x.example", "v=spf1 -all");
        scene.targets.push_back({.domain = std::move(domain)});
    }
    return scene;
}

std::vector<std::string> sorted(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

TEST_CASE("results come as they are done, and none is missing [BULK-01]") {
    auto scene = scene_of({"slow.example", "a.example", "b.example"});
    CHECK(scene.run().has_value());
    REQUIRE(scene.results.size() == 3);
    CHECK(scene.domains().back() == "slow.example");
    CHECK(sorted(scene.domains()) == std::vector<std::string>{"a.example", "b.example", "slow.example"});
    for (const auto& result : scene.results)
        CHECK(result.verification.spf->lint.record == "v=spf1 -all");
}

TEST_CASE("results come in the order of the input when that is asked for [BULK-01]") {
    auto scene = scene_of({"slow.example", "a.example", "slow2.example", "b.example"});
    scene.options.order = app::Order::as_given;
    CHECK(scene.run().has_value());
    CHECK(scene.domains() ==
          std::vector<std::string>{"slow.example", "a.example", "slow2.example", "b.example"});
}

TEST_CASE("behind a slow one no more than the window is kept in order [BULK-01]") {
    std::vector<std::string> names = {"slow.example"};
    for (int i = 0; i < 100; ++i)
        names.push_back("n" + std::to_string(i) + ".example");
    auto scene = scene_of(names);
    scene.options = {.concurrency = 4, .order = app::Order::as_given, .window = 10};
    CHECK(scene.run().has_value());
    CHECK(scene.domains() == names);
    CHECK(scene.most_ahead <= 10);
    CHECK(scene.most_ahead > 4);
}

TEST_CASE("a target that is no domain, or has a fault of its own, does not touch the others [BULK-01]") {
    auto scene = scene_of({"not a domain", "a.example"});
    scene.targets.push_back({.domain = "b.example", .fault = "the line is too long"});
    scene.options.order = app::Order::as_given;
    CHECK(scene.run().has_value());
    REQUIRE(scene.results.size() == 3);
    CHECK(scene.results[0].verification.domain_fault != "");
    CHECK(scene.results[0].verification.verdict() == finding::Verdict::bad);
    CHECK(scene.results[1].verification.domain_fault == "");
    CHECK(scene.results[2].verification.domain_fault == "the line is too long");
    CHECK(!scene.results[2].verification.spf);
    CHECK(scene.results[2].verification.verdict() == finding::Verdict::bad);
}

TEST_CASE("a verification that meets a bug is unchecked, and the others go on [BULK-01]") {
    auto scene = scene_of({"broken.example", "a.example"});
    scene.options.order = app::Order::as_given;
    CHECK(scene.run().has_value());
    REQUIRE(scene.results.size() == 2);
    CHECK(scene.results[0].failure == "it broke");
    CHECK(scene.results[0].verification.verdict() == finding::Verdict::unchecked);
    CHECK(scene.results[1].failure == "");
}

TEST_CASE("who takes the results can stop the run [BULK-01]") {
    std::vector<std::string> names;
    for (int i = 0; i < 1000; ++i)
        names.push_back("n" + std::to_string(i) + ".example");
    auto scene = scene_of(names);
    scene.options.concurrency = 5;
    scene.stop_after = 10;
    CHECK(scene.run().has_value());
    CHECK(scene.results.size() == 10);
    CHECK(scene.taken < 30);
}

TEST_CASE("a target's own selectors stand in place of the common ones, and it gets the keys of its domain") {
    auto scene = scene_of({"a.example", "b.example"});
    scene.common.selectors = {"common"};
    scene.targets[1].selectors = {"own"};
    scene.common.keys = {{.domain = base::DomainName::parse("a.example").value(),
                          .selector = "common",
                          .algorithm = relay::KeyAlgorithm::ed25519,
                          .bits = 256,
                          .public_key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}};
    scene.resolver.table.txt("common._domainkey.a.example",
                             "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    scene.options.order = app::Order::as_given;
    CHECK(scene.run().has_value());
    REQUIRE(scene.results.size() == 2);
    CHECK(scene.results[0].verification.dkim->keys[0].selector == "common");
    CHECK(scene.results[0].verification.dkim->keys[0].matches_expected == true);
    CHECK(scene.results[1].verification.dkim->keys[0].selector == "own");
    CHECK(!scene.results[1].verification.dkim->keys[0].matches_expected);
}
