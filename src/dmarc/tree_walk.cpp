#include "dmarc/tree_walk.hpp"

#include <algorithm>
#include <iterator>

#include "dmarc/inspect.hpp"

namespace dmarc {

namespace {

// The rightmost `count` labels.
dns::Name suffix(const dns::Name& domain, std::size_t count) {
    dns::Name result = domain;
    while (result.label_count() > count)
        result = result.parent();
    return result;
}

void judge_texts(Step& step) {
    std::vector<std::string> candidates;
    std::copy_if(step.texts.begin(), step.texts.end(), std::back_inserter(candidates), is_dmarc_record);
    if (candidates.empty()) {
        step.outcome = step.texts.empty() ? StepOutcome::nothing : StepOutcome::unrelated;
    } else if (candidates.size() > 1) {
        step.outcome = StepOutcome::several;
    } else if (auto record = parse_record(candidates.front()); record.has_value()) {
        step.outcome = StepOutcome::record;
        step.record = std::move(*record);
        step.record_text = candidates.front();
    } else {
        step.outcome = StepOutcome::invalid;
        step.record_text = candidates.front();
    }
}

net::Task<Step> ask(dns::Resolver& resolver, dns::Name domain) {
    Step step;
    step.domain = domain;
    const auto name = domain.child("_dmarc");
    if (name.has_error()) {  // the name would be too long: nothing can stand there
        step.name = "_dmarc." + domain.to_string();
        step.status = dns::Status::nxdomain;
        co_return step;
    }
    step.name = name->to_string();
    const dns::Question question{*name, dns::Type::txt};
    step.answer = co_await resolver.query(question);
    step.status = step.answer.status;
    step.detail = step.answer.detail;
    if (step.status == dns::Status::found) {
        step.texts = step.answer.texts();
        judge_texts(step);
    } else {
        // Section 4.10.1: "any indication that there is no such record as opposed to a transient DNS error";
        // a CNAME loop is the first.
        step.outcome = dns::is_temporary(step.status) ? StepOutcome::error : StepOutcome::nothing;
    }
    co_return step;
}

bool ends_walk(const Step& step) {
    return step.outcome == StepOutcome::error ||
           (step.record && step.record->public_suffix != PublicSuffix::unknown);
}

}  // namespace

net::Task<std::vector<Step>> walk_tree(dns::Resolver& resolver, dns::Name domain) {
    constexpr std::size_t kept_labels = 7;
    std::vector<Step> steps;
    dns::Name target = domain;
    while (!target.is_root()) {
        auto step = co_await ask(resolver, target);
        steps.push_back(std::move(step));
        if (ends_walk(steps.back())) break;
        target = suffix(target, std::min(kept_labels, target.label_count() - 1));
    }
    co_return steps;
}

std::optional<dns::Name> select_organizational_domain(const dns::Name& domain,
                                                      const std::vector<Step>& steps) {
    std::optional<dns::Name> shortest;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto& step = steps[i];
        if (step.outcome == StepOutcome::error) return std::nullopt;
        if (!step.record) continue;
        if (step.record->public_suffix == PublicSuffix::no) return step.domain;
        if (step.record->public_suffix == PublicSuffix::yes && i > 0)
            return suffix(domain, step.domain.label_count() + 1);
        shortest = step.domain;
    }
    return shortest ? shortest : domain;
}

net::Task<std::optional<dns::Name>> find_organizational_domain(dns::Resolver& resolver, dns::Name domain) {
    const auto steps = co_await walk_tree(resolver, domain);
    co_return select_organizational_domain(domain, steps);
}

}  // namespace dmarc
