#include "dns/wrong_type.hpp"

#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dns/plain_text.hpp"
#include "dns/wildcard.hpp"

namespace dns {

namespace {

// A host name has neither "=" nor a semicolon in it; the text of a record has.
bool is_record_text(const Name& target) {
    const std::string text = base::lower(target.first_label());
    return text.starts_with("v=") || text.starts_with("\"v=") || text.starts_with("k=") ||
           text.starts_with("p=");
}

std::string shown(const Record& record) {
    if (const auto* address = std::get_if<base::IpAddress>(&record.data)) return address->to_string();
    if (const auto* txt = std::get_if<Txt>(&record.data)) return txt->joined();
    return "";
}

finding::Finding wrong(const Name& name, Type type, const std::string& text, std::string remedy) {
    return finding::make("dns-wrong-type", name.to_string(),
                         fmt::format("{} {}, and no TXT record", to_string(type), base::quoted(text)),
                         std::move(remedy));
}

}  // namespace

net::Task<std::vector<finding::Finding>> find_wrong_type(Resolver& resolver, Name name, Answer txt) {
    std::vector<finding::Finding> findings;
    if (!is_missing(txt.status)) co_return findings;
    if (!txt.aliases.empty()) {
        if (is_record_text(txt.aliases.front())) {
            const std::string text = without_zone_form(txt.aliases.front().to_string());
            findings.push_back(
                wrong(name, Type::cname, text, "Remove the CNAME, and publish as TXT: " + text));
        }
        co_return findings;
    }
    if (txt.status == Status::nxdomain) co_return findings;
    constexpr std::array types = {Type::a, Type::aaaa, Type::spf};
    for (const Type type : types) {
        const Question question{name, type};
        const Answer answer = co_await resolver.query(question);
        if (answer.status != Status::found || answer.records.empty()) continue;
        if (type != Type::spf) {
            // Addresses of a wildcard stand at every name; nobody meant them for this one.
            const WildcardProbe probe = co_await probe_wildcard(resolver, name, type, answer);
            if (probe.result == Wildcard::same || probe.result == Wildcard::different) continue;
        }
        const std::string text = shown(answer.records.front());
        findings.push_back(
            wrong(name, type, text, type == Type::spf ? "Publish as TXT: " + text : std::string()));
    }
    co_return findings;
}

net::Task<std::vector<finding::Finding>> find_alias_beside(Resolver& resolver, Name name, Type type) {
    std::vector<finding::Finding> findings;
    const Question question{name, Type::cname};
    const Answer answer = co_await resolver.query(question);
    if (answer.status != Status::found || answer.records.empty()) co_return findings;
    const auto* target = std::get_if<Name>(&answer.records.front().data);
    if (target != nullptr)
        findings.push_back(
            finding::make("dns-alias-beside-data", name.to_string(),
                          fmt::format("a CNAME to {} beside {}", target->to_string(), to_string(type))));
    co_return findings;
}

}  // namespace dns
