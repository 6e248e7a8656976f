#include "spf/subtree.hpp"

#include <algorithm>

#include "spf/linter.hpp"

namespace spf {

namespace {

std::size_t count_nodes(const Node& node) {
    std::size_t count = 1;
    for (const auto& child : node.children)
        count += count_nodes(child);
    return count;
}

}  // namespace

void WalkSums::add(const WalkSums& below) {
    terms += below.terms;
    questions += below.questions;
    void_lookups_ipv6 += below.void_lookups_ipv6;
    complete = complete && below.complete;
    ranges.insert(ranges.end(), below.ranges.begin(), below.ranges.end());
    repeatable = repeatable && below.repeatable;
    expires = std::min(expires, below.expires);
    height = std::max(height, below.height + 1);
    domains.insert(domains.end(), below.domains.begin(), below.domains.end());
}

Subtree::Numbered Subtree::numbered(unsigned before) {
    constexpr std::size_t most_kept = 8;
    if (const auto found = numbered_.find(before); found != numbered_.end()) return found->second;
    Node top;
    top.children = node_.children;
    Numbered made;
    made.cost = detail::number_nodes(top, before, {}) - before;
    made.voids = top.voids;
    made.children = std::move(top.children);
    if (numbered_.size() < most_kept) numbered_.emplace(before, made);
    return made;
}

std::shared_ptr<Subtree> Subtrees::find(const std::string& domain, Place place, net::Deadline now) {
    auto& subtrees = by_domain_[static_cast<std::size_t>(place)];
    const auto found = subtrees.find(domain);
    if (found == subtrees.end()) return nullptr;
    if (found->second->sums().expires > now) return found->second;
    nodes_ -= count_nodes(found->second->node());
    subtrees.erase(found);
    return nullptr;
}

void Subtrees::insert(const std::string& domain, Place place, std::shared_ptr<Subtree> subtree,
                      net::Deadline now) {
    const auto& sums = subtree->sums();
    const std::size_t nodes = count_nodes(subtree->node());
    if (!sums.has_record || !sums.repeatable || sums.expires <= now || nodes > most_nodes_) return;
    if (nodes_ + nodes > most_nodes_) {
        for (auto& subtrees : by_domain_)
            subtrees.clear();
        nodes_ = 0;
    }
    auto& subtrees = by_domain_[static_cast<std::size_t>(place)];
    const auto [at, inserted] = subtrees.try_emplace(domain, subtree);
    nodes_ += nodes;
    if (inserted) return;
    nodes_ -= count_nodes(at->second->node());
    at->second = std::move(subtree);
}

}  // namespace spf
