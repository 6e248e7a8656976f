#include "dns/findings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace dns {

namespace {

using finding::Finding;

constexpr std::size_t classic_udp = 512;   // RFC 1035 section 2.3.4, recommended by RFC 7208 section 3.4
constexpr std::size_t safe_udp = 1232;     // DNS flag day 2020
constexpr std::size_t classic_text = 450;  // all TXT records of a name (RFC 7208 section 3.4)
constexpr std::uint32_t short_ttl = 300;
constexpr std::uint32_t long_ttl = 86'400;

std::string_view id_for(const Answer& answer) {
    switch (answer.status) {
        case Status::servfail:
            return answer.bogus ? "dns-bogus" : "dns-servfail";
        case Status::refused:
            return "dns-refused";
        case Status::timeout:
            return answer.truncated ? "dns-tcp-failed" : "dns-timeout";
        case Status::unreachable:
            return "dns-unreachable";
        case Status::malformed:
            return "dns-malformed";
        case Status::alias_loop:
            return "dns-alias-loop";
        case Status::nxdomain:
            return answer.aliases.empty() ? "" : "dns-alias-dangling";
        case Status::found:
        case Status::no_data:
            break;
    }
    return "";
}

std::size_t text_size(const Answer& answer) {
    std::size_t size = 0;
    for (const auto& record : answer.records)
        if (const auto* txt = std::get_if<Txt>(&record.data)) size += txt->joined().size();
    return size;
}

std::string count_text(std::size_t records) {
    return records == 1 ? "1 record" : fmt::format("{} records", records);
}

}  // namespace

std::string chain_text(std::string_view name, const std::vector<Name>& aliases) {
    std::string text(name);
    for (const auto& alias : aliases)
        text += " -> " + alias.to_string();
    return text;
}

std::optional<Finding> finding_for(const Name& name, Type type, const Answer& answer) {
    const std::string_view id = id_for(answer);
    if (id.empty()) return std::nullopt;
    const bool about_chain = id == "dns-alias-loop" || id == "dns-alias-dangling";
    const std::string seen =
        about_chain ? chain_text(name.to_string(), answer.aliases)
                    : (answer.detail.empty() ? std::string(to_string(answer.status)) : answer.detail);
    return finding::make(id, name.to_string(), fmt::format("{}: {}", to_string(type), seen));
}

std::vector<Finding> answer_findings(const Name& name, Type type, const Answer& answer) {
    std::vector<Finding> findings;
    if (answer.status != Status::found) return findings;
    const std::string subject = name.to_string();
    const auto size = [&](std::string_view remark) {
        return fmt::format("the {} answer has {} octets{}{}", to_string(type), answer.size, remark,
                           answer.over_tcp ? ", and came over TCP" : "");
    };
    const std::size_t text = text_size(answer);
    if (answer.size > safe_udp)
        findings.push_back(
            finding::make("dns-answer-too-large", subject, size(" without DNSSEC signatures")));
    else if (answer.size > classic_udp)
        findings.push_back(finding::make("dns-answer-over-512", subject, size("")));
    else if (text > classic_text)
        findings.push_back(
            finding::make("dns-text-over-450", subject,
                          fmt::format("{} octets of text in {}", text, count_text(answer.records.size()))));
    if (answer.records.empty()) return findings;
    std::uint32_t least = 0xffffffff;
    for (const auto& record : answer.records)
        least = std::min(least, record.ttl);
    if (least < short_ttl)
        findings.push_back(finding::make("dns-ttl-short", subject, fmt::format("TTL {} s", least)));
    if (least > long_ttl)
        findings.push_back(finding::make("dns-ttl-long", subject, fmt::format("TTL {} s", least)));
    return findings;
}

std::string_view to_string(Security security) {
    switch (security) {
        case Security::secure:
            return "secure";
        case Security::insecure:
            return "insecure";
        case Security::bogus:
            return "bogus";
        case Security::indeterminate:
            return "indeterminate";
    }
    return "?";
}

Security security_of(const Answer& answer, bool trust_ad) {
    if (answer.bogus) return Security::bogus;
    if (is_temporary(answer.status) || !trust_ad) return Security::indeterminate;
    return answer.authentic ? Security::secure : Security::insecure;
}

}  // namespace dns
