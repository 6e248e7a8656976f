#include "mx/reverse.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dns/reverse_name.hpp"
#include "mx/generic_name.hpp"
#include "mx/target.hpp"
#include "net/run.hpp"

namespace mx {

namespace {

constexpr std::size_t names_at_once = 8;
constexpr std::size_t addresses_shown = 4;

std::string addresses_text(const std::vector<base::IpAddress>& addresses) {
    std::vector<std::string> texts;
    for (const auto& address : addresses) {
        if (texts.size() == addresses_shown) {
            texts.push_back(fmt::format("{} more", addresses.size() - addresses_shown));
            break;
        }
        texts.push_back(address.to_string());
    }
    return base::join(texts, ", ");
}

bool contains(const std::vector<base::IpAddress>& addresses, const base::IpAddress& ip) {
    return std::find(addresses.begin(), addresses.end(), ip) != addresses.end();
}

bool is_below_arpa(const dns::Name& name) {
    const auto& labels = name.labels();
    return labels.size() > 2 && base::equals_ignoring_case(labels.back(), "arpa");
}

struct Forward {
    dns::Name name;
    dns::Answer answer = {};
};

class ReverseInspector {
  public:
    ReverseInspector(dns::Resolver& resolver, const base::IpAddress& ip, std::string helo)
        : resolver_(resolver),
          name_(dns::reverse_name(ip)),
          type_(ip.is_v4() ? dns::Type::a : dns::Type::aaaa) {
        result_.ip = ip;
        result_.query = name_.to_string();
        result_.helo = std::move(helo);
    }

    net::Task<Reverse> run() {
        read_helo();
        const std::function<net::Task<void>(std::size_t)> ask = [&](std::size_t which) -> net::Task<void> {
            if (which == 0)
                co_await ask_names();
            else
                co_await ask_addresses(resolver_, helo_);
        };
        co_await net::for_each(helo_.name.is_root() ? 1 : 2, 2, ask);
        report_names();
        report_helo();
        result_.verdict = report_.verdict();
        result_.findings = report_.findings();
        co_return std::move(result_);
    }

  private:
    void add(std::string_view id, std::string observed, std::string remedy = {}) {
        report_.add(id, result_.ip.to_string(), std::move(observed), std::move(remedy));
    }

    // RFC 5321 section 2.3.5: a full name. Its last dot belongs to zone files.
    void read_helo() {
        const auto parsed = base::DomainName::parse(result_.helo);
        if (parsed) helo_.name = dns::Name(*parsed);
        if (result_.helo.empty() || parsed) return;
        const bool literal = result_.helo.starts_with('[') || base::IpAddress::parse(result_.helo);
        helo_fault_ = literal ? "an address: " + base::quoted(result_.helo) : parsed.error().message;
    }

    net::Task<void> ask_names() {
        const dns::Question question{name_, dns::Type::ptr};
        answer_ = co_await resolver_.query(question);
        result_.status = answer_.status;
        for (const auto& alias : answer_.aliases)
            result_.aliases.push_back(alias.to_string());
        for (const auto& record : answer_.records)
            if (const auto* target = std::get_if<dns::Name>(&record.data)) targets_.push_back(*target);
        for (const auto& target : targets_)
            if (forwards_.size() < maximum_ptr_names) forwards_.push_back({target});
        result_.names_left_out = targets_.size() - forwards_.size();
        const std::function<net::Task<void>(std::size_t)> ask = [&](std::size_t i) -> net::Task<void> {
            const dns::Question forward{forwards_[i].name, type_};
            forwards_[i].answer = co_await resolver_.query(forward);
        };
        co_await net::for_each(forwards_.size(), names_at_once, ask);
        for (const auto& forward : forwards_)
            keep(forward);
    }

    void keep(const Forward& forward) {
        PtrName entry;
        entry.name = forward.name.to_string();
        entry.status = forward.answer.status;
        entry.addresses = forward.answer.addresses();
        entry.confirmed = contains(entry.addresses, result_.ip);
        result_.confirmed = result_.confirmed || entry.confirmed;
        result_.names.push_back(std::move(entry));
    }

    void report_names() {
        if (report_.add_failure(name_, dns::Type::ptr, answer_)) return;
        const std::string chain = result_.query + " -> " + base::join(result_.aliases, " -> ");
        if (!result_.aliases.empty()) add("ptr-delegated", chain);
        if (result_.names.empty()) {
            const std::string owner = owner_of_records().to_string();
            const std::string host = helo_.name.is_root() ? "<mail host>" : helo_.name.to_string();
            add("ptr-missing", fmt::format("{} for {}", dns::to_string(result_.status), owner),
                fmt::format("ask the provider of {} for the record: {}. IN PTR {}.", result_.ip.to_string(),
                            owner, host));
            return;
        }
        if (targets_.size() > 1) report_several();
        report_confirmation();
        for (const auto& forward : forwards_) {
            if (is_below_arpa(forward.name)) continue;
            if (const auto reason = generic_reason(forward.name, result_.ip))
                add("ptr-generic", fmt::format("{}: {}", forward.name.to_string(), *reason));
        }
    }

