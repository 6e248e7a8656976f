#include "tls_rpt/record.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "dmarc/report_uri.hpp"
#include "tls_rpt/field_list.hpp"

namespace tls_rpt {

namespace {

constexpr std::string_view version = "v=TLSRPTv1";
constexpr std::size_t maximum_uris = 64;

// One URI of rua= and what is wrong with it.
struct Destination {
    std::string uri;
    std::size_t offset = 0;  // in the record
    std::string_view id = {};
    std::string observed = {};
    std::string remedy = {};
};

// The remedy for a URI whose forbidden characters must be written %2C, %21 and %3B.
std::string encoded(std::string_view uri) {
    std::string result;
    for (const char c : uri) {
        if (c == '!')
            result += "%21";
        else
            result += c;
    }
    return result;
}

// The size limit of DMARC ("!10m") is to go; another mark is to be encoded.
std::string unescaped_remedy(std::string_view uri) {
    auto meant = dmarc::intended_mailbox(uri);
    if (meant.empty()) meant = dmarc::intended_mailbox(encoded(uri));
    if (meant.empty() && base::equals_ignoring_case(dmarc::scheme_of(uri), "https")) meant = encoded(uri);
    return meant.empty() ? meant : "Write " + meant;
}

void judge(Destination& destination) {
    const std::string_view uri = destination.uri;
    const auto scheme = base::lower(dmarc::scheme_of(uri));
    const auto say = [&](std::string_view id, std::string observed, std::string remedy = {}) {
        destination.id = id;
        destination.observed = std::move(observed);
        destination.remedy = std::move(remedy);
    };
    if (uri.empty()) return say("tls-rpt-uri", "nothing between two commas");
    if (uri.find('!') != std::string_view::npos)
        return say("tls-rpt-unescaped", "\"!\" in " + base::quoted(uri), unescaped_remedy(uri));
    if (scheme.empty()) {
        const auto meant = dmarc::intended_mailbox(uri);
        return say("tls-rpt-uri", base::quoted(uri) + " is no URI",
                   meant.empty() ? std::string() : "Write " + meant);
    }
    if (scheme != "mailto" && scheme != "https")
        return say("tls-rpt-scheme", base::quoted(uri),
                   scheme == "http" ? "Write https" + std::string(uri.substr(4)) : std::string());
    const auto parsed = dmarc::parse_report_uri(uri);
    if (!parsed.valid) {
        const auto meant = dmarc::intended_mailbox(uri);
        return say("tls-rpt-uri", base::quoted(uri) + " is not a valid address",
                   meant.empty() ? std::string() : "Write " + meant);
    }
    // https: needs an authority, https://host
    const auto rest = uri.substr(scheme.size() + 1);
    if (scheme == "https" && (!rest.starts_with("//") || rest.size() < 3 || rest[2] == '/'))
        return say("tls-rpt-uri", base::quoted(uri) + " names no host");
}

// Is `piece` the end of the URI before it, cut off by a comma that was not encoded?
bool continues(const Destination& before, std::string_view piece) {
    if (piece.empty() || !dmarc::scheme_of(piece).empty()) return false;
    const bool whole_mailbox = before.uri.find('@') != std::string::npos;
    return base::equals_ignoring_case(dmarc::scheme_of(before.uri), "https") || !whole_mailbox;
}

// tlsrpt-uri *(*WSP "," *WSP tlsrpt-uri)
std::vector<Destination> read_destinations(const Field& field) {
    std::vector<Destination> destinations;
    std::size_t start = 0;
    for (const auto piece : base::split(field.value, ',')) {
        if (destinations.size() == maximum_uris) break;
        const auto uri = base::trim(piece);
        const auto blanks = uri.empty() ? 0 : static_cast<std::size_t>(uri.data() - piece.data());
        if (!destinations.empty() && continues(destinations.back(), uri)) {
            auto& before = destinations.back();
            before.id = "tls-rpt-unescaped";
            before.observed = fmt::format("\",\" in {}", base::quoted(before.uri + "," + std::string(uri)));
            before.remedy = "Write " + before.uri + "%2C" + std::string(uri);
        } else {
            destinations.push_back({std::string(uri), field.value_offset + start + blanks});
            judge(destinations.back());
        }
        start += piece.size() + 1;
    }
    return destinations;
}

bool is_extension(const Field& field) {
    return field.name != "rua";
}

// What follows rua= behind a semicolon and was meant as a part of it: "rua=mailto:a@b; mailto:c@d".
bool looks_like_uri(std::string_view text) {
    const auto folded = base::lower(text.substr(0, 8));
    return folded.starts_with("mailto:") || folded.starts_with("https:");
}

class Inspector {
  public:
    Inspector(std::string_view text, const std::string& subject) : text_(text), subject_(subject) {}

