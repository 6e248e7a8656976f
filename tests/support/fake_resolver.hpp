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
    // A name without any entry is NXDOMAIN; one with entries of other types has no data. CNAMEs are followed.
    void add(std::string_view name, dns::Type type, decltype(dns::Record::data) data) {
        dns::Record record;
        record.owner = dns::Name::parse(name).value();
        record.type = type;
        record.ttl = 300;
        record.data = std::move(data);
        records_[record.owner].push_back(std::move(record));
    }
    void txt(std::string_view name, std::string text) {
        add(name, dns::Type::txt, dns::Txt{{std::move(text)}});
    }
    void a(std::string_view name, std::string_view address) {
        const auto ip = base::IpAddress::parse(address).value();
        add(name, ip.is_v4() ? dns::Type::a : dns::Type::aaaa, ip);
    }
    void mx(std::string_view name, std::uint16_t preference, std::string_view exchange) {
        add(name, dns::Type::mx, dns::Mx{preference, dns::Name::parse(exchange).value()});
    }
    void ptr(std::string_view name, std::string_view target) {
        add(name, dns::Type::ptr, dns::Name::parse(target).value());
    }
    void cname(std::string_view name, std::string_view target) {
        add(name, dns::Type::cname, dns::Name::parse(target).value());
    }
    // Every question for this name gets this status.
    void fail(std::string_view name, dns::Status status) {
        failures_[dns::Name::parse(name).value()] = status;
    }

    net::Task<dns::Answer> query(dns::Question question) override {
        asked.push_back(question.name.to_string() + " " + std::string(dns::to_string(question.type)));
        auto result = answer(question);
        if (!dns::is_temporary(result.status)) result.expires = keep_until;
        co_return result;
    }

    net::Deadline keep_until = {};   // the expiry of answers; in the past: none is to be kept
    std::vector<std::string> asked;  // "example.com TXT", in order

  private:
    dns::Answer answer(const dns::Question& question) const {
        dns::Answer result;
        dns::Name name = question.name;
        for (int hop = 0; hop <= 10; ++hop) {
            if (const auto failure = failures_.find(name); failure != failures_.end()) {
                result.status = failure->second;
                return result;
            }
            const auto found = records_.find(name);
            result.status = found == records_.end() ? dns::Status::nxdomain : dns::Status::no_data;
            if (found == records_.end()) {
                for (const auto& [owner, unused] : records_)  // an empty non-terminal exists
                    if (owner.is_at_or_below(name)) result.status = dns::Status::no_data;
                return result;
            }
            const dns::Name* alias = nullptr;
            for (const auto& record : found->second) {
                if (record.type == question.type) result.records.push_back(record);
                if (record.type == dns::Type::cname) alias = &std::get<dns::Name>(record.data);
            }
            if (!result.records.empty()) {
                result.status = dns::Status::found;
                return result;
            }
            if (alias == nullptr) return result;
            name = *alias;
            result.aliases.push_back(name);
        }
        result.status = dns::Status::alias_loop;
        return result;
    }

    std::map<dns::Name, std::vector<dns::Record>> records_;
    std::map<dns::Name, dns::Status> failures_;
};

}  // namespace test
