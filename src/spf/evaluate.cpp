#include "spf/evaluate.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "spf/evaluator.hpp"
#include "spf/select.hpp"

namespace spf {

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::none:
            return "none";
        case Verdict::neutral:
            return "neutral";
        case Verdict::pass:
            return "pass";
        case Verdict::fail:
            return "fail";
        case Verdict::softfail:
            return "softfail";
        case Verdict::temperror:
            return "temperror";
        case Verdict::permerror:
            return "permerror";
    }
    return "none";
}

std::string_view to_string(Identity identity) {
    switch (identity) {
        case Identity::mail_from:
            return "mailfrom";
        case Identity::helo:
            return "helo";
    }
    return "mailfrom";
}

Query make_query(std::string_view mail_from, std::string_view helo, base::IpAddress ip) {
    Query query;
    query.ip = ip;
    query.helo = helo;
    if (mail_from.size() > 1 && mail_from.starts_with('<') && mail_from.ends_with('>'))
        mail_from = mail_from.substr(1, mail_from.size() - 2);
    if (mail_from.empty()) {
        query.identity = Identity::helo;
        query.domain = helo;
        query.sender = fmt::format("postmaster@{}", helo);
        return query;
    }
    const auto at = mail_from.rfind('@');
    query.domain = at == std::string_view::npos ? mail_from : mail_from.substr(at + 1);
    query.sender =
        at == std::string_view::npos ? fmt::format("postmaster@{}", mail_from) : std::string(mail_from);
    return query;
}

namespace detail {

namespace {

// The child that ended its record's evaluation, when one did.
Node* ending_child(Node& node) {
    for (auto& child : node.children.change())
        if (child.outcome == Outcome::match || child.outcome == Outcome::temperror ||
            child.outcome == Outcome::permerror)
            return &child;
    return nullptr;
}

}  // namespace

void mark_deciding(Evaluation& evaluation) {
    Node* node = &evaluation.trace;
    evaluation.path = {node->text};
    for (;;) {
        Node* child = ending_child(*node);
        if (child == nullptr) break;
        if (!node->domain.empty() && node != &evaluation.trace) evaluation.path.push_back(node->domain);
        node = child;
    }
    if (node == &evaluation.trace) return;
    node->decides = true;
    evaluation.term = node->text;
}

}  // namespace detail

net::Task<Evaluation> evaluate(dns::Resolver& resolver, Query query) {
    Evaluation result;
    result.trace.kind = NodeKind::domain;
    result.trace.text = query.domain;
    auto domain = checked_domain(query.domain);
    if (domain.has_error()) {
        // Section 4.3: a malformed domain has no policy.
        result.reason = domain.error().message;
        result.path = {query.domain};
        co_return result;
    }
    result.trace.text = *domain;
    result.trace.domain = *domain;
    detail::Evaluator evaluator(resolver, std::move(query));
    detail::Check check = co_await evaluator.check_host(*domain, result.trace);
    result.verdict = check.verdict;
    result.reason = check.reason;
    result.record = evaluator.first_record();
    result.lookups = evaluator.lookups();
    result.void_lookups = evaluator.void_lookups();
    result.trace.subtree = result.lookups;
    if (result.verdict == Verdict::temperror) result.failure = evaluator.failure();
    detail::mark_deciding(result);
    if (result.reason.empty())
        result.reason = fmt::format("{} in {} matches", result.term, result.path.back());
    if (result.verdict == Verdict::fail && check.explanation)
        result.explanation = co_await evaluator.explain(std::move(check));
    co_return result;
}

}  // namespace spf
