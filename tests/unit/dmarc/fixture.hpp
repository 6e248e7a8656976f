// What the tests of discovery, alignment and reports ask with.
#pragma once

#include <string>
#include <vector>

#include "dmarc/discovery.hpp"
#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace test {

using Ids = std::vector<std::string>;

inline const std::string reject = "v=DMARC1; p=reject; rua=mailto:d@example.com";

inline dns::Name name(std::string_view text) {
    return dns::Name::parse(text).value();
}
template <class T>
T run(net::Task<T> task) {
    return net::run(std::move(task)).value();
}
inline dmarc::Discovery discover(FakeResolver& resolver, std::string_view domain) {
    return run(dmarc::discover(resolver, name(domain)));
}
inline Ids ids(const std::vector<finding::Finding>& findings) {
    Ids result;
    for (const auto& finding : findings)
        result.push_back(finding.id);
    return result;
}

}  // namespace test
