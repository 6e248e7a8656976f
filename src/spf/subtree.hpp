// What was found below an include or redirect, and a memory of it: the records of large providers stand below
// very many domains, and are walked once in the time they may be kept.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "finding/finding.hpp"
#include "net/stream.hpp"
#include "spf/reading.hpp"
#include "spf/tree.hpp"

namespace spf {

// What a walk of lint adds up in one record and below it.
struct WalkSums {
    using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;  // [begin, end)

    unsigned terms = 0;  // walked
    unsigned questions = 0;
    unsigned void_lookups_ipv6 = 0;
    bool complete = true;
    Ranges ranges = {};  // of allowed IPv4 networks

    // Whether another walk would find the same, and until when.
    bool has_record = false;  // the top one
    bool repeatable = true;   // no bound and no loop was met
    net::Deadline expires = net::Deadline::max();
    unsigned height = 0;                    // of the records below
    std::vector<std::string> domains = {};  // of the records below

    // `below`: of a record that is included, or redirected to.
    void add(const WalkSums& below);
};

class Subtree {
  public:
    // `node`: of the term that led here, its costs not yet added up.
    Subtree(Node node, std::vector<finding::Finding> findings, WalkSums sums)
        : node_(std::move(node)), findings_(std::move(findings)), sums_(std::move(sums)) {}

    const Node& node() const { return node_; }
    const std::vector<finding::Finding>& findings() const { return findings_; }
    const WalkSums& sums() const { return sums_; }

    // The nodes below with the costs they have behind `before` DNS terms. For one thread; the nodes may be
    // read by others.
    struct Numbered {
        Nodes children;
        unsigned cost = 0;
        unsigned voids = 0;
    };
    Numbered numbered(unsigned before);

  private:
    Node node_;
    std::vector<finding::Finding> findings_;
    WalkSums sums_;
    std::map<unsigned, Numbered> numbered_;  // by what was before
};

// For one thread.
class Subtrees {
  public:
    explicit Subtrees(std::size_t most_nodes = 20'000) : most_nodes_(most_nodes) {}
    Subtrees(const Subtrees&) = delete;
    Subtrees& operator=(const Subtrees&) = delete;

    // Null when there is none, or its time is over. `domain` as it stands in the term.
    std::shared_ptr<Subtree> find(const std::string& domain, Place place, net::Deadline now);
    // Keeps it if it may be kept. When there is no more room all others go: those in use come back at once.
    void insert(const std::string& domain, Place place, std::shared_ptr<Subtree> subtree, net::Deadline now);
    std::size_t size() const { return by_domain_[0].size() + by_domain_[1].size(); }

  private:
    using ByDomain = std::unordered_map<std::string, std::shared_ptr<Subtree>>;

    std::size_t most_nodes_;
    std::size_t nodes_ = 0;
    ByDomain by_domain_[2];  // by place
};

// What lint remembers from one domain to the next. For one thread, and one resolver.
struct Memory {
    Readings readings;
    Subtrees subtrees;
};

}  // namespace spf
