#include "dns/name.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace dns {

namespace {

base::Error name_error(std::string_view text, std::string_view why) {
    return base::usage_error(fmt::format("not a DNS name: {}: {}", base::quoted(text), why));
}

}  // namespace

Name::Name(const base::DomainName& domain) {
    for (const auto label : base::split(domain.ascii(), '.'))
        labels_.emplace_back(label);
}

base::Result<Name> Name::parse(std::string_view text) {
    if (text == ".") return Name();
    if (text.size() > 1024) return name_error(text, "it is too long");
    std::vector<std::string> labels(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.') {
            if (labels.back().empty()) return name_error(text, "it has an empty label");
            if (i + 1 < text.size()) labels.emplace_back();
        } else if (c != '\\') {
            labels.back() += c;
        } else if (i + 3 < text.size() && base::is_digit(text[i + 1]) && base::is_digit(text[i + 2]) &&
                   base::is_digit(text[i + 3])) {
            const int value = (text[i + 1] - '0') * 100 + (text[i + 2] - '0') * 10 + (text[i + 3] - '0');
            if (value > 255) return name_error(text, "an escape above \\255");
            labels.back() += static_cast<char>(value);
            i += 3;
        } else if (i + 1 < text.size()) {
            labels.back() += text[++i];
        } else {
            return name_error(text, "it ends with a backslash");
        }
    }
    return from_labels(std::move(labels));
}

base::Result<Name> Name::from_labels(std::vector<std::string> labels) {
    Name name;
    name.labels_ = std::move(labels);
    std::size_t wire_size = 1;
    for (const auto& label : name.labels_) {
        if (label.empty()) return name_error(name.to_string(), "it has an empty label");
        if (label.size() > 63) return name_error(name.to_string(), "a label is longer than 63 octets");
        wire_size += label.size() + 1;
    }
    if (wire_size > 255) return name_error(name.to_string(), "it is longer than 255 octets");
    return name;
}

std::string Name::to_string() const {
    if (labels_.empty()) return ".";
    std::string text;
    for (const auto& label : labels_) {
        if (!text.empty()) text += '.';
        for (const char c : label) {
            if (c == '.' || c == '\\') {
                text += '\\';
                text += c;
            } else if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f) {
                text += fmt::format("\\{:03}", static_cast<unsigned char>(c));
            } else {
                text += c;
            }
        }
    }
    return text;
}

Name Name::parent() const {
    Name result;
    if (labels_.size() > 1) result.labels_.assign(labels_.begin() + 1, labels_.end());
    return result;
}

base::Result<Name> Name::child(std::string_view label) const {
    std::vector<std::string> labels = {};
    labels.reserve(labels_.size() + 1);
    labels.emplace_back(label);
    labels.insert(labels.end(), labels_.begin(), labels_.end());
    return from_labels(std::move(labels));
}

bool Name::is_at_or_below(const Name& other) const {
    if (other.labels_.size() > labels_.size()) return false;
    return std::equal(other.labels_.rbegin(), other.labels_.rend(), labels_.rbegin(),
                      [](const auto& a, const auto& b) { return base::equals_ignoring_case(a, b); });
}

bool operator==(const Name& a, const Name& b) {
    return a.labels_.size() == b.labels_.size() && a.is_at_or_below(b);
}

bool operator<(const Name& a, const Name& b) {
    return std::lexicographical_compare(
        a.labels_.rbegin(), a.labels_.rend(), b.labels_.rbegin(), b.labels_.rend(),
        [](const auto& x, const auto& y) { return base::lower(x) < base::lower(y); });
}

}  // namespace dns
