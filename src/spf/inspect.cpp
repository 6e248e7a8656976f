#include "spf/inspect.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/special_network.hpp"
#include "base/text.hpp"
#include "spf/networks.hpp"
#include "spf/record.hpp"
#include "spf/suggest.hpp"

namespace spf {

namespace {

constexpr std::size_t most_findings = 50;
constexpr std::size_t longest_record = 450;

bool is_term(std::string_view text) {
    return parse_term(text).has_value();
}

class Inspector {
  public:
    Inspector(std::string_view text, std::string_view subject, Place place)
        : text_(text), subject_(subject), place_(place) {}

    Inspection run() {
        for (const auto token : term_texts(text_))
            add_term(token);
        check_policy();
        check_networks();
        if (text_.size() > longest_record && place_ == Place::own)
            add("spf-long-record", fmt::format("{} octets", text_.size()), std::nullopt);
        return {std::move(terms_), std::move(findings_), faulty_};
    }

  private:
    void add(std::string_view id, std::string observed, std::optional<std::size_t> offset,
             std::string remedy = {}) {
        if (findings_.size() >= most_findings) return;
        auto made = finding::make(id, std::string(subject_), std::move(observed), std::move(remedy));
        made.text = text_;
        made.offset = offset;
        findings_.push_back(std::move(made));
    }

    void add_term(std::string_view token) {
        const auto offset = static_cast<std::size_t>(token.data() - text_.data());
        auto term = parse_term(token);
        if (term.has_error()) {
            faulty_ = true;
            if (findings_.size() < most_findings)
                findings_.push_back(make_finding(std::move(term).error().moved_by(offset), subject_, text_));
            return;
        }
        for (const auto& other : terms_)
            if (other.term.index() == term->index() && is_unique(*term)) {
                add("spf-duplicate-modifier", fmt::format("{} stands in the record twice", name_of(token)),
                    offset);
                break;
            }
        terms_.push_back({std::move(*term), token, offset});
        check_term(terms_.back());
    }

    static bool is_unique(const Term& term) {
        return std::holds_alternative<Redirect>(term) || std::holds_alternative<Explanation>(term);
    }
    static std::string name_of(std::string_view token) {
        return std::string(token.substr(0, token.find('=')));
    }

    void check_term(const Placed& placed) {
        if (const auto* modifier = std::get_if<UnknownModifier>(&placed.term))
            return check_modifier(placed, *modifier);
        const MacroString* domain = domain_spec(placed.term);
        if (domain == nullptr) return;
        if (domain->uses('p')) add("spf-macro-p", base::quoted(placed.text), placed.offset);
        const auto* literal =
            domain->parts.empty() ? nullptr : std::get_if<std::string>(&domain->parts.back());
        // "include:spf.example-all" is a legal name, but nobody means it.
        if (literal != nullptr && literal->ends_with("-all")) {
            const auto cut = placed.text.size() - 4;
            if (is_term(placed.text.substr(0, cut)))
                add("spf-glued-terms",
                    fmt::format("{} names a domain ending in -all", base::quoted(placed.text)), placed.offset,
                    fmt::format("write {} -all", placed.text.substr(0, cut)));
        }
        if (literal != nullptr && domain->parts.size() == 1) check_host(placed, *literal);
    }

    // "include:https://spf.example" and "a:user@mx.example" are legal too: both name a host that is none.
    void check_host(const Placed& placed, std::string_view written) {
        std::string_view host = written;
        if (const auto scheme = host.find("://"); scheme != std::string_view::npos)
            host = host.substr(scheme + 3, host.find('/', scheme + 3) - scheme - 3);
        if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
        if (host.size() == written.size()) return;
        std::string meant(placed.text);
        meant.replace(meant.find(written), written.size(), host);
        add("spf-target-invalid", fmt::format("{} is no name of a host", base::quoted(written)),
            placed.offset, is_term(meant) ? "write " + meant : std::string());
    }

    void check_modifier(const Placed& placed, const UnknownModifier& modifier) {
        if (const std::string meant = meant_mechanism(placed.text, is_term); !meant.empty())
            return add("spf-mechanism-as-modifier", fmt::format("{} is ignored", base::quoted(placed.text)),
                       placed.offset, "write " + meant);
        const std::string name = base::lower(modifier.name);
        if (name == "v")
            return add("spf-version-repeated", fmt::format("{} again", base::quoted(placed.text)),
                       placed.offset);
        if (place_ == Place::own && name != "ra" && name != "rp" && name != "rr")  // RFC 6652
            add("spf-unknown-modifier", base::quoted(placed.text), placed.offset);
    }

    template <class M>
    static const Directive* directive_with(const Term& term) {
        const auto* directive = std::get_if<Directive>(&term);
        return directive != nullptr && std::holds_alternative<M>(directive->mechanism) ? directive : nullptr;
    }

