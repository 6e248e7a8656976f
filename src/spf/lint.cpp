#include "spf/lint.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "net/run.hpp"
#include "spf/evaluate.hpp"
#include "spf/linter.hpp"
#include "spf/select.hpp"

namespace spf {

namespace detail {

namespace {

constexpr unsigned near_the_limit = 8;

// "include:a.example 5, mx 1": where the look-ups of a record go.
std::string branch_costs(const std::vector<Saving>& savings) {
    std::string text;
    for (const auto& saving : savings) {
        if (text.size() > 400) return text + ", ...";
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", saving.term, saving.lookups);
    }
    return text;
}

// The cheapest branch that alone brings the record under the limit, else the dearest.
std::string removal_remedy(const std::vector<Saving>& savings) {
    const Saving* best = savings.empty() ? nullptr : &savings.front();
    for (const auto& saving : savings)
        if (saving.suffices) best = &saving;
    if (best == nullptr || (!best->suffices && savings.size() == 1)) return {};
    return fmt::format("remove {}, or list its addresses with ip4 and ip6: that saves {} and leaves {}",
                       best->term, best->lookups, best->left);
}

void count_targets(const Node& node, std::map<std::string, unsigned>& targets) {
    for (const auto& child : node.children) {
        if (child.kind == NodeKind::include && !child.domain.empty()) ++targets[child.domain];
        count_targets(child, targets);
    }
}

}  // namespace

Findings Linter::judge_counts() {
    Findings findings;
    const auto add = [&](std::string_view id, std::string observed, std::string remedy = {}) {
        findings.push_back(finding::make(id, lint_.domain, std::move(observed), std::move(remedy)));
    };
    const std::string at_least = lint_.complete ? "" : "at least ";
    const auto branches = savings(lint_.tree);
    if (lint_.lookups > most_lookups)
        add("spf-too-many-lookups",
            fmt::format("{}{} look-ups, {} allowed: {}", at_least, lint_.lookups, most_lookups,
                        branch_costs(branches)),
            removal_remedy(branches));
    else if (lint_.lookups >= near_the_limit)
        add("spf-near-lookup-limit", fmt::format("{}{} look-ups of {}: {}", at_least, lint_.lookups,
                                                 most_lookups, branch_costs(branches)));
    if (lint_.void_lookups > limits_.void_lookups)
        add("spf-too-many-void-lookups",
            fmt::format("{} look-ups find nothing, {} allowed", lint_.void_lookups, limits_.void_lookups));
    else if (lint_.void_lookups_ipv6 > limits_.void_lookups)
        add("spf-void-lookups-ipv6", fmt::format("{} look-ups find nothing, {} allowed",
                                                 lint_.void_lookups_ipv6, limits_.void_lookups));
    std::map<std::string, unsigned> targets;
    count_targets(lint_.tree, targets);
    for (const auto& [target, count] : targets)
        if (count > 1) add("spf-duplicate-include", fmt::format("{} is included {} times", target, count));
    if (bounded_)
        add("spf-walk-bounded", fmt::format("stopped after {} terms and {} questions", walked_, questions_));
    return findings;
}

Findings Linter::judge_includes() {
    Findings findings;
    for (const auto& useless : useless_includes(lint_.tree))
        findings.push_back(finding::make(
            "spf-useless-include", lint_.domain,
            fmt::format("{} adds nothing: {}", base::quoted(useless.include->text), useless.reason)));
    return findings;
}

net::Task<Findings> Linter::look_for_type_99(dns::Name name, WalkSums& sums) {
    Findings findings;
    const dns::Answer answer = co_await ask(sums, name, dns::Type::spf);
    const auto texts = answer.texts();
    if (answer.status == dns::Status::found)
        findings.push_back(
            finding::make("spf-type-99", lint_.domain,
                          fmt::format("a record of type SPF (99): {}",
                                      texts.empty() ? std::string("not readable") : base::quoted(texts[0]))));
    co_return findings;
}

}  // namespace detail

namespace {

void append(std::vector<finding::Finding>& to, std::vector<finding::Finding> from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

net::Task<Lint> lint(dns::Resolver& resolver, std::string domain, Limits limits, Memory* memory) {
    Lint result;
    auto checked = checked_domain(domain);
    result.domain = checked ? *checked : domain;
    result.tree.text = result.domain;
    result.tree.domain = result.domain;
    if (checked.has_error()) {
        result.findings.push_back(finding::make("spf-invalid-domain", domain, checked.error().message));
        co_return result;
    }
    Memory own;
    detail::Linter linter(resolver, memory != nullptr ? *memory : own, result, limits);
    detail::Path path;
    WalkSums sums;
    path.domain = result.domain;
    path.sums = &sums;
    const dns::Name name = target_name(result.domain).value();
    // The TXT tree and the obsolete type do not depend on each other.
    std::vector<std::vector<finding::Finding>> parts(2);
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t part) -> net::Task<void> {
        if (part == 0)
            parts[0] = co_await linter.visit(path, result.tree);
        else
            parts[1] = co_await linter.look_for_type_99(name, sums);
    };
    co_await net::for_each(2, 2, make);
    linter.add_up(std::move(sums));
    append(result.findings, std::move(parts[0]));
    append(result.findings, linter.judge_counts());
    append(result.findings, linter.judge_includes());
    append(result.findings, std::move(parts[1]));
    co_return result;
}

}  // namespace spf
