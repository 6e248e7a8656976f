// What the tests of this room share.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "finding/verdict.hpp"
#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace test {

using Ids = std::vector<std::string>;

template <class T>
T run(net::Task<T> task) {
    return net::run(std::move(task)).value();
}

inline Ids ids(const std::vector<finding::Finding>& findings) {
    Ids result;
    for (const auto& finding : findings)
        result.push_back(finding.id);
    return result;
}

inline bool has(const std::vector<finding::Finding>& findings, std::string_view id) {
    const auto all = ids(findings);
    return std::find(all.begin(), all.end(), id) != all.end();
}

// The first with this id; an empty one when there is none.
inline finding::Finding find(const std::vector<finding::Finding>& findings, std::string_view id) {
    for (const auto& finding : findings)
        if (finding.id == id) return finding;
    return {};
}

// Fails every question of one type for one name; the others go on.
class FailingType final : public dns::Resolver {
  public:
    FailingType(dns::Resolver& below, std::string_view name, dns::Type type, dns::Status status)
        : below_(below), name_(dns::Name::parse(name).value()), type_(type), status_(status) {}

    net::Task<dns::Answer> query(dns::Question question) override {
        if (question.name == name_ && question.type == type_) {
            dns::Answer answer;
            answer.status = status_;
            co_return answer;
        }
        co_return co_await below_.query(std::move(question));
    }

  private:
    dns::Resolver& below_;
    dns::Name name_;
    dns::Type type_;
    dns::Status status_;
};

}  // namespace test
