#include "base/catalogue_file.hpp"

#include <doctest/doctest.h>

namespace {

std::string number(std::uint32_t value, bool big_endian) {
    std::string octets;
    for (int i = 0; i < 4; ++i)
        octets += static_cast<char>(value >> (8 * (big_endian ? 3 - i : i)));
    return octets;
}

std::string catalogue(const base::CatalogueTexts& texts, bool big_endian = false) {
    const auto count = static_cast<std::uint32_t>(texts.size());
    constexpr std::uint32_t header = 28;
    std::string originals, translations, content;
    const auto start = header + 16 * count;
    const auto add = [&](std::string& table, const std::string& text) {
        table += number(static_cast<std::uint32_t>(text.size()), big_endian) +
                 number(start + static_cast<std::uint32_t>(content.size()), big_endian);
        content += text + '\0';
    };
    for (const auto& [text, translation] : texts) {
        add(originals, text);
        add(translations, translation);
    }
    std::string result;
    for (const auto value : {0x950412deU, 0U, count, header, header + 8 * count, 0U, 0U})
        result += number(value, big_endian);
    return result + originals + translations + content;
}

}  // namespace

TEST_CASE("a catalogue is read in either order of octets") {
    using namespace std::string_literals;
    const base::CatalogueTexts texts{{"", "Language: ja\n"}, {"a {}", "{} A"}, {"", ""}};
    CHECK(base::read_catalogue(catalogue(texts)) == texts);
    CHECK(base::read_catalogue(catalogue(texts, true)) == texts);
    CHECK(base::read_catalogue(catalogue({})) == base::CatalogueTexts());
    // A plural: its first forms.
    const auto plural = base::read_catalogue(catalogue({{"one\0many"s, "hitotsu\0takusan"s}}));
    CHECK(plural == base::CatalogueTexts{{"one", "hitotsu"}});
}

TEST_CASE("what is no catalogue is refused, wherever it ends or points to") {
    const auto good = catalogue({{"one", "ichi"}, {"two", "ni"}});
    for (std::size_t size = 0; size + 1 < good.size(); ++size)
        CHECK_FALSE(base::read_catalogue(std::string_view(good).substr(0, size)));
    for (std::size_t at = 0; at < good.size(); ++at) {
        auto bad = good;
        bad[at] = '\xff';
        base::read_catalogue(bad);  // the sanitizers look on
    }
    CHECK_FALSE(base::read_catalogue("#!/bin/sh, and no catalogue at all"));
}
