#include "spf/linter.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dns/doubled_name.hpp"
#include "dns/findings.hpp"
#include "net/run.hpp"
#include "spf/evaluate.hpp"
#include "spf/node.hpp"
#include "spf/select.hpp"

namespace spf::detail {

namespace {

constexpr std::size_t at_once = 16;

void append(Findings& to, Findings from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void append_about(Findings& to, const Findings& from, const std::string& subject) {
    for (const auto& finding : from)
        to.emplace_back(finding).subject = subject;
}

// Legal behind an SPF record, but hardly meant. The other damage to a text breaks terms, which say so.
Findings trailing_blank(const dns::Name& name, std::string_view text) {
    Findings findings;
    if (!text.ends_with(' ')) return findings;
    for (auto& found : dns::character_findings(name, text))
        if (found.id == "dns-trailing-space") findings.push_back(std::move(found));
    return findings;
}

// The answer when the walk may ask nothing more.
dns::Answer not_asked(std::string_view why) {
    dns::Answer answer;
    answer.status = dns::Status::timeout;
    answer.detail = fmt::format("not asked: {}", why);
    return answer;
}

// Empty: what the catalogue says.
std::string remedy_of_missing(const dns::Answer& answer) {
    if (!answer.aliases.empty()) {  // RFC 1034 section 3.6.2: nothing else can stand beside a CNAME
        const auto target = answer.aliases.back().to_string();
        return answer.status == dns::Status::nxdomain
                   ? fmt::format("correct the CNAME to {}, or publish the records themselves in its place",
                                 target)
                   : fmt::format("publish the record at {}, where the CNAME leads", target);
    }
    return answer.status == dns::Status::nxdomain ? "the name does not exist: check its spelling" : "";
}

std::string without_dot(std::string name) {
    if (name.ends_with('.')) name.pop_back();
    return name;
}

}  // namespace

bool Path::contains(std::string_view other) const {
    for (const Path* at = this; at != nullptr; at = at->parent)
        if (base::equals_ignoring_case(at->domain, other)) return true;
    return false;
}

std::string Path::to_string() const {
    return parent == nullptr ? domain : parent->to_string() + " > " + domain;
}

Place Path::place() const {
    for (const Path* at = this; at != nullptr; at = at->parent)
        if (at->via == NodeKind::include) return Place::included;
    return Place::own;
}

net::Task<dns::Answer> Linter::ask(WalkSums& sums, dns::Name name, dns::Type type) {
    ++sums.questions;
    if (++questions_ > most_questions) {
        bounded_ = true;
        sums.complete = false;
        sums.repeatable = false;
        co_return not_asked("the record is too large");
    }
    if (std::chrono::steady_clock::now() >= deadline_) {
        sums.complete = false;
        sums.repeatable = false;
        co_return not_asked("the time for the whole record is up");
    }
    dns::Question question;
    question.name = std::move(name);
    question.type = type;
    dns::Answer answer = co_await resolver_.query(std::move(question));
    sums.expires = std::min(sums.expires, answer.expires);
    co_return answer;
}

net::Task<std::vector<dns::Answer>> Linter::ask_all(WalkSums& sums, std::vector<dns::Question> questions) {
    std::vector<dns::Answer> answers(questions.size());
    // At once, those that have to be asked: the answers at hand come one after the other.
    std::vector<std::size_t> waiting;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        if (resolver_.knows(questions[i]))
            answers[i] = co_await ask(sums, questions[i].name, questions[i].type);
        else
            waiting.push_back(i);
    }
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t which) -> net::Task<void> {
        const std::size_t i = waiting[which];
        answers[i] = co_await ask(sums, questions[i].name, questions[i].type);
    };
    co_await net::for_each(waiting.size(), at_once, make);
    co_return answers;
}

finding::Finding Linter::about(std::string_view id, const Visit& visit, std::string_view term,
                               std::string observed) const {
    auto made = finding::make(id, visit.path->domain, std::move(observed));
    made.text = visit.reading->text;
    for (const auto token : term_texts(visit.reading->text))
        if (token == term) {
            made.offset = static_cast<std::size_t>(token.data() - visit.reading->text.data());
            break;
        }
    return made;
}

