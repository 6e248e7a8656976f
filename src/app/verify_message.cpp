#include "app/verify_message.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/authentication_results.hpp"
#include "app/dkim_keys.hpp"
#include "base/text.hpp"
#include "dmarc/public_suffix.hpp"
#include "mail/address_list.hpp"

namespace app {

namespace {

std::optional<mail::Field> find_field(const mail::Header& header, std::string_view name) {
    for (std::size_t i = 0; i < header.size(); ++i)
        if (base::equals_ignoring_case(header[i].name, name)) return header[i];
    return std::nullopt;
}

// RFC 6376 section 6.1.1: verifiers may ignore signatures of names that are nobody's.
void check_domains(dkim::MessageResult& result) {
    for (auto& signature : result.signatures) {
        const auto& domain = signature.signature.domain;
        if (!domain) continue;
        const bool single = domain->ascii().find('.') == std::string::npos;
        if (single || !dmarc::find_psl_organizational_domain(dns::Name(*domain)))
            signature.findings.push_back(finding::make("dkim-signature-broad-domain",
                                                       fmt::format("signature {}", signature.number),
                                                       "d=" + signature.signature.domain_text));
    }
}

std::optional<std::string> sender_of(const dkim::SignedMessage& message,
                                     const VerifyMessageRequest& request) {
    if (request.mail_from) return request.mail_from;
    constexpr std::size_t longest_path = 1000;
    const auto path = find_field(message.header(), "Return-Path");
    if (!path || path->value.size() > longest_path) return std::nullopt;
    return std::string(base::trim(path->value));
}

net::Task<std::optional<MessageSpf>> check_spf(dns::Resolver& resolver, const dkim::SignedMessage& message,
                                               const VerifyMessageRequest& request) {
    std::optional<MessageSpf> result;
    const auto sender = sender_of(message, request);
    if (!sender && request.helo.empty()) co_return result;
    std::string helo = request.helo;
    if (helo.empty())
        if (const auto at = sender->rfind('@'); at != std::string::npos) helo = sender->substr(at + 1);
    if (helo.ends_with('>')) helo.pop_back();
    result.emplace();
    result->query = spf::make_query(sender.value_or(""), helo, *request.ip);
    result->query.now = request.now;
    if (!request.authserv_id.empty()) result->query.receiver = request.authserv_id;
    result->evaluation = co_await spf::evaluate(resolver, result->query);
    co_return result;
}

// RFC 9989 section 5.3.1: one From field with the addresses of one domain.
std::optional<base::DomainName> find_author(const mail::Header& header, MessageDmarc& dmarc) {
    if (header.count("From") != 1) {
        dmarc.fault = fmt::format("the message has {} From fields", header.count("From"));
        return std::nullopt;
    }
    const auto authors = mail::parse_address_list(find_field(header, "From")->value);
    if (authors.has_error()) {
        dmarc.fault = "From cannot be read: " + authors.error().message;
        return std::nullopt;
    }
    if (authors->empty()) {
        dmarc.fault = "From names nobody";
        return std::nullopt;
    }
    const auto& domain = authors->front().domain();
    const bool one = std::all_of(authors->begin(), authors->end(),
                                 [&](const mail::Address& author) { return author.domain() == domain; });
    if (!one) {
        dmarc.fault = "From has addresses of several domains";
        return std::nullopt;
    }
    dmarc.author_domain = domain.ascii();
    return domain;
}

dmarc::Authentication judge(spf::Verdict verdict) {
    if (verdict == spf::Verdict::pass) return dmarc::Authentication::pass;
    return verdict == spf::Verdict::temperror ? dmarc::Authentication::unchecked
                                              : dmarc::Authentication::fail;
}

dmarc::Authentication judge(dkim::Outcome outcome) {
    if (outcome == dkim::Outcome::pass) return dmarc::Authentication::pass;
    return outcome == dkim::Outcome::temperror ? dmarc::Authentication::unchecked
                                               : dmarc::Authentication::fail;
}

std::vector<dmarc::Identifier> identifiers_of(const MessageVerification& verification) {
    std::vector<dmarc::Identifier> identifiers;
    if (verification.spf)
        if (const auto domain = dns::Name::parse(verification.spf->query.domain))
            identifiers.push_back({.mechanism = dmarc::Identifier::Mechanism::spf,
                                   .domain = *domain,
                                   .authentication = judge(verification.spf->evaluation.verdict)});
    for (const auto& signature : verification.dkim.signatures)
        if (signature.signature.domain)
            identifiers.push_back({.mechanism = dmarc::Identifier::Mechanism::dkim,
                                   .domain = dns::Name(*signature.signature.domain),
                                   .authentication = judge(signature.outcome)});
    return identifiers;
}

net::Task<MessageDmarc> check_dmarc(dns::Resolver& resolver, const dkim::SignedMessage& message,
                                    const MessageVerification& verification) {
    MessageDmarc dmarc;
    const auto author = find_author(message.header(), dmarc);
    if (!author) co_return dmarc;
    const dns::Name name(*author);
    dmarc.discovery = co_await dmarc::discover(resolver, name);
    auto identifiers = identifiers_of(verification);
    dmarc.evaluation = co_await dmarc::evaluate(resolver, *dmarc.discovery, std::move(identifiers));
    co_return dmarc;
}

}  // namespace

std::string_view MessageDmarc::result() const {
    if (!evaluation) return "permerror";
    switch (evaluation->result) {
        case dmarc::EvaluationResult::pass:
            return "pass";
        case dmarc::EvaluationResult::fail:
            return "fail";
        case dmarc::EvaluationResult::none:
            return "none";
        case dmarc::EvaluationResult::unverified:
            return "temperror";
    }
    return "temperror";
}

void explain_ended_keys(MessageVerification& verification, const std::vector<relay::DkimKey>& keys) {
    for (auto& result : verification.dkim.signatures) {
        const auto& signature = result.signature;
        if (!signature.domain || result.outcome == dkim::Outcome::pass) continue;
        const auto* ended = find_ended_key(keys, *signature.domain, signature.selector);
        if (ended == nullptr) continue;
        for (auto& found : result.findings)
            if (found.remedy.find("dkim record") != std::string::npos)
                found.remedy =
                    fmt::format("nothing: the store has {} as {}, and its mail is not to verify any more",
                                to_string(*ended), relay::to_string(ended->life.state));
    }
}

std::optional<base::DomainName> author_domain(const mail::Header& header) {
    MessageDmarc unused;
    return find_author(header, unused);
}

bool shares_organization(const base::DomainName& signer, const base::DomainName& author) {
    if (signer == author) return true;
    const auto one = dmarc::find_psl_organizational_domain(dns::Name(signer));
    return one && one == dmarc::find_psl_organizational_domain(dns::Name(author));
}

net::Task<MessageVerification> verify_message(dns::Resolver* resolver, const dkim::SignedMessage& message,
                                              VerifyMessageRequest request) {
    MessageVerification result;
    result.dkim = co_await dkim::verify_message(resolver, message, request.key_records);
    check_domains(result.dkim);
    if (request.ip) {
        result.spf = co_await check_spf(*resolver, message, request);
        result.dmarc = co_await check_dmarc(*resolver, message, result);
    }
    if (!request.authserv_id.empty())
        result.authentication_results = authentication_results(result, request.authserv_id);
    co_return result;
}

}  // namespace app
