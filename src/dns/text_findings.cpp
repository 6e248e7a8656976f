#include <algorithm>

#include <fmt/format.h>

#include "base/domain_name.hpp"
#include "base/text.hpp"
#include "dns/findings.hpp"
#include "dns/plain_text.hpp"

namespace dns {

namespace {

using finding::Finding;

constexpr std::size_t most_u_labels = 5;
constexpr std::size_t longest_name = 1024;  // octets of UTF-8

bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

// Nearly every record, and most of them are long.
bool is_unremarkable(std::string_view text) {
    const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
    return text.empty() ||
           (text.front() != ' ' && text.back() != ' ' && std::all_of(text.begin(), text.end(), is_plain));
}

// Terms separated by blanks, in contrast to tags separated by semicolons; also what was meant so.
bool is_spf(std::string_view text) {
    const std::size_t start = text.find_first_not_of(" \t\r\n\"");
    return start != std::string_view::npos && base::equals_ignoring_case(text.substr(start, 5), "v=spf");
}

class CharacterScan {
  public:
    CharacterScan(const Name& name, std::string_view text) : subject_(name.to_string()), text_(text) {}

    std::vector<Finding> run() {
        find_non_ascii();
        find_u_labels();
        find_control();
        find_quote();
        find_backslash();
        find_blanks();
        return std::move(findings_);
    }

  private:
    void find_non_ascii() {
        const std::size_t at = find([](char c) { return !is_ascii(c); });
        if (at == text_.size()) return;
        const std::string plain = plain_ascii(text_);
        const bool clean = std::all_of(plain.begin(), plain.end(), is_ascii);
        add("dns-non-ascii", at, seen(at), clean ? "Publish: " + plain : std::string());
    }

    // RFC 8616 section 4: names in records are A-labels. The local part of an address is none.
    void find_u_labels() {
        std::size_t count = 0;
        for (std::size_t at = 0; at < text_.size() && count < most_u_labels;) {
            const std::size_t start = at;
            const std::string_view word = text_.substr(at, name_size(at));
            at += word.empty() ? std::max<std::size_t>(1, editors_character(text_.substr(at))) : word.size();
            if (word.size() > longest_name || text_.substr(at).starts_with('@')) continue;
            if (std::all_of(word.begin(), word.end(), is_ascii)) continue;
            const auto domain = base::DomainName::parse(word);
            if (domain.has_error() || domain->ascii().find("xn--") == std::string::npos) continue;
            ++count;
            add("dns-u-label", start, base::quoted(word),
                fmt::format("Write {} in place of {}.", domain->ascii(), word));
        }
    }

    // How long the run of bytes is that can be of a domain name: letters, digits, hyphens, dots, and what is
    // not ASCII but for the punctuation that editors put in.
    std::size_t name_size(std::size_t from) const {
        std::size_t at = from;
        while (at < text_.size()) {
            const char c = text_[at];
            const bool ours = is_ascii(c) ? base::is_alnum(c) || c == '-' || c == '.'
                                          : editors_character(text_.substr(at)) == 0;
            if (!ours) break;
            ++at;
        }
        return at - from;
    }

    void find_control() {
        const bool spf = is_spf(text_);
        const std::size_t at = find([&](char c) { return base::is_control(c) && (spf || c != '\t'); });
        const std::size_t tab = text_.find('\t');
        if (at != text_.size()) {
            add("dns-control-character", at, seen(at), "Publish: " + without_control());
        } else if (tab != std::string_view::npos) {
            add("dns-tab", tab, seen(tab), "Publish: " + without_control());
        }
    }

    // Every run of blanks and control characters is one blank.
    std::string without_control() const {
        std::string result;
        for (const char c : text_) {
            const bool blank = base::is_control(c) || c == ' ';
            if (!blank) result += c;
            if (blank && !result.empty() && result.back() != ' ') result += ' ';
        }
        return std::string(base::trim(result));
    }

    void find_quote() {
        const std::size_t at = text_.find('"');
        if (at == std::string_view::npos) return;
        const std::size_t next = text_.find_first_not_of(' ', at + 1);
        const bool between = next != std::string_view::npos && next > at + 1 && text_[next] == '"';
        add("dns-literal-quote", at,
            fmt::format("{} at byte {}",
                        between ? "the quotation marks between two strings" : "a quotation mark", at + 1),
            "Publish: " + without_zone_form(text_));
    }

    void find_backslash() {
        const std::size_t at = text_.find('\\');
        if (at == std::string_view::npos) return;
        add("dns-literal-backslash", at, fmt::format("a literal {} at byte {}", text_.substr(at, 2), at + 1),
            "Publish: " + without_zone_form(text_));
    }

