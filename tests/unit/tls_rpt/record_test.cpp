#include "tls_rpt/record.hpp"

#include <doctest/doctest.h>

#include "tls_rpt/field_list.hpp"

namespace {

struct Told {
    std::string id;
    std::string observed;
    std::size_t offset = 0;
    bool operator==(const Told&) const = default;
};

std::vector<Told> inspect(std::string_view text) {
    std::vector<Told> all;
    for (const auto& finding : tls_rpt::inspect_record(text, "_smtp._tls.example.com")) {
        CHECK(finding.text == text);
        all.push_back({finding.id, finding.observed, finding.offset.value_or(999)});
    }
    return all;
}

std::string remedy(std::string_view text) {
    return tls_rpt::inspect_record(text, "_smtp._tls.example.com").at(0).remedy;
}

using List = std::vector<Told>;

}  // namespace

TEST_CASE("a TLSRPT record in order gives nothing to tell") {
    CHECK(inspect("v=TLSRPTv1; rua=mailto:reports@example.com") == List{});
    CHECK(inspect("v=TLSRPTv1;rua=https://r.example/v1?a=b;") == List{});
    CHECK(inspect("v=TLSRPTv1; rua=mailto:a@b.example , https://c.example/x") == List{});
}

TEST_CASE("a record parses to its destinations, and back") {
    const tls_rpt::Record record{.destinations = {"mailto:a@b.example", "https://c.example/x"},
                                 .extensions = {{"later", "1"}}};
    CHECK(tls_rpt::parse_record("v=TLSRPTv1; rua=mailto:a@b.example,https://c.example/x; later=1").value() ==
          record);
    CHECK(tls_rpt::parse_record(tls_rpt::to_string(record)).value() == record);
}

TEST_CASE("what breaks the grammar makes a record invalid, with the place") {
    const auto error = [](std::string_view text) {
        const auto result = tls_rpt::parse_record(text);
        REQUIRE(result.has_error());
        return result.error();
    };
    CHECK(error("v=spf1 -all").offset == 0);
    CHECK(error("v=TLSRPTv1;").message == "rua= is missing");
    CHECK(error("v=TLSRPTv1; rua=").message == "nothing between two commas");
    CHECK(error("v=TLSRPTv1; rua=mailto:a@b.example; rua=mailto:c@d.example").offset == 36);
    CHECK(error("v=TLSRPTv1; rua=mailto:a@b.example; x").message == "\"x\" is not name=value");
    CHECK(error("v=TLSRPTv1; rua=mailto:a@b.example; x=").offset == 38);
    CHECK(error("v=TLSRPTv1; rua=ftp://a.example").offset == 16);
}

TEST_CASE("near-misses of the version are named [RPT-01]") {
    const auto miss = [](std::string_view text) {
        const auto told = inspect(text);
        REQUIRE(told.size() == 1);
        CHECK(told[0].id == "tls-rpt-near-miss");
        return told[0].observed;
    };
    CHECK(miss("v=tlsrptv1; rua=mailto:a@b.c") == "the version is written \"v=tlsrptv1\"");
    CHECK(miss("V=TLSRPTv1; rua=mailto:a@b.c") == "the version is written \"V=TLSRPTv1\"");
    CHECK(miss("v = TLSRPTv1; rua=mailto:a@b.c") == "the version is written \"v = TLSRPTv1\"");
    CHECK(miss(" v=TLSRPTv1; rua=mailto:a@b.c") == "a blank stands in front of the record");
    CHECK(miss("v=TLSRPTv1 ; rua=mailto:a@b.c") == "a blank stands between the version and its semicolon");
    CHECK(miss("v=TLSRPTv1 rua=mailto:a@b.c") == "no semicolon stands behind the version");
    CHECK(miss("v=TLSRPTv10; rua=mailto:a@b.c") == "no semicolon stands behind the version");
    CHECK(miss("v=TLSRPTv1") == "nothing follows the version");
    CHECK(miss("v=TLSRPT1; rua=mailto:a@b.c") == "the version is not written v=TLSRPTv1");
    CHECK(miss("rua=mailto:a@b.c") == "the version is missing");
    CHECK(miss("rua=mailto:a@b.c; v=TLSRPTv1") == "the version is not the first field");
    CHECK(miss("\"v=TLSRPTv1; rua=mailto:a@b.c\"") ==
          "quotes or escapes of the zone-file form are part of the record");
    CHECK(miss("v=TLSRPTv1\\; rua=mailto:a@b.c") ==
          "quotes or escapes of the zone-file form are part of the record");
    CHECK(miss("\xe2\x80\x9cv=TLSRPTv1; rua=mailto:a@b.c\xe2\x80\x9d") ==
          "characters of a word processor are part of the record");
    CHECK(remedy("\"v=TLSRPTv1; rua=mailto:a@b.c\"") == "Publish: v=TLSRPTv1; rua=mailto:a@b.c");
    CHECK(remedy("rua=mailto:a@b.c") == "Publish: v=TLSRPTv1; rua=mailto:a@b.c");
}

