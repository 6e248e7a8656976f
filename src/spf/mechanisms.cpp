// The mechanisms of RFC 7208 section 5.
#include <algorithm>

#include <fmt/format.h>

#include "spf/evaluator.hpp"

namespace spf::detail {

namespace {

bool answered(const dns::Answer& answer) {
    return answer.status == dns::Status::found || dns::is_missing(answer.status);
}

Match matching(bool matches) {
    return {matches ? Outcome::match : Outcome::no_match};
}

}  // namespace

net::Task<Match> Evaluator::run(const Directive& directive, std::string domain, Node& node) {
    const Mechanism& mechanism = directive.mechanism;
    if (std::holds_alternative<All>(mechanism)) co_return matching(true);
    if (const auto* ip4 = std::get_if<Ip4>(&mechanism)) co_return matching(ip4->network.contains(query_.ip));
    if (const auto* ip6 = std::get_if<Ip6>(&mechanism)) co_return matching(ip6->network.contains(query_.ip));
    const MacroString* macro = domain_spec(mechanism);
    if (const auto over = count_term(node, macro)) co_return *over;
    if (macro != nullptr && unanswerable(*macro)) {
        node.note = "the local part is not ASCII";
        co_return matching(false);
    }
    std::string target = domain;
    if (macro != nullptr) target = co_await expansion(*macro, domain);
    if (macro != nullptr && macro->uses('p'))
        if (auto over = out_of_time()) co_return *over;
    if (std::holds_alternative<Include>(mechanism)) co_return co_await run_include(std::move(target), node);
    const auto name = target_name(target);
    if (name.has_error()) {
        node.note = "no valid DNS name";  // section 4.8 leaves the choice
        co_return matching(false);
    }
    node.domain = name->to_string();
    if (const auto* a = std::get_if<A>(&mechanism)) co_return co_await run_addresses(*name, a->length, node);
    if (const auto* mx = std::get_if<Mx>(&mechanism)) co_return co_await run_mx(*name, mx->length, node);
    if (std::holds_alternative<Exists>(mechanism)) co_return co_await run_exists(*name, node);
    co_return co_await run_ptr(*name, node);
}

// Section 5.2, with its table
net::Task<Match> Evaluator::run_include(std::string target, Node& node) {
    node.domain = target;
    const Check check = co_await check_host(target, node);
    Match match;
    switch (check.verdict) {
        case Verdict::pass:
            match.outcome = Outcome::match;
            break;
        case Verdict::fail:
        case Verdict::softfail:
        case Verdict::neutral:
            match.outcome = Outcome::no_match;
            break;
        case Verdict::temperror:
            match = {Outcome::temperror, check.reason};
            break;
        case Verdict::permerror:
            match = {Outcome::permerror, check.reason};
            break;
        case Verdict::none:
            match = {Outcome::permerror, "the target of include: " + check.reason};
            node.note = check.reason;
            break;
    }
    co_return match;
}

// Section 5.3
net::Task<Match> Evaluator::run_addresses(dns::Name name, DualLength length, Node& node) {
    const dns::Answer answer = co_await ask(name, address_type());
    if (!answered(answer)) co_return failed(node, name, address_type(), answer);
    if (dns::is_missing(answer.status))
        if (const auto over = count_void(node, answer.status)) co_return *over;
    co_return matching(covers(answer, length));
}

// Section 5.4: no implicit MX.
net::Task<Match> Evaluator::run_mx(dns::Name name, DualLength length, Node& node) {
    const dns::Answer answer = co_await ask(name, dns::Type::mx);
    if (!answered(answer)) co_return failed(node, name, dns::Type::mx, answer);
    if (dns::is_missing(answer.status)) {
        if (const auto over = count_void(node, answer.status)) co_return *over;
        co_return matching(false);
    }
    if (answer.records.size() > most_mx_names)
        co_return Match{Outcome::permerror,
                        fmt::format("{} has {} MX records, more than {}", name.to_string(),
                                    answer.records.size(), most_mx_names)};
    std::optional<dns::Status> empty;
    for (const auto& record : answer.records) {
        const auto* mx = std::get_if<dns::Mx>(&record.data);
        if (mx == nullptr || mx->exchange.is_root()) continue;  // null MX (RFC 7505)
        const dns::Answer addresses = co_await ask(mx->exchange, address_type());
        if (!answered(addresses)) co_return failed(node, mx->exchange, address_type(), addresses);
        if (covers(addresses, length)) co_return matching(true);
        if (dns::is_missing(addresses.status)) empty = addresses.status;
    }
    // Section 4.6.4 counts terms: once, however many of its names came to nothing.
    if (empty)
        if (const auto over = count_void(node, *empty)) co_return *over;
    co_return matching(false);
}

// Section 5.7: an A record, for IPv6 clients too.
net::Task<Match> Evaluator::run_exists(dns::Name name, Node& node) {
    const dns::Answer answer = co_await ask(name, dns::Type::a);
    if (!answered(answer)) co_return failed(node, name, dns::Type::a, answer);
    if (dns::is_missing(answer.status))
        if (const auto over = count_void(node, answer.status)) co_return *over;
    co_return matching(answer.status == dns::Status::found);
}

// Section 5.5: errors make it fail to match, never an error.
net::Task<Match> Evaluator::run_ptr(dns::Name name, Node& node) {
    if (!validated_) co_await validate_names();
    const bool matches = std::any_of(validated_->begin(), validated_->end(), [&](const dns::Name& validated) {
        return validated.is_at_or_below(name);
    });
    if (!matches)
        if (auto over = out_of_time()) co_return *over;
    if (ptr_status_) {
        node.note = dns::to_string(*ptr_status_);
        if (dns::is_missing(*ptr_status_))
            if (const auto over = count_void(node, *ptr_status_)) co_return *over;
    }
    co_return matching(matches);
}

}  // namespace spf::detail
