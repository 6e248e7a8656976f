#include "dns/findings.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace dns {

namespace {

using finding::Finding;

constexpr std::size_t classic_udp = 512;  // RFC 1035 section 2.3.4, recommended by RFC 7208 section 3.4
constexpr std::size_t safe_udp = 1232;    // DNS flag day 2020
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

std::string chain_text(const Name& name, const std::vector<Name>& aliases) {
    std::string text = name.to_string();
    for (const auto& alias : aliases)
        text += " -> " + alias.to_string();
    return text;
}

class TextScan {
  public:
    TextScan(const Name& name, const Txt& txt) : subject_(name.to_string()), txt_(txt), text_(txt.joined()) {}

    std::vector<Finding> run() {
        find_first(
            "dns-non-ascii", [](char c) { return static_cast<unsigned char>(c) >= 0x80; },
            [](std::string_view rest) { return describe_byte(rest); });
        find_first("dns-control-character", base::is_control, [](std::string_view rest) {
            return fmt::format("the control character 0x{:02x}", static_cast<unsigned char>(rest[0]));
        });
        find_first(
            "dns-literal-quote", [](char c) { return c == '"'; },
            [](std::string_view) { return std::string("a quotation mark inside the text"); });
        find_first(
            "dns-literal-backslash", [](char c) { return c == '\\'; },
            [](std::string_view rest) { return "a literal " + std::string(rest.substr(0, 2)); });
        find_glue();
        return std::move(findings_);
    }

  private:
    template <class Predicate, class Describe>
    void find_first(std::string_view id, Predicate wanted, Describe describe) {
        const auto found = std::find_if(text_.begin(), text_.end(), wanted);
        if (found == text_.end()) return;
        const auto at = static_cast<std::size_t>(found - text_.begin());
        add(id, at, describe(std::string_view(text_).substr(at)) + fmt::format(" at byte {}", at + 1));
    }

    void add(std::string_view id, std::size_t offset, std::string observed) {
        Finding finding = finding::make(id, subject_, std::move(observed));
        finding.text = text_;
        finding.offset = offset;
        findings_.push_back(std::move(finding));
    }

    // The ones that editors and word processors put in, by name.
    static std::string describe_byte(std::string_view rest) {
        if (rest.starts_with("\xc2\xa0")) return "a no-break space";
        if (rest.starts_with("\xe2\x80\x9c") || rest.starts_with("\xe2\x80\x9d") ||
            rest.starts_with("\xe2\x80\x98") || rest.starts_with("\xe2\x80\x99"))
            return "a typographic quotation mark";
        if (rest.starts_with("\xe2\x80\x93") || rest.starts_with("\xe2\x80\x94")) return "a typographic dash";
        if (rest.starts_with("\xe2\x80\x8b")) return "a zero-width space";
        if (rest.starts_with("\xef\xbb\xbf")) return "a byte order mark";
        return fmt::format("the byte 0x{:02x}", static_cast<unsigned char>(rest[0]));
    }

    // RFC 7208 section 3.3: strings are joined without a space between them.
    void find_glue() {
        std::size_t at = 0;
        for (std::size_t i = 0; i + 1 < txt_.strings.size(); ++i) {
            at += txt_.strings[i].size();
            const std::string_view before = std::string_view(text_).substr(0, at);
            const std::string_view after = std::string_view(text_).substr(at);
            const bool spf = base::equals_ignoring_case(before.substr(0, 6), "v=spf1");
            if (!(spf ? glues_terms(before, after) : glues_tags(before, after))) continue;
            const std::string_view left = before.substr(before.size() - std::min<std::size_t>(16, at));
            add("dns-glued-strings", at,
                fmt::format("\"{}\" and \"{}\" become one word", left, after.substr(0, 16)));
            return;
        }
    }

    static bool glues_terms(std::string_view before, std::string_view after) {
        const std::size_t space = before.find_last_of(' ');
        const std::string_view word = space == std::string_view::npos ? before : before.substr(space + 1);
        if (word.empty() || (word.size() == 1 && is_qualifier(word[0]))) return false;
        if (!after.empty() && is_qualifier(after[0])) after.remove_prefix(1);
        const std::string term = base::lower(after.substr(0, 16));
        for (const std::string_view start :
             {"ip4:", "ip6:", "include:", "a:", "mx:", "exists:", "ptr:", "redirect=", "exp="})
            if (term.starts_with(start)) return true;
        return term == "all" || term.starts_with("all ");
    }

    static bool is_qualifier(char c) { return c == '+' || c == '-' || c == '~' || c == '?'; }

    // tag=value; tag=value (RFC 6376 section 3.2): a new tag where the last value has no semicolon yet.
    static bool glues_tags(std::string_view before, std::string_view after) {
        const std::string_view tag = before.substr(before.find_last_of(';') + 1);
        if (tag.find('=') == std::string_view::npos) return false;
        for (const std::string_view start : {"v=", "p=", "sp=", "np=", "t=", "k=", "h=", "s=", "n=", "g=",
                                             "rua=", "ruf=", "adkim=", "aspf=", "fo=", "pct=", "ri=", "psd="})
            if (after.starts_with(start) && after.size() > start.size() && after[start.size()] != '=')
                return true;
        return false;
    }

    std::string subject_;
    const Txt& txt_;
    std::string text_;
    std::vector<Finding> findings_;
};

}  // namespace

std::optional<Finding> finding_for(const Name& name, Type type, const Answer& answer) {
    const std::string_view id = id_for(answer);
    if (id.empty()) return std::nullopt;
    const bool about_chain = id == "dns-alias-loop" || id == "dns-alias-dangling";
    const std::string seen =
        about_chain ? chain_text(name, answer.aliases)
                    : (answer.detail.empty() ? std::string(to_string(answer.status)) : answer.detail);
    return finding::make(id, name.to_string(), fmt::format("{}: {}", to_string(type), seen));
}

std::vector<Finding> answer_findings(const Name& name, Type type, const Answer& answer) {
    std::vector<Finding> findings;
    if (answer.status != Status::found) return findings;
    const std::string subject = name.to_string();
    if (answer.size > safe_udp)
        findings.push_back(
            finding::make("dns-answer-too-large", subject,
                          fmt::format("the {} answer has {} octets{}", to_string(type), answer.size,
                                      answer.over_tcp ? " and came over TCP" : "")));
    else if (answer.size > classic_udp)
        findings.push_back(
            finding::make("dns-answer-over-512", subject,
                          fmt::format("the {} answer has {} octets", to_string(type), answer.size)));
    std::uint32_t least = 0xffffffff;
    for (const auto& record : answer.records)
        least = std::min(least, record.ttl);
    if (least < short_ttl)
        findings.push_back(finding::make("dns-ttl-short", subject, fmt::format("TTL {} s", least)));
    if (least > long_ttl && !answer.records.empty())
        findings.push_back(finding::make("dns-ttl-long", subject, fmt::format("TTL {} s", least)));
    return findings;
}

std::vector<Finding> text_findings(const Name& name, const Txt& txt) {
    return TextScan(name, txt).run();
}

}  // namespace dns
