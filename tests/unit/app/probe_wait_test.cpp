// The probe's waiting: streams that really keep silent, and connections that really take their time.
#include "app/probe_wait.hpp"

#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "app/probe_relay.hpp"
#include "net/run.hpp"
#include "support/fake_resolver.hpp"
#include "support/fake_stream.hpp"

using app::ProbeEndpoint;
using app::Problem;
using relay::Security;

namespace {

using Steady = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

base::Error timed_out() {
    return {.kind = base::ErrorKind::unavailable, .message = "timed out"};
}
base::Error interrupted() {
    return {.kind = base::ErrorKind::interrupted, .message = "interrupted"};
}

enum class Tls { none, answers, sends_alert, http };

// Says nothing until the deadline; TLS goes through when it is a TLS server.
class SilentStream final : public net::Stream {
  public:
    explicit SilentStream(Tls tls) : tls_(tls) {}
    void set_deadline(net::Deadline deadline) override { deadline_ = deadline; }
    net::Task<base::Result<std::size_t>> read_some(std::span<char>) override {
        const bool waited = co_await app::pause_until(deadline_);
        if (!waited) co_return interrupted();
        co_return timed_out();
    }
    net::Task<base::Result<void>> write(std::string_view) override { co_return base::Result<void>(); }
    net::Task<base::Result<net::TlsInfo>> start_tls(const net::TlsOptions&) override {
        if (tls_ == Tls::answers) co_return test::Dialogue::good_tls();
        if (tls_ == Tls::sends_alert) {
            base::Error alert{.kind = base::ErrorKind::unavailable,
                              .message = "TLS handshake: " + std::string(net::alert_sent) + " \"no\""};
            co_return alert;
        }
        if (tls_ == Tls::http) {
            base::Error answer{
                .kind = base::ErrorKind::unavailable,
                .message = std::string(net::plain_text_answer) + ": \"HTTP/1.1 400 Bad Request\""};
            co_return answer;
        }
        const bool waited = co_await app::pause_until(deadline_);
        if (!waited) co_return interrupted();
        co_return timed_out();
    }
    void close() override {}

  private:
    Tls tls_;
    net::Deadline deadline_ = net::Deadline::max();
};

// Every address has its delay; an address without one is a black hole.
class SlowDialer final : public net::Dialer {
  public:
    net::Task<base::Result<std::unique_ptr<net::Stream>>> connect(net::Endpoint endpoint,
                                                                  net::Deadline deadline) override {
        ++connections;
        const auto delay = delays.find(endpoint.address.to_string());
        const auto moment = delay == delays.end() ? deadline : Steady::now() + delay->second;
        const bool waited = co_await app::pause_until(std::min(moment, deadline));
        if (!waited) co_return interrupted();
        if (delay == delays.end()) co_return timed_out();
        std::unique_ptr<net::Stream> stream = std::make_unique<SilentStream>(tls);
        co_return stream;
    }
    std::map<std::string, Milliseconds> delays;
    Tls tls = Tls::answers;
    int connections = 0;
};

struct Scene {
    test::FakeResolver resolver;
    SlowDialer dialer;
    base::SystemClock clock;
    app::ProbeTarget target{.host = relay::Host::parse("mail.example").value()};
    app::ProbeOptions options;
    Milliseconds took{0};

    Scene() {
        resolver.a("mail.example", "192.0.2.25");
        dialer.delays["192.0.2.25"] = Milliseconds(1);
        options.ehlo_name = "client.example";
        options.timeout = Milliseconds(3000);
        options.connect_limit = Milliseconds(2000);
        options.greeting_limit = Milliseconds(2000);
        options.silence = Milliseconds(100);
    }
    app::ProbeReport probe() {
        app::ProbeServices services{.resolver = resolver, .dialer = dialer, .clock = clock};
        const auto start = Steady::now();
        auto report = net::run(app::probe_relay(services, target, options));
        took = std::chrono::duration_cast<Milliseconds>(Steady::now() - start);
        REQUIRE(report.has_value());
        return std::move(*report);
    }
};

}  // namespace

TEST_CASE("A port that went through a TLS handshake is not waited for in clear [PROBE-17]") {
    Scene scene;
    scene.options.endpoints = app::probe_endpoints({465}, {Security::none, Security::ssl}, std::nullopt);
    scene.options.greeting_limit = Milliseconds(700);  // the TLS side never greets either
    const auto report = scene.probe();
    CHECK(report.combinations[0].total < Milliseconds(300));
    CHECK(report.combinations[0].problem == Problem::implicit_tls_port);
    CHECK(report.combinations[0].reason == "no banner");
    CHECK(report.combinations[1].problem == Problem::no_greeting);
    CHECK(scene.took < Milliseconds(1500));
}