// A name without an SPF record, or one that could not be asked.
Findings Linter::judge_status(const dns::Answer& answer, const Path& path, Node& node) {
    Findings findings;
    if (path.parent != nullptr && answer.status != dns::Status::found)
        node.note = dns::to_string(answer.status);
    if (answered(answer)) return findings;
    node.outcome = Outcome::temperror;
    path.sums->complete = false;
    const bool loop = answer.status == dns::Status::alias_loop;
    findings.push_back(
        loop ? finding::make("spf-alias-loop", path.domain, dns::chain_text(path.domain, answer.aliases))
             : finding::make("spf-lookup-failed", path.domain,
                             fmt::format("TXT of {}: {}", path.domain, status_text(answer))));
    return findings;
}

std::optional<std::size_t> Linter::select(const dns::Answer& answer, const Path& path, Node& node,
                                          Findings& findings) {
    const auto selected = select_records(answer);
    const auto texts = answer.texts();
    bool nearly = false;  // a record that was meant as one is told in place of a missing one
    for (const auto& text : texts) {
        if (auto fault = near_miss(text)) {
            if (selected.size() == 1) {  // section 4.5 discards it, and the record counts
                fault->id = "spf-discarded-record";
                fault->hint.clear();
            }
            findings.push_back(make_finding(*fault, path.domain, text));
            nearly = true;
        }
        if (path.parent == nullptr && base::lower(text.substr(0, 7)) == "spf2.0/")
            findings.push_back(finding::make("spf-sender-id", path.domain, base::quoted(text)));
    }
    if (selected.size() == 1) return selected[0];
    const std::string reason = selected.size() > 1
                                   ? fmt::format("{} has {} SPF records", path.domain, selected.size())
                                   : fmt::format("{} has no SPF record: {}", path.domain,
                                                 answer.status == dns::Status::found
                                                     ? fmt::format("{} other TXT records", texts.size())
                                                     : std::string(dns::to_string(answer.status)));
    if (path.parent != nullptr) node.outcome = Outcome::permerror;
    if (selected.size() > 1) {
        node.note = fmt::format("{} SPF records", selected.size());
        findings.push_back(finding::make("spf-multiple-records", path.domain, reason));
    } else if (path.via == NodeKind::domain) {
        if (!nearly)
            findings.insert(findings.begin(),
                            finding::make("spf-no-record", path.domain, reason, remedy_of_missing(answer)));
        if (const auto name = target_name(path.domain); name.has_value())
            if (auto dangling = dns::finding_for(*name, dns::Type::txt, answer))
                findings.push_back(std::move(*dangling));
    } else {
        node.note = "no SPF record";
        const bool include = path.via == NodeKind::include;
        findings.push_back(finding::make(include ? "spf-include-no-record" : "spf-redirect-no-record",
                                         path.parent->domain, reason));
    }
    return std::nullopt;
}

net::Task<Findings> Linter::visit(Path path, Node& node) {
    Findings findings;
    const auto name = target_name(path.domain);
    if (name.has_error()) co_return findings;
    const dns::Answer answer = co_await ask(*path.sums, *name, dns::Type::txt);
    if (path.parent == nullptr) {
        lint_.status = answer.status;
        lint_.detail = answer.detail;
    }
    findings = judge_status(answer, path, node);
    if (!answered(answer)) co_return findings;
    if (path.parent == nullptr) append(findings, dns::answer_findings(*name, dns::Type::txt, answer));
    const auto chosen = select(answer, path, node, findings);
    if (!chosen) {
        if (path.parent == nullptr) co_await look_for_doubled_name(*name, path, findings);
        co_return findings;
    }
    const auto& txt = std::get<dns::Txt>(answer.records[*chosen].data);
    Visit visit;
    path.sums->has_record = true;
    visit.reading = memory_.readings.read(txt.joined(), path.place());
    visit.path = &path;
    const Reading& reading = *visit.reading;
    if (path.parent == nullptr) lint_.record = reading.text;
    append_about(findings, reading.findings, path.domain);
    append(findings, dns::split_findings(*name, txt));
    if (path.parent == nullptr) append(findings, trailing_blank(*name, reading.text));
    // Terms beside a faulty one are walked too: who repairs the fault wants to know them.
    if (reading.faulty && path.parent != nullptr) node.outcome = Outcome::permerror;
    node.children = reading.nodes;
    add_networks(path.sums->ranges, reading.record);
    append(findings, co_await walk_terms(visit, node));
    co_return findings;
}