    void check_policy() {
        const Placed* all = nullptr;
        const Placed* redirect = nullptr;
        std::string after;
        std::optional<std::size_t> after_offset;
        for (const auto& placed : terms_) {
            if (std::holds_alternative<Redirect>(placed.term)) redirect = &placed;
            if (directive_with<Ptr>(placed.term) != nullptr && all == nullptr)
                add("spf-ptr", base::quoted(placed.text), placed.offset);
            if (std::holds_alternative<Directive>(placed.term) && all != nullptr) {
                if (!after_offset) after_offset = placed.offset;
                after += (after.empty() ? "" : " ") + std::string(placed.text);
            }
            if (directive_with<All>(placed.term) != nullptr && all == nullptr) all = &placed;
        }
        if (after_offset) add("spf-terms-after-all", fmt::format("never looked at: {}", after), after_offset);
        if (all != nullptr && redirect != nullptr)
            add("spf-redirect-ignored", base::quoted(redirect->text), redirect->offset);
        // A term that cannot be read may be the all that is missing.
        if (all == nullptr && redirect == nullptr && place_ == Place::own && !faulty_)
            add("spf-no-all", "the result for all other addresses is neutral", std::nullopt);
        if (all != nullptr) check_all(*all);
    }

    void check_all(const Placed& all) {
        const auto* directive = std::get_if<Directive>(&all.term);
        switch (directive->qualifier) {
            case Qualifier::pass:
                return add("spf-pass-all", base::quoted(all.text), all.offset);
            case Qualifier::neutral:
                if (place_ == Place::own) add("spf-neutral-all", base::quoted(all.text), all.offset);
                return;
            case Qualifier::softfail:
                if (place_ == Place::own) add("spf-softfail-all", base::quoted(all.text), all.offset);
                return;
            case Qualifier::fail:
                return;
        }
    }

    void check_networks() {
        constexpr std::size_t most_compared = 1000;
        std::vector<std::pair<base::IpPrefix, const Placed*>> seen;
        for (const auto& placed : terms_) {
            if (directive_with<All>(placed.term) != nullptr) return;  // the rest is never looked at
            check_host_networks(placed);
            const auto prefix = network_of(placed.term);
            if (!prefix) continue;
            check_network(*prefix, placed);
            if (seen.size() >= most_compared || place_ != Place::own) continue;
            for (const auto& [other, other_placed] : seen)
                if (other.contains(*prefix) || prefix->contains(other)) {
                    add("spf-duplicate-network",
                        fmt::format("{} and {}", base::quoted(other_placed->text), base::quoted(placed.text)),
                        placed.offset);
                    break;
                }
            seen.emplace_back(*prefix, &placed);
        }
    }

    // "a/8": the networks round the addresses of a host.
    void check_host_networks(const Placed& placed) {
        const auto* directive = std::get_if<Directive>(&placed.term);
        if (directive == nullptr || directive->qualifier != Qualifier::pass) return;
        const auto* a = std::get_if<A>(&directive->mechanism);
        const auto* mx = std::get_if<Mx>(&directive->mechanism);
        if (a == nullptr && mx == nullptr) return;
        const DualLength length = a != nullptr ? a->length : mx->length;
        const auto width = std::max(width_of({base::IpAddress::v4({}), length.v4}),
                                    width_of({base::IpAddress::v6({}), length.v6}));
        if (width != Width::usual)
            add(width == Width::huge ? "spf-huge-network" : "spf-wide-network", base::quoted(placed.text),
                placed.offset);
    }

    void check_network(const base::IpPrefix& prefix, const Placed& placed) {
        const auto& directive = std::get<Directive>(placed.term);
        const bool allows = directive.qualifier == Qualifier::pass;
        switch (width_of(prefix)) {
            case Width::huge:
                if (allows) return add("spf-huge-network", base::quoted(placed.text), placed.offset);
                break;
            case Width::wide:
                if (allows) add("spf-wide-network", base::quoted(placed.text), placed.offset);
                break;
            case Width::usual:
                break;
        }
        if (const auto kind = base::special_use(prefix); !kind.empty() && allows)
            add("spf-private-network",
                fmt::format("{} is in a network for {}", base::quoted(placed.text), kind), placed.offset);
        if (const auto first = prefix.first_address(); first != prefix.address && place_ == Place::own)
            add("spf-host-bits",
                fmt::format("{} stands for {}", base::quoted(placed.text),
                            base::IpPrefix{first, prefix.length}.to_string()),
                placed.offset);
    }

    std::string_view text_;
    std::string_view subject_;
    Place place_;
    std::vector<Placed> terms_;
    std::vector<finding::Finding> findings_;
    bool faulty_ = false;
};

}  // namespace

finding::Finding make_finding(const Fault& fault, std::string_view subject, std::string_view text) {
    auto made = finding::make(fault.id, std::string(subject), fault.message, fault.hint);
    made.text = text;
    made.offset = fault.offset;
    return made;
}

Inspection inspect(std::string_view text, std::string_view subject, Place place) {
    return Inspector(text, subject, place).run();
}

std::vector<finding::Finding> inspect_record(std::string_view text, std::string_view subject, Place place) {
    return inspect(text, subject, place).findings;
}

}  // namespace spf
