#include "tls_rpt/field_list.hpp"

#include <algorithm>

#include "base/result.hpp"
#include "base/text.hpp"
#include "dns/plain_text.hpp"

namespace tls_rpt {

namespace {

constexpr std::size_t maximum_fields = 64;
constexpr std::size_t longest_name = 32;

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

// (ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".")
bool is_name(std::string_view name) {
    const auto is_inner = [](char c) { return base::is_alnum(c) || c == '_' || c == '-' || c == '.'; };
    return !name.empty() && name.size() <= longest_name && base::is_alnum(name.front()) &&
           std::all_of(name.begin(), name.end(), is_inner);
}

class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    FieldScan scan(std::size_t from) {
        std::size_t start = from;
        while (start < text_.size() && scan_.fields.size() < maximum_fields) {
            const auto end = std::min(text_.find(';', start), text_.size());
            read(start, end);
            start = end + 1;
        }
        if (start < text_.size()) fault(start, "more than 64 fields");
        return std::move(scan_);
    }

  private:
    void fault(std::size_t offset, std::string message) {
        if (scan_.faults.size() < maximum_fields) scan_.faults.push_back({offset, std::move(message)});
    }

    void read(std::size_t start, std::size_t end) {
        while (start < end && is_blank(text_[start]))
            ++start;
        while (end > start && is_blank(text_[end - 1]))
            --end;
        const auto piece = text_.substr(start, end - start);
        if (piece.empty()) {
            // One semicolon may stand at the end, and the one behind the version begins the list.
            const auto rest = text_.substr(std::min(end, text_.size()));
            if (!std::all_of(rest.begin(), rest.end(), is_blank))
                fault(start, "nothing between two semicolons");
            return;
        }
        const auto equals = piece.find('=');
        if (equals == std::string_view::npos) {
            fault(start, base::quoted(piece) + " is not name=value");
            return;
        }
        const auto name = base::trim(piece.substr(0, equals));
        std::size_t value = equals + 1;
        while (value < piece.size() && is_blank(piece[value]))
            ++value;
        if (name.size() != equals || value != equals + 1)
            fault(start + equals, "a blank beside the equals sign");
        if (!is_name(name)) fault(start, base::quoted(name) + " is no name of a field");
        const std::size_t name_at = name.empty() ? 0 : static_cast<std::size_t>(name.data() - piece.data());
        scan_.fields.push_back(
            {std::string(name), std::string(piece.substr(value)), start + name_at, start + value});
    }

    std::string_view text_;
    FieldScan scan_;
};

// "V=stsv1", "v = STSv1", "v=STSv1 ;", "v=STSv10" ...: how a version is written wrong.
std::optional<NearMiss> compare_version(std::string_view text, std::string_view version) {
    const auto name = version.substr(2);  // without "v="
    std::string folded;
    std::vector<std::size_t> places;  // in `text`, of each byte kept
    for (std::size_t i = 0; i < text.size() && folded.size() <= version.size(); ++i) {
        if (base::is_space(text[i])) continue;
        folded += base::to_lower(text[i]);
        places.push_back(i);
    }
    const bool meant = folded.starts_with(base::lower(version));
    if (!meant) {
        // "v=TLSRPT1", "v=STS1", "v=STS": the protocol's letters behind v= and no more.
        const auto letters = base::lower(name.substr(0, name.size() - 2));
        if (!folded.starts_with("v=" + letters) && !folded.starts_with("v:" + letters)) return std::nullopt;
        return NearMiss{"the version is not written " + std::string(version), 0};
    }
    const auto written = text.substr(places.front(), places[version.size() - 1] + 1 - places.front());
    const std::size_t end = places.front() + written.size();
    if (written != version)
        return NearMiss{"the version is written " + base::quoted(written), places.front()};
    if (places.front() > 0) return NearMiss{"a blank stands in front of the record", 0};
    if (end == text.size()) return NearMiss{"nothing follows the version", end};
    if (is_blank(text[end]) && places.size() > version.size() && text[places[version.size()]] == ';')
        return NearMiss{"a blank stands between the version and its semicolon", end};
    return NearMiss{"no semicolon stands behind the version", end};
}

}  // namespace

const Field* FieldScan::find(std::string_view name) const {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

FieldScan scan_fields(std::string_view text, std::size_t from) {
    // The semicolon behind the version opens the first field.
    const bool at_semicolon = from < text.size() && text[from] == ';';
    return Scanner(text).scan(at_semicolon ? from + 1 : from);
}

bool is_extension_value(std::string_view value) {
    const auto is_allowed = [](char c) { return c > 0x20 && c < 0x7f && c != '=' && c != ';'; };
    return !value.empty() && std::all_of(value.begin(), value.end(), is_allowed);
}

base::Error syntax_error(std::string message, std::size_t offset) {
    auto error = base::usage_error(std::move(message));
    error.offset = offset;
    return error;
}

bool has_version(std::string_view text, std::string_view version) {
    return text.starts_with(version) && text.substr(version.size()).starts_with(';');
}

std::optional<NearMiss> find_near_miss(std::string_view text, std::string_view version,
                                       const std::vector<std::string>& names) {
    if (has_version(text, version)) return std::nullopt;
    const auto plain = dns::without_zone_form(dns::plain_ascii(text));
    const auto meant = std::string(base::trim(plain));
    const std::string remedy = has_version(meant, version) ? "Publish: " + meant : std::string();
    if (meant != base::trim(text)) {
        const auto quote = text.find_first_of("\"\\");
        const bool quoted = quote != std::string_view::npos;
        if (!remedy.empty() || (quoted && compare_version(meant, version)))
            return NearMiss{quoted ? "quotes or escapes of the zone-file form are part of the record"
                                   : "characters of a word processor are part of the record",
                            quoted ? quote : 0, remedy};
    }
    if (auto miss = compare_version(text, version)) {
        miss->remedy = remedy;
        return miss;
    }
    const auto scan = scan_fields(text, 0);
    const auto is_ours = [&](const Field& field) {
        return std::find(names.begin(), names.end(), field.name) != names.end();
    };
    const auto first = std::find_if(scan.fields.begin(), scan.fields.end(), is_ours);
    if (first == scan.fields.end()) return std::nullopt;
    const auto* other = scan.find("v");
    if (other != nullptr && base::lower(other->value) == base::lower(version.substr(2)))
        return NearMiss{"the version is not the first field", other->offset};
    if (other != nullptr) return std::nullopt;  // a record of another protocol
    return NearMiss{"the version is missing", 0,
                    "Publish: " + std::string(version) + "; " + std::string(text)};
}

}  // namespace tls_rpt
