// The inside of lint(). Not for other rooms.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "spf/lint.hpp"
#include "spf/reading.hpp"

namespace spf::detail {

using Findings = std::vector<finding::Finding>;

// How a record was reached: the chain of domains from the checked one on, on the frames of the coroutines.
struct Path {
    const Path* parent = nullptr;
    std::string domain;
    NodeKind via = NodeKind::domain;  // domain, include or redirect
    unsigned depth = 0;

    bool contains(std::string_view other) const;
    std::string to_string() const;  // "a.example > b.example"
    Place place() const;            // included as soon as one step is an include
};

// A record at hand while its terms are walked.
struct Visit {
    std::shared_ptr<const Reading> reading;
    const Path* path = nullptr;
};

class Linter {
  public:
    Linter(dns::Resolver& resolver, Readings& readings, Lint& lint, Limits limits)
        : resolver_(resolver),
          readings_(readings),
          lint_(lint),
          limits_(limits),
          deadline_(std::chrono::steady_clock::now() + limits.time) {}

    net::Task<Findings> visit(Path path, Node& node);
    net::Task<Findings> look_for_type_99(dns::Name name);
    Findings judge_counts();    // once the tree stands
    Findings judge_includes();  // likewise
    std::uint64_t ipv4_addresses();

  private:
    Findings judge_status(const dns::Answer& answer, const Path& path, Node& node);
    std::optional<std::size_t> select(const dns::Answer& answer, const Path& path, Node& node,
                                      Findings& findings);
    net::Task<void> look_for_doubled_name(dns::Name name, Findings& findings);
    net::Task<Findings> walk_terms(const Visit& visit, Node& node);
    bool is_known(const Visit& visit, std::size_t index, NodeKind kind) const;
    net::Task<Findings> walk_term(const Visit& visit, std::size_t index, Node& node);
    net::Task<Findings> follow(const Visit& from, std::string target, Node& node);
    net::Task<Findings> check_addresses(const Visit& visit, dns::Name name, Node& node);
    net::Task<Findings> check_mx(const Visit& visit, dns::Name name, Node& node);
    net::Task<Findings> check_exists(const Visit& visit, dns::Name name, Node& node);
    net::Task<Findings> check_explanation(const Visit& visit);

    net::Task<dns::Answer> ask(dns::Name name, dns::Type type);
    net::Task<std::vector<dns::Answer>> ask_all(std::vector<dns::Question> questions);
    finding::Finding about(std::string_view id, const Visit& visit, std::string_view term,
                           std::string observed) const;
    void count_networks(const Record& record);

    dns::Resolver& resolver_;
    Readings& readings_;
    Lint& lint_;
    Limits limits_;
    net::Deadline deadline_;
    unsigned walked_ = 0;
    unsigned questions_ = 0;
    bool bounded_ = false;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges_;  // [begin, end) of allowed IPv4 networks
};

bool answered(const dns::Answer& answer);            // found or missing: the question has its answer
std::string status_text(const dns::Answer& answer);  // "SERVFAIL (192.0.2.53 answered SERVFAIL)"

// The counts of the tree: running cost, and what is below each node. Node::cost and Node::voids come in as
// each term's own.
unsigned number_nodes(Node& node, unsigned before);

// The includes of the tree whose records allow no address that another term does not allow, and why.
struct UselessInclude {
    const Node* include = nullptr;
    std::string reason;
};
std::vector<UselessInclude> useless_includes(const Node& root);

}  // namespace spf::detail
