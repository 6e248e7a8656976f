#include "spf/sources.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "spf/record.hpp"
#include "spf/select.hpp"

namespace spf {

namespace {

base::Error unavailable(std::string message, std::string hint = {}) {
    return {.kind = base::ErrorKind::unavailable, .message = std::move(message), .hint = std::move(hint)};
}

class Walk {
  public:
    explicit Walk(dns::Resolver& resolver) : resolver_(resolver) {}

    net::Task<base::Result<Sources>> run(std::string domain) {
        visit(domain);
        while (!pending_.empty()) {
            const std::string next = std::move(pending_.back());
            pending_.pop_back();
            CO_TRY_VOID(co_await read(next));
        }
        if (is_endless())
            co_return unavailable(fmt::format("an include below {} leads back to itself", domain),
                                  "relayctl verify " + domain + " --only spf");
        co_return std::move(sources_);
    }

  private:
    void visit(const std::string& domain) {
        if (names_.emplace(base::lower(domain), std::set<std::string>()).second) pending_.push_back(domain);
    }
    void visit(const std::string& domain, const std::string& from) {
        visit(domain);
        names_[base::lower(from)].insert(base::lower(domain));
    }

    // A permerror to receivers (RFC 7208 section 4.6.4). Takes away, as long as there are any, the names that
    // lead nowhere.
    bool is_endless() const {
        auto left = names_;
        const auto leads_nowhere = [&left](const auto& entry) {
            return std::none_of(entry.second.begin(), entry.second.end(),
                                [&left](const std::string& next) { return left.contains(next); });
        };
        while (std::erase_if(left, leads_nowhere) != 0) {
        }
        return !left.empty();
    }

    net::Task<base::Result<dns::Answer>> ask(dns::Name name, dns::Type type) {
        if (++questions_ > most_source_lookups)
            co_return unavailable(fmt::format("more than {} questions", most_source_lookups));
        const dns::Question question{name, type};
        dns::Answer answer = co_await resolver_.query(question);
        if (answer.status == dns::Status::found || dns::is_missing(answer.status)) co_return answer;
        co_return unavailable(
            fmt::format("{} {}: {}", name.to_string(), dns::to_string(type),
                        answer.detail.empty() ? std::string(dns::to_string(answer.status)) : answer.detail));
    }

    net::Task<base::Result<void>> read(std::string domain) {
        const auto name = target_name(domain);
        if (name.has_error()) co_return unavailable(base::quoted(domain) + " is no name to ask for");
        CO_TRY(const auto answer, co_await ask(*name, dns::Type::txt));
        const auto chosen = select_records(answer);
        if (answer.status == dns::Status::nxdomain)
            co_return unavailable(fmt::format("{} does not exist", domain));
        if (chosen.size() != 1)
            co_return unavailable(
                fmt::format("{} has {}", domain, chosen.empty() ? "no SPF record" : "several SPF records"),
                "relayctl verify " + domain + " --only spf");
        const auto& text = std::get<dns::Txt>(answer.records[chosen.front()].data);
        const auto record = parse_record(text.joined());
        if (record.has_error())
            co_return unavailable(fmt::format("the SPF record of {}: {}", domain, record.error().message),
                                  "relayctl verify " + domain + " --only spf");
        for (const auto& term : record->terms) {
            const auto* directive = std::get_if<Directive>(&term);
            if (directive == nullptr) continue;
            CO_TRY_VOID(co_await take(*directive, domain));
        }
        if (const auto* redirect = record->redirect(); redirect != nullptr && !record->has_all())
            if (const auto target = target_of(&redirect->domain, domain, to_string(Term(*redirect))))
                visit(*target, domain);
        co_return base::Result<void>();
    }

