// The inside of evaluate(): one check with its counters. Not for other rooms.
#pragma once

#include <memory>

#include "spf/evaluate.hpp"
#include "spf/record.hpp"

namespace spf::detail {

// What a mechanism came to (section 4.6.2).
struct Match {
    Outcome outcome = Outcome::no_match;
    std::string reason = {};  // of an error
};

// What one run of check_host() came to. An exp= of it is in force when `explanation` is set (section 6.2).
struct Check {
    Verdict verdict = Verdict::none;
    std::string reason = {};
    std::optional<MacroString> explanation = {};
    std::string explanation_domain = {};
};

class Evaluator {
  public:
    Evaluator(dns::Resolver& resolver, Query query);

    net::Task<Check> check_host(std::string domain, Node& node);
    net::Task<std::string> explain(Check check);  // empty = none

    unsigned lookups() const { return lookups_; }
    unsigned void_lookups() const { return void_lookups_; }
    std::optional<dns::Status> failure() const { return failure_; }
    const std::string& first_record() const { return first_record_; }

  private:
    net::Task<dns::Answer> ask(dns::Name name, dns::Type type);
    net::Task<Check> check_record(const Record& record, std::string domain, Node& node);
    net::Task<Check> follow_redirect(const MacroString& target, std::string domain, Node& node);
    net::Task<Match> run(const Directive& directive, std::string domain, Node& node);
    net::Task<Match> run_include(std::string target, Node& node);
    net::Task<Match> run_addresses(dns::Name name, DualLength length, Node& node);
    net::Task<Match> run_mx(dns::Name name, DualLength length, Node& node);
    net::Task<Match> run_exists(dns::Name name, Node& node);
    net::Task<Match> run_ptr(dns::Name name, Node& node);
    net::Task<void> validate_names();
    net::Task<std::string> expansion(const MacroString& macro, std::string domain);

    std::optional<Match> count_term(Node& node, const MacroString* domain_spec);
    std::optional<Match> count_void(Node& node, dns::Status status);
    Match failed(Node& node, const dns::Name& name, dns::Type type, const dns::Answer& answer);
    std::optional<Match> out_of_time() const;
    bool time_is_up() const { return std::chrono::steady_clock::now() >= deadline_; }
    std::string time_text() const;
    bool covers(const dns::Answer& answer, DualLength length) const;
    bool unanswerable(const MacroString& macro) const;
    dns::Type address_type() const { return query_.ip.is_v4() ? dns::Type::a : dns::Type::aaaa; }
    MacroValues values(std::string_view domain) const;

    dns::Resolver& resolver_;
    Query query_;
    std::string local_part_;
    std::string sender_domain_;
    net::Deadline deadline_;
    unsigned lookups_ = 0;
    unsigned void_lookups_ = 0;
    std::optional<dns::Status> failure_;
    std::string first_record_;
    std::optional<std::vector<dns::Name>> validated_;  // section 5.5, asked at most once
    std::optional<dns::Status> ptr_status_;            // of the PTR look-up, when it found nothing
    std::string validated_text_;                       // %{p} of the expansion at hand
};

// The part of the tree that made the result: marks it, and gives the term and the path to it.
void mark_deciding(Evaluation& evaluation);

}  // namespace spf::detail
