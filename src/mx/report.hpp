// The findings of one check and the verdict they add up to.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dns/findings.hpp"
#include "finding/verdict.hpp"

namespace mx {

class Report {
  public:
    // The Finding may be completed (text, offset) by the caller until the next call.
    finding::Finding& add(std::string_view id, std::string subject, std::string observed,
                          std::string remedy = {}) {
        findings_.push_back(finding::make(id, std::move(subject), std::move(observed), std::move(remedy)));
        if (findings_.back().severity == finding::Severity::error)
            verdict_ = finding::worse(verdict_, finding::Verdict::bad);
        return findings_.back();
    }

    // What dns::finding_for() says of the answer, if anything: unchecked for a temporary failure, bad for a
    // broken CNAME chain. False when it says nothing.
    bool add_failure(const dns::Name& name, dns::Type type, const dns::Answer& answer) {
        auto failure = dns::finding_for(name, type, answer);
        if (!failure) return false;
        verdict_ = finding::worse(
            verdict_, dns::is_temporary(answer.status) ? finding::Verdict::unchecked : finding::Verdict::bad);
        findings_.push_back(std::move(*failure));
        return true;
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

}  // namespace mx
