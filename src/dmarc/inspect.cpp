#include "dmarc/inspect.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dkim/tag_list.hpp"
#include "dmarc/intended_record.hpp"
#include "dmarc/record.hpp"
#include "dmarc/report_uri.hpp"
#include "dns/plain_text.hpp"

namespace dmarc {

namespace {

using dkim::Tag;
using dkim::TagFaultKind;

const std::vector<std::string> policies = {"none", "quarantine", "reject"};

std::string_view skip_blanks(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    return text;
}

// Where inside a value another tag begins: "reject rua=mailto:d@example.com" -> 7.
std::optional<std::size_t> find_swallowed_tag(std::string_view value) {
    for (std::size_t i = 1; i < value.size(); ++i) {
        if (!base::is_space(value[i - 1])) continue;
        auto end = i;
        while (end < value.size() && base::is_alpha(value[end]))
            ++end;
        const auto rest = skip_blanks(value.substr(end));
        if (is_known_tag(value.substr(i, end - i)) && !rest.empty() && rest.front() == '=') return i;
    }
    return std::nullopt;
}

// What to write in place of a report URI that is not valid; empty = nothing comes to mind.
std::string uri_remedy(const std::string& tag, const std::string& uri) {
    if (const auto meant = intended_mailbox(uri); !meant.empty()) return "Write " + meant;
    if (uri.find('!') != std::string::npos)
        return "Write %21 in place of an exclamation mark in the address.";
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (!std::all_of(uri.begin(), uri.end(), is_ascii))
        return "Write the domain in A-labels (xn--) and the rest of the address in ASCII.";
    return fmt::format("Write {}=mailto:name@host", tag);
}

class Inspector {
  public:
    Inspector(std::string_view text, std::string subject, PolicyTagUsed applied)
        : text_(text), subject_(std::move(subject)), applied_(applied), scan_(dkim::scan_tag_list(text)) {}

    std::vector<finding::Finding> inspect() {
        if (!is_dmarc_record(text_)) {
            explain_no_record();
            return std::move(findings_);
        }
        if (const auto quote = text_.find('"'); quote != std::string::npos)
            add("dmarc-quotes-stored", "a quote is part of the record", quote,
                "Paste this: " + dns::without_zone_form(text_));
        check_faults();
        for (const auto& tag : scan_.tags)
            check_tag(tag);
        check_policies();
        check_reports("rua");
        check_reports("ruf");
        return std::move(findings_);
    }

  private:
    void add(std::string_view id, std::string observed, std::optional<std::size_t> offset = {},
             std::string remedy = {}) {
        auto finding = finding::make(id, subject_, std::move(observed), std::move(remedy));
        finding.text = text_;
        finding.offset = offset;
        findings_.push_back(std::move(finding));
    }

    // What to publish in place of the whole text; empty = the catalogue's words.
    std::string publish() const {
        const auto meant = intended_record(text_);
        return meant ? "Publish: " + *meant : std::string();
    }

    void explain_no_record();
    void explain_missing_version();
    void check_faults();
    void check_tag(const Tag& tag);
    void check_policy_value(const Tag& tag);
    void check_historic(const Tag& tag);
    void check_unknown(const Tag& tag);
    void check_policies();
    void check_lenience(Policy policy);
    void check_reports(std::string_view name);
    void check_empty_addresses(const Tag& tag);