// One more question where there is no record: panels append the zone to what is typed.
net::Task<void> Linter::look_for_doubled_name(dns::Name name, const Path& path, Findings& findings) {
    const auto missing = std::find_if(findings.begin(), findings.end(), [](const finding::Finding& finding) {
        return finding.id == "spf-no-record";
    });
    if (missing == findings.end()) co_return;
    for (const auto& doubled : dns::doubled_names(name, name)) {
        const dns::Answer answer = co_await ask(*path.sums, doubled, dns::Type::txt);
        if (select_records(answer).empty()) continue;
        *missing = finding::make("spf-doubled-name", name.to_string(),
                                 fmt::format("an SPF record stands at {}", doubled.to_string()),
                                 fmt::format("move it to {}.", name.to_string()));
        co_return;
    }
}

net::Task<Findings> Linter::walk_terms(const Visit& visit, Node& node) {
    const bool has_all = visit.reading->record.has_all();
    bool reachable = true;
    std::vector<std::size_t> walked;
    std::vector<Findings> parts(node.children.size());
    auto& children = node.children.change();
    for (std::size_t i = 0; i < children.size(); ++i) {
        Node& child = children[i];
        const bool is_redirect = child.kind == NodeKind::redirect;
        if (is_redirect ? has_all : !reachable && child.kind != NodeKind::explanation) {
            child.outcome = Outcome::not_reached;
            continue;
        }
        if (child.kind == NodeKind::all) reachable = false;
        const bool asks = is_redirect || child.kind == NodeKind::include || child.kind == NodeKind::a ||
                          child.kind == NodeKind::mx || child.kind == NodeKind::exists ||
                          child.kind == NodeKind::ptr;
        const bool explains = child.kind == NodeKind::explanation && visit.path->place() == Place::own;
        if ((asks || explains) && !graft(visit, i, child, parts[i])) walked.push_back(i);
    }
    // Terms whose answers are at hand, those of providers mostly, are walked one after the other beside those
    // that wait: a task of its own costs more than such a walk.
    const auto known = std::stable_partition(
        walked.begin(), walked.end(), [&](std::size_t i) { return !is_known(visit, i, children[i].kind); });
    const auto waiting = static_cast<std::size_t>(known - walked.begin());
    const std::function<net::Task<void>(std::size_t)> make = [&](std::size_t i) -> net::Task<void> {
        const std::size_t end = i < waiting ? i + 1 : walked.size();
        for (; i < end; ++i)
            parts[walked[i]] = co_await walk_term(visit, walked[i], children[walked[i]]);
    };
    co_await net::for_each(waiting + (known == walked.end() ? 0 : 1), at_once, make);
    Findings findings;
    for (auto& part : parts)
        append(findings, std::move(part));
    co_return findings;
}

// Whether the first question of the term has its answer already.
bool Linter::is_known(const Visit& visit, std::size_t index, NodeKind kind) const {
    const MacroString* macro = domain_spec(visit.reading->record.terms[index]);
    if (macro == nullptr || macro->needs_message() || kind == NodeKind::explanation) return false;
    MacroValues values = {};
    values.domain = visit.path->domain;
    auto name = target_name(expand(*macro, values));
    if (name.has_error()) return false;
    dns::Question question;
    question.name = std::move(*name);
    question.type = kind == NodeKind::mx                              ? dns::Type::mx
                    : kind == NodeKind::a || kind == NodeKind::exists ? dns::Type::a
                                                                      : dns::Type::txt;
    return resolver_.knows(question);
}

