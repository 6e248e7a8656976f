// A scripted mail host on every port, for the tests of probe_relay().
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "app/probe_relay.hpp"
#include "net/run.hpp"
#include "support/fake_dialer.hpp"
#include "support/fake_resolver.hpp"

namespace probe_test {

using Words = std::vector<std::string>;

class StandingClock final : public base::Clock {
  public:
    base::Time now() const override { return base::parse_rfc3339("2026-11-23T12:00:00Z").value(); }
};

net::TlsInfo tls_with(net::CertificateStatus status, std::string reason = {});

net::TlsInfo good_tls();

inline constexpr std::string_view address = "192.0.2.25";
inline const std::string hello = "EHLO client.example\r\n";
inline const std::string clear_keywords = "250-mail.example\r\n250 STARTTLS\r\n";
inline const std::string tls_keywords = "250-mail.example\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN\r\n";

void bye(test::Dialogue& dialogue);
void greet(test::Dialogue& dialogue);
void works_in_clear(test::Dialogue& dialogue);
void works_with_starttls(test::Dialogue& dialogue, net::TlsInfo info = good_tls());
void works_with_implicit_tls(test::Dialogue& dialogue, net::TlsInfo info = good_tls());
void answers_tls_in_clear(test::Dialogue& dialogue);

struct Scene {
    test::FakeResolver resolver;
    test::FakeDialer dialer;
    StandingClock clock;
    app::ProbeTarget target{.host = relay::Host::parse("mail.example").value()};
    app::ProbeOptions options;

    Scene();
    // A relay called news, with this endpoint, and only this one is tried.
    Scene(std::uint16_t port, relay::Security security);

    test::Dialogue& accept(std::uint16_t port) { return dialer.accept(address, port); }
    base::Result<app::ProbeReport> try_probe();
    app::ProbeReport probe();
};

// "25 none ok", "465 tls fail no banner" ...
Words table(const app::ProbeReport& report);

Words ids(const app::ProbeReport& report);

const finding::Finding& find(const app::ProbeReport& report, std::string_view id);

// The usual submission server: 25 and 587 with STARTTLS, 465 with implicit TLS.
void script_usual_server(Scene& scene);

inline const Words usual_table = {"25 none ok",
                                  "25 tls ok",
                                  "25 ssl fail not a TLS server",
                                  "465 none fail no banner",
                                  "465 tls fail no banner",
                                  "465 ssl ok",
                                  "587 none ok",
                                  "587 tls ok",
                                  "587 ssl fail not a TLS server"};

}  // namespace probe_test
