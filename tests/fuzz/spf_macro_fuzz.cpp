// SPF macro-strings: parsed, printed and expanded. The input: the macro-string, then on lines of their own
// the local part, the sender's domain, the checked domain and the HELO name.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "fuzz/fuzz.hpp"
#include "spf/macro.hpp"

namespace {

using fuzz::require;

void check_expansion(const spf::MacroString& macro, const spf::MacroValues& values, std::size_t macro_size) {
    const std::string text = spf::expand(macro, values);
    // "s" is the longest value, "%XX" the longest form of an octet, "%{s}" the shortest macro.
    const std::size_t longest = std::max({values.local_part.size() + 1 + values.sender_domain.size(),
                                          values.domain.size(), values.helo.size(), std::size_t{64}});
    require(text.size() <= (macro_size / 4 + 1) * 3 * longest + 3 * macro_size, "an expansion is bounded");
    const auto name = spf::target_name(text);
    if (name.has_error()) {
        require(name.error().offset <= text.size(), "the place of a fault is within the text");
        return;
    }
    require(!name->is_root(), "a target is not the root");
    require(name->to_string() != "", "a target has a name");
}

void check(const spf::Parsed<spf::MacroString>& parsed, std::string_view text, spf::MacroPlace place,
           const spf::MacroValues& values) {
    if (parsed.has_error()) {
        require(parsed.error().offset <= text.size(), "the place of a fault is within the text");
        require(finding::find_entry(parsed.error().id) != nullptr, "a fault has a finding");
        return;
    }
    const std::string printed = spf::to_string(*parsed);
    const auto again = spf::parse_macro_string(printed, place);
    require(again.has_value() && *again == *parsed, "a macro-string prints to itself");
    for (const char letter : std::string_view("slodiphvcrt"))
        require(!parsed->uses(letter) || letter == 'd' || parsed->needs_message(),
                "only %{d} is known without a message");
    check_expansion(*parsed, values, text.size());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::array<std::string_view, 5> lines = {};
    const auto given = base::split(fuzz::text_of(data, size), '\n');
    std::copy_n(given.begin(), std::min(given.size(), lines.size()), lines.begin());
    const std::string_view text = lines[0];
    for (const auto& address :
         {base::IpAddress::v4({192, 0, 2, 3}), base::IpAddress::v6({0x20, 1, 0xd, 0xb8})}) {
        const spf::MacroValues values = {.local_part = lines[1],
                                         .sender_domain = lines[2],
                                         .domain = lines[3],
                                         .ip = address,
                                         .helo = lines[4],
                                         .validated = "unknown",
                                         .receiver = "receiver.example",
                                         .now = base::Time(std::chrono::seconds(1))};
        for (const auto place : {spf::MacroPlace::term, spf::MacroPlace::explanation})
            check(spf::parse_macro_string(text, place), text, place, values);
        check(spf::parse_domain_spec(text), text, spf::MacroPlace::term, values);
    }
    return 0;
}
