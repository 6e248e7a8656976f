#include "spf/record.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace spf {

namespace {

constexpr std::string_view version = "v=spf1";

std::string dual_length(const DualLength& length) {
    std::string text;
    if (length.v4 != 32) text += fmt::format("/{}", length.v4);
    if (length.v6 != 128) text += fmt::format("//{}", length.v6);
    return text;
}

std::string optional_domain(std::string_view name, const std::optional<MacroString>& domain) {
    return domain ? fmt::format("{}:{}", name, to_string(*domain)) : std::string(name);
}

std::string network(std::string_view name, const base::IpPrefix& prefix) {
    if (prefix.length == prefix.address.bits()) return fmt::format("{}:{}", name, prefix.address.to_string());
    return fmt::format("{}:{}", name, prefix.to_string());
}

struct MechanismText {
    std::string operator()(const All&) const { return "all"; }
    std::string operator()(const Include& include) const { return "include:" + to_string(include.domain); }
    std::string operator()(const A& a) const {
        return optional_domain("a", a.domain) + dual_length(a.length);
    }
    std::string operator()(const Mx& mx) const {
        return optional_domain("mx", mx.domain) + dual_length(mx.length);
    }
    std::string operator()(const Ptr& ptr) const { return optional_domain("ptr", ptr.domain); }
    std::string operator()(const Ip4& ip4) const { return network("ip4", ip4.network); }
    std::string operator()(const Ip6& ip6) const { return network("ip6", ip6.network); }
    std::string operator()(const Exists& exists) const { return "exists:" + to_string(exists.domain); }
};

struct TermText {
    std::string operator()(const Directive& directive) const {
        std::string text;
        if (directive.qualifier != Qualifier::pass) text += to_char(directive.qualifier);
        return text + std::visit(MechanismText(), directive.mechanism);
    }
    std::string operator()(const Redirect& redirect) const {
        return "redirect=" + to_string(redirect.domain);
    }
    std::string operator()(const Explanation& exp) const { return "exp=" + to_string(exp.domain); }
    std::string operator()(const UnknownModifier& modifier) const {
        return modifier.name + "=" + to_string(modifier.value);
    }
};

template <class T>
const T* find_term(const Record& record) {
    for (const auto& term : record.terms)
        if (const auto* found = std::get_if<T>(&term)) return found;
    return nullptr;
}

}  // namespace

char to_char(Qualifier qualifier) {
    switch (qualifier) {
        case Qualifier::pass:
            return '+';
        case Qualifier::fail:
            return '-';
        case Qualifier::softfail:
            return '~';
        case Qualifier::neutral:
            return '?';
    }
    return '+';
}

const MacroString* domain_spec(const Mechanism& mechanism) {
    const auto pointer = [](const std::optional<MacroString>& macro) { return macro ? &*macro : nullptr; };
    if (const auto* a = std::get_if<A>(&mechanism)) return pointer(a->domain);
    if (const auto* mx = std::get_if<Mx>(&mechanism)) return pointer(mx->domain);
    if (const auto* ptr = std::get_if<Ptr>(&mechanism)) return pointer(ptr->domain);
    if (const auto* exists = std::get_if<Exists>(&mechanism)) return &exists->domain;
    if (const auto* include = std::get_if<Include>(&mechanism)) return &include->domain;
    return nullptr;
}

const MacroString* domain_spec(const Term& term) {
    if (const auto* redirect = std::get_if<Redirect>(&term)) return &redirect->domain;
    const auto* directive = std::get_if<Directive>(&term);
    return directive != nullptr ? domain_spec(directive->mechanism) : nullptr;
}

const Redirect* Record::redirect() const {
    return find_term<Redirect>(*this);
}

const Explanation* Record::explanation() const {
    return find_term<Explanation>(*this);
}

bool Record::has_all() const {
    return std::any_of(terms.begin(), terms.end(), [](const Term& term) {
        const auto* directive = std::get_if<Directive>(&term);
        return directive != nullptr && std::holds_alternative<All>(directive->mechanism);
    });
}

bool is_record(std::string_view text) {
    if (!base::equals_ignoring_case(text.substr(0, version.size()), version)) return false;
    return text.size() == version.size() || text[version.size()] == ' ';
}

std::vector<std::string_view> term_texts(std::string_view record) {
    std::vector<std::string_view> terms;
    record.remove_prefix(std::min(version.size(), record.size()));
    for (;;) {
        const auto begin = record.find_first_not_of(' ');
        if (begin == std::string_view::npos) return terms;
        record.remove_prefix(begin);
        const auto end = std::min(record.find(' '), record.size());
        terms.push_back(record.substr(0, end));
        record.remove_prefix(end);
    }
}

Parsed<Record> parse_record_or_fault(std::string_view text) {
    if (!is_record(text))
        return Fault{.id = "spf-near-miss-version",
                     .message = "an SPF record begins with \"v=spf1\" and a blank"};
    Record record;
    for (const auto token : term_texts(text)) {
        const auto offset = static_cast<std::size_t>(token.data() - text.data());
        auto term = parse_term(token);
        if (term.has_error()) return std::move(term).error().moved_by(offset);
        // Section 6: these two at most once each.
        const bool again = (std::holds_alternative<Redirect>(*term) && record.redirect() != nullptr) ||
                           (std::holds_alternative<Explanation>(*term) && record.explanation() != nullptr);
        if (again)
            return Fault{.id = "spf-duplicate-modifier",
                         .message = fmt::format("{} stands in the record twice",
                                                base::quoted(token.substr(0, token.find('=')))),
                         .offset = offset};
        record.terms.push_back(std::move(*term));
    }
    return record;
}

base::Result<Record> parse_record(std::string_view text) {
    auto parsed = parse_record_or_fault(text);
    if (parsed) return std::move(*parsed);
    Fault fault = std::move(parsed).error();
    base::Error error = base::usage_error(std::move(fault.message), std::move(fault.hint));
    error.offset = fault.offset;
    return error;
}

std::string to_string(const Term& term) {
    return std::visit(TermText(), term);
}

std::string to_string(const Record& record) {
    std::string text(version);
    for (const auto& term : record.terms) {
        text += ' ';
        text += to_string(term);
    }
    return text;
}

}  // namespace spf
