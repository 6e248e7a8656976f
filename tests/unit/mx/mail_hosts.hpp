// The domain of the tests, its two good hosts, and one more that is not.
#pragma once

#include "mx/inspect.hpp"
#include "support.hpp"

namespace test {

inline const base::DomainName domain = base::DomainName::parse("example.com").value();

inline mx::Inspection inspect(dns::Resolver& resolver) {
    return run(mx::inspect(resolver, domain));
}

inline void host(FakeResolver& resolver, std::string_view name, std::string_view ipv4,
                 std::string_view ipv6) {
    resolver.a(name, ipv4);
    resolver.a(name, ipv6);
}

// Two hosts nobody finds fault with.
inline FakeResolver good() {
    FakeResolver resolver;
    resolver.mx("example.com", 10, "a.example.com");
    resolver.mx("example.com", 20, "b.example.com");
    host(resolver, "a.example.com", "81.2.69.1", "2a00:1450::1");
    host(resolver, "b.example.com", "89.160.20.1", "2a01:4f8::1");
    return resolver;
}

// The good hosts, and one more record with a higher number.
inline mx::Inspection with_target(std::string_view target) {
    FakeResolver resolver = good();
    resolver.mx("example.com", 30, target);
    return inspect(resolver);
}

// The good hosts, and one more that has these addresses.
inline mx::Inspection with_addresses(const std::vector<std::string>& addresses) {
    FakeResolver resolver = good();
    resolver.mx("example.com", 30, "c.example.com");
    for (const auto& address : addresses)
        resolver.a("c.example.com", address);
    return inspect(resolver);
}

}  // namespace test
