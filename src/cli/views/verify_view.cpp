#include "cli/views/verify_view.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/views/finding_view.hpp"
#include "cli/views/part_view.hpp"
#include "output/json.hpp"
#include "spf/header_fields.hpp"

namespace cli {

using output::text_or_null;
using output::Value;

namespace {

constexpr ColumnView columns[] = {
    {.key = "domain", .title = "DOMAIN", .never_cut = true},
    {.key = "check", .title = "CHECK"},
    {.key = "subject", .title = "SUBJECT"},
    {.key = "verdict", .title = "VERDICT"},
    {.key = "result", .title = "RESULT"},
    {.key = "detail", .title = "DETAIL", .spoken = true},
    {.key = "findings", .title = "FINDINGS"},
    {.key = "record", .title = "RECORD", .shown = false},
    {.key = "ip", .title = "IP", .shown = false},
};

Value node_items(const spf::Nodes& nodes, SharedTerms* shared);

Value node_item(const spf::Node& node, SharedTerms* shared) {
    return Value::object(
        {{"kind", spf::to_string(node.kind)},
         {"term", node.text},
         {"domain", text_or_null(node.domain)},
         {"cost", node.cost},
         {"subtree_cost", node.subtree},
         {"outcome", text_or_null(std::string(spf::to_string(node.outcome)))},
         {"note", text_or_null(node.note)},
         {"decides", node.decides},
         {"children", shared != nullptr && node.children.is_shared() ? shared->items(node.children)
                                                                     : node_items(node.children, shared)}});
}

Value node_items(const spf::Nodes& nodes, SharedTerms* shared) {
    Value::Array items;
    items.reserve(nodes.size());
    for (const auto& node : nodes)
        items.push_back(node_item(node, shared));
    return Value::array(std::move(items));
}

Value savings_items(const spf::Lint& lint) {
    Value items = Value::array();
    for (const auto& saving : spf::savings(lint.tree))
        items.push_back(Value::object({{"term", saving.term},
                                       {"lookups", saving.lookups},
                                       {"void_lookups", saving.voids},
                                       {"left", saving.left},
                                       {"suffices", saving.suffices}}));
    return items;
}

// The address that SPF was evaluated for.
Value client_item(const VerifyResult& result) {
    const bool has_one = result.ip && result.verification.spf && result.verification.spf->evaluation;
    return has_one ? Value(result.ip->to_string()) : Value();
}

Value spf_item(const app::SpfPart& spf, const VerifyResult& result, SharedTerms* shared) {
    const auto ip = client_item(result);
    Value item = Value::object(
        {{"verdict", finding::to_string(spf.verdict)},
         {"result", spf_result(spf)},
         {"ip", ip},
         {"ip_source", ip.is_null() ? Value() : Value(app::to_string(result.ip_source))},
         {"status",
          result.verification.domain_fault.empty() ? Value(dns::to_string(spf.lint.status)) : Value()},
         {"record", text_or_null(spf.lint.record)},
         {"lookups_worst_case", spf.lint.lookups},
         {"void_lookups_worst_case", std::max(spf.lint.void_lookups, spf.lint.void_lookups_ipv6)},
         {"complete", spf.lint.complete},
         {"ipv4_addresses", spf.lint.ipv4_addresses},
         {"savings", savings_items(spf.lint)}});
    const auto* evaluation = spf.evaluation ? &*spf.evaluation : nullptr;
    item.set("reason", evaluation != nullptr ? Value(evaluation->reason) : Value());
    item.set("explanation", evaluation != nullptr ? text_or_null(evaluation->explanation) : Value());
    item.set("term", evaluation != nullptr ? text_or_null(evaluation->term) : Value());
    item.set("path", evaluation != nullptr ? Value::list(evaluation->path) : Value());
    item.set("lookups", evaluation != nullptr ? Value(evaluation->lookups) : Value());
    item.set("void_lookups", evaluation != nullptr ? Value(evaluation->void_lookups) : Value());
    item.set("received_spf",
             evaluation != nullptr ? Value(spf::received_spf(*spf.query, *evaluation)) : Value());
    item.set("authentication_results",
             evaluation != nullptr
                 ? Value(spf::authentication_results(*spf.query, *evaluation, spf.query->receiver))
                 : Value());
    item.set("tree", node_item(spf.evaluation ? spf.evaluation->trace : spf.lint.tree, shared));
    item.set("findings", finding_items(spf.findings));
    return item;
}

Value key_item(const dkim::KeyLookup& lookup) {
    const auto* key = lookup.key();
    return Value::object(
        {{"selector", lookup.selector},
         {"name", lookup.name},
         {"verdict", finding::to_string(lookup.verdict)},
         {"status", dns::to_string(lookup.status)},
         {"record", key != nullptr ? Value(key->text) : Value()},
         {"key", key != nullptr ? Value(key->key_text()) : Value()},
         {"revoked", lookup.is_revoked()},
         {"matches_store", lookup.matches_expected ? Value(*lookup.matches_expected) : Value()},
         {"aliases", Value::list(lookup.aliases)}});
}

Value dkim_item(const app::DkimPart& dkim) {
    Value keys = Value::array();
    for (const auto& lookup : dkim.keys)
        keys.push_back(key_item(lookup));
    return Value::object({{"verdict", finding::to_string(dkim.verdict)},
                          {"keys", std::move(keys)},
                          {"pending", Value::list(dkim.pending)},
                          {"findings", finding_items(dkim.findings)}});
}

std::string_view dmarc_result(dmarc::DiscoveryResult result) {
    switch (result) {
        case dmarc::DiscoveryResult::found:
            return "found";
        case dmarc::DiscoveryResult::none:
            return "none";
        case dmarc::DiscoveryResult::unverified:
            return "unverified";
    }
    return "unverified";
}

Value psl_item(const dmarc::PslView& psl) {
    return Value::object({{"organizational_domain", psl.organizational_domain.to_string()},
                          {"public_suffix", psl.is_public_suffix},
                          {"result", dmarc_result(psl.result)},
                          {"record_name", text_or_null(psl.name)},
                          {"record", text_or_null(psl.record)},
                          {"policy", psl.policy ? Value(dmarc::to_string(*psl.policy)) : Value()},
                          {"policy_tag", psl.tag ? Value(dmarc::to_string(*psl.tag)) : Value()},
                          {"percent", psl.percent}});
}

Value dmarc_item(const app::DmarcPart& dmarc) {
    const auto& discovery = dmarc.discovery;
    Value steps = Value::array(), destinations = Value::array();
    for (const auto& step : discovery.steps)
        steps.push_back(Value::object({{"name", step.name},
                                       {"outcome", dmarc::to_string(step.outcome)},
                                       {"status", dns::to_string(step.status)},
                                       {"texts", Value::list(step.texts)}}));
    for (const auto& destination : dmarc.destinations)
        destinations.push_back(
            Value::object({{"tag", destination.tag},
                           {"uri", destination.uri},
                           {"authorization", dmarc::to_string(destination.authorization)}}));
    const auto* step = discovery.governing_step();
    return Value::object(
        {{"verdict", finding::to_string(dmarc.verdict)},
         {"result", dmarc_result(dmarc.discovery.result)},
         {"record_name", step != nullptr ? Value(step->name) : Value()},
         {"record",
          step != nullptr && !step->texts.empty() ? Value(dmarc::to_string(*step->record)) : Value()},
         {"policy", discovery.effective ? Value(dmarc::to_string(*discovery.effective)) : Value()},
         {"policy_tag", discovery.tag ? Value(dmarc::to_string(*discovery.tag)) : Value()},
         {"organizational_domain",
          discovery.organizational_domain ? Value(discovery.organizational_domain->to_string()) : Value()},
         {"dkim_alignment", discovery.record() != nullptr
                                ? Value(dmarc::to_string(discovery.record()->dkim_alignment))
                                : Value()},
         {"spf_alignment", discovery.record() != nullptr
                               ? Value(dmarc::to_string(discovery.record()->spf_alignment))
                               : Value()},
         {"psl", dmarc.psl ? psl_item(*dmarc.psl) : Value()},
         {"steps", std::move(steps)},
         {"report_destinations", std::move(destinations)},
         {"findings", finding_items(dmarc.findings)}});
}

Value answer_items(const std::vector<app::AnswerState>& answers) {
    Value items = Value::array();
    for (const auto& answer : answers)
        items.push_back(Value::object({{"name", answer.name}, {"dnssec", dns::to_string(answer.security)}}));
    return items;
}

// What a protocol calls a question without an answer: for people it is one word, but for SPF's temperror,
// which is what a receiver finds too.
std::string_view result_word(std::string_view verdict, std::string_view outcome) {
    return verdict == "unchecked" && outcome != "temperror" ? verdict : outcome;
}

Value row(const VerifyResult& result, std::string_view check, std::string subject, std::string_view verdict,
          std::string_view outcome, std::string detail, const std::vector<finding::Finding>& findings,
          std::string record) {
    return Value::object({{"domain", result.verification.domain},
                          {"check", check},
                          {"subject", std::move(subject)},
                          {"verdict", verdict},
                          {"result", result_word(verdict, outcome)},
                          {"detail", text_or_null(detail)},
                          {"findings", finding_ids(findings)},
                          {"record", text_or_null(record)}});
}

std::string key_subject(const std::string& selector, const VerifyResult& result) {
    return fmt::format("{}._domainkey.{}", selector, result.verification.domain);
}

void add_dkim_rows(Value::Array& rows, const VerifyResult& result) {
    const auto& verification = result.verification;
    if (const auto& dkim = verification.dkim) {
        for (const auto& lookup : dkim->keys)
            rows.push_back(row(result, "dkim", lookup.name, finding::to_string(lookup.verdict),
                               dns::to_string(lookup.status), dkim_detail(*dkim, lookup), lookup.findings,
                               lookup.key() != nullptr ? lookup.key()->text : ""));
        for (const auto& selector : keys_passed_over(*dkim))
            rows.push_back(row(result, "dkim", key_subject(selector, result), "skip", "skip",
                               passed_over_detail(selector, verification.domain), {}, ""));
        return;
    }
    if (result.dkim_wanted && verification.domain_fault.empty())
        rows.push_back(row(result, "dkim", verification.domain,
                           verification.dkim_unchecked ? "unchecked" : "skip", "skip", "no selector is known",
                           {}, ""));
}

std::string_view mail_word(const app::RelayMail& mail) {
    if (!mail.judged) return "skip";
    return mail.verdict == finding::Verdict::good ? "pass" : "fail";
}

}  // namespace

std::span<const ColumnView> verify_columns() {
    return columns;
}

Value SharedTerms::items(const spf::Nodes& nodes) {
    constexpr std::size_t most_octets = 2 << 20;
    if (const auto found = kept_.find(nodes.pointer().get()); found != kept_.end())
        return found->second.items;
    if (octets_ > most_octets) {
        kept_.clear();
        octets_ = 0;
    }
    auto made = output::make_fragment(node_items(nodes, this));
    octets_ += made->line.size();
    kept_.emplace(nodes.pointer().get(), Kept{nodes.pointer(), made});
    return made;
}

Value verify_item(const VerifyResult& result, SharedTerms* shared) {
    const auto& verification = result.verification;
    Value item = Value::object(
        {{"domain", verification.domain},
         {"relay", text_or_null(result.relay)},
         {"verdict", finding::to_string(verification.verdict())},
         {"relay_mail", result.mail ? Value::object({{"verdict", finding::to_string(result.mail->verdict)},
                                                     {"reason", result.mail->reason}})
                                    : Value()},
         {"fault", text_or_null(verification.domain_fault)},
         {"answers", answer_items(verification.answers)},
         {"spf", verification.spf ? spf_item(*verification.spf, result, shared) : Value()},
         {"dkim", verification.dkim ? dkim_item(*verification.dkim) : Value()},
         {"dmarc", verification.dmarc ? dmarc_item(*verification.dmarc) : Value()},
         {"mx", Value()},
         {"reverse", Value()},
         {"mta_sts", Value()},
         {"tls_rpt", Value()},
         {"dane", Value()}});
    for (auto& part : part_views(verification)) {
        part.item.set("verdict", finding::to_string(part.verdict));
        part.item.set("findings", finding_items(*part.findings));
        item.set(part.key, std::move(part.item));
    }
    return item;
}

Value::Array verify_rows(const VerifyResult& result) {
    Value::Array rows;
    const auto& verification = result.verification;
    if (!verification.domain_fault.empty())
        rows.push_back(row(result, "domain", verification.domain, finding::to_string(finding::Verdict::bad),
                           "invalid", verification.domain_fault, {}, ""));
    if (const auto& spf = verification.spf)
        rows.push_back(row(result, "spf", verification.domain, finding::to_string(spf->verdict),
                           spf_result(*spf), spf_detail(result, *spf), spf->findings, spf->lint.record));
    add_dkim_rows(rows, result);
    if (const auto& dmarc = verification.dmarc) {
        const auto* step = dmarc->discovery.governing_step();
        rows.push_back(row(result, "dmarc", step != nullptr ? step->name : "_dmarc." + verification.domain,
                           finding::to_string(dmarc->verdict), dmarc_result(dmarc->discovery.result),
                           dmarc_detail(*dmarc), dmarc->findings,
                           step != nullptr ? dmarc::to_string(*step->record) : ""));
    }
    for (const auto& part : part_views(verification)) {
        const bool unchecked = part.verdict == finding::Verdict::unchecked;
        rows.push_back(row(result, part.check, part.subject, finding::to_string(part.verdict), part.result,
                           unchecked ? detail_line(part) : part.detail, *part.findings, part.record));
    }
    if (const auto& mail = result.mail)
        rows.push_back(row(result, "mail", result.relay,
                           mail->judged ? finding::to_string(mail->verdict) : "skip", mail_word(*mail),
                           mail->reason, {}, ""));
    const auto ip = client_item(result);
    for (auto& each : rows) {
        const auto check = member_text(each, "check");
        if (check == "spf") each.set("ip", ip);
        if (check == "ptr") each.set("ip", verification.reverse->ip.to_string());
    }
    return rows;
}

}  // namespace cli