    std::string text_;
    std::string subject_;
    PolicyTagUsed applied_;
    dkim::TagScan scan_;
    std::vector<finding::Finding> findings_;
};

void Inspector::explain_no_record() {
    if (!is_near_miss(text_)) {
        add("dmarc-unrelated-text", base::quoted(text_));
        return;
    }
    const Tag* version = scan_.find("v");
    if (const auto quote = text_.find_first_of("\"\\"); quote != std::string::npos) {
        add("dmarc-near-miss",
            text_[quote] == '"' ? "quotes are part of the record" : "a backslash is part of the record",
            quote, "Paste this: " + dns::without_zone_form(text_));
    } else if (const auto plain = dns::plain_ascii(text_); plain != text_) {
        add("dmarc-near-miss", "typographic or invisible characters are part of the record", 0, publish());
    } else if (!text_.empty() && base::is_space(text_.front())) {
        add("dmarc-near-miss", "a blank stands in front of the record", 0, publish());
    } else if (version == nullptr) {
        explain_missing_version();
    } else if (version != &scan_.tags.front()) {
        add("dmarc-near-miss", "v= is not the first tag", version->offset, publish());
    } else if (const auto swallowed = find_swallowed_tag(version->value)) {
        add("dmarc-near-miss", "no semicolon behind v=DMARC1", version->value_offset + *swallowed, publish());
    } else {
        add("dmarc-near-miss", "the version is " + base::quoted(version->value) + ", not \"DMARC1\"",
            version->value_offset, publish());
    }
}

void Inspector::explain_missing_version() {
    const auto begins = [&](std::string_view with) {
        return base::equals_ignoring_case(std::string_view(text_).substr(0, with.size()), with);
    };
    if (const Tag* upper = scan_.find("V")) {
        add("dmarc-near-miss", "V= stands in place of v=", upper->offset, publish());
    } else if (begins("v:dmarc1") || begins("v dmarc1")) {
        add("dmarc-near-miss", "the equals sign behind v is missing", 1, publish());
    } else if (begins("dmarc1")) {
        add("dmarc-near-miss", "v= in front of DMARC1 is missing", 0, publish());
    } else if (begins("p=")) {
        add("dmarc-near-miss", "v=DMARC1 is missing", 0, publish());
    } else {
        add("dmarc-near-miss", "the record does not begin with v=DMARC1", 0);
    }
}

void Inspector::check_faults() {
    for (const auto& fault : scan_.faults) {
        if (fault.kind == TagFaultKind::duplicate) {
            add("dmarc-duplicate-tag", describe(fault), fault.offset);
        } else if (base::lower(fault.name).starts_with("mailto:")) {
            add("dmarc-report-separator", base::quoted(fault.name) + " stands behind a semicolon",
                fault.offset);
        } else if (fault.kind == TagFaultKind::missing_equals &&
                   is_known_tag(base::trim(std::string_view(fault.name).substr(0, fault.name.find(':'))))) {
            add("dmarc-syntax", base::quoted(fault.name) + ": a colon in place of the equals sign",
                fault.offset, publish());
        } else {
            add("dmarc-syntax", describe(fault), fault.offset);
        }
    }
}

void Inspector::check_tag(const Tag& tag) {
    const auto& value = tag.value;
    const auto is_one_of = [&](const std::vector<std::string>& allowed) {
        return std::find(allowed.begin(), allowed.end(), base::lower(value)) != allowed.end();
    };
    const auto observed = tag.name + "=" + base::quoted(value);
    if (const auto swallowed = find_swallowed_tag(value)) {
        const auto offset = tag.value_offset + *swallowed;
        add("dmarc-missing-semicolon", "no semicolon before " + base::quoted(value.substr(*swallowed, 20)),
            offset, publish());
    } else if (tag.name == "p" || tag.name == "sp" || tag.name == "np") {
        check_policy_value(tag);
    } else if (tag.name == "adkim" || tag.name == "aspf") {
        if (!is_one_of({"r", "s"}))
            add("dmarc-alignment-invalid", observed, tag.value_offset,
                base::lower(value) == "strict" ? "Write " + tag.name + "=s." : std::string());
    } else if (tag.name == "t") {
        if (!is_one_of({"y", "n"})) add("dmarc-test-invalid", observed, tag.value_offset);
        if (is_one_of({"y"})) add("dmarc-test-mode", "t=y", tag.value_offset);
    } else if (tag.name == "psd") {
        if (!is_one_of({"y", "n", "u"})) add("dmarc-psd-invalid", observed, tag.value_offset);
        if (is_one_of({"y"})) add("dmarc-psd-yes", "psd=y", tag.value_offset);
        if (is_one_of({"y"}) && scan_.find("ruf") != nullptr)
            add("dmarc-psd-failure-reports", "psd=y with ruf=", scan_.find("ruf")->offset);
    } else if (tag.name == "fo") {
        if (!is_failure_options(value)) add("dmarc-failure-options", observed, tag.value_offset);
        if (scan_.find("ruf") == nullptr) add("dmarc-failure-options-unused", observed, tag.offset);
    } else if (tag.name == "pct" || tag.name == "rf" || tag.name == "ri") {
        check_historic(tag);
    } else if (!is_known_tag(tag.name)) {
        check_unknown(tag);
    }
}

void Inspector::check_policy_value(const Tag& tag) {
    const auto lower = base::lower(tag.value);
    if (std::find(policies.begin(), policies.end(), lower) != policies.end()) return;
    const auto near = base::nearest(lower, policies);
    add("dmarc-invalid-policy", tag.name + "=" + base::quoted(tag.value), tag.value_offset,
        near ? "Write " + tag.name + "=" + *near + "." : std::string());
}

void Inspector::check_historic(const Tag& tag) {
    const auto observed = tag.name + "=" + base::quoted(tag.value);
    const bool is_default = (tag.name == "pct" && tag.value == "100") ||
                            (tag.name == "rf" && base::lower(tag.value) == "afrf") ||
                            (tag.name == "ri" && tag.value == "86400");
    if (is_default) {
        add("dmarc-historic-default", observed, tag.offset);
    } else {
        add("dmarc-historic-tag", observed, tag.offset,
            tag.name == "pct" && tag.value == "0" ? "Write t=y in place of pct=0." : "Remove the tag.");
    }
}

void Inspector::check_unknown(const Tag& tag) {
    // Words of two letters are all near one another: only a transposition counts there.
    const auto lower = base::lower(tag.name);
    std::optional<std::string> near;
    if (lower.size() > 2) {
        near = base::nearest(lower, known_tags());
    } else if (const std::string swapped(lower.rbegin(), lower.rend()); is_known_tag(swapped)) {
        near = swapped;
    }
    if (is_known_tag(lower)) near = lower;
    if (near) {
        add("dmarc-misspelled-tag", tag.name + "=", tag.offset, "Write " + *near + "=.");
    } else {
        add("dmarc-unknown-tag", tag.name + "=" + base::quoted(tag.value), tag.offset);
    }
}

void Inspector::check_policies() {
    const auto record = parse_record(text_);
    if (record.has_error()) return;
    const Tag* tag = scan_.find("p");
    if (!record->policy.policy && !record->policy.invalid)
        add("dmarc-missing-policy", "no p= tag", tag != nullptr ? tag->offset : text_.size());
    const auto effective = effective_policies(*record);
    if (!effective) {
        add("dmarc-no-processing", "the policy tags are wrong and there is no valid rua=");
        return;
    }
    if (effective->assumed) return;
    check_lenience(policy_of(*effective, applied_));
    for (const auto& [name, policy] :
         {std::pair("sp", effective->subdomain), std::pair("np", effective->nonexistent)}) {
        const Tag* found = scan_.find(name);
        if (found != nullptr && policy < effective->domain)
            add("dmarc-weaker-subdomains",
                fmt::format("{}={}, but p={}", name, to_string(policy), to_string(effective->domain)),
                found->value_offset);
    }
}

// Of the policy that applies: with sp=reject that of p= is none of a subdomain's.
void Inspector::check_lenience(Policy policy) {
    const Tag* tag = scan_.find(to_string(applied_));
    if (policy == Policy::reject || tag == nullptr) return;
    add(policy == Policy::none ? "dmarc-none" : "dmarc-quarantine",
        fmt::format("{}={}", to_string(applied_), to_string(policy)), tag->value_offset);
}

// dmarc-urilist has no empty elements (section 4.8).
void Inspector::check_empty_addresses(const Tag& tag) {
    if (base::trim(tag.value).empty()) return;  // reported as that
    std::size_t at = 0;
    for (const auto piece : base::split(tag.value, ',')) {
        if (base::trim(piece).empty()) {
            add("dmarc-report-uri", tag.name + "= has a comma and no address beside it",
                tag.value_offset + at, "Remove the comma.");
            return;
        }
        at += piece.size() + 1;
    }
}

void Inspector::check_reports(std::string_view name) {
    const Tag* tag = scan_.find(name);
    if (tag == nullptr) {
        if (name == "rua") add("dmarc-no-reports", "no rua= tag");
        return;
    }
    if (find_swallowed_tag(tag->value)) return;  // reported as that
    const auto uris = parse_report_uris(tag->value);
    if (uris.empty())
        add("dmarc-report-uri", tag->name + "= is empty", tag->value_offset,
            fmt::format("Write {}=mailto:name@host", tag->name));
    check_empty_addresses(*tag);
    std::set<std::string> seen;
    std::size_t from = 0;
    for (const auto& uri : uris) {
        from = std::max(from, tag->value.find(uri.uri, from));
        const auto offset = tag->value_offset + from;
        from += uri.uri.size();
        if (!uri.valid) {
            add("dmarc-report-uri", base::quoted(uri.uri), offset, uri_remedy(tag->name, uri.uri));
        } else if (uri.mail_domain.empty()) {
            const auto meant = misspelled_mailto(uri.uri);
            add("dmarc-report-scheme", base::quoted(uri.uri), offset,
                meant.empty() ? std::string() : "Write " + meant);
        }
        if (!uri.size_limit.empty())
            add("dmarc-report-size-limit", "!" + uri.size_limit, offset + uri.uri.size());
        if (!seen.insert(base::lower(uri.uri)).second)
            add("dmarc-report-duplicate", base::quoted(uri.uri), offset);
    }
    if (uris.size() > 2)
        add("dmarc-report-many", fmt::format("{}= has {} addresses", name, uris.size()), tag->value_offset);
}

}  // namespace

bool is_dmarc_record(std::string_view text) {
    // dmarc-version = "v" *WSP "=" *WSP %s"DMARC1"; then the end or *WSP ";" (section 4.8)
    if (text.empty() || text.front() != 'v') return false;
    text = skip_blanks(text.substr(1));
    if (text.empty() || text.front() != '=') return false;
    text = skip_blanks(text.substr(1));
    if (!text.starts_with("DMARC1")) return false;
    text = skip_blanks(text.substr(6));
    return text.empty() || text.front() == ';';
}

bool is_near_miss(std::string_view text) {
    if (is_dmarc_record(text)) return false;
    const auto scan = dkim::scan_tag_list(text);
    const auto has_policy = [](const Tag& tag) {
        return base::equals_ignoring_case(tag.name, "p") &&
               std::find(policies.begin(), policies.end(), base::lower(tag.value)) != policies.end();
    };
    if (std::any_of(scan.tags.begin(), scan.tags.end(), has_policy)) return true;
    const auto head = base::lower(text.substr(0, 64));
    const auto version = head.find("dmarc");
    return version != std::string::npos && version <= 12;
}

std::vector<finding::Finding> inspect_record(std::string_view text, std::string subject,
                                             PolicyTagUsed applied) {
    return Inspector(text, std::move(subject), applied).inspect();
}

}  // namespace dmarc
