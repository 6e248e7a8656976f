#include "dkim/canonical.hpp"

#include <algorithm>
#include <numeric>

#include "base/text.hpp"

namespace dkim {

namespace {

constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

base::Result<Canonicalization> parse_word(std::string_view word, std::string_view whole) {
    for (const auto known : {Canonicalization::simple, Canonicalization::relaxed})
        if (word == to_string(known)) return known;
    return base::usage_error(
        "not a canonicalization: " + base::quoted(whole) +
        ": simple or relaxed for the header, / and the same for the body, as in relaxed/relaxed");
}

// Appends the value with its folds taken out and every run of white space as one SP; none at the ends.
void append_relaxed_value(std::string& out, std::string_view value) {
    const auto is_fold = [&](std::size_t i) {
        return value[i] == '\r' && i + 1 < value.size() && value[i + 1] == '\n';
    };
    bool blank = false;
    bool empty = true;
    for (std::size_t i = 0; i < value.size();) {
        // The CRLF of a fold goes; the white space behind it is there anyway.
        if (is_fold(i)) {
            i += 2;
            continue;
        }
        if (is_blank(value[i])) {
            blank = true;
            ++i;
            continue;
        }
        const auto start = i;
        while (i < value.size() && !is_blank(value[i]) && !is_fold(i))
            ++i;
        if (blank && !empty) out += ' ';
        blank = false;
        empty = false;
        out += value.substr(start, i - start);
    }
}

struct Range {
    std::size_t start;
    std::size_t end;
};

// Where the value of b= stands, the white space around it with it.
std::optional<Range> find_signature_value(std::string_view raw) {
    const auto colon = raw.find(':');
    if (colon == std::string_view::npos) return {};
    const auto end_of_field = raw.ends_with("\r\n") ? raw.size() - 2 : raw.size();
    auto start = colon + 1;
    while (start < end_of_field) {
        const auto end = std::min(raw.find(';', start), end_of_field);
        const auto tag = raw.substr(start, end - start);
        const auto equals = tag.find('=');
        if (equals != std::string_view::npos && base::trim(tag.substr(0, equals)) == "b")
            return Range{start + equals + 1, end};
        start = end + 1;
    }
    return {};
}

}  // namespace

std::string_view to_string(Canonicalization canonicalization) {
    switch (canonicalization) {
        case Canonicalization::simple:
            return "simple";
        case Canonicalization::relaxed:
            return "relaxed";
    }
    return "simple";
}

base::Result<CanonicalizationPair> parse_canonicalization(std::string_view text) {
    const auto slash = text.find('/');
    CanonicalizationPair pair;
    TRY(pair.header, parse_word(text.substr(0, slash), text));
    if (slash != std::string_view::npos) {
        TRY(pair.body, parse_word(text.substr(slash + 1), text));
    }
    return pair;
}

std::string to_string(CanonicalizationPair pair) {
    return std::string(to_string(pair.header)) + "/" + std::string(to_string(pair.body));
}

void append_canonical_field(std::string& out, std::string_view raw, Canonicalization canonicalization) {
    const auto colon = raw.find(':');
    if (canonicalization == Canonicalization::simple || colon == std::string_view::npos) {
        out += raw;
        return;
    }
    auto name = raw.substr(0, colon);
    while (!name.empty() && is_blank(name.back()))
        name.remove_suffix(1);
    for (const char c : name)
        out += base::to_lower(c);
    out += ':';
    append_relaxed_value(out, raw.substr(colon + 1));
    out += "\r\n";
}

std::string without_signature_value(std::string_view raw) {
    const auto value = find_signature_value(raw);
    std::string text(raw);
    if (value) text.erase(value->start, value->end - value->start);
    return text;
}

void append_canonical_signature(std::string& out, std::string_view raw, Canonicalization canonicalization) {
    append_canonical_field(out, without_signature_value(raw), canonicalization);
    if (out.ends_with("\r\n")) out.resize(out.size() - 2);
}

std::vector<std::optional<std::size_t>> select_fields(const mail::Header& header,
                                                      std::span<const std::string> names,
                                                      std::optional<std::size_t> except) {
    // The names in order of the alphabet, those that are the same in the order of h=.
    std::vector<std::string> lowered;
    lowered.reserve(names.size());
    for (const auto& name : names)
        lowered.push_back(base::lower(name));
    std::vector<std::size_t> order(names.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return lowered[a] < lowered[b]; });
    // next[first of its kind in `order`]: how many of the name are taken.
    std::vector<std::size_t> taken(names.size(), 0);
    std::vector<std::optional<std::size_t>> selected(names.size());
    for (std::size_t i = header.size(); i-- > 0;) {
        if (i == except) continue;
        const auto name = base::lower(header[i].name);
        const auto first =
            std::lower_bound(order.begin(), order.end(), name,
                             [&](std::size_t at, const std::string& text) { return lowered[at] < text; });
        if (first == order.end() || lowered[*first] != name) continue;
        auto& used = taken[static_cast<std::size_t>(first - order.begin())];
        const auto free = first + static_cast<std::ptrdiff_t>(used);
        if (order.end() - first <= static_cast<std::ptrdiff_t>(used) || lowered[*free] != name) continue;
        selected[*free] = i;
        ++used;
    }
    return selected;
}

}  // namespace dkim
