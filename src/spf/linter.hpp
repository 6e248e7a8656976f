// The inside of lint(). Not for other rooms.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "spf/lint.hpp"
#include "spf/reading.hpp"
#include "spf/subtree.hpp"

namespace spf::detail {

using Findings = std::vector<finding::Finding>;

// How a record was reached: the chain of domains from the checked one on, on the frames of the coroutines.
struct Path {
    const Path* parent = nullptr;
    std::string domain;
    NodeKind via = NodeKind::domain;  // domain, include or redirect
    unsigned depth = 0;
    WalkSums* sums = nullptr;  // of this record and below

    bool contains(std::string_view other) const;
    std::string to_string() const;  // "a.example > b.example"
    Place place() const;            // included as soon as one step is an include
};

// A record at hand while its terms are walked.
struct Visit {
    std::shared_ptr<const Reading> reading;
    const Path* path = nullptr;
};

// A term below which stands what an earlier walk has found.
struct Graft {
    const Node* node = nullptr;
    std::shared_ptr<Subtree> subtree;
};
using Grafts = std::vector<Graft>;

class Linter {
  public:
    Linter(dns::Resolver& resolver, Memory& memory, Lint& lint, Limits limits)
        : resolver_(resolver),
          memory_(memory),
          lint_(lint),
          limits_(limits),
          deadline_(std::chrono::steady_clock::now() + limits.time) {}

    net::Task<Findings> visit(Path path, Node& node);
    net::Task<Findings> look_for_type_99(dns::Name name, WalkSums& sums);
    void add_up(WalkSums sums);  // once the tree stands
    Findings judge_counts();     // behind add_up()
    Findings judge_includes();   // likewise

  private:
    Findings judge_status(const dns::Answer& answer, const Path& path, Node& node);
    std::optional<std::size_t> select(const dns::Answer& answer, const Path& path, Node& node,
                                      Findings& findings);
    net::Task<void> look_for_doubled_name(dns::Name name, const Path& path, Findings& findings);
    net::Task<Findings> walk_terms(const Visit& visit, Node& node);
    bool is_known(const Visit& visit, std::size_t index, NodeKind kind) const;
    net::Task<Findings> walk_term(const Visit& visit, std::size_t index, Node& node);
    bool graft(const Visit& from, std::size_t index, Node& node, Findings& findings);
    bool fits(const Subtree& subtree, const Path& from) const;
    net::Task<Findings> follow(const Visit& from, std::string target, Node& node);
    net::Task<Findings> check_addresses(const Visit& visit, dns::Name name, Node& node);
    net::Task<Findings> check_mx(const Visit& visit, dns::Name name, Node& node);
    net::Task<Findings> check_exists(const Visit& visit, dns::Name name, Node& node);
    net::Task<Findings> check_explanation(const Visit& visit);

    net::Task<dns::Answer> ask(WalkSums& sums, dns::Name name, dns::Type type);
    net::Task<std::vector<dns::Answer>> ask_all(WalkSums& sums, std::vector<dns::Question> questions);
    finding::Finding about(std::string_view id, const Visit& visit, std::string_view term,
                           std::string observed) const;

    dns::Resolver& resolver_;
    Memory& memory_;
    Lint& lint_;
    Limits limits_;
    net::Deadline deadline_;
    unsigned walked_ = 0;
    unsigned questions_ = 0;
    bool bounded_ = false;
    Grafts grafts_;
};

bool answered(const dns::Answer& answer);            // found or missing: the question has its answer
std::string status_text(const dns::Answer& answer);  // "SERVFAIL (192.0.2.53 answered SERVFAIL)"

void add_networks(WalkSums::Ranges& ranges, const Record& record);  // that it lets pass
std::uint64_t count_addresses(WalkSums::Ranges ranges);             // each once

// The counts of the tree: running cost, and what is below each node. Node::cost and Node::voids come in as
// each term's own.
unsigned number_nodes(Node& node, unsigned before, const Grafts& grafts);

// The includes of the tree whose records allow no address that another term does not allow, and why.
struct UselessInclude {
    const Node* include = nullptr;
    std::string reason;
};
std::vector<UselessInclude> useless_includes(const Node& root);

}  // namespace spf::detail
