// What can be said once the tree of lint stands.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "spf/linter.hpp"
#include "spf/networks.hpp"

namespace spf::detail {

namespace {

using Networks = std::vector<const base::IpPrefix*>;  // of the nodes

bool allows(const Node& node) {
    return node.text.empty() || std::string_view("-~?").find(node.text.front()) == std::string_view::npos;
}

bool collect(const Node& node, Networks& networks);

// The networks from which this term lets mail pass; false when that cannot be told from the record alone.
bool collect_term(const Node& term, Networks& networks) {
    if (term.outcome == Outcome::not_reached || !allows(term)) return true;
    if (term.outcome == Outcome::permerror || term.outcome == Outcome::temperror) return false;
    switch (term.kind) {
        case NodeKind::ip4:
        case NodeKind::ip6:
            if (term.network) networks.push_back(&*term.network);
            return true;
        case NodeKind::a:
        case NodeKind::mx:
            return term.voids > 0;
        case NodeKind::include:
        case NodeKind::redirect:
            return !term.domain.empty() && collect(term, networks);
        case NodeKind::explanation:
        case NodeKind::unknown:
            return true;
        case NodeKind::domain:
        case NodeKind::all:
        case NodeKind::ptr:
        case NodeKind::exists:
            return false;
    }
    return false;
}

bool collect(const Node& node, Networks& networks) {
    return std::all_of(node.children.begin(), node.children.end(),
                       [&](const Node& child) { return collect_term(child, networks); });
}

bool repeats_earlier(const Node& root, std::size_t index) {
    return std::any_of(root.children.begin(), root.children.begin() + static_cast<std::ptrdiff_t>(index),
                       [&](const Node& earlier) {
                           return earlier.kind == NodeKind::include &&
                                  base::equals_ignoring_case(earlier.domain, root.children[index].domain);
                       });
}

bool is_covered(const base::IpPrefix& network, const Networks& others) {
    const auto* begin = network.address.data();
    return std::any_of(others.begin(), others.end(), [&](const base::IpPrefix* other) {
        // Nearly all differ in the first octet.
        if (other->length > network.length || (other->length >= 8 && *other->address.data() != *begin))
            return false;
        return other->contains(network.address);
    });
}

}  // namespace

void add_networks(WalkSums::Ranges& ranges, const Record& record) {
    for (const auto& term : record.terms) {
        const auto* directive = std::get_if<Directive>(&term);
        if (directive == nullptr) continue;
        if (std::holds_alternative<All>(directive->mechanism)) return;
        const auto* ip4 = std::get_if<Ip4>(&directive->mechanism);
        if (ip4 == nullptr || directive->qualifier != Qualifier::pass) continue;
        const auto* bytes = ip4->network.address.data();
        const std::uint64_t address = std::uint64_t{bytes[0]} << 24 | std::uint64_t{bytes[1]} << 16 |
                                      std::uint64_t{bytes[2]} << 8 | bytes[3];
        const std::uint64_t size = std::uint64_t{1} << (32 - ip4->network.length);
        const std::uint64_t begin = address & ~(size - 1);
        ranges.emplace_back(begin, begin + size);
    }
}

std::uint64_t count_addresses(WalkSums::Ranges ranges) {
    std::sort(ranges.begin(), ranges.end());
    std::uint64_t count = 0;
    std::uint64_t end = 0;
    for (const auto& [from, to] : ranges) {
        if (to <= end) continue;
        count += to - std::max(from, end);
        end = to;
    }
    return count;
}

unsigned number_nodes(Node& node, unsigned before, const Grafts& grafts) {
    unsigned running = before;
    if (node.cost != 0) {
        running += node.cost;
        node.cost = running;
    }
    const auto graft =
        std::find_if(grafts.begin(), grafts.end(), [&](const Graft& other) { return other.node == &node; });
    if (graft != grafts.end()) {
        auto numbered = graft->subtree->numbered(running);
        node.children = std::move(numbered.children);
        node.voids += numbered.voids;
        running += numbered.cost;
    } else if (!node.children.empty()) {
        for (auto& child : node.children.change()) {
            running = number_nodes(child, running, grafts);
            node.voids += child.voids;
        }
    }
    node.subtree = running - before;
    return running;
}

std::vector<UselessInclude> useless_includes(const Node& root) {
    constexpr std::size_t most_networks = 2000;
    std::vector<Networks> networks(root.children.size());
    std::vector<bool> known(root.children.size());
    std::size_t total = 0;
    for (std::size_t i = 0; i < root.children.size(); ++i) {
        known[i] = collect_term(root.children[i], networks[i]);
        total += networks[i].size();
    }
    std::vector<UselessInclude> result;
    if (total > most_networks) return result;
    // From the end, so that of two that cover each other the first stays.
    for (std::size_t i = root.children.size(); i-- > 0;) {
        const Node& child = root.children[i];
        const bool is_include = child.kind == NodeKind::include && child.outcome != Outcome::not_reached;
        if (!is_include || !allows(child)) continue;
        const bool repeated = repeats_earlier(root, i);  // told as a duplicate
        if (repeated) networks[i].clear();
        if (repeated || !known[i]) continue;
        const auto is_covered_elsewhere = [&](const base::IpPrefix* network) {
            for (std::size_t j = 0; j < networks.size(); ++j)
                if (j != i && is_covered(*network, networks[j])) return true;
            return false;
        };
        const bool covered = std::all_of(networks[i].begin(), networks[i].end(), is_covered_elsewhere);
        if (!covered) continue;
        result.push_back({&child, networks[i].empty()
                                      ? std::string("its record allows no address")
                                      : std::string("other terms allow every network in it")});
        networks[i].clear();
    }
    std::reverse(result.begin(), result.end());
    return result;
}

}  // namespace spf::detail
