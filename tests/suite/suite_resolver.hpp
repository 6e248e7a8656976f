// A Resolver with the rules of the openspf suite's zone data.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "dns/resolver.hpp"

namespace suite {

// The suite's text: one code point is one byte.
std::string bytes(const nlohmann::json& text);

class SuiteResolver final : public dns::Resolver {
  public:
    // {"example.com": ["TIMEOUT", {"SPF": "v=spf1 -all"}, {"MX": [0, "mail.example.com"]}]}
    // SPF stands for TXT too, unless the name has TXT of its own ("TXT: NONE" means: no TXT). TIMEOUT is the
    // answer to every type of which the name has no record.
    explicit SuiteResolver(const nlohmann::json& zone);

    net::Task<dns::Answer> query(dns::Question question) override;

  private:
    struct Entry {
        std::vector<dns::Record> records;
        bool times_out = false;
    };
    dns::Answer answer(const dns::Question& question) const;

    std::map<dns::Name, Entry> entries_;
};

}  // namespace suite
