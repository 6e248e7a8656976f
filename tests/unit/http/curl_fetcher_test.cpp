#include "http/curl_fetcher.hpp"

#include <csignal>
#include <cstdlib>

#include <doctest/doctest.h>

#include "http/curl_library.hpp"
#include "https_peer.hpp"
#include "net/run.hpp"

namespace {

using namespace std::chrono_literals;
using http::Fault;

constexpr auto host = "mta-sts.example.test";

struct Authority {
    test::Identity root = test::make_identity({.common_name = "Test Root", .authority = true});
    test::PemFile roots{std::vector{root}};

    test::Identity leaf(std::string names, int from_days = -1, int to_days = 30) const {
        test::CertificatePlan plan;
        plan.common_name = host;
        plan.alternative_names = std::move(names);
        plan.from_days = from_days;
        plan.to_days = to_days;
        return test::make_identity(plan, &root);
    }
    test::Identity good() const { return leaf(std::string("DNS:") + host); }
};

const Authority& authority() {
    static const Authority made;
    return made;
}

base::Result<http::Response> get(std::uint16_t port, std::string ca_file,
                                 std::chrono::milliseconds time = 5s) {
    const auto fetcher = http::make_curl_fetcher();
    http::Request request;
    request.host = host;
    request.path = "/.well-known/mta-sts.txt";
    request.addresses = {base::IpAddress::v4({127, 0, 0, 1})};
    request.port = port;
    request.ca_file = std::move(ca_file);
    request.deadline = net::Deadline::clock::now() + time;
    return net::run(fetcher->get(request));
}

// What the fetcher makes of a server that shows this certificate and sends this text.
http::Response fetch(test::Identity certificate, std::string text, std::chrono::milliseconds time = 5s) {
    const test::Peer peer(test::serve_tls_with({std::move(certificate)}, [text = std::move(text)](SSL* ssl) {
        test::hear_request(ssl);
        test::answer(ssl, text);
    }));
    return get(peer.endpoint().port, authority().roots.path(), time).value();
}

http::Response fault(Fault kind, std::string reason) {
    http::Response response;
    response.fault = kind;
    response.reason = std::move(reason);
    return response;
}

}  // namespace

TEST_CASE("a page is fetched with its status, type and body") {
    std::string request;
    std::string server_name;
    {
        const test::Peer peer(test::serve_tls_with({authority().good()}, [&](SSL* ssl) {
            server_name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
            request = test::hear_request(ssl);
            test::answer(ssl, test::http_text("200 OK", "Content-Type: text/plain; charset=utf-8\r\n",
                                              "version: STSv1\r\n"));
        }));
        const auto response = get(peer.endpoint().port, authority().roots.path()).value();
        http::Response expected;
        expected.status = 200;
        expected.content_type = "text/plain; charset=utf-8";
        expected.body = "version: STSv1\r\n";
        CHECK(response == expected);
        CHECK(request.starts_with("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.test:"));
    }
    CHECK(server_name == host);
}

TEST_CASE("a redirect is told and not followed [STS-03]") {
    for (const std::string status : {"301 Moved", "302 Found", "307 Temporary", "308 Permanent"}) {
        const auto response =
            fetch(authority().good(), test::http_text(status, "Location: https://else.example/x\r\n", ""));
        CHECK(response.fault == Fault::none);
        CHECK(response.status == static_cast<unsigned>(std::stoi(status)));
        CHECK(response.location == "https://else.example/x");
    }
}

TEST_CASE("a missing page is a response with its status [STS-03]") {
    const auto response = fetch(authority().good(), test::http_text("404 Not Found", "", "no"));
    CHECK(response.fault == Fault::none);
    CHECK(response.status == 404);
}

TEST_CASE("an expired certificate is told [STS-03]") {
    CHECK(fetch(authority().leaf(std::string("DNS:") + host, -60, -2), "") ==
          fault(Fault::certificate, "the certificate has expired"));
    CHECK(fetch(authority().leaf(std::string("DNS:") + host, 2, 9), "") ==
          fault(Fault::certificate, "the certificate is not valid yet"));
}

TEST_CASE("a certificate for another name is told with its names [STS-03]") {
    CHECK(fetch(authority().leaf("DNS:www.example.test,DNS:example.test"), "") ==
          fault(Fault::certificate,
                "the certificate is for www.example.test, example.test, not for mta-sts.example.test"));
    CHECK(fetch(authority().leaf("DNS:*.test"), "").reason ==
          "the certificate is for *.test, not for mta-sts.example.test");
}

TEST_CASE("a wildcard certificate for the label is accepted") {
    CHECK(fetch(authority().leaf("DNS:*.example.test"), test::http_text("200 OK", "", "x")).status == 200);
}

