#include "mta_sts/fetch.hpp"

#include <array>
#include <functional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "net/run.hpp"

namespace mta_sts {

namespace {

constexpr std::string_view path = "/.well-known/mta-sts.txt";
constexpr unsigned ok = 200;

struct Addresses {
    std::vector<base::IpAddress> found;
    bool failed = false;  // nothing found, and a question had no answer
};

net::Task<Addresses> ask_addresses(dns::Resolver& resolver, dns::Name host, dns::Report& report) {
    constexpr std::array types{dns::Type::a, dns::Type::aaaa};
    std::array<dns::Answer, types.size()> answers;
    const std::function<net::Task<void>(std::size_t)> ask = [&](std::size_t i) -> net::Task<void> {
        const dns::Question question{host, types[i]};
        answers[i] = co_await resolver.query(question);
    };
    co_await net::for_each(types.size(), types.size(), ask);
    Addresses result;
    for (const auto& answer : answers) {
        const auto addresses = answer.addresses();
        result.found.insert(result.found.end(), addresses.begin(), addresses.end());
    }
    if (!result.found.empty()) co_return result;
    for (std::size_t i = 0; i < types.size() && !result.failed; ++i)
        result.failed = report.add_failure(host, types[i], answers[i]);
    co_return result;
}

// "text/plain; charset=utf-8" -> "text/plain"
std::string media_type(std::string_view content_type) {
    return base::lower(base::trim(content_type.substr(0, content_type.find(';'))));
}

void judge(const http::Response& response, Inspection& inspection, dns::Report& report) {
    const auto add = [&](std::string_view id, std::string observed, std::string remedy = {}) {
        report.add(id, inspection.url, std::move(observed), std::move(remedy));
    };
    switch (response.fault) {
        case http::Fault::none:
            break;
        case http::Fault::certificate:
            return add("mta-sts-certificate", response.reason);
        case http::Fault::refused:
            return add("mta-sts-no-answer", response.reason);
        case http::Fault::too_large:
            return add("mta-sts-too-large", response.reason);
        case http::Fault::timeout:
        case http::Fault::unreachable:
            return report.add_unchecked(
                finding::make("mta-sts-not-fetched", inspection.url, response.reason));
    }
    inspection.http_status = response.status;
    if (response.status >= 300 && response.status < 400)
        return add("mta-sts-redirect",
                   fmt::format("status {}, {}", response.status,
                               response.location.empty() ? "without a location"
                                                         : "to " + base::quoted(response.location)));
    if (response.status != ok) return add("mta-sts-http-status", fmt::format("status {}", response.status));
    if (media_type(response.content_type) != "text/plain")
        add("mta-sts-content-type", response.content_type.empty()
                                        ? "no Content-Type"
                                        : "Content-Type: " + base::quoted(response.content_type));
    inspection.policy_text = response.body;
}

}  // namespace

net::Task<void> fetch_policy(dns::Resolver& resolver, http::Fetcher& fetcher, base::DomainName domain,
                             Options options, Inspection& inspection, dns::Report& report) {
    const auto host = dns::Name::parse("mta-sts." + domain.ascii());
    inspection.url = fmt::format("https://mta-sts.{}{}", domain.ascii(), path);
    if (host.has_error()) {
        report.add("mta-sts-no-host", "mta-sts." + domain.ascii(), "the name is too long for the DNS");
        co_return;
    }
    auto addresses = co_await ask_addresses(resolver, *host, report);
    if (addresses.failed) co_return;
    if (addresses.found.empty()) {
        report.add("mta-sts-no-host", host->to_string(), fmt::format("{} has no address", host->to_string()));
        co_return;
    }
    inspection.addresses = addresses.found;
    http::Request request;
    request.host = host->to_string();
    request.path = path;
    request.addresses = std::move(addresses.found);
    request.port = options.port;
    request.ca_file = options.ca_file;
    request.deadline = net::Deadline::clock::now() + options.timeout;
    const auto response = co_await fetcher.get(request);
    if (response.has_error()) {
        auto finding = finding::make("mta-sts-not-fetched", inspection.url, response.error().message,
                                     response.error().hint);
        report.add_unchecked(std::move(finding));
        co_return;
    }
    judge(*response, inspection, report);
}

}  // namespace mta_sts
