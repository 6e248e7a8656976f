#include "mta_sts/record.hpp"

#include <doctest/doctest.h>

namespace {

struct Told {
    std::string id;
    std::string observed;
    std::size_t offset = 0;
    bool operator==(const Told&) const = default;
};
using List = std::vector<Told>;

List inspect(std::string_view text) {
    List all;
    for (const auto& finding : mta_sts::inspect_record(text, "_mta-sts.example.com")) {
        CHECK(finding.text == text);
        all.push_back({finding.id, finding.observed, finding.offset.value_or(999)});
    }
    return all;
}

std::string remedy(std::string_view text) {
    return mta_sts::inspect_record(text, "_mta-sts.example.com").at(0).remedy;
}

}  // namespace

TEST_CASE("an MTA-STS record parses to its id, and back") {
    const mta_sts::Record record{.id = "20160831085700Z", .extensions = {{"a.b_c-d", "1"}}};
    CHECK(mta_sts::parse_record("v=STSv1; id=20160831085700Z; a.b_c-d=1;").value() == record);
    CHECK(mta_sts::parse_record("v=STSv1;id=20160831085700Z \t;a.b_c-d=1").value() == record);
    CHECK(mta_sts::parse_record(mta_sts::to_string(record)).value() == record);
    CHECK(inspect("v=STSv1; id=20160831085700Z;") == List{});
}

TEST_CASE("what breaks the grammar makes a record invalid, with the place [STS-02]") {
    const auto offset = [](std::string_view text) {
        const auto result = mta_sts::parse_record(text);
        REQUIRE(result.has_error());
        CHECK(result.error().kind == base::ErrorKind::usage);
        return result.error().offset.value();
    };
    CHECK(offset("v=STSv2; id=1") == 0);
    CHECK(offset("v=STSv1; id=1; id=2") == 15);
    CHECK(offset("v=STSv1; id=2026-01-01") == 12);
    CHECK(offset("v=STSv1; x=1") == 12);
    CHECK(offset("v=STSv1; id=1; x=a b") == 17);
    CHECK(offset("v=STSv1; id=1;; x=1") == 14);
    CHECK(offset("v=STSv1; id =1") == 12);
    CHECK(offset("v=STSv1; id=1; -x=1") == 15);
}

TEST_CASE("near-misses of the version are named [STS-01]") {
    const auto miss = [](std::string_view text) {
        const auto told = inspect(text);
        REQUIRE(told.size() == 1);
        CHECK(told[0].id == "mta-sts-near-miss");
        CHECK(mta_sts::is_near_miss(text));
        return told[0].observed;
    };
    CHECK(miss("v=STSV1; id=1") == "the version is written \"v=STSV1\"");
    CHECK(miss(" v=STSv1; id=1") == "a blank stands in front of the record");
    CHECK(miss("v=STSv1 id=1") == "no semicolon stands behind the version");
    CHECK(miss("v=STSv1") == "nothing follows the version");
    CHECK(miss("v=STS1; id=1") == "the version is not written v=STSv1");
    CHECK(miss("\"v=STSv1; id=1\"") == "quotes or escapes of the zone-file form are part of the record");
    CHECK(miss("id=20260101") == "the version is missing");
    CHECK(miss("version: STSv1 mode: enforce") == "the text of the policy file stands in the DNS");
    CHECK(remedy("\"v=STSv1; id=1\"") == "Publish: v=STSv1; id=1");
    CHECK(remedy(" v=STSv1; id=1") == "Publish: v=STSv1; id=1");
}

TEST_CASE("records of other protocols are no near-miss [STS-01]") {
    for (const auto* text :
         {"v=spf1 -all", "v=DMARC1; p=none", "hello", "", "v=TLSRPTv1; rua=mailto:a@b.c"}) {
        CHECK_FALSE(mta_sts::is_near_miss(text));
        CHECK(inspect(text).at(0).id == "mta-sts-unrelated-text");
    }
}

TEST_CASE("a missing, long or odd id is told [STS-02]") {
    CHECK(inspect("v=STSv1;") == List{{"mta-sts-id-missing", "id= is missing", 8}});
    CHECK(inspect("v=STSv1; id=") == List{{"mta-sts-id-missing", "id= is empty", 12}});
    CHECK(inspect("v=STSv1; id=2026-01-01") ==
          List{{"mta-sts-id-invalid", "id=\"2026-01-01\": \"-\" is neither a letter nor a digit", 12}});
    CHECK(remedy("v=STSv1; id=2026-01-01") == "Publish: v=STSv1; id=20260101");
    CHECK(inspect("v=STSv1; id=" + std::string(32, '1')) == List{});
    CHECK(inspect("v=STSv1; id=" + std::string(33, '1')) ==
          List{{"mta-sts-id-invalid", "id= has 33 characters, at most 32 are allowed", 12}});
}

TEST_CASE("unknown fields are ignored and told, broken ones are faults [STS-02]") {
    CHECK(inspect("v=STSv1; id=1; x=2") == List{{"mta-sts-unknown-field", "x=\"2\"", 15}});
    CHECK(inspect("v=STSv1; id=1; id=2") == List{{"mta-sts-syntax", "id= stands twice", 15}});
    CHECK(inspect("v=STSv1; id=1; x") == List{{"mta-sts-syntax", "\"x\" is not name=value", 15}});
    CHECK(inspect("v=STSv1; ID=1") ==
          List{{"mta-sts-unknown-field", "ID=\"1\"", 9}, {"mta-sts-id-missing", "id= is missing", 13}});
    CHECK(remedy("v=STSv1; ID=1") == "Write id=1");
}