TEST_CASE("records of other protocols are no near-miss [RPT-01]") {
    for (const auto* text :
         {"v=spf1 -all", "v=DMARC1; p=none; rua=mailto:a@b.c", "hello", "", "v=STSv1; id=1"}) {
        CHECK_FALSE(tls_rpt::is_near_miss(text));
        CHECK(inspect(text).at(0).id == "tls-rpt-unrelated-text");
    }
}

TEST_CASE("a missing or empty rua is told [RPT-02]") {
    CHECK(inspect("v=TLSRPTv1;") == List{{"tls-rpt-no-destination", "rua= is missing", 11}});
    CHECK(inspect("v=TLSRPTv1; rua=;") == List{{"tls-rpt-no-destination", "rua= is empty", 16}});
    CHECK(inspect("v=TLSRPTv1; ruf=mailto:a@b.c") ==
          List{{"tls-rpt-unknown-field", "ruf=", 12}, {"tls-rpt-no-destination", "rua= is missing", 28}});
    CHECK(remedy("v=TLSRPTv1; RUA=mailto:a@b.c") == "Write rua=mailto:a@b.c");
}

TEST_CASE("an address that is neither mailto nor https is told [RPT-02]") {
    CHECK(inspect("v=TLSRPTv1; rua=http://r.example/x") ==
          List{{"tls-rpt-scheme", "\"http://r.example/x\"", 16}});
    CHECK(remedy("v=TLSRPTv1; rua=http://r.example/x") == "Write https://r.example/x");
    CHECK(inspect("v=TLSRPTv1; rua=mailto:a@b.example,ftp://c.example/") ==
          List{{"tls-rpt-scheme", "\"ftp://c.example/\"", 35}});
    CHECK(inspect("v=TLSRPTv1; rua=a@b.example") == List{{"tls-rpt-uri", "\"a@b.example\" is no URI", 16}});
    CHECK(remedy("v=TLSRPTv1; rua=a@b.example") == "Write mailto:a@b.example");
    CHECK(inspect("v=TLSRPTv1; rua=mailto:nobody") ==
          List{{"tls-rpt-uri", "\"mailto:nobody\" is not a valid address", 16}});
    CHECK(inspect("v=TLSRPTv1; rua=https:///x").at(0).id == "tls-rpt-uri");
    CHECK(inspect("v=TLSRPTv1; rua=mailto:a@b.example,,mailto:c@d.example") ==
          List{{"tls-rpt-uri", "nothing between two commas", 35}});
}

