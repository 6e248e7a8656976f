#include "dkim/tag_list.hpp"

#include <random>

#include <doctest/doctest.h>

using dkim::scan_tag_list;
using dkim::Tag;
using dkim::TagFaultKind;

TEST_CASE("a tag-list is read with the offsets of names and values") {
    CHECK(dkim::parse_tag_list("v=DKIM1; p = MII B ;").value() ==
          std::vector<Tag>{{"v", "DKIM1", 0, 2}, {"p", "MII B", 9, 13}});
}

TEST_CASE("white space and folds around names and values do not count") {
    CHECK(dkim::parse_tag_list(" v =\r\n\tDKIM1 ; t=\t").value() ==
          std::vector<Tag>{{"v", "DKIM1", 1, 7}, {"t", "", 15, 17}});
}

TEST_CASE("a value may hold equals signs and may be empty") {
    CHECK(dkim::parse_tag_list("p=AA==;k=").value() ==
          std::vector<Tag>{{"p", "AA==", 0, 2}, {"k", "", 7, 9}});
}

TEST_CASE("a duplicate tag makes the whole list invalid, at the second one [DKIM-06]") {
    const auto list = dkim::parse_tag_list("k=rsa; k=rsa");
    REQUIRE(list.has_error());
    CHECK(list.error().offset == 7);
    CHECK(list.error().message == "the tag \"k\" stands twice");
}

TEST_CASE("tag names are case-sensitive: p and P are two tags [DKIM-07]") {
    CHECK(dkim::parse_tag_list("p=a; P=b").value().size() == 2);
}

TEST_CASE("each fault is found where it stands and the rest is read [DKIM-05]") {
    const auto scan = scan_tag_list("v=1; p reject; =x; 9a=b;; u=\x80; ok=1");
    CHECK(scan.tags.size() == 3);
    REQUIRE(scan.find("ok") != nullptr);
    CHECK(scan.faults == std::vector<dkim::TagFault>{{TagFaultKind::missing_equals, 5, "p reject"},
                                                     {TagFaultKind::bad_name, 15, ""},
                                                     {TagFaultKind::bad_name, 19, "9a"},
                                                     {TagFaultKind::empty_tag, 24, ""},
                                                     {TagFaultKind::bad_character, 28, "u"}});
}

TEST_CASE("an empty text is no tag-list") {
    CHECK(dkim::parse_tag_list("").has_error());
    CHECK(dkim::parse_tag_list("  ").has_error());
    CHECK(dkim::parse_tag_list(";").has_error());
}

TEST_CASE("the number of tags and faults is bounded") {
    std::string text;
    for (int i = 0; i < 1000; ++i)
        text += "t" + std::to_string(i) + "=1;";
    const auto scan = scan_tag_list(text);
    CHECK(scan.tags.size() == 64);
    REQUIRE(scan.faults.size() == 1);
    CHECK(scan.faults[0].kind == TagFaultKind::too_many);
    CHECK(scan_tag_list(std::string(100000, ';')).faults.size() == 64);
    CHECK(dkim::parse_tag_list("p=" + std::string(70000, 'A')).has_error());
}

TEST_CASE("a duplicate is found behind any number of other faults") {
    const auto scan = scan_tag_list("v=DMARC1;" + std::string(100, ';') + "p=none;p=reject");
    REQUIRE_FALSE(scan.faults.empty());
    CHECK(scan.faults.back() == dkim::TagFault{TagFaultKind::duplicate, 116, "p"});
}

TEST_CASE("any bytes are scanned without an exception") {
    std::mt19937 random(1);
    for (int round = 0; round < 2000; ++round) {
        std::string text = "v=DKIM1; k=rsa; p=AAAA; t=y";
        for (int i = 0; i < 5; ++i)
            text[random() % text.size()] = static_cast<char>(random());
        const auto scan = scan_tag_list(text);
        CHECK(dkim::parse_tag_list(text).has_value() == scan.faults.empty());
        for (const auto& tag : scan.tags)
            CHECK(text.substr(tag.value_offset, tag.value.size()) == tag.value);
    }
}
