#include "spf/extend.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "spf/record.hpp"

namespace spf {

namespace {

constexpr std::size_t most_networks =
    40;  // of one include: beyond, the record grows past what a UDP answer holds

bool has_finding(const Lint& lint, std::string_view id) {
    return std::any_of(lint.findings.begin(), lint.findings.end(),
                       [&](const finding::Finding& finding) { return finding.id == id; });
}

bool is_pass(std::string_view term) {
    return !term.empty() && std::string_view("-~?").find(term.front()) == std::string_view::npos;
}

// Adds the networks that pass in the record below `node`; false when something else may pass or fail there.
bool collect_networks(const Node& node, std::vector<std::string>& networks) {
    for (const auto& child : node.children) {
        switch (child.kind) {
            case NodeKind::ip4:
            case NodeKind::ip6:
                if (!is_pass(child.text) || networks.size() == most_networks) return false;
                networks.emplace_back(child.text.starts_with('+') ? child.text.substr(1) : child.text);
                break;
            case NodeKind::include:
            case NodeKind::redirect:
                if (!is_pass(child.text) || !collect_networks(child, networks)) return false;
                break;
            case NodeKind::all:
                return !is_pass(child.text);
            case NodeKind::explanation:
            case NodeKind::unknown:
                break;
            case NodeKind::domain:
            case NodeKind::a:
            case NodeKind::mx:
            case NodeKind::ptr:
            case NodeKind::exists:
                return false;
        }
    }
    return true;
}

struct Piece {
    std::vector<std::string> terms;
    unsigned cost = 0;
    std::vector<std::string> networks = {};  // in place of the terms; empty = it cannot be written out
};

std::vector<Piece> pieces_of(const Lint& lint) {
    std::vector<Piece> pieces;
    const auto terms = term_texts(lint.record);
    for (std::size_t i = 0; i < terms.size(); ++i) {
        Piece piece{.terms = {std::string(terms[i])}};
        if (i < lint.tree.children.size()) {
            const auto& node = lint.tree.children[i];
            piece.cost = node.subtree;
            std::vector<std::string> networks;
            if (node.kind == NodeKind::include && is_pass(node.text) && !node.children.empty() &&
                collect_networks(node, networks))
                piece.networks = std::move(networks);
        }
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

// The dearest piece that can be written out; of equal ones that with the fewest networks.
Piece* dearest(std::vector<Piece>& pieces) {
    Piece* best = nullptr;
    for (auto& piece : pieces) {
        if (piece.networks.empty()) continue;
        if (best == nullptr || piece.cost > best->cost ||
            (piece.cost == best->cost && piece.networks.size() < best->networks.size()))
            best = &piece;
    }
    return best;
}

}  // namespace

std::optional<Extension> allow_addresses(const Lint& lint, const std::vector<base::IpAddress>& addresses) {
    if (dns::is_temporary(lint.status) || has_finding(lint, "spf-multiple-records")) return std::nullopt;
    Extension extension;
    std::vector<std::string> terms = {"v=spf1"};
    for (const auto& address : addresses)
        terms.push_back(fmt::format("{}:{}", address.is_v4() ? "ip4" : "ip6", address.to_string()));
    if (lint.record.empty()) {
        terms.emplace_back("~all");
        extension.record = base::join(terms, " ");
        return extension;
    }
    if (!lint.complete || parse_record(lint.record).has_error()) return std::nullopt;
    auto pieces = pieces_of(lint);
    extension.lookups = lint.lookups;
    while (extension.lookups > most_lookups) {
        auto* piece = dearest(pieces);
        if (piece == nullptr) return std::nullopt;
        extension.flattened.push_back(piece->terms.front());
        extension.lookups -= std::min(piece->cost, extension.lookups);
        piece->terms = std::exchange(piece->networks, {});
    }
    for (const auto& piece : pieces)
        terms.insert(terms.end(), piece.terms.begin(), piece.terms.end());
    extension.record = base::join(terms, " ");
    return extension;
}

}  // namespace spf
