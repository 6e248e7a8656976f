#include "dns/wildcard.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "dns/random.hpp"

namespace dns {

namespace {

constexpr std::size_t label_size = 20;  // 100 random bits: nobody made that name

std::string random_label() {
    constexpr std::string_view digits = "abcdefghijklmnopqrstuvwxyz234567";
    std::string label;
    for (std::size_t i = 0; i < label_size; ++i)
        label += digits[random_bits() % digits.size()];
    return label;
}

using Data = decltype(Record::data);

// The records without order, owner and TTL.
bool has_same_data(const Answer& a, const Answer& b) {
    const auto equal = [](const Record& x, const Record& y) { return x.data == y.data; };
    return std::is_permutation(a.records.begin(), a.records.end(), b.records.begin(), b.records.end(), equal);
}

Wildcard compare(const Answer& own, const Answer& other) {
    if (is_missing(other.status)) return Wildcard::none;
    if (other.status != Status::found) return Wildcard::unchecked;
    return has_same_data(own, other) ? Wildcard::same : Wildcard::different;
}

}  // namespace

net::Task<WildcardProbe> probe_wildcard(Resolver& resolver, Name name, Type type, Answer answer) {
    WildcardProbe probe;
    const auto beside = name.parent().child(random_label());
    if (name.parent().is_root() || beside.has_error()) {
        probe.result = name.parent().is_root() ? Wildcard::none : Wildcard::unchecked;
        co_return probe;
    }
    probe.asked = *beside;
    const Question question{probe.asked, type};
    probe.answer = co_await resolver.query(question);
    probe.result = compare(answer, probe.answer);
    co_return probe;
}

std::optional<finding::Finding> wildcard_finding(const Name& name, Type type, const WildcardProbe& probe) {
    if (probe.result != Wildcard::same) return std::nullopt;
    return finding::make(
        "dns-wildcard", name.to_string(),
        fmt::format("{}, a name made up, has the same {} {}", probe.asked.to_string(), to_string(type),
                    probe.answer.records.size() == 1 ? "record" : "records"));
}

}  // namespace dns