TEST_CASE("a common name alone is not enough [STS-03]") {
    const auto response = fetch(authority().leaf(""), test::http_text("200 OK", "", "secret"));
    CHECK(response == fault(Fault::certificate, "the certificate has no DNS name, only a common name"));
}

TEST_CASE("unknown issuers are told [STS-03]") {
    const auto own =
        test::make_identity({.common_name = "own", .alternative_names = "DNS:mta-sts.example.test"});
    CHECK(fetch(own, "") == fault(Fault::certificate, "the certificate is self-signed"));
    const auto stranger = test::make_identity({.common_name = "Stranger", .authority = true});
    test::CertificatePlan plan{.common_name = "leaf", .alternative_names = "DNS:mta-sts.example.test"};
    const auto leaf = test::make_identity(plan, &stranger);
    CHECK(
        fetch(leaf, "") ==
        fault(Fault::certificate,
              "the issuer of the certificate is not known here, or an intermediate certificate is missing"));
}

TEST_CASE("the system's authorities do not know the test's") {
    const test::Peer peer(test::serve_tls_with({authority().good()}, [](SSL*) {}));
    CHECK(get(peer.endpoint().port, "").value().fault == Fault::certificate);
}

TEST_CASE("a body of 64 KB is taken and a longer one refused [STS-03]") {
    const std::string most(65'536, 'a');
    CHECK(fetch(authority().good(), test::http_text("200 OK", "", most)).body == most);
    CHECK(fetch(authority().good(), test::http_text("200 OK", "", most + "a")) ==
          fault(Fault::too_large, "the body has more than 65536 octets"));
    CHECK(fetch(authority().good(), "HTTP/1.1 200 OK\r\n\r\n" + std::string(200'000, 'a')) ==
          fault(Fault::too_large, "the body has more than 65536 octets"));
}

TEST_CASE("header fields without end are refused") {
    std::string fields;
    for (int i = 0; i < 5000; ++i)
        fields += "X-Field: 0123456789\r\n";
    CHECK(fetch(authority().good(), "HTTP/1.1 200 OK\r\n" + fields + "\r\n") ==
          fault(Fault::too_large, "the header fields have more than 65536 octets"));
}

TEST_CASE("a server that stalls times out, and where is told [STS-03]") {
    const auto stall = [](SSL* ssl) {
        char byte = 0;
        SSL_read(ssl, &byte, 1);  // the request
        while (SSL_read(ssl, &byte, 1) > 0) {
        }
    };
    {
        const test::Peer peer(test::serve_tls_with({authority().good()}, stall));
        CHECK(get(peer.endpoint().port, authority().roots.path(), 300ms).value() ==
              fault(Fault::timeout, "timed out: the server did not finish its answer"));
    }
    const test::Peer peer([](int client) {
        while (!test::Peer::hear(client).empty()) {
        }
    });
    const auto silent = get(peer.endpoint().port, authority().roots.path(), 300ms).value();
    CHECK(silent.fault == Fault::timeout);
    CHECK(silent.reason == "timed out before TLS was set up");
    CHECK(get(peer.endpoint().port, authority().roots.path(), 0ms).value().fault == Fault::timeout);
}

TEST_CASE("a server that hangs up is told from one that is not there [STS-03]") {
    {
        const test::Peer peer([](int) {});
        CHECK(get(peer.endpoint().port, authority().roots.path()).value().fault == Fault::refused);
    }
    CHECK(fetch(authority().good(), "") ==
          fault(Fault::refused, "the server closed the connection before the end of its answer"));
    CHECK(fetch(authority().good(), "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc") ==
          fault(Fault::refused, "the server closed the connection before the end of its answer"));
    std::uint16_t closed = 0;
    {
        const test::Peer peer([](int) {});
        closed = peer.endpoint().port;
    }
    CHECK(get(closed, "").value() == fault(Fault::refused, "connection refused"));
}

TEST_CASE("a server that speaks something else is told") {
    CHECK(fetch(authority().good(), "220 mail.example ESMTP\r\n") ==
          fault(Fault::refused, "the server does not speak HTTP"));
    const test::Peer peer([](int client) {
        test::Peer::say(client, "220 mail.example ESMTP\r\n");
        test::Peer::hear(client);
    });
    CHECK(get(peer.endpoint().port, "").value().fault == Fault::refused);
}

TEST_CASE("TLS 1.2 is spoken, TLS 1.1 is refused") {
    const auto status = [](int version) {
        const auto serve = [](SSL* ssl) {
            test::hear_request(ssl);
            test::answer(ssl, test::http_text("200 OK", "", "x"));
        };
        const test::Peer peer(test::serve_tls_with({authority().good()}, serve, version));
        return get(peer.endpoint().port, authority().roots.path()).value();
    };
    CHECK(status(TLS1_2_VERSION).status == 200);
    CHECK(status(TLS1_1_VERSION).fault == Fault::refused);
}

TEST_CASE("proxies of the environment are not used") {
    ::setenv("https_proxy", "http://127.0.0.1:1", 1);
    ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    const auto response = fetch(authority().good(), test::http_text("200 OK", "", "x"));
    ::unsetenv("https_proxy");
    ::unsetenv("ALL_PROXY");
    CHECK(response.status == 200);
}

TEST_CASE("a CA file that cannot be read is a usage error") {
    const test::Peer peer(test::serve_tls_with({authority().good()}, [](SSL*) {}));
    const auto result = get(peer.endpoint().port, "/nonexistent/ca.pem");
    REQUIRE(result.has_error());
    CHECK(result.error().kind == base::ErrorKind::usage);
    CHECK(result.error().message == "cannot read the CA file \"/nonexistent/ca.pem\"");
}

TEST_CASE("a host without an address is unreachable") {
    const auto fetcher = http::make_curl_fetcher();
    http::Request request;
    request.host = host;
    request.deadline = net::Deadline::clock::now() + 1s;
    CHECK(net::run(fetcher->get(request)).value() == fault(Fault::unreachable, "the host has no address"));
}

TEST_CASE("the next address is tried when the first refuses") {
    const test::Peer peer(test::serve_tls_with({authority().good()}, [](SSL* ssl) {
        test::hear_request(ssl);
        test::answer(ssl, test::http_text("200 OK", "", "x"));
    }));
    const auto fetcher = http::make_curl_fetcher();
    http::Request request;
    request.host = host;
    request.addresses = {base::IpAddress::parse("::1").value(), base::IpAddress::v4({127, 99, 99, 99}),
                         base::IpAddress::v4({127, 0, 0, 1})};
    request.port = peer.endpoint().port;
    request.ca_file = authority().roots.path();
    request.deadline = net::Deadline::clock::now() + 5s;
    CHECK(net::run(fetcher->get(request)).value().status == 200);
}

TEST_CASE("Ctrl-C ends a transfer that waits, at once") {
    const test::Peer peer([](int client) {
        ::kill(::getpid(), SIGINT);
        while (!test::Peer::hear(client).empty()) {
        }
    });
    const auto start = std::chrono::steady_clock::now();
    const auto result = get(peer.endpoint().port, authority().roots.path(), 30s);
    REQUIRE(result.has_error());
    CHECK(result.error().kind == base::ErrorKind::interrupted);
    CHECK(std::chrono::steady_clock::now() - start < 5s);
}

TEST_CASE("two transfers run at the same time") {
    const auto serve = [](SSL* ssl) {
        test::hear_request(ssl);
        std::this_thread::sleep_for(1s);
        test::answer(ssl, test::http_text("200 OK", "", "x"));
    };
    const test::Peer first(test::serve_tls_with({authority().good()}, serve));
    const test::Peer second(test::serve_tls_with({authority().good()}, serve));
    const auto fetcher = http::make_curl_fetcher();
    std::vector<unsigned> statuses(2);
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) -> net::Task<void> {
        http::Request request;
        request.host = host;
        request.addresses = {base::IpAddress::v4({127, 0, 0, 1})};
        request.port = (i == 0 ? first : second).endpoint().port;
        request.ca_file = authority().roots.path();
        request.deadline = net::Deadline::clock::now() + 5s;
        const auto response = co_await fetcher->get(request);
        statuses[i] = response.value().status;
    };
    const auto start = std::chrono::steady_clock::now();
    REQUIRE(net::run_to_end(net::for_each(2, 2, make)).has_value());
    CHECK(statuses == std::vector<unsigned>{200, 200});
    CHECK(std::chrono::steady_clock::now() - start < 1900ms);
}

TEST_CASE("a machine without libcurl is told what to install") {
    const auto library = http::load_curl("libcurl-that-is-not-there.so.4");
    REQUIRE(library.has_error());
    CHECK(library.error().kind == base::ErrorKind::unavailable);
    CHECK(library.error().message.find("libcurl-that-is-not-there.so.4") != std::string::npos);
    CHECK(library.error().hint == "apt-get install libcurl4");
}

TEST_CASE("a library that is not libcurl is refused") {
    CHECK(http::load_curl("libm.so.6").error().message == "HTTPS needs libcurl: libm.so.6 is too old");
}

TEST_CASE("a timeout and an unreachable host say nothing about the server") {
    CHECK(http::is_temporary(Fault::timeout));
    CHECK(http::is_temporary(Fault::unreachable));
    CHECK_FALSE(http::is_temporary(Fault::refused));
    CHECK_FALSE(http::is_temporary(Fault::certificate));
    CHECK(http::to_string(Fault::too_large) == "too large");
}
