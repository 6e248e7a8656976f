// What lint asks for the terms that name hosts.
#include <fmt/format.h>

#include "spf/evaluate.hpp"
#include "spf/linter.hpp"

namespace spf::detail {

bool answered(const dns::Answer& answer) {
    return answer.status == dns::Status::found || dns::is_missing(answer.status);
}

std::string status_text(const dns::Answer& answer) {
    std::string text(dns::to_string(answer.status));
    if (!answer.detail.empty()) text += fmt::format(" ({})", answer.detail);
    return text;
}

net::Task<Findings> Linter::check_addresses(const Visit& visit, dns::Name name, Node& node) {
    Findings findings;
    std::vector<dns::Question> questions = {{name, dns::Type::a}, {name, dns::Type::aaaa}};
    const auto answers = co_await ask_all(*visit.path->sums, std::move(questions));
    for (const auto& answer : answers) {
        if (answered(answer)) continue;
        node.note = dns::to_string(answer.status);
        visit.path->sums->complete = false;
        findings.push_back(about("spf-lookup-failed", visit, node.text,
                                 fmt::format("{}: {}", name.to_string(), status_text(answer))));
        co_return findings;
    }
    if (dns::is_missing(answers[1].status)) ++visit.path->sums->void_lookups_ipv6;
    if (!dns::is_missing(answers[0].status) || !dns::is_missing(answers[1].status)) co_return findings;
    node.voids = 1;
    node.note = dns::to_string(answers[0].status);
    findings.push_back(about("spf-void-lookup", visit, node.text,
                             fmt::format("{} has no address: {}", name.to_string(), node.note)));
    co_return findings;
}

net::Task<Findings> Linter::check_mx(const Visit& visit, dns::Name name, Node& node) {
    Findings findings;
    const dns::Answer answer = co_await ask(*visit.path->sums, name, dns::Type::mx);
    if (!answered(answer)) {
        node.note = dns::to_string(answer.status);
        visit.path->sums->complete = false;
        findings.push_back(about("spf-lookup-failed", visit, node.text,
                                 fmt::format("MX of {}: {}", name.to_string(), status_text(answer))));
        co_return findings;
    }
    if (dns::is_missing(answer.status)) {
        node.voids = 1;
        ++visit.path->sums->void_lookups_ipv6;
        node.note = "no MX record";
        findings.push_back(about("spf-void-lookup", visit, node.text,
                                 fmt::format("{} has no MX record: {}; its own address is not used instead",
                                             name.to_string(), dns::to_string(answer.status))));
        co_return findings;
    }
    if (answer.records.size() > most_mx_names) {
        node.outcome = Outcome::permerror;
        node.note = fmt::format("{} MX records", answer.records.size());
        findings.push_back(
            about("spf-too-many-mx", visit, node.text,
                  fmt::format("{} has {} MX records", name.to_string(), answer.records.size())));
        co_return findings;
    }
    std::vector<dns::Question> questions;
    for (const auto& record : answer.records)
        if (const auto* mx = std::get_if<dns::Mx>(&record.data); mx != nullptr && !mx->exchange.is_root()) {
            questions.push_back({mx->exchange, dns::Type::a});
            questions.push_back({mx->exchange, dns::Type::aaaa});
        }
    const auto answers = co_await ask_all(*visit.path->sums, questions);
    bool lacks_ipv6 = false;
    for (std::size_t i = 0; i + 1 < answers.size(); i += 2) {
        const std::string host = questions[i].name.to_string();
        if (dns::is_missing(answers[i + 1].status)) lacks_ipv6 = true;
        if (!answered(answers[i]) || !answered(answers[i + 1])) {
            const auto& failed = answered(answers[i]) ? answers[i + 1] : answers[i];
            visit.path->sums->complete = false;
            findings.push_back(about("spf-lookup-failed", visit, node.text,
                                     fmt::format("MX host {}: {}", host, status_text(failed))));
        } else if (dns::is_missing(answers[i].status) && dns::is_missing(answers[i + 1].status)) {
            node.voids = 1;
            findings.push_back(about(
                "spf-void-lookup", visit, node.text,
                fmt::format("the MX host {} has no address: {}", host, dns::to_string(answers[i].status))));
        }
    }
    if (lacks_ipv6) ++visit.path->sums->void_lookups_ipv6;
    co_return findings;
}

net::Task<Findings> Linter::check_exists(const Visit& visit, dns::Name name, Node& node) {
    Findings findings;
    const dns::Answer answer = co_await ask(*visit.path->sums, name, dns::Type::a);
    if (answer.status == dns::Status::found) co_return findings;
    node.note = dns::to_string(answer.status);
    if (dns::is_missing(answer.status)) {
        node.voids = 1;
        ++visit.path->sums->void_lookups_ipv6;
        findings.push_back(about("spf-void-lookup", visit, node.text,
                                 fmt::format("{} has no address: {}", name.to_string(), node.note)));
    } else {
        visit.path->sums->complete = false;
        findings.push_back(about("spf-lookup-failed", visit, node.text,
                                 fmt::format("{}: {}", name.to_string(), status_text(answer))));
    }
    co_return findings;
}

// Section 6.2: what makes a receiver drop the explanation.
net::Task<Findings> Linter::check_explanation(const Visit& visit) {
    Findings findings;
    const MacroString& macro = visit.reading->record.explanation()->domain;
    if (macro.needs_message()) co_return findings;
    MacroValues values = {};
    values.domain = visit.path->domain;
    const auto name = target_name(expand(macro, values));
    std::string fault;
    if (name.has_error()) {
        fault = name.error().message;
    } else {
        const dns::Answer answer = co_await ask(*visit.path->sums, *name, dns::Type::txt);
        if (!answered(answer)) co_return findings;
        const auto texts = answer.texts();
        if (texts.size() != 1) {
            fault = fmt::format("{} has {} TXT records", name->to_string(), texts.size());
        } else if (const auto text = parse_macro_string(texts[0], MacroPlace::explanation);
                   text.has_error()) {
            fault = text.error().message;
        }
    }
    if (!fault.empty()) {
        const std::string term = to_string(Term(Explanation{macro}));
        findings.push_back(about("spf-explanation", visit, term, std::move(fault)));
    }
    co_return findings;
}

}  // namespace spf::detail
