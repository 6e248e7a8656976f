// A Fetcher that answers from a table; faults are data too.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/fetcher.hpp"

namespace test {

class FakeFetcher final : public http::Fetcher {
  public:
    // A host without an entry refuses the connection.
    void page(std::string host, std::string body, std::string content_type = "text/plain") {
        http::Response response;
        response.status = 200;
        response.content_type = std::move(content_type);
        response.body = std::move(body);
        responses_[std::move(host)] = response;
    }
    void status(std::string host, unsigned status, std::string location = {}) {
        http::Response response;
        response.status = status;
        response.location = std::move(location);
        responses_[std::move(host)] = response;
    }
    void fault(std::string host, http::Fault fault, std::string reason) {
        http::Response response;
        response.fault = fault;
        response.reason = std::move(reason);
        responses_[std::move(host)] = response;
    }
    void error(base::Error error) { error_ = std::move(error); }  // of every get()

    net::Task<base::Result<http::Response>> get(http::Request request) override {
        requests.push_back(request);
        if (error_) co_return *error_;
        const auto found = responses_.find(request.host);
        if (found != responses_.end()) co_return found->second;
        http::Response response;
        response.fault = http::Fault::refused;
        response.reason = "connection refused";
        co_return response;
    }

    std::vector<http::Request> requests;  // in order

  private:
    std::map<std::string, http::Response> responses_;
    std::optional<base::Error> error_;
};

}  // namespace test
