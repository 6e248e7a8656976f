#include "dkim/inspect.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dkim/inspector.hpp"

namespace dkim {

namespace {

const std::vector<std::string> known_tags = {"v", "k", "h", "s", "t", "n", "p", "g"};

bool is_known_tag(std::string_view name) {
    return std::find(known_tags.begin(), known_tags.end(), name) != known_tags.end();
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
    return base::equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

// What other TXT records begin with. The version decides, so that a token that looks like a key does not.
std::optional<std::string> other_record_kind(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kinds = {
        {{"v=spf1", "an SPF record"},
         {"spf2.0", "a Sender ID record"},
         {"v=dmarc1", "a DMARC record"},
         {"v=tlsrptv1", "a TLS reporting record"},
         {"v=stsv1", "an MTA-STS record"},
         {"v=bimi1", "a BIMI record"},
         {"google-site-verification", "a verification token"},
         {"ms=", "a verification token"}}};
    for (const auto& [prefix, kind] : kinds)
        if (starts_with_ignoring_case(text, prefix)) return std::string(kind);
    return std::nullopt;
}

// Broken keys are keys too: they should be reported as what they were meant to be.
bool looks_like_key(std::string_view text, const TagScan& scan) {
    while (!text.empty() && (base::is_space(text.front()) || text.front() == '"'))
        text.remove_prefix(1);
    if (other_record_kind(text)) return false;
    if (starts_with_ignoring_case(text, "v=dkim")) return true;
    if (base::lower(text).find("v=dkim") != std::string::npos) return true;
    if (text.find("-----BEGIN") != std::string_view::npos) return true;
    return std::any_of(scan.tags.begin(), scan.tags.end(), [](const Tag& tag) {
        return base::equals_ignoring_case(tag.name, "p") || base::equals_ignoring_case(tag.name, "k");
    });
}

// Where inside a value another tag begins: "rsa p=MIIB" -> 4.
std::optional<std::size_t> find_swallowed_tag(std::string_view value) {
    for (std::size_t i = 1; i + 1 < value.size(); ++i) {
        if (!base::is_space(value[i - 1]) || !is_known_tag(value.substr(i, 1))) continue;
        const auto rest = base::trim(value.substr(i + 1));
        if (!rest.empty() && rest.front() == '=') return i;
    }
    return std::nullopt;
}

// "rsa, t=s p=MIIB" -> "rsa; t=s; p=MIIB": up to p=, whose base64 text may look like a tag.
std::string with_semicolons(std::string_view value) {
    std::string text;
    bool is_key = false;
    for (auto found = find_swallowed_tag(value); found && !is_key; found = find_swallowed_tag(value)) {
        auto before = value.substr(0, *found);
        before = before.substr(0, before.find_last_not_of(" \t\r\n,") + 1);
        text.append(before).append("; ");
        value.remove_prefix(*found);
        is_key = value.front() == 'p';
    }
    return text.append(value);
}

// qp-section (RFC 2045 section 6.7) as far as it can go wrong here: "=" starts two upper-case hex digits.
bool is_quoted_printable(std::string_view value) {
    const auto is_hex = [](char c) { return base::is_digit(c) || (c >= 'A' && c <= 'F'); };
    for (std::size_t i = 0; i < value.size(); ++i)
        if (value[i] == '=' && (i + 2 >= value.size() || !is_hex(value[i + 1]) || !is_hex(value[i + 2])))
            return false;
    return true;
}

// The record without the quotes of the zone file form: `"v=DKIM1; p=MI" "IB"` -> `v=DKIM1; p=MIIB`.
std::string without_quotes(std::string_view text) {
    std::string result;
    bool inside = false;
    for (const char c : text) {
        if (c == '"') {
            inside = !inside;
        } else if (inside || !base::is_space(c)) {
            result += c;
        }
    }
    return result;
}

}  // namespace

std::string KeyInspection::key_text() const {
    if (record && record->is_revoked()) return "revoked";
    if (!key) return "-";
    if (key->kind() == crypto::KeyKind::ed25519) return "ed25519";
    return fmt::format("rsa {}", key->bits());
}

KeyInspection inspect_key_record(std::string_view text, std::string subject) {
    return Inspector(text, std::move(subject)).inspect();
}

KeyInspection Inspector::inspect() {
    scan_ = scan_tag_list(result_.text);
    result_.is_key = looks_like_key(result_.text, scan_);
    if (!result_.is_key) {
        const auto kind = other_record_kind(base::trim(result_.text));
        add("dkim-unrelated-text", (kind ? *kind + ": " : std::string()) + base::quoted(result_.text));
        return std::move(result_);
    }
    if (auto record = parse_key_record(result_.text); record.has_value()) result_.record = *record;
    if (check_copying_faults()) {
        check_version();
        check_names();
        check_missing_semicolons();
        check_syntax();
        check_lists();
        check_flags_and_notes();
        check_public_key();
    }
    if (!result_.record && !has_error()) {
        const auto error = parse_key_record(result_.text).error();
        add("dkim-syntax", error.message, error.offset);
    }
    result_.verdict = has_error() ? finding::Verdict::bad : finding::Verdict::good;
    return std::move(result_);
}

void Inspector::add(std::string_view id, std::string observed, std::optional<std::size_t> offset,
                    std::string remedy) {
    auto finding = finding::make(id, subject_, std::move(observed), std::move(remedy));
    finding.text = result_.text;
    finding.offset = offset;
    result_.findings.push_back(std::move(finding));
}

bool Inspector::has(std::string_view id) const {
    return std::any_of(result_.findings.begin(), result_.findings.end(),
                       [&](const finding::Finding& finding) { return finding.id == id; });
}

bool Inspector::has_error() const {
    return std::any_of(result_.findings.begin(), result_.findings.end(), [](const finding::Finding& finding) {
        return finding.severity == finding::Severity::error;
    });
}

bool Inspector::check_copying_faults() {
    const std::string_view text = result_.text;
    if (const auto armour = text.find("-----BEGIN"); armour != std::string_view::npos) {
        const bool is_private = text.find("PRIVATE KEY", armour) != std::string_view::npos;
        add(is_private ? "dkim-private-key-published" : "dkim-pem-armour",
            is_private ? "the PEM text of a private key" : "the PEM text of a key file", armour);
        return false;
    }
    if (const auto quote = text.find('"'); quote != std::string_view::npos)
        add("dkim-quotes-stored", "a quote is part of the record", quote,
            "Paste this, without quotes: " + without_quotes(text));
    if (const auto escape = text.find("\\;"); escape != std::string_view::npos)
        add("dkim-escaped-semicolon", "a backslash is part of the record", escape);
    for (const std::string_view entity : {"&quot;", "&amp;", "&#", "&lt;", "&gt;", "&nbsp;"}) {
        const auto found = text.find(entity);
        if (found == std::string_view::npos) continue;
        add("dkim-html-entity", fmt::format("{} is part of the record", entity), found);
        break;
    }
    return true;
}

void Inspector::check_syntax() {
    for (const auto& fault : scan_.faults) {
        if (fault.kind == TagFaultKind::duplicate) {
            add("dkim-duplicate-tag", describe(fault), fault.offset);
        } else if (!has("dkim-quotes-stored") && !has("dkim-html-entity") && !has("dkim-escaped-semicolon")) {
            add("dkim-syntax", describe(fault), fault.offset);  // else it follows from what was said
        }
    }
}

void Inspector::check_version() {
    const Tag* version = scan_.find("v");
    if (version == nullptr) {
        const auto other_case = scan_.find("V");
        if (other_case == nullptr && !has("dkim-quotes-stored"))
            add("dkim-no-version", "the record begins with " + base::quoted(result_.text.substr(0, 12)));
        return;
    }
    if (version != &scan_.tags.front())
        add("dkim-version-not-first", "v= is not the first tag", version->offset);
    if (version->value != "DKIM1" && !find_swallowed_tag(version->value) && !has("dkim-quotes-stored") &&
        !has("dkim-escaped-semicolon"))
        add("dkim-version", "the version is " + base::quoted(version->value), version->value_offset);
}

void Inspector::check_names() {
    for (const auto& tag : scan_.tags) {
        if (is_known_tag(tag.name)) continue;
        const auto lower = base::lower(tag.name);
        if (is_known_tag(lower)) {
            add("dkim-tag-case", fmt::format("{}= stands in place of {}=", tag.name, lower), tag.offset);
        } else {
            add("dkim-unknown-tag", fmt::format("{}={}", tag.name, base::quoted(tag.value)), tag.offset);
        }
    }
    if (const Tag* granularity = scan_.find("g"))
        add("dkim-granularity", "g=" + granularity->value, granularity->offset);
}

void Inspector::check_missing_semicolons() {
    for (const auto& tag : scan_.tags) {
        if (tag.name == "n") continue;
        const auto found = find_swallowed_tag(tag.value);
        if (!found) continue;
        // In p= a letter and "=" can be the end of base64 text that was folded.
        auto digits = tag.value;
        std::erase_if(digits, base::is_space);
        if (tag.name == "p" && base::decode_base64(digits)) continue;
        const auto offset = tag.value_offset + *found;
        const auto end = tag.value_offset + tag.value.size();
        add("dkim-missing-semicolon",
            fmt::format("no semicolon before {}", base::quoted(tag.value.substr(*found, 12))), offset,
            "Put semicolons between the tags: " + result_.text.substr(0, tag.value_offset) +
                with_semicolons(tag.value) + result_.text.substr(end));
    }
}

void Inspector::check_lists() {
    if (!result_.record) return;
    const auto& record = *result_.record;
    if (const Tag* hashes = scan_.find("h")) {
        const auto lower = ":" + base::lower(base::join(*record.hashes, ":")) + ":";
        if (!record.allows_sha256()) {
            add("dkim-no-sha256", "h=" + hashes->value, hashes->value_offset);
        } else if (lower.find(":sha1:") != std::string::npos) {
            add("dkim-sha1", "h=" + hashes->value, hashes->value_offset);
        } else if (lower != ":sha256:") {
            add("dkim-unusual-list", "h=" + hashes->value, hashes->value_offset);
        }
    }
    if (const Tag* services = scan_.find("s")) {
        if (!record.is_for_mail()) {
            add("dkim-not-for-mail", "s=" + services->value, services->value_offset);
        } else if (services->value != "*" && services->value != "email") {
            add("dkim-unusual-list", "s=" + services->value, services->value_offset);
        }
    }
}

void Inspector::check_flags_and_notes() {
    const Tag* flags = scan_.find("t");
    if (flags != nullptr && result_.record) {
        for (const auto& flag : result_.record->flags) {
            if (base::equals_ignoring_case(flag, "y")) {
                add("dkim-test-mode", "t=" + flags->value, flags->value_offset);
            } else if (base::equals_ignoring_case(flag, "s")) {
                add("dkim-strict-identity", "t=" + flags->value, flags->value_offset);
            } else {
                add("dkim-unknown-flag", "t=" + flags->value, flags->value_offset);
            }
        }
    }
    if (const Tag* notes = scan_.find("n"); notes != nullptr && !is_quoted_printable(notes->value))
        add("dkim-notes-invalid", "n=" + base::quoted(notes->value), notes->value_offset);
}

}  // namespace dkim
