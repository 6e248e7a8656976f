#include "spf/node.hpp"

#include "spf/networks.hpp"

namespace spf {

namespace {

struct MechanismKind {
    NodeKind operator()(const All&) const { return NodeKind::all; }
    NodeKind operator()(const Include&) const { return NodeKind::include; }
    NodeKind operator()(const A&) const { return NodeKind::a; }
    NodeKind operator()(const Mx&) const { return NodeKind::mx; }
    NodeKind operator()(const Ptr&) const { return NodeKind::ptr; }
    NodeKind operator()(const Ip4&) const { return NodeKind::ip4; }
    NodeKind operator()(const Ip6&) const { return NodeKind::ip6; }
    NodeKind operator()(const Exists&) const { return NodeKind::exists; }
};

struct TermKind {
    NodeKind operator()(const Directive& directive) const {
        return std::visit(MechanismKind(), directive.mechanism);
    }
    NodeKind operator()(const Redirect&) const { return NodeKind::redirect; }
    NodeKind operator()(const Explanation&) const { return NodeKind::explanation; }
    NodeKind operator()(const UnknownModifier&) const { return NodeKind::unknown; }
};

}  // namespace

NodeKind kind_of(const Term& term) {
    return std::visit(TermKind(), term);
}

std::vector<Node> make_nodes(const Record& record, const std::vector<std::string_view>& texts,
                             Outcome outcome) {
    std::vector<Node> nodes(record.terms.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        nodes[i].kind = kind_of(record.terms[i]);
        nodes[i].text = texts[i];
        nodes[i].network = network_of(record.terms[i]);
        const bool silent = nodes[i].kind == NodeKind::explanation || nodes[i].kind == NodeKind::unknown;
        nodes[i].outcome = silent ? Outcome::none : outcome;
    }
    return nodes;
}

}  // namespace spf
