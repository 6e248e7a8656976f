#include "dkim/signature.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dkim/tag_list.hpp"

namespace dkim {

namespace {

constexpr std::size_t longest_value = 65536;
constexpr std::array<std::string_view, 7> required_tags = {"v", "a", "b", "bh", "d", "h", "s"};

// RFC 5322 section 2.2.3: the line ends go, the white space behind them stays.
std::string unfold(std::string_view value) {
    std::string text;
    text.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '\n') continue;
        if (value[i] == '\r' && i + 1 < value.size() && value[i + 1] == '\n') continue;
        text += value[i];
    }
    return std::string(base::trim(text));
}

std::string without_space(std::string_view value) {
    std::string text(value);
    std::erase_if(text, base::is_space);
    return text;
}

// Nullopt: not digits only. A number too great for 64 bits is the greatest.
std::optional<std::uint64_t> read_number(std::string_view digits, std::size_t most_digits) {
    if (digits.empty() || digits.size() > most_digits ||
        !std::all_of(digits.begin(), digits.end(), base::is_digit))
        return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : digits) {
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (number > (UINT64_MAX - digit) / 10) return UINT64_MAX;
        number = number * 10 + digit;
    }
    return number;
}

// ftext of RFC 5322 section 2.2; a header name has no colon, and none can come here.
bool is_field_name(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// RFC 8616 section 5: in d=, i= and s= UTF-8 may stand.
bool may_be_international(const Tag& tag) {
    const bool named = tag.name == "d" || tag.name == "i" || tag.name == "s";
    return named && std::none_of(tag.value.begin(), tag.value.end(),
                                 [](char c) { return base::is_control(c) && !base::is_space(c); });
}

class SignatureReader {
  public:
    SignatureReader(std::string_view value, base::Time now, std::string subject)
        : now_(static_cast<std::uint64_t>(std::max<std::int64_t>(0, now.time_since_epoch().count()))),
          subject_(std::move(subject)) {
        result_.text = unfold(value.substr(0, longest_value));
        if (value.size() > longest_value)
            add("dkim-signature-syntax",
                fmt::format("{} octets: more than {} are not read", value.size(), longest_value),
                result_.text.size());
    }

    Signature read() {
        scan_ = scan_tag_list(result_.text);
        check_syntax();
        for (const auto name : required_tags)
            if (scan_.find(name) == nullptr)
                add("dkim-signature-missing-tag", fmt::format("no {}= tag", name), result_.text.size());
        read_version();
        read_algorithm();
        read_canonical();
        read_query();
        read_octets();
        read_domain();
        read_selector();
        read_names();
        read_identity();
        read_length();
        read_times();
        return std::move(result_);
    }

  private:
    void add(std::string_view id, std::string observed, std::size_t offset,
             Outcome outcome = Outcome::permerror) {
        note(id, std::move(observed), offset);
        refuse({.outcome = outcome, .reason = in_words(result_.findings.back())});
    }
    void note(std::string_view id, std::string observed, std::size_t offset) {
        auto found = finding::make(id, subject_, std::move(observed));
        found.text = result_.text;
        found.offset = std::min(offset, result_.text.size());
        result_.findings.push_back(std::move(found));
    }
    // A broken field weighs more than one that is only not accepted.
    void refuse(Fault fault) {
        if (!result_.fault || (result_.fault->still_computable && !fault.still_computable))
            result_.fault = std::move(fault);
    }

    void check_syntax() {
        for (const auto& fault : scan_.faults) {
            if (fault.kind == TagFaultKind::duplicate) {
                add("dkim-signature-duplicate-tag", describe(fault), fault.offset);
                continue;
            }
            const auto* tag = scan_.find(fault.name);
            if (fault.kind == TagFaultKind::bad_character && tag != nullptr && may_be_international(*tag))
                continue;
            add("dkim-signature-syntax", describe(fault), fault.offset);
        }
    }

    void read_version() {
        const auto* tag = scan_.find("v");
        if (tag != nullptr && tag->value != "1")
            add("dkim-signature-version", "v=" + base::quoted(tag->value), tag->value_offset);
    }

    void read_algorithm() {
        const auto* tag = scan_.find("a");
        if (tag == nullptr) return;
        result_.algorithm = tag->value;
        if (tag->value == "ed25519-sha256") result_.kind = crypto::KeyKind::ed25519;
        if (tag->value == "rsa-sha256" || tag->value == "ed25519-sha256") return;
        if (tag->value == "rsa-sha1") {
            add("dkim-signature-sha1", "a=rsa-sha1", tag->value_offset, Outcome::policy);
        } else {
            add("dkim-signature-algorithm", "a=" + base::quoted(tag->value), tag->value_offset,
                Outcome::neutral);
        }
    }

    void read_canonical() {
        const auto* tag = scan_.find("c");
        if (tag == nullptr) return;
        const auto pair = parse_canonicalization(tag->value);
        if (pair) {
            result_.canonical = *pair;
        } else {
            add("dkim-signature-canonicalization", "c=" + base::quoted(tag->value), tag->value_offset,
                Outcome::neutral);
        }
    }

    void read_query() {
        const auto* tag = scan_.find("q");
        if (tag == nullptr) return;
        const auto methods = base::split(tag->value, ':');
        const bool known = std::any_of(methods.begin(), methods.end(), [](std::string_view method) {
            return base::trim(method) == "dns/txt";
        });
        if (!known)
            add("dkim-signature-query", "q=" + base::quoted(tag->value), tag->value_offset, Outcome::neutral);
    }

    void read_octets() {
        for (auto [name, octets] :
             {std::pair("b", &result_.signature), std::pair("bh", &result_.body_hash)}) {
            const auto* tag = scan_.find(name);
            if (tag == nullptr) continue;
            const auto bytes = base::decode_base64(without_space(tag->value));
            if (bytes && !bytes->empty()) {
                *octets = *bytes;
            } else {
                add("dkim-signature-value",
                    fmt::format("{}= is {}", name, tag->value.empty() ? "empty" : "not base64"),
                    tag->value_offset);
            }
        }
        constexpr std::size_t sha256_octets = 32;
        const auto* hash = scan_.find("bh");
        if (!result_.body_hash.empty() && result_.body_hash.size() != sha256_octets &&
            result_.algorithm != "rsa-sha1")
            add("dkim-signature-value",
                fmt::format("bh= holds {} octets, a SHA-256 hash has {}", result_.body_hash.size(),
                            sha256_octets),
                hash->value_offset);
    }

    void read_domain() {
        const auto* tag = scan_.find("d");
        if (tag == nullptr) return;
        result_.domain_text = tag->value;
        auto domain = base::DomainName::parse(tag->value, 1);
        if (domain) {
            result_.domain = *domain;
        } else {
            add("dkim-signature-value", "d=: " + domain.error().message,
                tag->value_offset + domain.error().offset.value_or(0));
        }
    }

    void read_selector() {
        const auto* tag = scan_.find("s");
        if (tag == nullptr) return;
        result_.selector_text = tag->value;
        result_.selector = base::lower(tag->value);
        const bool ascii = std::all_of(tag->value.begin(), tag->value.end(),
                                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
        if (!ascii) {
            // A last label that is a letter lets the others be numbers, as a selector's may.
            const auto labels = base::DomainName::parse(tag->value + ".x", 1);
            if (!labels)
                return add("dkim-signature-value", "s=: " + labels.error().message, tag->value_offset);
            result_.selector = labels->ascii().substr(0, labels->ascii().size() - 2);
        }
        const bool plain = !result_.selector.empty() &&
                           std::all_of(result_.selector.begin(), result_.selector.end(), [](char c) {
                               return base::is_alnum(c) || c == '-' || c == '.' || c == '_';
                           });
        if (!plain)
            add("dkim-signature-value", "s=" + base::quoted(tag->value) + " is no selector",
                tag->value_offset);
    }

    void read_names() {
        const auto* tag = scan_.find("h");
        if (tag == nullptr) return;
        std::size_t empty = 0;
        std::optional<std::size_t> first_empty;
        bool from = false;
        for (const auto piece : base::split(tag->value, ':')) {
            const auto name = base::trim(piece);
            const auto offset = tag->value_offset + static_cast<std::size_t>(name.data() - tag->value.data());
            if (name.empty()) {
                ++empty;
                if (!first_empty) first_empty = offset;
                continue;
            }
            if (!is_field_name(name)) {
                add("dkim-signature-value", base::quoted(name) + " in h= is no field's name", offset);
                return;
            }
            from = from || base::equals_ignoring_case(name, "From");
            result_.names.emplace_back(name);
        }
        if (empty > 0)
            add("dkim-signature-empty-name",
                tag->value.empty() ? std::string("h= is empty")
                                   : fmt::format("{} empty {} in h=", empty, empty == 1 ? "name" : "names"),
                *first_empty);
        if (!from) add("dkim-signature-no-from", "h= has no From", tag->value_offset);
        if (result_.names.size() > most_signed_names)
            add("dkim-signature-too-many-names",
                fmt::format("h= has {} names, more than {} are not looked for", result_.names.size(),
                            most_signed_names),
                tag->value_offset, Outcome::policy);
    }

    void read_identity() {
        result_.identity = "@" + result_.domain_text;
        const auto* tag = scan_.find("i");
        if (tag == nullptr) return;
        result_.identity = without_space(tag->value);
        const auto at = result_.identity.rfind('@');
        const auto domain = at == std::string::npos
                                ? base::Result<base::DomainName>(base::usage_error("it has no @"))
                                : base::DomainName::parse(result_.identity.substr(at + 1), 1);
        if (!domain) return add("dkim-signature-value", "i=: " + domain.error().message, tag->value_offset);
        if (!result_.domain) return;
        result_.at_subdomain = domain->ascii().ends_with("." + result_.domain->ascii());
        if (!result_.at_subdomain && *domain != *result_.domain)
            add("dkim-signature-identity",
                fmt::format("i= is at {}, which is not {} nor below it", domain->ascii(),
                            result_.domain->ascii()),
                tag->value_offset + std::min(tag->value.rfind('@') + 1, tag->value.size()));
    }

    void read_length() {
        constexpr std::size_t most_digits = 76;
        const auto* tag = scan_.find("l");
        if (tag == nullptr) return;
        result_.length = read_number(tag->value, most_digits);
        if (!result_.length) add("dkim-signature-length", "l=" + base::quoted(tag->value), tag->value_offset);
    }

    std::optional<std::uint64_t> read_time(std::string_view name) {
        constexpr std::size_t most_digits = 12;
        const auto* tag = scan_.find(name);
        if (tag == nullptr) return std::nullopt;
        const auto time = read_number(tag->value, most_digits);
        if (!time)
            add("dkim-signature-times", fmt::format("{}={}", name, base::quoted(tag->value)),
                tag->value_offset);
        return time;
    }

    void read_times() {
        result_.time = read_time("t");
        result_.expiry = read_time("x");
        if (result_.time && result_.expiry && *result_.expiry <= *result_.time)
            return add("dkim-signature-times",
                       fmt::format("x={} is not after t={}", *result_.expiry, *result_.time),
                       scan_.find("x")->value_offset);
        if (result_.expiry && *result_.expiry < now_) {
            auto observed = fmt::format("expired at {}", rfc3339(*result_.expiry));
            note("dkim-signature-expired", observed, scan_.find("x")->value_offset);
            refuse({.outcome = Outcome::policy, .reason = std::move(observed), .still_computable = true});
        }
        const auto skew = static_cast<std::uint64_t>(allowed_skew.count());
        if (result_.time && *result_.time > now_ + skew)
            note("dkim-signature-future", fmt::format("signed at {}", rfc3339(*result_.time)),
                 scan_.find("t")->value_offset);
    }

    // Twelve digits reach beyond the years that the text has room for.
    static std::string rfc3339(std::uint64_t seconds) {
        constexpr std::uint64_t year_10000 = 253402300800;
        if (seconds >= year_10000) return fmt::format("{} s after 1970", seconds);
        return base::to_rfc3339(base::Time(std::chrono::seconds(seconds)));
    }

    std::uint64_t now_;
    std::string subject_;
    TagScan scan_;
    Signature result_;
};

}  // namespace

std::string in_words(const finding::Finding& finding) {
    const auto* entry = finding::find_entry(finding.id);
    std::string words(entry == nullptr ? "" : entry->summary);
    return finding.observed.empty() ? words : words + ": " + finding.observed;
}

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::pass:
            return "pass";
        case Outcome::fail:
            return "fail";
        case Outcome::policy:
            return "policy";
        case Outcome::neutral:
            return "neutral";
        case Outcome::temperror:
            return "temperror";
        case Outcome::permerror:
            return "permerror";
    }
    return "permerror";
}

Signature read_signature(std::string_view value, base::Time now, std::string subject) {
    return SignatureReader(value, now, std::move(subject)).read();
}

std::string describe(const Signature& signature) {
    const auto part = [](std::string_view tag, const std::string& value) {
        return value.empty() ? fmt::format("no {}=", tag) : fmt::format("{}={}", tag, value);
    };
    return part("d", signature.domain_text) + " " + part("s", signature.selector_text);
}

}  // namespace dkim
