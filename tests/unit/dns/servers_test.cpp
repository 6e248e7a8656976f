#include <fstream>

#include <doctest/doctest.h>
#include <unistd.h>

#include "dns/stub_resolver.hpp"

namespace {

std::string parsed(std::string_view text) {
    const auto server = dns::parse_server(text);
    return server.has_value() ? net::to_string(*server) : server.error().message;
}

class ResolvConf {
  public:
    explicit ResolvConf(std::string_view text) {
        const int descriptor = ::mkstemp(path_.data());
        REQUIRE(descriptor >= 0);
        ::close(descriptor);
        std::ofstream(path_, std::ios::binary) << text;
    }
    ResolvConf(const ResolvConf&) = delete;
    ResolvConf& operator=(const ResolvConf&) = delete;
    ~ResolvConf() { ::unlink(path_.c_str()); }

    std::vector<std::string> servers() const {
        std::vector<std::string> result;
        for (const auto& server : dns::system_servers(path_).value())
            result.push_back(net::to_string(server));
        return result;
    }

  private:
    std::string path_ = "/tmp/relayctl-test-XXXXXX";
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a server is an address, with a port or without") {
    CHECK(parsed("192.0.2.53") == "192.0.2.53:53");
    CHECK(parsed("192.0.2.53:5353") == "192.0.2.53:5353");
    CHECK(parsed("2001:db8::1") == "[2001:db8::1]:53");
    CHECK(parsed("[2001:db8::1]") == "[2001:db8::1]:53");
    CHECK(parsed("[2001:db8::1]:5353") == "[2001:db8::1]:5353");
}

TEST_CASE("what is no server is refused with the reason") {
    CHECK(parsed("ns.example") == "not a DNS server: \"ns.example\": it must be an IP address");
    CHECK(parsed("") == "not a DNS server: \"\": it must be an IP address");
    CHECK(parsed("192.0.2.53:0") == "not a DNS server: \"192.0.2.53:0\": a port is a number from 1 to 65535");
    CHECK(parsed("192.0.2.53:") == "not a DNS server: \"192.0.2.53:\": a port is a number from 1 to 65535");
    CHECK(parsed("[2001:db8::1") == "not a DNS server: \"[2001:db8::1\": the bracket is not closed");
    CHECK(parsed("[2001:db8::1]53") ==
          "not a DNS server: \"[2001:db8::1]53\": after the bracket comes :PORT");
    CHECK(parsed("[192.0.2.1]:53") ==
          "not a DNS server: \"[192.0.2.1]:53\": brackets are for IPv6 addresses");
}

TEST_CASE("the nameserver lines of resolv.conf are read, and nothing else") {
    const ResolvConf file(
        "# nameserver 192.0.2.9\nsearch example.com\nnameserver 192.0.2.1 # first\n"
        "nameserver\t2001:db8::1\nnameserverx 192.0.2.2\nnameserver fe80::1%eth0\n nameserver 192.0.2.3\r\n"
        "nameserver");
    CHECK(file.servers() == Names{"192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.3:53"});
}

TEST_CASE("a resolv.conf without servers means this machine") {
    CHECK(ResolvConf("options edns0\n").servers() == Names{"127.0.0.1:53"});
    CHECK(ResolvConf(std::string(200'000, 'x')).servers() == Names{"127.0.0.1:53"});
}

TEST_CASE("a resolv.conf that is not there is an Error") {
    const auto servers = dns::system_servers("/nonexistent/resolv.conf");
    REQUIRE(servers.has_error());
    CHECK(servers.error().kind == base::ErrorKind::unavailable);
    CHECK(servers.error().message == "cannot read /nonexistent/resolv.conf");
}
