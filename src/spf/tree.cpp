#include "spf/tree.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "spf/evaluate.hpp"

namespace spf {

Nodes::Nodes(std::vector<Node> nodes)
    : nodes_(nodes.empty() ? nullptr : std::make_shared<std::vector<Node>>(std::move(nodes))) {}

const std::vector<Node>& Nodes::all() const {
    static const std::vector<Node> none;
    return nodes_ ? *nodes_ : none;
}

std::vector<Node>& Nodes::change() {
    if (!nodes_ || is_shared()) nodes_ = std::make_shared<std::vector<Node>>(all());
    return *nodes_;
}

bool Nodes::operator==(const Nodes& other) const {
    return nodes_ == other.nodes_ || all() == other.all();
}

std::string_view to_string(NodeKind kind) {
    switch (kind) {
        case NodeKind::domain:
            return "domain";
        case NodeKind::all:
            return "all";
        case NodeKind::include:
            return "include";
        case NodeKind::a:
            return "a";
        case NodeKind::mx:
            return "mx";
        case NodeKind::ptr:
            return "ptr";
        case NodeKind::ip4:
            return "ip4";
        case NodeKind::ip6:
            return "ip6";
        case NodeKind::exists:
            return "exists";
        case NodeKind::redirect:
            return "redirect";
        case NodeKind::explanation:
            return "exp";
        case NodeKind::unknown:
            return "modifier";
    }
    return "modifier";
}

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::none:
            return "";
        case Outcome::match:
            return "match";
        case Outcome::no_match:
            return "no match";
        case Outcome::not_reached:
            return "not reached";
        case Outcome::temperror:
            return "temperror";
        case Outcome::permerror:
            return "permerror";
    }
    return "";
}

namespace {

void add_note(Node& node, const std::string& note) {
    if (!node.note.empty()) node.note += ", ";
    node.note += note;
}

// `leads`: the terms of this record end the check for the domain itself. So do those of the record that a
// redirect puts in its place (RFC 7208 section 6.1).
Node condense(const Node& node, bool leads) {
    Node result = node;
    std::vector<Node> children;
    unsigned networks4 = 0;
    unsigned networks6 = 0;
    for (const auto& child : node.children) {
        const bool network = child.kind == NodeKind::ip4 || child.kind == NodeKind::ip6;
        if (network && !child.decides && child.outcome != Outcome::match && child.note.empty()) {
            ++(child.kind == NodeKind::ip4 ? networks4 : networks6);
            continue;
        }
        const bool idle = child.outcome == Outcome::not_reached || child.kind == NodeKind::all ||
                          child.kind == NodeKind::explanation || child.kind == NodeKind::unknown;
        if (!leads && idle && !child.decides) continue;
        children.push_back(condense(child, leads && child.kind == NodeKind::redirect));
    }
    result.children = std::move(children);
    if (networks4 > 0) add_note(result, fmt::format("{} ip4", networks4));
    if (networks6 > 0) add_note(result, fmt::format("{} ip6", networks6));
    return result;
}

}  // namespace

std::vector<Saving> savings(const Node& root) {
    std::vector<Saving> result;
    for (const auto& child : root.children) {
        if (child.subtree == 0) continue;
        const unsigned left = root.subtree - child.subtree;
        result.push_back({child.text, child.subtree, child.voids, left, left <= most_lookups});
    }
    std::stable_sort(result.begin(), result.end(),
                     [](const Saving& a, const Saving& b) { return a.lookups > b.lookups; });
    return result;
}

Node condensed(const Node& root) {
    return condense(root, true);
}

}  // namespace spf