net::Task<Findings> Linter::walk_term(const Visit& visit, std::size_t index, Node& node) {
    if (node.kind == NodeKind::explanation) co_return co_await check_explanation(visit);
    Findings findings;
    const Term& term = visit.reading->record.terms[index];
    const MacroString* macro = domain_spec(term);
    node.cost = macro != nullptr && macro->uses('p') ? 2 : 1;
    ++visit.path->sums->terms;
    if (++walked_ > most_walked_terms || visit.path->depth >= deepest_walk) {
        node.note = "not followed";
        bounded_ = true;
        visit.path->sums->complete = false;
        visit.path->sums->repeatable = false;
        co_return findings;
    }
    if (macro != nullptr && macro->needs_message()) {
        node.note = "depends on the message";
        if (node.kind == NodeKind::include || node.kind == NodeKind::redirect)
            visit.path->sums->complete = false;
        co_return findings;
    }
    MacroValues values = {};
    values.domain = visit.path->domain;
    const std::string target = macro != nullptr ? expand(*macro, values) : visit.path->domain;
    const auto name = target_name(target);
    if (name.has_error()) {
        node.note = "no valid DNS name";
        findings.push_back(about("spf-target-invalid", visit, node.text, name.error().message));
        co_return findings;
    }
    if (node.kind == NodeKind::include || node.kind == NodeKind::redirect)
        co_return co_await follow(visit, target, node);
    node.domain = name->to_string();
    if (node.kind == NodeKind::a) co_return co_await check_addresses(visit, *name, node);
    if (node.kind == NodeKind::mx) co_return co_await check_mx(visit, *name, node);
    if (node.kind == NodeKind::exists) co_return co_await check_exists(visit, *name, node);
    co_return findings;
}

net::Task<Findings> Linter::follow(const Visit& from, std::string target, Node& node) {
    target = without_dot(std::move(target));
    node.domain = target;
    Path path;
    path.parent = from.path;
    path.domain = target;
    path.via = node.kind;
    path.depth = from.path->depth + 1;
    Findings findings;
    if (!from.path->contains(target)) {
        WalkSums sums;
        sums.domains.push_back(target);
        path.sums = &sums;
        const Place place = path.place();
        findings = co_await visit(std::move(path), node);
        from.path->sums->add(sums);
        memory_.subtrees.insert(target, place, std::make_shared<Subtree>(node, findings, std::move(sums)),
                                std::chrono::steady_clock::now());
        co_return findings;
    }
    from.path->sums->repeatable = false;
    node.outcome = Outcome::permerror;
    node.note = "includes itself";
    findings.push_back(about("spf-cycle", from, node.text, path.to_string()));
    co_return findings;
}

// What an earlier walk has found below this term, while it holds, is not walked again; whether it was so.
bool Linter::graft(const Visit& from, std::size_t index, Node& node, Findings& findings) {
    if (node.kind != NodeKind::include && node.kind != NodeKind::redirect) return false;
    const MacroString* macro = domain_spec(from.reading->record.terms[index]);
    if (macro == nullptr || macro->needs_message()) return false;
    MacroValues values = {};
    values.domain = from.path->domain;
    const std::string target = without_dot(expand(*macro, values));
    const auto now = std::chrono::steady_clock::now();
    const bool own = node.kind == NodeKind::redirect && from.path->place() == Place::own;
    auto subtree = memory_.subtrees.find(target, own ? Place::own : Place::included, now);
    if (!subtree || now >= deadline_ || !fits(*subtree, *from.path)) return false;
    node.cost = macro->uses('p') ? 2 : 1;
    node.domain = target;
    node.outcome = subtree->node().outcome;
    node.note = subtree->node().note;
    node.children = subtree->node().children;
    findings = subtree->findings();
    walked_ += 1 + subtree->sums().terms;
    questions_ += subtree->sums().questions;
    ++from.path->sums->terms;
    from.path->sums->add(subtree->sums());
    grafts_.push_back({&node, std::move(subtree)});
    return true;
}

// Whether a walk from here would meet no bound and no loop either.
bool Linter::fits(const Subtree& subtree, const Path& from) const {
    const auto& sums = subtree.sums();
    return walked_ + 1 + sums.terms <= most_walked_terms && questions_ + sums.questions <= most_questions &&
           from.depth + 1 + sums.height < deepest_walk &&
           std::none_of(sums.domains.begin(), sums.domains.end(),
                        [&](const std::string& domain) { return from.contains(domain); });
}

void Linter::add_up(WalkSums sums) {
    lint_.lookups = number_nodes(lint_.tree, 0, grafts_);
    lint_.void_lookups = lint_.tree.voids;
    lint_.void_lookups_ipv6 = sums.void_lookups_ipv6;
    lint_.complete = sums.complete;
    lint_.ipv4_addresses = count_addresses(std::move(sums.ranges));
}

}  // namespace spf::detail
