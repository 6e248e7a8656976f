#include "app/repeat_probe.hpp"

#include "probe_scene.hpp"

using namespace probe_test;
using app::Milliseconds;
using finding::Verdict;
using relay::Security;

namespace {

app::Combination run_of(std::optional<Milliseconds> tls, Milliseconds total,
                        Verdict verdict = Verdict::good) {
    app::Combination run;
    run.verdict = verdict;
    run.times.connect = Milliseconds(1);
    run.times.tls = tls;
    run.total = total;
    return run;
}

base::Result<app::RepeatedProbe> repeat(Scene& scene, std::size_t times) {
    const app::ProbeServices services{
        .resolver = scene.resolver, .dialer = scene.dialer, .clock = scene.clock};
    return net::run(app::repeat_probe(services, scene.target, scene.options, times));
}

}  // namespace

TEST_CASE("Each stage has the smallest, the middle and the largest of the runs that completed it") {
    const auto stats = app::stage_stats(
        {run_of(Milliseconds(30), Milliseconds(90)), run_of(Milliseconds(10), Milliseconds(50)),
         run_of(std::nullopt, Milliseconds(7), Verdict::bad), run_of(Milliseconds(20), Milliseconds(60))});
    const std::vector<app::StageStats> expected = {
        {"connect", 4, Milliseconds(1), Milliseconds(1), Milliseconds(1)},
        {"tls", 3, Milliseconds(10), Milliseconds(20), Milliseconds(30)},
        {"total", 3, Milliseconds(50), Milliseconds(60), Milliseconds(90)}};
    CHECK(stats == expected);
    CHECK(app::stage_stats({}).empty());
}

TEST_CASE("The median of an even number lies between the two in the middle") {
    const auto stats = app::stage_stats(
        {run_of(Milliseconds(1), Milliseconds(1)), run_of(Milliseconds(4), Milliseconds(1))});
    CHECK(stats[1].median == Milliseconds(2));
}

TEST_CASE("The same endpoint is probed as often as asked, and the first of the worst is told") {
    Scene scene(587, Security::tls);
    works_with_starttls(scene.accept(587));
    works_with_starttls(scene.accept(587), tls_with(net::CertificateStatus::expired, "it has expired"));
    works_with_starttls(scene.accept(587));
    const auto repeated = repeat(scene, 3).value();
    CHECK(repeated.runs == 3);
    CHECK(repeated.good == 2);
    CHECK(repeated.report.verdict == Verdict::bad);
    CHECK(repeated.stages.front().stage == "dns");
    CHECK(repeated.stages.front().count == 1);
    CHECK(repeated.stages[1].stage == "connect");
    CHECK(repeated.stages[1].count == 3);
    CHECK(repeated.stages.back().stage == "total");
    CHECK(repeated.stages.back().count == 2);
}

TEST_CASE("A host is probed again where its first probe was decided") {
    Scene scene;
    scene.options.endpoints = {{.port = 587, .security = Security::tls},
                               {.port = 465, .security = Security::ssl}};
    works_with_implicit_tls(scene.accept(465));
    works_with_implicit_tls(scene.accept(465));
    const auto repeated = repeat(scene, 2).value();
    CHECK(repeated.runs == 2);
    CHECK(repeated.good == 2);
    CHECK(scene.dialer.dialogues.size() == 2);
}

TEST_CASE("A host without an address has no times but that of the DNS") {
    Scene scene(587, Security::tls);
    scene.target.host = relay::Host::parse("nowhere.example").value();
    const auto repeated = repeat(scene, 2).value();
    CHECK(repeated.runs == 2);
    CHECK(repeated.good == 0);
    REQUIRE(repeated.stages.size() == 1);
    CHECK(repeated.stages.front().stage == "dns");
    CHECK(repeated.report.verdict == Verdict::bad);
}