TEST_CASE("commas, exclamation marks and semicolons inside an address are told [RPT-02]") {
    CHECK(inspect("v=TLSRPTv1; rua=mailto:a@b.example!10m") ==
          List{{"tls-rpt-unescaped", "\"!\" in \"mailto:a@b.example!10m\"", 16}});
    CHECK(inspect("v=TLSRPTv1; rua=mailto:a,b@c.example") ==
          List{{"tls-rpt-unescaped", "\",\" in \"mailto:a,b@c.example\"", 16}});
    CHECK(remedy("v=TLSRPTv1; rua=mailto:a,b@c.example") == "Write mailto:a%2Cb@c.example");
    CHECK(inspect("v=TLSRPTv1; rua=https://r.example/?a,b").at(0).id == "tls-rpt-unescaped");
    CHECK(inspect("v=TLSRPTv1; rua=mailto:a@b.example; mailto:c@d.example") ==
          List{{"tls-rpt-unescaped", "an address stands behind a semicolon", 36}});
}

TEST_CASE("broken fields, repeated addresses and unknown fields are told") {
    CHECK(inspect("v=TLSRPTv1;; rua=mailto:a@b.example") ==
          List{{"tls-rpt-syntax", "nothing between two semicolons", 11}});
    CHECK(inspect("v=TLSRPTv1; rua = mailto:a@b.example") ==
          List{{"tls-rpt-syntax", "a blank beside the equals sign", 16}});
    CHECK(inspect("v=TLSRPTv1; rua=mailto:a@b.example,mailto:A@b.example") ==
          List{{"tls-rpt-duplicate", "\"mailto:A@b.example\"", 35}});
    CHECK(inspect("v=TLSRPTv1; rua=mailto:a@b.example; x=1") ==
          List{{"tls-rpt-unknown-field", "x=\"1\"", 36}});
    CHECK(inspect("v=TLSRPTv1; rua=mailto:a@b.example; rua=mailto:a@b.example") ==
          List{{"tls-rpt-syntax", "rua= stands twice", 36}});
}

TEST_CASE("a field's place is that of its name, behind a line feed too") {
    const std::string text = "v=TLSRPTv1;\nrua=x";
    const auto scan = tls_rpt::scan_fields(text, 10);
    REQUIRE(scan.fields.size() == 1);
    CHECK(scan.fields[0] == tls_rpt::Field{"rua", "x", 12, 16});
    CHECK(scan.faults.size() == 1);
}

TEST_CASE("any bytes are read without harm, and only so many fields") {
    std::string many = "v=TLSRPTv1";
    for (int i = 0; i < 5000; ++i)
        many += "; a=b";
    CHECK(tls_rpt::scan_fields(many, 10).fields.size() == 64);
    CHECK(tls_rpt::parse_record(many).error().message == "more than 64 fields");
    std::string bytes = "v=TLSRPTv1;";
    for (int i = 0; i < 1024; ++i) {
        bytes += static_cast<char>(i * 37);
        CHECK_FALSE(tls_rpt::inspect_record(bytes, "x").empty());
        CHECK_FALSE(tls_rpt::inspect_record(bytes.substr(11), "x").empty());
    }
}

TEST_CASE("what to write in place of an address is one, and good addresses are kept [RPT-02]") {
    const auto remedy = [](std::string_view text) {
        return tls_rpt::inspect_record(text, "_smtp._tls.example.com").at(0).remedy;
    };
    CHECK(remedy("v=TLSRPTv1; rua=<mailto:a@example.com>") == "Write mailto:a@example.com");
    CHECK(remedy("v=TLSRPTv1; rua=\xe2\x80\x9cmailto:a@example.com\xe2\x80\x9d") ==
          "Write mailto:a@example.com");
    CHECK(remedy("v=TLSRPTv1; rua=mailto:a@example.com!10m") == "Write mailto:a@example.com");
    CHECK(remedy("v=TLSRPTv1; rua=mailto:a!b@example.com") == "Write mailto:a%21b@example.com");
    CHECK(remedy("v=TLSRPTv1; rua = mailto:a@example.com") ==
          "Publish: v=TLSRPTv1; rua=mailto:a@example.com");
    CHECK(remedy("v=TLSRPTv1; rua=mailto:a@example.com; junk") ==
          "Publish: v=TLSRPTv1; rua=mailto:a@example.com");
}
