#include "dkim/tag_list.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace dkim {

namespace {

constexpr std::size_t most_tags = 64;
constexpr std::size_t longest_text = 65536;

bool is_tag_name(std::string_view name) {
    return !name.empty() && base::is_alpha(name.front()) &&
           std::all_of(name.begin(), name.end(), [](char c) { return base::is_alnum(c) || c == '_'; });
}

// VALCHAR or white space; the semicolon cannot come here.
bool is_value_byte(char c) {
    return (c > 0x20 && c < 0x7f) || base::is_space(c);
}

std::size_t offset_in(std::string_view text, std::string_view piece) {
    return static_cast<std::size_t>(piece.data() - text.data());
}

class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text.substr(0, longest_text)) {
        if (text.size() > longest_text) add_fault(TagFaultKind::too_many, longest_text);
    }

    TagScan scan() {
        std::size_t start = 0;
        while (start <= text_.size()) {
            const auto end = std::min(text_.find(';', start), text_.size());
            const auto piece = base::trim(text_.substr(start, end - start));
            const bool last = end == text_.size();
            if (!piece.empty()) {
                if (result_.tags.size() == most_tags) {
                    add_fault(TagFaultKind::too_many, start);
                    break;
                }
                read_tag(piece);
            } else if (!last || start == 0) {
                add_fault(TagFaultKind::empty_tag, start);
            }
            start = end + 1;
        }
        return std::move(result_);
    }

  private:
    void add_fault(TagFaultKind kind, std::size_t offset, std::string_view name = {}) {
        // Duplicates, at most one a tag, are never left out: they decide over the whole list.
        if (kind == TagFaultKind::duplicate || result_.faults.size() < most_tags)
            result_.faults.push_back({kind, offset, std::string(name)});
    }

    void read_tag(std::string_view piece) {
        const auto offset = offset_in(text_, piece);
        const auto equals = piece.find('=');
        if (equals == std::string_view::npos)
            return add_fault(TagFaultKind::missing_equals, offset, piece.substr(0, 40));
        const auto name = base::trim(piece.substr(0, equals));
        if (!is_tag_name(name)) return add_fault(TagFaultKind::bad_name, offset, name.substr(0, 40));
        const auto raw_value = piece.substr(equals + 1);
        const auto value = base::trim(raw_value);
        const auto value_offset = value.empty() ? offset_in(text_, raw_value) : offset_in(text_, value);
        if (result_.find(name) != nullptr) add_fault(TagFaultKind::duplicate, offset, name);
        const auto bad = std::find_if_not(value.begin(), value.end(), is_value_byte);
        if (bad != value.end())
            add_fault(TagFaultKind::bad_character,
                      value_offset + static_cast<std::size_t>(bad - value.begin()), name);
        result_.tags.push_back({std::string(name), std::string(value), offset, value_offset});
    }

    std::string_view text_;
    TagScan result_;
};

}  // namespace

const Tag* TagScan::find(std::string_view name) const {
    const auto found =
        std::find_if(tags.begin(), tags.end(), [&](const Tag& tag) { return tag.name == name; });
    return found == tags.end() ? nullptr : &*found;
}

std::string describe(const TagFault& fault) {
    switch (fault.kind) {
        case TagFaultKind::missing_equals:
            return fmt::format("{} has no \"=\"", base::quoted(fault.name));
        case TagFaultKind::empty_tag:
            return "an empty tag: nothing between two semicolons";
        case TagFaultKind::bad_name:
            return fmt::format("{} is not a tag name", base::quoted(fault.name));
        case TagFaultKind::bad_character:
            return fmt::format("a byte that is not printable ASCII in the value of \"{}\"", fault.name);
        case TagFaultKind::duplicate:
            return fmt::format("the tag \"{}\" stands twice", fault.name);
        case TagFaultKind::too_many:
            return fmt::format("more than {} tags or {} octets", most_tags, longest_text);
    }
    return {};
}

TagScan scan_tag_list(std::string_view text) {
    return Scanner(text).scan();
}

base::Result<std::vector<Tag>> parse_tag_list(std::string_view text) {
    auto scan = scan_tag_list(text);
    if (scan.faults.empty()) return std::move(scan.tags);
    const auto& fault = scan.faults.front();
    auto error = base::usage_error(describe(fault));
    error.offset = fault.offset;
    return error;
}

}  // namespace dkim