    net::Task<base::Result<void>> take(const Directive& directive, const std::string& domain) {
        const auto& mechanism = directive.mechanism;
        const auto text = to_string(Term(directive));
        if (directive.qualifier != Qualifier::pass) {
            // An address taken out of a network that follows: the list allows it.
            if (!std::holds_alternative<All>(mechanism)) leave_out(text, domain, "it lets nothing send");
            co_return base::Result<void>();
        }
        const auto* ip4 = std::get_if<Ip4>(&mechanism);
        const auto* ip6 = std::get_if<Ip6>(&mechanism);
        if ((ip4 != nullptr && ip4->network.length == 0) || (ip6 != nullptr && ip6->network.length == 0))
            leave_out(text, domain, "it lets every address send");
        else if (ip4 != nullptr)
            add(ip4->network.address, ip4->network.length);
        else if (ip6 != nullptr)
            add(ip6->network.address, ip6->network.length);
        if (std::holds_alternative<All>(mechanism)) leave_out(text, domain, "it lets every address send");
        if (std::holds_alternative<Ptr>(mechanism) || std::holds_alternative<Exists>(mechanism))
            leave_out(text, domain, "it names no networks");
        if (const auto* include = std::get_if<Include>(&mechanism))
            if (const auto target = target_of(&include->domain, domain, text)) visit(*target, domain);
        const auto* a = std::get_if<A>(&mechanism);
        const auto* mx = std::get_if<Mx>(&mechanism);
        if (a == nullptr && mx == nullptr) co_return base::Result<void>();
        const auto target = target_of(domain_spec(mechanism), domain, text);
        if (!target) co_return base::Result<void>();
        const auto name = target_name(*target);
        if (name.has_error()) co_return unavailable(base::quoted(*target) + " is no name to ask for");
        const auto before = sources_.networks.size() + found_again_;
        if (a != nullptr) {
            CO_TRY_VOID(co_await take_addresses(*name, a->length));
        } else {
            CO_TRY_VOID(co_await take_mail_hosts(*name, mx->length));
        }
        if (sources_.networks.size() + found_again_ == before) leave_out(text, domain, "it has no address");
        co_return base::Result<void>();
    }

    net::Task<base::Result<void>> take_addresses(dns::Name name, DualLength length) {
        for (const auto type : {dns::Type::a, dns::Type::aaaa}) {
            CO_TRY(const auto answer, co_await ask(name, type));
            for (const auto& address : answer.addresses())
                add(address, address.is_v4() ? length.v4 : length.v6);
        }
        co_return base::Result<void>();
    }

    net::Task<base::Result<void>> take_mail_hosts(dns::Name name, DualLength length) {
        CO_TRY(const auto answer, co_await ask(name, dns::Type::mx));
        for (const auto& record : answer.records) {
            const auto* mx = std::get_if<dns::Mx>(&record.data);
            if (mx == nullptr || mx->exchange.to_string() == ".") continue;  // RFC 7505: no mail host
            CO_TRY_VOID(co_await take_addresses(mx->exchange, length));
        }
        co_return base::Result<void>();
    }

    void add(const base::IpAddress& address, unsigned length) {
        base::IpPrefix network{.address = address, .length = length};
        network.address = network.first_address();
        if (!sources_.networks.insert(network).second) ++found_again_;
    }

    void leave_out(const std::string& term, const std::string& domain, std::string_view why) {
        sources_.left_out.push_back(fmt::format("{} of {}: {}", term, domain, why));
    }

    // The name that a term looks up; nullopt where that depends on the message.
    std::optional<std::string> target_of(const MacroString* macro, const std::string& domain,
                                         const std::string& term) {
        if (macro == nullptr) return domain;
        if (macro->needs_message()) {
            leave_out(term, domain, "what it asks for depends on the message");
            return std::nullopt;
        }
        MacroValues values{};
        values.domain = domain;
        return expand(*macro, values);
    }

    dns::Resolver& resolver_;
    Sources sources_ = {};
    std::vector<std::string> pending_ = {};
    std::map<std::string, std::set<std::string>> names_ = {};  // in lower case, and those each one leads to
    std::size_t questions_ = 0;
    std::size_t found_again_ = 0;  // networks that were there already
};

}  // namespace

net::Task<base::Result<Sources>> find_sources(dns::Resolver& resolver, std::string domain) {
    Walk walk(resolver);
    co_return co_await walk.run(std::move(domain));
}

}  // namespace spf
