#include "support/fake_resolver.hpp"

namespace test {

FakeResolver::FakeResolver() = default;
FakeResolver::~FakeResolver() = default;

void FakeResolver::add(std::string_view name, dns::Type type, decltype(dns::Record::data) data) {
    dns::Record record;
    record.owner = dns::Name::parse(name).value();
    record.type = type;
    record.ttl = 300;
    record.data = std::move(data);
    records_[record.owner].push_back(std::move(record));
}

void FakeResolver::txt(std::string_view name, std::string text) {
    add(name, dns::Type::txt, dns::Txt{{std::move(text)}});
}

void FakeResolver::a(std::string_view name, std::string_view address) {
    const auto ip = base::IpAddress::parse(address).value();
    add(name, ip.is_v4() ? dns::Type::a : dns::Type::aaaa, ip);
}

void FakeResolver::mx(std::string_view name, std::uint16_t preference, std::string_view exchange) {
    add(name, dns::Type::mx, dns::Mx{preference, dns::Name::parse(exchange).value()});
}

void FakeResolver::ptr(std::string_view name, std::string_view target) {
    add(name, dns::Type::ptr, dns::Name::parse(target).value());
}

void FakeResolver::cname(std::string_view name, std::string_view target) {
    add(name, dns::Type::cname, dns::Name::parse(target).value());
}

void FakeResolver::fail(std::string_view name, dns::Status status) {
    failures_[dns::Name::parse(name).value()] = status;
}

net::Task<dns::Answer> FakeResolver::query(dns::Question question) {
    asked.push_back(question.name.to_string() + " " + std::string(dns::to_string(question.type)));
    auto result = answer(question);
    if (!dns::is_temporary(result.status)) result.expires = keep_until;
    co_return result;
}

dns::Answer FakeResolver::answer(const dns::Question& question) const {
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

}  // namespace test