    std::vector<finding::Finding> inspect() {
        if (!is_record(text_)) {
            explain_no_record();
            return std::move(findings_);
        }
        const auto scan = scan_fields(text_, version.size());
        check_faults(scan);
        check_fields(scan);
        return std::move(findings_);
    }

  private:
    void add(std::string_view id, std::string observed, std::size_t offset, std::string remedy = {}) {
        auto finding = finding::make(id, subject_, std::move(observed), std::move(remedy));
        finding.text = text_;
        finding.offset = offset;
        findings_.push_back(std::move(finding));
    }

    void explain_no_record() {
        if (const auto miss = find_near_miss(text_, version, {"rua"}))
            add("tls-rpt-near-miss", miss->message, miss->offset, miss->remedy);
        else
            add("tls-rpt-unrelated-text", base::quoted(text_), 0);
    }

    // The record with the good addresses of this one; empty = there are none.
    static std::string publish(const FieldScan& scan) {
        Record record;
        if (const auto* field = scan.find("rua"))
            for (auto& destination : read_destinations(*field))
                if (destination.id.empty()) record.destinations.push_back(std::move(destination.uri));
        return record.destinations.empty() ? std::string() : "Publish: " + to_string(record);
    }

    void check_faults(const FieldScan& scan) {
        for (const auto& fault : scan.faults) {
            if (looks_like_uri(std::string_view(text_).substr(fault.offset)))
                add("tls-rpt-unescaped", "an address stands behind a semicolon", fault.offset,
                    "Separate addresses with a comma; within one, write %3B for a semicolon.");
            else
                add("tls-rpt-syntax", fault.message, fault.offset, publish(scan));
        }
    }

    void check_fields(const FieldScan& scan) {
        std::size_t count = 0;
        for (const auto& field : scan.fields) {
            if (!is_extension(field)) {
                if (++count > 1)
                    add("tls-rpt-syntax", "rua= stands twice", field.offset,
                        "Leave one rua=, with its addresses separated by commas.");
                else
                    check_destinations(field);
                continue;
            }
            const bool misspelled =
                base::equals_ignoring_case(field.name, "rua") || field.name == "ruf" || field.name == "rau";
            if (misspelled && scan.find("rua") == nullptr)
                add("tls-rpt-unknown-field", field.name + "=", field.offset, "Write rua=" + field.value);
            else
                add("tls-rpt-unknown-field", field.name + "=" + base::quoted(field.value), field.offset);
            if (!is_extension_value(field.value))
                add("tls-rpt-syntax", field.name + "=: the value " + base::quoted(field.value),
                    field.value_offset, publish(scan));
        }
        if (count == 0) add("tls-rpt-no-destination", "rua= is missing", text_.size());
    }

    void check_destinations(const Field& field) {
        if (field.value.empty()) {
            add("tls-rpt-no-destination", "rua= is empty", field.value_offset);
            return;
        }
        std::set<std::string> seen;
        for (const auto& destination : read_destinations(field)) {
            if (!destination.id.empty())
                add(destination.id, destination.observed, destination.offset, destination.remedy);
            else if (!seen.insert(base::lower(destination.uri)).second)
                add("tls-rpt-duplicate", base::quoted(destination.uri), destination.offset);
        }
    }

    std::string text_;
    const std::string& subject_;
    std::vector<finding::Finding> findings_;
};

}  // namespace

bool is_record(std::string_view text) {
    return has_version(text, version);
}

bool is_near_miss(std::string_view text) {
    return find_near_miss(text, version, {"rua"}).has_value();
}

base::Result<Record> parse_record(std::string_view text) {
    if (!is_record(text)) return syntax_error("the text does not begin with v=TLSRPTv1;", 0);
    const auto scan = scan_fields(text, version.size());
    if (!scan.faults.empty()) return syntax_error(scan.faults.front().message, scan.faults.front().offset);
    Record record;
    for (const auto& field : scan.fields) {
        if (is_extension(field)) {
            if (!is_extension_value(field.value))
                return syntax_error("the value " + base::quoted(field.value), field.value_offset);
            record.extensions.emplace_back(field.name, field.value);
            continue;
        }
        if (!record.destinations.empty()) return syntax_error("rua= stands twice", field.offset);
        for (auto& destination : read_destinations(field)) {
            if (!destination.id.empty()) return syntax_error(destination.observed, destination.offset);
            record.destinations.push_back(std::move(destination.uri));
        }
    }
    if (record.destinations.empty()) return syntax_error("rua= is missing", text.size());
    return record;
}

std::string to_string(const Record& record) {
    std::string text = std::string(version) + "; rua=" + base::join(record.destinations, ",");
    for (const auto& [name, value] : record.extensions)
        text += fmt::format("; {}={}", name, value);
    return text;
}

std::vector<finding::Finding> inspect_record(std::string_view text, const std::string& subject) {
    return Inspector(text, subject).inspect();
}

}  // namespace tls_rpt
