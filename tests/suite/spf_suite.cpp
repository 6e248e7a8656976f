// The openspf test suite for RFC 7208. Its directory is named by RELAYCTL_SPF_SUITE; it is not part of the
// tree.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "net/run.hpp"
#include "spf/evaluate.hpp"
#include "suite_resolver.hpp"

namespace {

constexpr int skipped = 77;

nlohmann::json read_suite(const std::string& directory) {
    const std::string command =
        fmt::format("/usr/bin/python3 '{}' '{}/rfc7208-tests.yml'", SUITE_CONVERTER, directory);
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string text;
    std::array<char, 65536> buffer{};
    while (const auto count = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
        text.append(buffer.data(), count);
    return nlohmann::json::parse(text);
}

std::vector<std::string> allowed_results(const nlohmann::json& result) {
    if (!result.is_array()) return {suite::bytes(result)};
    std::vector<std::string> allowed;
    for (const auto& one : result)
        allowed.push_back(suite::bytes(one));
    return allowed;
}

void check(suite::SuiteResolver& resolver, const std::string& name, const nlohmann::json& test) {
    CAPTURE(name);
    const auto ip = base::IpAddress::parse(suite::bytes(test.at("host"))).value();
    const auto query = spf::make_query(suite::bytes(test.at("mailfrom")), suite::bytes(test.at("helo")), ip);
    const auto evaluation = net::run(spf::evaluate(resolver, query)).value();
    const std::string verdict(spf::to_string(evaluation.verdict));
    CAPTURE(evaluation.reason);
    const auto allowed = allowed_results(test.at("result"));
    CAPTURE(allowed.front());
    CHECK_MESSAGE(std::find(allowed.begin(), allowed.end(), verdict) != allowed.end(), verdict);
    if (!test.contains("explanation")) return;
    // DEFAULT is the caller's own text: none comes from the domain.
    const std::string wanted = suite::bytes(test.at("explanation"));
    CHECK(evaluation.explanation == (wanted == "DEFAULT" ? "" : wanted));
}

nlohmann::json suite_json;

TEST_CASE("every case of the openspf suite comes out as it says") {
    std::size_t cases = 0;
    for (const auto& scenario : suite_json) {
        suite::SuiteResolver resolver(scenario.at("zonedata"));
        for (const auto& [name, test] : scenario.at("tests").items()) {
            check(resolver, name, test);
            ++cases;
        }
    }
    std::printf("%zu cases in %zu scenarios\n", cases, suite_json.size());
    CHECK(cases >= 203);
}

}  // namespace

int main(int argc, char** argv) {
    const char* directory = std::getenv("RELAYCTL_SPF_SUITE");
    if (directory == nullptr || *directory == '\0') {
        std::puts("skipped: RELAYCTL_SPF_SUITE does not name the directory of rfc7208-tests.yml");
        return skipped;
    }
    suite_json = read_suite(directory);
    return doctest::Context(argc, argv).run();
}