    dns::Name owner_of_records() const { return answer_.aliases.empty() ? name_ : answer_.aliases.back(); }

    // The record that was meant: without the labels that the name shares with the zone it stands in.
    std::string doubled_remedy() const {
        const dns::Name owner = owner_of_records();
        const auto wrong = std::find_if(forwards_.begin(), forwards_.end(),
                                        [](const Forward& forward) { return is_below_arpa(forward.name); });
        auto labels = wrong->name.labels();
        for (dns::Name zone = owner; !zone.is_root(); zone = zone.parent()) {
            if (!wrong->name.is_at_or_below(zone)) continue;
            labels.resize(labels.size() - zone.label_count());
            break;
        }
        const auto meant = dns::Name::from_labels(labels).value();
        return fmt::format("{}. IN PTR {}.", owner.to_string(),
                           meant.is_root() ? "<mail host>" : meant.to_string());
    }

    void report_several() {
        std::vector<std::string> names;
        for (const auto& entry : result_.names)
            names.push_back(entry.name);
        std::string text = fmt::format("{} PTR records: {}", targets_.size(), base::join(names, ", "));
        if (result_.names_left_out > 0)
            text += fmt::format("; {} more were not looked at", result_.names_left_out);
        add("ptr-several", std::move(text));
    }

    // One name that leads back is enough; a name that could not be checked may be that one.
    void report_confirmation() {
        bool open = false;
        std::vector<std::string> others;
        std::vector<std::string> doubled;
        std::string first;
        for (const auto& forward : forwards_) {
            report_.add_failure(forward.name, type_, forward.answer);
            open = open || dns::is_temporary(forward.answer.status);
            if (dns::is_temporary(forward.answer.status) || contains(forward.answer.addresses(), result_.ip))
                continue;
            if (is_below_arpa(forward.name)) {
                doubled.push_back(forward_text(forward));
            } else {
                if (others.empty()) first = forward.name.to_string();
                others.push_back(forward_text(forward));
            }
        }
        if (result_.confirmed) {
            others.insert(others.end(), doubled.begin(), doubled.end());
            if (!others.empty()) add("ptr-partly-confirmed", base::join(others, "; "));
        } else if (!open) {
            const std::string type(dns::to_string(type_));
            const std::string ip = result_.ip.to_string();
            if (!doubled.empty()) add("ptr-doubled-name", base::join(doubled, "; "), doubled_remedy());
            if (!others.empty())
                add("ptr-not-confirmed", base::join(others, "; "),
                    fmt::format("publish {}. IN {} {} if that is the host's name, or change the PTR record",
                                first, type, ip));
        }
    }

    std::string forward_text(const Forward& forward) const {
        return fmt::format("{} has {} {}", forward.name.to_string(), dns::to_string(type_),
                           forward.answer.status == dns::Status::found
                               ? addresses_text(forward.answer.addresses())
                               : std::string(dns::to_string(forward.answer.status)));
    }

    void report_helo() {
        if (!helo_fault_.empty()) {
            add("ptr-helo-not-qualified", "the EHLO name is " + helo_fault_);
            return;
        }
        if (helo_.name.is_root()) return;
        const Host host = to_host(helo_);
        const auto status = host.status.value_or(dns::Status::nxdomain);
        const std::string name = helo_.name.to_string();
        result_.helo_status = status;
        result_.helo_addresses = host.addresses;
        report_failures(helo_);
        report_.append(helo_.report);
        if (dns::is_missing(status))
            add("ptr-helo-missing", fmt::format("{} for {}", dns::to_string(status), name),
                fmt::format("publish {}. IN {} {}, or change the EHLO name", name, dns::to_string(type_),
                            result_.ip.to_string()));
        const bool same = std::find(targets_.begin(), targets_.end(), helo_.name) != targets_.end();
        if (same || targets_.empty()) return;
        std::string text = fmt::format("EHLO {}, PTR {}", name, targets_.front().to_string());
        if (host.status == dns::Status::found)
            text +=
                fmt::format("; {} has the {} {}", name, host.addresses.size() == 1 ? "address" : "addresses",
                            addresses_text(host.addresses));
        add("ptr-helo-mismatch", std::move(text));
    }

    dns::Resolver& resolver_;
    dns::Name name_;  // below arpa
    dns::Type type_;  // of the forward questions
    Reverse result_;
    dns::Report report_;
    dns::Answer answer_;
    std::vector<dns::Name> targets_;
    std::vector<Forward> forwards_;  // the first of them
    Target helo_;                    // the root: nothing to ask for
    std::string helo_fault_;
};

}  // namespace

net::Task<Reverse> inspect_reverse(dns::Resolver& resolver, base::IpAddress ip, std::string helo) {
    ReverseInspector inspector(resolver, ip.unmapped(), std::move(helo));
    co_return co_await inspector.run();
}

}  // namespace mx