TEST_CASE("A port that refuses the handshake in TLS is not waited for in clear either [PROBE-17]") {
    Scene scene;
    scene.dialer.tls = Tls::sends_alert;
    scene.options.endpoints = app::probe_endpoints({465}, {}, std::nullopt);
    const auto report = scene.probe();
    CHECK(report.combinations[0].problem == Problem::implicit_tls_port);
    CHECK(report.combinations[1].problem == Problem::implicit_tls_port);
    CHECK(report.combinations[2].problem == Problem::handshake_failed);
    CHECK(scene.took < Milliseconds(1000));
}

TEST_CASE("A silent port nobody speaks TLS to is tried aside") {
    Scene scene;
    scene.options.endpoints = {{.port = 465, .security = Security::tls}};
    const auto report = scene.probe();
    CHECK(report.combinations[0].problem == Problem::implicit_tls_port);
    CHECK(scene.dialer.connections == 2);
    CHECK(scene.took < Milliseconds(1000));
}

TEST_CASE("A web server, which is silent until it is spoken to, is known by its answer to TLS [PROBE-17]") {
    Scene scene;
    scene.dialer.tls = Tls::http;
    scene.options.endpoints = app::probe_endpoints({587}, {}, std::nullopt);
    const auto report = scene.probe();
    for (const auto& cell : report.combinations) {
        CHECK(cell.problem == Problem::not_smtp);
        CHECK(cell.observed == "HTTP answers, not SMTP: \"HTTP/1.1 400 Bad Request\"");
    }
    CHECK(report.verdict == finding::Verdict::bad);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings.front().id == "smtp-not-smtp");
    CHECK(report.findings.front().remedy.starts_with("A web server answers there, or a proxy on the way"));
    CHECK(scene.took < Milliseconds(1000));

    Scene alone;
    alone.dialer.tls = Tls::http;
    alone.options.endpoints = {{.port = 587, .security = Security::none}};
    CHECK(alone.probe().combinations[0].problem == Problem::not_smtp);
    CHECK(alone.dialer.connections == 2);
    CHECK(alone.took < Milliseconds(1000));
}

TEST_CASE("Silence alone proves nothing and is waited out to its limit") {
    Scene scene;
    scene.dialer.tls = Tls::none;
    scene.options.greeting_limit = Milliseconds(400);
    scene.options.endpoints = {{.port = 25, .security = Security::tls}};
    const auto report = scene.probe();
    CHECK(report.combinations[0].problem == Problem::no_greeting);
    CHECK(report.verdict == finding::Verdict::unchecked);
    CHECK(scene.took >= Milliseconds(390));
    CHECK(scene.took < Milliseconds(1200));
}

TEST_CASE("[SMTP-SEC-18] The configured combination is given its whole timeout to greet") {
    Scene scene;
    scene.dialer.tls = Tls::none;
    scene.options.greeting_limit = Milliseconds(100);
    scene.options.timeout = Milliseconds(500);
    scene.target.configured = ProbeEndpoint{.port = 25, .security = Security::none};
    scene.options.endpoints = {*scene.target.configured};
    scene.probe();
    CHECK(scene.took >= Milliseconds(490));
}

TEST_CASE("An IPv6 black hole costs a head start and not a timeout") {
    Scene scene;
    scene.resolver.a("mail.example", "2001:db8::25");
    scene.options.head_start = Milliseconds(60);
    scene.options.endpoints = {{.port = 465, .security = Security::tls}};
    const auto report = scene.probe();
    CHECK(report.address->to_string() == "192.0.2.25");
    CHECK(scene.took < Milliseconds(1000));
}

TEST_CASE("The address that answers first within its turn is taken") {
    Scene scene;
    scene.resolver.a("mail.example", "2001:db8::25");
    scene.dialer.delays["2001:db8::25"] = Milliseconds(20);
    scene.options.head_start = Milliseconds(400);
    scene.options.endpoints = {{.port = 465, .security = Security::tls}};
    CHECK(scene.probe().address->to_string() == "2001:db8::25");
}

TEST_CASE("A host that never answers costs the connect limit once") {
    Scene scene;
    scene.dialer.delays.clear();
    scene.options.connect_limit = Milliseconds(200);
    scene.options.endpoints = app::probe_endpoints({}, {}, std::nullopt);
    const auto report = scene.probe();
    CHECK(report.verdict == finding::Verdict::unchecked);
    CHECK(scene.took < Milliseconds(1000));
}
