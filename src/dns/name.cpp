#include "dns/name.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace dns {

namespace {

constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_wire = 254;  // without the octet 0 at the end

base::Error name_error(std::string_view text, std::string_view why) {
    return base::usage_error(fmt::format("not a DNS name: {}: {}", base::quoted(text), why));
}

std::size_t octet(std::string_view wire, std::size_t at) {
    return static_cast<unsigned char>(wire[at]);
}

std::vector<std::string_view> views(std::string_view wire) {
    std::vector<std::string_view> labels;
    for (std::size_t at = 0; at < wire.size(); at += octet(wire, at) + 1)
        labels.push_back(wire.substr(at + 1, octet(wire, at)));
    return labels;
}

// Lengths are at most 63, below the letters, so names are folded and compared as one text.
bool equals(std::string_view a, std::string_view b) {
    return a == b || base::equals_ignoring_case(a, b);
}

}  // namespace

// Gathers the labels of a name, and the first fault of theirs.
class NameBuilder {
    auto& wire() { return name_.wire_; }

  public:
    explicit NameBuilder(std::size_t size) { wire().reserve(size + 1); }

    void begin_label() {
        start_ = wire().size();
        add('\0');
    }
    void add(char c) { wire().push_back(c); }
    void add(std::string_view text) { wire().insert(wire().end(), text.begin(), text.end()); }
    void end_label() {
        const std::size_t size = wire().size() - start_ - 1;
        if (size == 0) fault("it has an empty label");
        if (size > longest_label) fault("a label is longer than 63 octets");
        wire()[start_] = static_cast<char>(size);
    }
    // What is wrong with it all, or empty.
    std::string_view end() {
        if (wire().size() > longest_wire) fault("it is longer than 255 octets");
        return fault_;
    }
    Name take() { return std::move(name_); }

  private:
    void fault(std::string_view why) {
        if (fault_.empty()) fault_ = why;
    }

    Name name_;
    std::size_t start_ = 0;
    std::string_view fault_;
};

Name::Name(const base::DomainName& domain)
    : Name(from_dotted(domain.ascii()).value()) {}  // within the limits, as every DomainName

base::Result<Name> Name::parse(std::string_view text) {
    if (text == ".") return Name();
    if (text.size() > 1024) return name_error(text, "it is too long");
    NameBuilder builder(text.size());
    builder.begin_label();
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.') {
            if (i + 1 == text.size()) break;
            builder.end_label();
            builder.begin_label();
        } else if (c != '\\') {
            builder.add(c);
        } else if (i + 3 < text.size() && base::is_digit(text[i + 1]) && base::is_digit(text[i + 2]) &&
                   base::is_digit(text[i + 3])) {
            const int value = (text[i + 1] - '0') * 100 + (text[i + 2] - '0') * 10 + (text[i + 3] - '0');
            if (value > 255) return name_error(text, "an escape above \\255");
            builder.add(static_cast<char>(value));
            i += 3;
        } else if (i + 1 < text.size()) {
            builder.add(text[++i]);
        } else {
            return name_error(text, "it ends with a backslash");
        }
    }
    builder.end_label();
    if (const auto fault = builder.end(); !fault.empty()) return name_error(text, fault);
    return builder.take();
}

base::Result<Name> Name::from_labels(const std::vector<std::string>& labels) {
    NameBuilder builder(longest_wire);
    for (const auto& label : labels) {
        builder.begin_label();
        builder.add(label);
        builder.end_label();
    }
    if (const auto fault = builder.end(); !fault.empty()) return name_error(base::join(labels, "."), fault);
    return builder.take();
}

base::Result<Name> Name::from_dotted(std::string_view text) {
    NameBuilder builder(text.size());
    builder.begin_label();
    for (const char c : text) {
        if (c != '.') {
            builder.add(c);
            continue;
        }
        builder.end_label();
        builder.begin_label();
    }
    builder.end_label();
    if (const auto fault = builder.end(); !fault.empty()) return name_error(text, fault);
    return builder.take();
}

Name Name::from_wire(std::string_view wire) {
    Name name;
    name.wire_.assign(wire.begin(), wire.end());
    for (char& c : name.wire_)
        c = base::to_lower(c);  // lengths are no letters
    return name;
}

std::vector<std::string> Name::labels() const {
    const auto all = views(wire());
    return {all.begin(), all.end()};
}

std::size_t Name::label_count() const {
    std::size_t count = 0;
    for (std::size_t at = 0; at < wire_.size(); at += octet(wire(), at) + 1)
        ++count;
    return count;
}

std::string_view Name::first_label() const {
    return wire_.empty() ? std::string_view() : wire().substr(1, octet(wire(), 0));
}

std::string Name::to_string() const {
    if (wire_.empty()) return ".";
    std::string text;
    text.reserve(wire_.size());
    std::size_t left = 0;  // of the label
    for (const char c : wire_) {
        if (left == 0) {
            if (!text.empty()) text += '.';
            left = static_cast<unsigned char>(c);
            continue;
        }
        --left;
        if (c == '.' || c == '\\') {
            text += '\\';
            text += c;
        } else if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f) {
            text += fmt::format("\\{:03}", static_cast<unsigned char>(c));
        } else {
            text += c;
        }
    }
    return text;
}

Name Name::parent() const {
    Name parent;
    if (!wire_.empty()) parent.wire_.assign(wire_.begin() + 1 + wire_.front(), wire_.end());
    return parent;
}

base::Result<Name> Name::child(std::string_view label) const {
    NameBuilder builder(label.size() + 1 + wire_.size());
    builder.begin_label();
    builder.add(label);
    builder.end_label();
    builder.add(wire());
    if (const auto fault = builder.end(); !fault.empty())
        return name_error(fmt::format("{}.{}", label, to_string()), fault);
    return builder.take();
}

bool Name::is_at_or_below(const Name& other) const {
    std::string_view rest = wire();
    while (rest.size() > other.wire().size())
        rest.remove_prefix(octet(rest, 0) + 1);
    return equals(rest, other.wire());
}

bool operator==(const Name& a, const Name& b) {
    return equals(a.wire(), b.wire());
}

bool operator<(const Name& a, const Name& b) {
    const auto labels_of_a = views(a.wire()), labels_of_b = views(b.wire());
    return std::lexicographical_compare(
        labels_of_a.rbegin(), labels_of_a.rend(), labels_of_b.rbegin(), labels_of_b.rend(),
        [](const auto& x, const auto& y) { return base::lower(x) < base::lower(y); });
}

}  // namespace dns
