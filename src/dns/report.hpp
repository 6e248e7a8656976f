// The findings of one check of DNS records, and the verdict they add up to.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dns/findings.hpp"
#include "finding/verdict.hpp"

namespace dns {

class Report {
  public:
    // An error makes the verdict bad. The Finding may be completed (text, offset) until the next call.
    finding::Finding& add(std::string_view id, std::string subject, std::string observed,
                          std::string remedy = {}) {
        return add(finding::make(id, std::move(subject), std::move(observed), std::move(remedy)));
    }
    finding::Finding& add(finding::Finding finding) {
        if (finding.severity == finding::Severity::error)
            verdict_ = finding::worse(verdict_, finding::Verdict::bad);
        return findings_.emplace_back(std::move(finding));
    }
    void add_all(std::vector<finding::Finding> findings) {
        for (auto& finding : findings)
            add(std::move(finding));
    }

    // What finding_for() says of the answer, if anything: unchecked for a temporary failure, bad for a broken
    // CNAME chain. False when it says nothing.
    bool add_failure(const Name& name, Type type, const Answer& answer) {
        auto failure = finding_for(name, type, answer);
        if (!failure) return false;
        const bool temporary = is_temporary(answer.status);
        verdict_ = finding::worse(verdict_, temporary ? finding::Verdict::unchecked : finding::Verdict::bad);
        findings_.push_back(std::move(*failure));
        return true;
    }

    // For a finding that says "could not check".
    void add_unchecked(finding::Finding finding) {
        verdict_ = finding::worse(verdict_, finding::Verdict::unchecked);
        findings_.push_back(std::move(finding));
    }

    void append(const Report& other) {
        findings_.insert(findings_.end(), other.findings_.begin(), other.findings_.end());
        verdict_ = finding::worse(verdict_, other.verdict_);
    }

    finding::Verdict verdict() const { return verdict_; }
    const std::vector<finding::Finding>& findings() const { return findings_; }

  private:
    std::vector<finding::Finding> findings_;
    finding::Verdict verdict_ = finding::Verdict::good;
};

}  // namespace dns