    void find_blanks() {
        if (text_.empty()) return;
        if (base::is_space(text_.front()))
            add("dns-leading-space", 0, seen(0), "Publish: " + std::string(base::trim(text_)));
        if (base::is_space(text_.back()) && !base::trim(text_).empty()) {
            const std::size_t at = text_.find_last_not_of(" \t\r\n") + 1;
            add("dns-trailing-space", at, seen(at), "Publish: " + std::string(base::trim(text_)));
        }
    }

    template <class Predicate>
    std::size_t find(Predicate wanted) const {
        return static_cast<std::size_t>(std::find_if(text_.begin(), text_.end(), wanted) - text_.begin());
    }

    std::string seen(std::size_t at) const {
        const bool space = text_[at] == ' ';
        return fmt::format("{} at byte {}", space ? "a blank" : describe_character(text_.substr(at)), at + 1);
    }

    void add(std::string_view id, std::size_t offset, std::string observed, std::string remedy) {
        Finding finding = finding::make(id, subject_, std::move(observed), std::move(remedy));
        finding.text = text_;
        finding.offset = offset;
        findings_.push_back(std::move(finding));
    }

    std::string subject_;
    std::string_view text_;
    std::vector<Finding> findings_ = {};
};

bool is_qualifier(char c) {
    return c == '+' || c == '-' || c == '~' || c == '?';
}

bool glues_terms(std::string_view before, std::string_view after) {
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

// tag=value; tag=value (RFC 6376 section 3.2): a new tag where the last value has no semicolon yet.
bool glues_tags(std::string_view before, std::string_view after) {
    const std::string_view tag = before.substr(before.find_last_of(';') + 1);
    if (tag.find('=') == std::string_view::npos) return false;
    for (const std::string_view start : {"v=", "p=", "sp=", "np=", "t=", "k=", "h=", "s=", "n=", "g=", "rua=",
                                         "ruf=", "adkim=", "aspf=", "fo=", "pct=", "ri=", "psd="})
        if (after.starts_with(start) && after.size() > start.size() && after[start.size()] != '=')
            return true;
    return false;
}

}  // namespace

Txt in_strings(std::string_view text) {
    constexpr std::size_t longest = 255;  // RFC 1035 section 3.3
    Txt txt;
    do {
        txt.strings.emplace_back(text.substr(0, longest));
        text.remove_prefix(std::min(longest, text.size()));
    } while (!text.empty());
    return txt;
}

std::vector<std::size_t> split_points(const Txt& txt) {
    std::vector<std::size_t> points;
    std::size_t at = 0;
    for (std::size_t i = 0; i + 1 < txt.strings.size(); ++i)
        points.push_back(at += txt.strings[i].size());
    return points;
}

std::string zone_text(const Txt& txt) {
    std::string text;
    for (const auto& string : txt.strings) {
        if (!text.empty()) text += ' ';
        text += '"';
        for (const char c : string) {
            if (base::is_control(c) || !is_ascii(c)) {
                text += fmt::format("\\{:03}", static_cast<unsigned char>(c));
                continue;
            }
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        text += '"';
    }
    return text;
}

std::vector<Finding> character_findings(const Name& name, std::string_view text) {
    if (is_unremarkable(text)) return {};
    return CharacterScan(name, text).run();
}

std::vector<Finding> split_findings(const Name& name, const Txt& txt) {
    if (txt.strings.size() < 2) return {};
    const std::string text = txt.joined();
    const bool spf = is_spf(text);
    const auto points = split_points(txt);
    std::string repaired;
    std::size_t copied = 0;
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const std::string_view before = std::string_view(text).substr(0, points[i]);
        const std::string_view after = std::string_view(text).substr(points[i]);
        if (!(spf ? glues_terms(before, after) : glues_tags(before, after))) continue;
        repaired += text.substr(copied, points[i] - copied) + (spf ? " " : "; ");
        copied = points[i];
        if (!first) first = points[i];
    }
    if (!first) return {};
    const std::string_view left = std::string_view(text).substr(0, *first);
    Finding finding = finding::make("dns-glued-strings", name.to_string(),
                                    fmt::format("\"{}\" and \"{}\" become one word",
                                                left.substr(left.size() - std::min<std::size_t>(16, *first)),
                                                std::string_view(text).substr(*first, 16)),
                                    "Publish: " + zone_text(in_strings(repaired + text.substr(copied))));
    finding.text = text;
    finding.offset = first;
    return {std::move(finding)};
}

std::vector<Finding> text_findings(const Name& name, const Txt& txt) {
    auto findings = character_findings(name, txt.joined());
    for (auto& finding : split_findings(name, txt))
        findings.push_back(std::move(finding));
    return findings;
}

}  // namespace dns
