// A Resolver that answers from a table; failure is data too.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dns/resolver.hpp"

namespace test {

class FakeResolver final : public dns::Resolver {
  public:
    FakeResolver();
    ~FakeResolver() override;

    // A name without any entry is NXDOMAIN; one with entries of other types has no data. CNAMEs are followed.
    void add(std::string_view name, dns::Type type, decltype(dns::Record::data) data);
    void txt(std::string_view name, std::string text);
    void a(std::string_view name, std::string_view address);
    void mx(std::string_view name, std::uint16_t preference, std::string_view exchange);
    void ptr(std::string_view name, std::string_view target);
    void cname(std::string_view name, std::string_view target);
    // Every question for this name gets this status.
    void fail(std::string_view name, dns::Status status);

    net::Task<dns::Answer> query(dns::Question question) override;

    net::Deadline keep_until = {};   // the expiry of answers; in the past: none is to be kept
    std::vector<std::string> asked;  // "example.com TXT", in order

  private:
    dns::Answer answer(const dns::Question& question) const;

    std::map<dns::Name, std::vector<dns::Record>> records_;
    std::map<dns::Name, dns::Status> failures_;
};

}  // namespace test
