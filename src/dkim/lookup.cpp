#include "dkim/lookup.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/a_labels.hpp"
#include "base/text.hpp"
#include "dkim/tag_list.hpp"
#include "dns/doubled_name.hpp"
#include "dns/findings.hpp"
#include "dns/wildcard.hpp"
#include "dns/wrong_type.hpp"

namespace dkim {

namespace {

using finding::Severity;

// The findings of one lookup, all about the asked name.
void add(KeyLookup& lookup, std::string_view id, std::string observed, std::string remedy = {}) {
    lookup.findings.push_back(finding::make(id, lookup.name, std::move(observed), std::move(remedy)));
}

void append(std::vector<finding::Finding>& to, std::vector<finding::Finding> from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// The catalogue's remedy for a large answer is for the name of a domain, with its SPF record.
std::vector<finding::Finding> answer_findings(const dns::Name& name, const dns::Answer& answer) {
    auto findings = dns::answer_findings(name, dns::Type::txt, answer);
    for (auto& found : findings)
        if (found.id == "dns-answer-too-large" || found.id == "dns-text-over-450")
            found.remedy =
                "Keep one key at this name, RSA of 2048 bits or Ed25519; give every other a selector of its "
                "own.";
    return findings;
}

std::string failure_text(const dns::Answer& answer) {
    return answer.detail.empty() ? std::string(dns::to_string(answer.status)) : answer.detail;
}

std::string chain_text(const KeyLookup& lookup) {
    return lookup.name + " -> " + base::join(lookup.aliases, " -> ");
}

std::string publish_remedy(const KeyLookup& lookup) {
    return fmt::format("relayctl dkim record {}@{}", lookup.selector, lookup.domain);
}

// Does a place where no key belongs hold one?
bool holds_key(const dns::Answer& answer) {
    const auto texts = answer.texts();
    return std::any_of(texts.begin(), texts.end(), [](const std::string& text) {
        return base::lower(text.substr(0, 64)).find("v=dkim1") != std::string::npos ||
               parse_key_record(text).has_value();
    });
}

struct Misplacement {
    std::string_view id;
    dns::Name name;
    std::string observed;
};

// Where keys are found that were published at a wrong name. Some names can be too long to exist.
std::vector<Misplacement> likely_misplacements(const KeyLookup& lookup, const base::DomainName& domain) {
    std::vector<Misplacement> places;
    const auto consider = [&](std::string_view id, const std::string& name, std::string_view what) {
        auto parsed = dns::Name::parse(name);
        if (parsed) places.push_back({id, *parsed, fmt::format("a key stands at {}: {}", name, what)});
    };
    const auto& zone = domain.ascii();
    if (const auto name = dns::Name::parse(lookup.name))
        for (const auto& doubled : dns::doubled_names(*name, dns::Name(domain)))
            consider("dkim-doubled-name", doubled.to_string(), "the zone name was appended twice");
    consider("dkim-key-misplaced", lookup.selector + "." + zone, "_domainkey is missing from the name");
    consider("dkim-key-misplaced", zone, "the name of the domain itself");
    return places;
}

net::Task<void> explain_missing_key(dns::Resolver& resolver, const base::DomainName& domain,
                                    const dns::Answer& answer_for_key, bool stored, KeyLookup& lookup) {
    const dns::Name name = dns::Name::parse(lookup.name).value();
    auto wrong_types = co_await dns::find_wrong_type(resolver, name, answer_for_key);
    append(lookup.findings, std::move(wrong_types));
    const auto before = lookup.findings.size();
    const auto tree = dns::Name(domain).child("_domainkey");
    std::string observed = fmt::format("{} for {}", dns::to_string(lookup.status), lookup.name);
    if (tree) {
        const dns::Question question{*tree, dns::Type::txt};
        const auto answer = co_await resolver.query(question);
        // RFC 8020: nothing is below a name that does not exist. A name that exists may come from a wildcard.
        if (answer.status == dns::Status::nxdomain) {
            observed += fmt::format("; {} has no DKIM key at all", domain.ascii());
        } else if (dns::is_missing(answer.status) || answer.status == dns::Status::found) {
            observed += "; other selectors seem to exist";
        }
        if (answer.status == dns::Status::found && holds_key(answer))
            add(lookup, "dkim-key-misplaced",
                fmt::format("a key stands at _domainkey.{}: the selector is missing from the name",
                            domain.ascii()));
    }
    const auto places = likely_misplacements(lookup, domain);
    for (const auto& place : places) {
        const dns::Question question{place.name, dns::Type::txt};
        const auto answer = co_await resolver.query(question);
        if (answer.status == dns::Status::found && holds_key(answer))
            add(lookup, place.id, place.observed, "Publish it at " + lookup.name + ".");
    }
    // What was meant as the key is told in place of a missing one.
    if (lookup.findings.size() == before)
        add(lookup, "dkim-no-key", observed,
            stored
                ? fmt::format("correct the selector, or publish the key's record: {}", publish_remedy(lookup))
                : fmt::format("correct the selector, or publish the key's record at {}", lookup.name));
}

// White space may be folded in a tag list: CRLF, and a blank behind it (RFC 6376 sections 2.8 and 3.2). Shown
// as blanks, in the same strings.
dns::Txt unfolded(const dns::Txt& txt) {
    std::string text = txt.joined();
    for (std::size_t i = 0; i + 2 < text.size(); ++i)
        if (text[i] == '\r' && text[i + 1] == '\n' && (text[i + 2] == ' ' || text[i + 2] == '\t'))
            text[i] = text[i + 1] = ' ';
    dns::Txt result = txt;
    std::size_t at = 0;
    for (auto& string : result.strings) {
        string = text.substr(at, string.size());
        at += string.size();
    }
    return result;
}

// Damage in the DNS that the key record's own findings do not name already.
void take_text_findings(KeyLookup& lookup, const dns::Name& name, const dns::Txt& txt,
                        const KeyInspection& inspection) {
    const auto has = [&](std::string_view id) {
        return std::any_of(inspection.findings.begin(), inspection.findings.end(),
                           [&](const finding::Finding& finding) { return finding.id == id; });
    };
    for (auto& found : dns::text_findings(name, unfolded(txt))) {
        const bool told = found.id == "dns-literal-quote"
                              ? has("dkim-quotes-stored")
                              : found.id == "dns-literal-backslash" &&
                                    (has("dkim-escaped-semicolon") || has("dkim-quotes-stored"));
        if (!told) lookup.findings.push_back(std::move(found));
    }
}

void take_records(KeyLookup& lookup, const dns::Name& name, const dns::Answer& answer) {
    for (const auto& record : answer.records) {
        const auto* txt = std::get_if<dns::Txt>(&record.data);
        if (txt == nullptr) continue;
        auto inspection = inspect_key_record(txt->joined(), lookup.name);
        inspection.strings = txt->strings;
        lookup.findings.insert(lookup.findings.end(), inspection.findings.begin(), inspection.findings.end());
        if (inspection.is_key) take_text_findings(lookup, name, *txt, inspection);
        lookup.records.push_back(std::move(inspection));
    }
    const auto choose = [&](auto is_wanted) {
        const auto found = std::find_if(lookup.records.begin(), lookup.records.end(), is_wanted);
        if (found != lookup.records.end() && !lookup.chosen)
            lookup.chosen = static_cast<std::size_t>(found - lookup.records.begin());
    };
    choose([](const KeyInspection& record) {
        return record.is_key && record.verdict == finding::Verdict::good;
    });
    choose([](const KeyInspection& record) { return record.is_key; });
}

// A wildcard's text stands at every selector, those nobody ever made too.
net::Task<void> look_for_wildcard(dns::Resolver& resolver, dns::Name name, dns::Answer answer,
                                  KeyLookup& lookup) {
    const auto probe = co_await dns::probe_wildcard(resolver, name, dns::Type::txt, answer);
    if (auto found = dns::wildcard_finding(name, dns::Type::txt, probe))
        lookup.findings.push_back(std::move(*found));
}

void check_number_of_records(KeyLookup& lookup) {
    if (lookup.records.size() < 2) return;
    std::vector<std::string> kinds;
    for (const auto& record : lookup.records) {
        if (!record.is_key) {
            kinds.emplace_back("no key");
        } else if (record.record) {
            kinds.push_back(fmt::format("{} ({})", record.key_text(), to_string(record.verdict)));
        } else {
            kinds.emplace_back("not readable");
        }
    }
    add(lookup, "dkim-several-keys",
        fmt::format("{} TXT records: {}", lookup.records.size(), base::join(kinds, ", ")));
}

std::optional<crypto::PublicKey> read_expected(const std::string& expected) {
    const auto bytes = base::decode_base64(expected);
    if (!bytes) return std::nullopt;
    return crypto::read_public_key(*bytes).key;
}

void compare_with_expected(KeyLookup& lookup, const std::string& expected) {
    if (expected.empty() || !lookup.chosen) return;
    const auto& published = lookup.records[*lookup.chosen];
    const auto wanted = read_expected(expected);
    const bool same_text = published.record && published.record->public_key == expected;
    lookup.matches_expected = same_text || (wanted && published.key && *wanted == *published.key);
    if (*lookup.matches_expected || lookup.is_revoked()) return;
    const bool cut = published.record && expected.starts_with(published.record->public_key);
    add(lookup, "dkim-key-mismatch",
        cut ? std::string("the published key is the beginning of the key in the store")
            : fmt::format("published: {}; it is not the key in the store", published.key_text()),
        publish_remedy(lookup));
}

finding::Verdict decide(const KeyLookup& lookup) {
    if (dns::is_temporary(lookup.status)) return finding::Verdict::unchecked;
    const bool wrong =
        std::any_of(lookup.findings.begin(), lookup.findings.end(),
                    [](const finding::Finding& finding) { return finding.severity == Severity::error; });
    return wrong || !lookup.chosen ? finding::Verdict::bad : finding::Verdict::good;
}

}  // namespace

base::Result<dns::Name> key_name(const base::DomainName& domain, std::string_view selector) {
    if (selector.empty()) return base::usage_error("the selector is empty");
    return dns::Name::parse(fmt::format("{}._domainkey.{}", selector, domain.ascii()));
}

namespace {

// Without a dot at its end. Label by label: those of a name of the DNS may have an underscore beside.
std::string literal_selector(std::string_view text) {
    std::vector<std::string> labels;
    for (const auto label : base::split(base::trim(text), '.'))
        labels.push_back(base::lower(base::to_a_labels(label)));
    if (labels.size() > 1 && labels.back().empty()) labels.pop_back();
    return base::join(labels, ".");
}

}  // namespace

std::string intended_selector(std::string_view text, const base::DomainName& domain) {
    std::string selector = literal_selector(text);
    const auto cut = [&](const std::string& suffix) {
        if (selector.size() > suffix.size() && selector.ends_with(suffix))
            selector.resize(selector.size() - suffix.size());
    };
    cut("." + domain.ascii());
    cut("._domainkey");
    return selector;
}

base::Result<void> check_selector(std::string_view text, const base::DomainName& domain) {
    const std::string selector = intended_selector(text, domain);
    constexpr std::string_view below = "._domainkey.";
    if (const auto at = selector.find(below); at != std::string::npos) {
        const auto other = selector.substr(at + below.size());
        return base::usage_error(
            fmt::format("{} is the name of a key of {}, not of {}", base::quoted(text), other,
                        domain.ascii()),
            fmt::format("relayctl verify {} --selector {}", other, selector.substr(0, at)));
    }
    const bool possible = std::all_of(selector.begin(), selector.end(), [](char c) {
        return base::is_alnum(c) || c == '-' || c == '_' || c == '.';
    });
    if (possible && !selector.empty()) return {};
    return base::usage_error(
        fmt::format("not a selector: {}: letters, digits, hyphens and dots", base::quoted(text)),
        "give the s= of a signature");
}

bool KeyLookup::is_revoked() const {
    return chosen && records[*chosen].record && records[*chosen].record->is_revoked();
}

net::Task<KeyLookup> look_up_key(dns::Resolver& resolver, base::DomainName domain, std::string selector,
                                 std::string expected) {
    const auto meant = intended_selector(selector, domain);
    const auto literal = literal_selector(selector);
    auto lookup = co_await look_up_exact_key(resolver, domain, meant, expected);
    if (meant == literal) co_return lookup;
    const auto name = key_name(domain, literal);
    if (name && dns::is_missing(lookup.status) && literal.find("_domainkey") == std::string::npos) {
        const dns::Question question{*name, dns::Type::txt};
        const auto answer = co_await resolver.query(question);
        if (answer.status == dns::Status::found)
            co_return co_await look_up_exact_key(resolver, domain, literal, expected);
    }
    auto form = finding::make(
        "dkim-selector-form", lookup.name,
        fmt::format("{} was given, the selector in it is {}", base::quoted(selector), base::quoted(meant)));
    lookup.findings.insert(lookup.findings.begin(), std::move(form));
    co_return lookup;
}

namespace {

KeyLookup begin_lookup(const base::DomainName& domain, std::string selector) {
    KeyLookup lookup;
    lookup.domain = domain.ascii();
    lookup.selector = std::move(selector);
    lookup.name = fmt::format("{}._domainkey.{}", lookup.selector, lookup.domain);
    return lookup;
}

}  // namespace

KeyLookup judge_key_answer(const base::DomainName& domain, std::string selector, const dns::Answer& answer,
                           const std::string& expected) {
    auto lookup = begin_lookup(domain, std::move(selector));
    lookup.status = answer.status;
    for (const auto& alias : answer.aliases)
        lookup.aliases.push_back(alias.to_string());
    const auto name = key_name(domain, lookup.selector);
    if (name && answer.status == dns::Status::found) {
        append(lookup.findings, answer_findings(*name, answer));
        take_records(lookup, *name, answer);
        check_number_of_records(lookup);
        compare_with_expected(lookup, expected);
        if (!lookup.aliases.empty()) add(lookup, "dkim-alias", chain_text(lookup));
    } else if (dns::is_temporary(answer.status)) {
        lookup.detail = failure_text(answer);
        add(lookup, "dkim-not-checked", lookup.detail);
    } else if (answer.status == dns::Status::alias_loop) {
        add(lookup, "dkim-alias-loop", chain_text(lookup));
    }
    lookup.verdict = decide(lookup);
    return lookup;
}

net::Task<KeyLookup> look_up_exact_key(dns::Resolver& resolver, base::DomainName domain, std::string selector,
                                       std::string expected) {
    const auto name = key_name(domain, selector);
    if (name.has_error()) {
        auto lookup = begin_lookup(domain, std::move(selector));
        lookup.status = dns::Status::nxdomain;
        add(lookup, "dkim-bad-selector", name.error().message);
        lookup.verdict = finding::Verdict::bad;
        co_return lookup;
    }
    const dns::Question question{*name, dns::Type::txt};
    const auto answer = co_await resolver.query(question);
    auto lookup = judge_key_answer(domain, std::move(selector), answer, expected);
    if (answer.status == dns::Status::found) {
        if (lookup.key() == nullptr || !lookup.key()->key)
            co_await look_for_wildcard(resolver, *name, answer, lookup);
    } else if (dns::is_missing(answer.status) && !lookup.aliases.empty()) {
        auto wrong_types = co_await dns::find_wrong_type(resolver, *name, answer);
        if (wrong_types.empty())
            add(lookup, "dkim-dangling-alias",
                fmt::format("{}: {}", chain_text(lookup), dns::to_string(answer.status)));
        append(lookup.findings, std::move(wrong_types));
    } else if (dns::is_missing(answer.status)) {
        co_await explain_missing_key(resolver, domain, answer, !expected.empty(), lookup);
    }
    lookup.verdict = decide(lookup);
    co_return lookup;
}

}  // namespace dkim
