// The tree of terms that evaluation and lint walk, one node a term, for people to read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.hpp"

namespace spf {

enum class NodeKind { domain, all, include, a, mx, ptr, ip4, ip6, exists, redirect, explanation, unknown };
std::string_view to_string(NodeKind kind);  // "domain", "all", "include", ... "exp", "modifier"

enum class Outcome {
    none,         // nothing was compared (lint; modifiers)
    match,        //
    no_match,     //
    not_reached,  // an earlier term decided
    temperror,    // a look-up failed
    permerror,    // a fault in a record, or a limit exceeded
};
std::string_view to_string(
    Outcome outcome);  // "", "match", "no match", "not reached", "temperror", "permerror"

struct Node;

// The terms of a record. Copies share them until one is changed: those of a provider stand in many trees.
class Nodes {
  public:
    Nodes() = default;
    Nodes(std::vector<Node> nodes);

    const std::vector<Node>& all() const;
    std::vector<Node>& change();  // to write to; valid until this is copied
    // Whether others hold these very nodes, and the nodes as such.
    bool is_shared() const { return nodes_.use_count() > 1; }
    const std::shared_ptr<std::vector<Node>>& pointer() const { return nodes_; }

    auto begin() const { return all().begin(); }
    auto end() const { return all().end(); }
    std::size_t size() const;
    bool empty() const { return size() == 0; }
    const Node& operator[](std::size_t i) const;
    bool operator==(const Nodes& other) const;

  private:
    std::shared_ptr<std::vector<Node>> nodes_;
};

struct Node {
    NodeKind kind = NodeKind::domain;
    std::string text = {};                       // the term as written; of the root: the domain
    std::optional<base::IpPrefix> network = {};  // of ip4 and ip6
    std::string domain =
        {};                // the domain whose record the children are, or that the term asked for, or empty
    unsigned cost = 0;     // DNS terms counted up to and with this term; 0 = it costs none
    unsigned subtree = 0;  // DNS terms of this term and everything below: what removing it saves
    unsigned voids = 0;    // of those, terms that find nothing for a client of either family (lint)
    Outcome outcome = Outcome::none;
    std::string note = {};  // "24 ip4", "NXDOMAIN", "192.0.2.1"; not escaped
    bool decides = false;   // the one term that made the result
    Nodes children = {};
    bool operator==(const Node&) const = default;
};

inline std::size_t Nodes::size() const {
    return nodes_ ? nodes_->size() : 0;
}

inline const Node& Nodes::operator[](std::size_t i) const {
    return (*nodes_)[i];
}

// A branch of the record and what removing it would do for the limits.
struct Saving {
    std::string term;       // as written
    unsigned lookups = 0;   // saved
    unsigned voids = 0;     // saved
    unsigned left = 0;      // look-ups that stay
    bool suffices = false;  // what stays keeps to the limit of ten
    bool operator==(const Saving&) const = default;
};

// One for each term of the record itself that costs look-ups, the dearest first; terms of equal cost as they
// stand in the record. Only for a tree of lint, in which every term is counted.
std::vector<Saving> savings(const Node& root);

// The tree as the terminal shows it: networks that did not match (in lint: all) become a note of their
// parent, "24 ip4, 3 ip6"; below an include, terms that were not reached and an "all" that decides nothing
// go.
Node condensed(const Node& root);

}  // namespace spf
