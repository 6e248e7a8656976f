#include "spf/evaluator.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/a_labels.hpp"
#include "base/text.hpp"
#include "dns/reverse_name.hpp"
#include "spf/node.hpp"
#include "spf/select.hpp"

namespace spf::detail {

namespace {

Verdict verdict_of(Qualifier qualifier) {
    switch (qualifier) {
        case Qualifier::pass:
            return Verdict::pass;
        case Qualifier::fail:
            return Verdict::fail;
        case Qualifier::softfail:
            return Verdict::softfail;
        case Qualifier::neutral:
            return Verdict::neutral;
    }
    return Verdict::neutral;
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string failure_text(const dns::Name& name, dns::Type type, const dns::Answer& answer) {
    std::string text = fmt::format("the {} look-up of {} failed: {}", dns::to_string(type), name.to_string(),
                                   dns::to_string(answer.status));
    if (!answer.detail.empty()) text += fmt::format(" ({})", answer.detail);
    return text;
}

}  // namespace

Evaluator::Evaluator(dns::Resolver& resolver, Query query)
    : resolver_(resolver),
      query_(std::move(query)),
      deadline_(std::chrono::steady_clock::now() + query_.limits.time) {
    query_.ip = query_.ip.unmapped();
    query_.helo = base::to_a_labels(query_.helo);
    const auto at = query_.sender.rfind('@');
    local_part_ = at == std::string::npos ? "" : query_.sender.substr(0, at);
    if (local_part_.empty()) local_part_ = "postmaster";  // section 4.3
    sender_domain_ =
        base::to_a_labels(at == std::string::npos ? query_.domain : query_.sender.substr(at + 1));
}

// Section 4.6.4: when the time is up nothing more is asked.
net::Task<dns::Answer> Evaluator::ask(dns::Name name, dns::Type type) {
    if (time_is_up()) {
        dns::Answer answer;
        answer.status = dns::Status::timeout;
        answer.detail = time_text();
        co_return answer;
    }
    dns::Question question;
    question.name = std::move(name);
    question.type = type;
    co_return co_await resolver_.query(std::move(question));
}

net::Task<Check> Evaluator::check_host(std::string domain, Node& node) {
    Check result;
    const auto name = target_name(domain);
    if (name.has_error() || name->label_count() < 2) {
        result.reason = fmt::format("{} is not a domain name of two labels or more", base::quoted(domain));
        co_return result;
    }
    const dns::Answer answer = co_await ask(*name, dns::Type::txt);
    if (answer.status != dns::Status::found && !dns::is_missing(answer.status)) {
        failure_ = answer.status;
        result.verdict = Verdict::temperror;  // section 4.4
        result.reason = failure_text(*name, dns::Type::txt, answer);
        co_return result;
    }
    const auto selected = select_records(answer);
    if (selected.empty()) {
        result.reason = fmt::format("{} has no SPF record", domain);
        if (dns::is_missing(answer.status))
            result.reason += fmt::format(" ({})", dns::to_string(answer.status));
        co_return result;
    }
    if (selected.size() > 1) {
        result.verdict = Verdict::permerror;  // section 4.5
        result.reason = fmt::format("{} has {} SPF records", domain, selected.size());
        co_return result;
    }
    const std::string text = std::get<dns::Txt>(answer.records[selected[0]].data).joined();
    if (first_record_.empty()) first_record_ = text;
    auto record = parse_record_or_fault(text);
    if (record.has_error()) {
        result.verdict = Verdict::permerror;  // section 4.6
        result.reason = fmt::format("the record of {} is faulty: {}", domain, record.error().message);
        co_return result;
    }
    node.children = make_nodes(*record, term_texts(text), Outcome::not_reached);
    co_return co_await check_record(*record, std::move(domain), node);
}

net::Task<Check> Evaluator::check_record(const Record& record, std::string domain, Node& node) {
    Check result;
    std::size_t redirect = record.terms.size();
    for (std::size_t i = 0; i < record.terms.size(); ++i) {
        const auto* directive = std::get_if<Directive>(&record.terms[i]);
        if (std::holds_alternative<Redirect>(record.terms[i])) redirect = i;
        if (directive == nullptr) continue;
        Node& child = node.children.change()[i];
        const unsigned before = lookups_;
        const Match match = co_await run(*directive, domain, child);
        child.outcome = match.outcome;
        child.subtree = lookups_ - before;
        if (match.outcome == Outcome::no_match) continue;
        result.reason = match.reason;
        if (match.outcome == Outcome::match) {
            result.verdict = verdict_of(directive->qualifier);
            const auto* exp = record.explanation();
            if (result.verdict == Verdict::fail && exp != nullptr) {
                result.explanation = exp->domain;
                result.explanation_domain = domain;
            }
        } else {
            result.verdict = match.outcome == Outcome::temperror ? Verdict::temperror : Verdict::permerror;
        }
        co_return result;
    }
    if (redirect < record.terms.size() && !record.has_all()) {
        const auto& target = std::get<Redirect>(record.terms[redirect]).domain;
        co_return co_await follow_redirect(target, domain, node.children.change()[redirect]);
    }
    result.verdict = Verdict::neutral;  // section 4.7
    result.reason = fmt::format("no term of the record of {} matches", domain);
    co_return result;
}

// Section 6.1
net::Task<Check> Evaluator::follow_redirect(const MacroString& target, std::string domain, Node& node) {
    Check result;
    const unsigned before = lookups_;
    if (const auto over = count_term(node, &target)) {
        node.outcome = over->outcome;
        result.verdict = Verdict::permerror;
        result.reason = over->reason;
        co_return result;
    }
    if (unanswerable(target)) {
        node.outcome = Outcome::no_match;
        node.note = "the local part is not ASCII";
        result.verdict = Verdict::neutral;
        result.reason = "the redirect depends on a local part that is not ASCII (RFC 8616 section 4)";
        co_return result;
    }
    node.domain = co_await expansion(target, domain);
    if (const auto over = target.uses('p') ? out_of_time() : std::nullopt) {
        node.outcome = over->outcome;
        result.verdict = Verdict::temperror;
        result.reason = over->reason;
        co_return result;
    }
    result = co_await check_host(node.domain, node);
    node.subtree = lookups_ - before;
    if (result.verdict == Verdict::none) {
        result.verdict = Verdict::permerror;
        result.reason = "the target of redirect: " + result.reason;
    }
    if (result.verdict == Verdict::temperror || result.verdict == Verdict::permerror) {
        node.outcome = result.verdict == Verdict::temperror ? Outcome::temperror : Outcome::permerror;
        co_return result;
    }
    const bool matched = std::any_of(node.children.begin(), node.children.end(),
                                     [](const Node& child) { return child.outcome == Outcome::match; });
    node.outcome = matched ? Outcome::match : Outcome::no_match;
    co_return result;
}

// Section 6.2: any fault drops the explanation and leaves the verdict alone.
net::Task<std::string> Evaluator::explain(Check check) {
    const MacroString target = std::move(check.explanation).value_or(MacroString());
    const std::string expanded = co_await expansion(target, check.explanation_domain);
    const auto name = target_name(expanded);
    if (name.has_error() || unanswerable(target)) co_return std::string();
    const dns::Answer answer = co_await ask(*name, dns::Type::txt);
    if (answer.status != dns::Status::found || answer.records.size() != 1) co_return std::string();
    const auto* txt = std::get_if<dns::Txt>(&answer.records[0].data);
    if (txt == nullptr) co_return std::string();
    auto macro = parse_macro_string(txt->joined(), MacroPlace::explanation);
    if (macro.has_error()) co_return std::string();
    std::string text = co_await expansion(*macro, check.explanation_domain);
    if (!is_ascii(text)) text.clear();
    constexpr std::size_t longest_explanation = 1024;
    if (text.size() > longest_explanation) text.resize(longest_explanation);
    co_return text;
}

net::Task<std::string> Evaluator::expansion(const MacroString& macro, std::string domain) {
    if (macro.uses('p')) {
        if (!validated_) co_await validate_names();
        // Section 7.3: the domain itself, else a name below it, else any.
        const auto target = target_name(domain);
        const dns::Name* best = validated_->empty() ? nullptr : &validated_->front();
        for (const auto& name : *validated_)
            if (target && name.is_at_or_below(*target)) {
                best = &name;
                if (name == *target) break;
            }
        validated_text_ = best == nullptr ? "unknown" : best->to_string();
    }
    co_return expand(macro, values(domain));
}

// Section 5.5: names of the address that point back to it; the first ten count.
net::Task<void> Evaluator::validate_names() {
    validated_.emplace();
    const dns::Answer answer = co_await ask(dns::reverse_name(query_.ip), dns::Type::ptr);
    unsigned asked = 0;
    for (const auto& record : answer.records) {
        const auto* name = std::get_if<dns::Name>(&record.data);
        if (name == nullptr || ++asked > most_ptr_names) continue;
        const dns::Answer addresses = co_await ask(*name, address_type());
        if (covers(addresses, DualLength())) validated_->push_back(*name);
    }
    if (answer.status != dns::Status::found) ptr_status_ = answer.status;
}

bool Evaluator::covers(const dns::Answer& answer, DualLength length) const {
    const auto addresses = answer.addresses();
    return std::any_of(addresses.begin(), addresses.end(), [&](const base::IpAddress& address) {
        return base::IpPrefix{address, address.is_v4() ? length.v4 : length.v6}.contains(query_.ip);
    });
}

// RFC 8616 section 4: such a term matches nothing.
bool Evaluator::unanswerable(const MacroString& macro) const {
    return (macro.uses('s') || macro.uses('l')) && !is_ascii(local_part_);
}

MacroValues Evaluator::values(std::string_view domain) const {
    return {.local_part = local_part_,
            .sender_domain = sender_domain_,
            .domain = domain,
            .ip = query_.ip,
            .helo = query_.helo,
            .validated = validated_text_,
            .receiver = query_.receiver,
            .now = query_.now};
}

std::optional<Match> Evaluator::count_term(Node& node, const MacroString* domain_spec) {
    lookups_ += domain_spec != nullptr && domain_spec->uses('p') ? 2 : 1;  // %{p} counts as well
    node.cost = std::min(lookups_, most_lookups + 1);
    if (lookups_ <= most_lookups) return std::nullopt;
    lookups_ = most_lookups + 1;
    return Match{Outcome::permerror, fmt::format("more than {} DNS look-ups", most_lookups)};
}

std::optional<Match> Evaluator::count_void(Node& node, dns::Status status) {
    if (node.note.empty()) node.note = dns::to_string(status);
    if (++void_lookups_ <= query_.limits.void_lookups) return std::nullopt;
    return Match{Outcome::permerror,
                 fmt::format("more than {} look-ups that found nothing", query_.limits.void_lookups)};
}

// Section 4.6.4: a temperror. Section 5.5 passes over a name whose look-up fails, not over those that were
// never asked: the terms behind must not decide on names nobody has seen.
std::optional<Match> Evaluator::out_of_time() const {
    if (!time_is_up()) return std::nullopt;
    return Match{Outcome::temperror, time_text()};
}

std::string Evaluator::time_text() const {
    return fmt::format("{} s for the whole check are over",
                       std::chrono::duration_cast<std::chrono::seconds>(query_.limits.time).count());
}

Match Evaluator::failed(Node& node, const dns::Name& name, dns::Type type, const dns::Answer& answer) {
    failure_ = answer.status;
    node.note = dns::to_string(answer.status);
    return {Outcome::temperror, failure_text(name, type, answer)};
}

}  // namespace spf::detail
