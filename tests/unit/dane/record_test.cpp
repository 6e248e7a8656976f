#include "dane/record.hpp"

#include <doctest/doctest.h>

namespace {

using dane::Record;

std::string rdata(unsigned usage, unsigned selector, unsigned matching, std::string data) {
    return std::string{static_cast<char>(usage), static_cast<char>(selector), static_cast<char>(matching)} +
           data;
}

Record record(unsigned usage, unsigned selector, unsigned matching, std::string data) {
    return dane::parse_record(rdata(usage, selector, matching, std::move(data))).value();
}

std::vector<std::string> faults(const Record& record) {
    std::vector<std::string> ids;
    for (const auto& fault : dane::faults_of(record))
        ids.push_back(fault.id);
    return ids;
}

using Ids = std::vector<std::string>;
const std::string sha256(32, '\xab');
const std::string sha512(64, '\xcd');

}  // namespace

TEST_CASE("a TLSA record is read from the wire and written as in a zone file") {
    const auto read = dane::parse_record(rdata(3, 1, 1, "\x01\xfe"));
    REQUIRE(read.has_value());
    CHECK(*read == Record{3, 1, 1, {0x01, 0xfe}});
    CHECK(dane::to_string(*read) == "3 1 1 01fe");
    CHECK(dane::to_string(record(255, 0, 9, "")) == "255 0 9 -");
}

TEST_CASE("fewer octets than the three numbers are an error [DANE-03]") {
    for (const std::string_view text : {"", "\x03", "\x03\x01"})
        CHECK(dane::parse_record(text).has_error());
    CHECK(dane::parse_record("\x03\x01").error().message ==
          "a TLSA record of 2 octets, less than its three numbers");
}

TEST_CASE("records that senders use have no faults") {
    for (const auto& good : {record(3, 1, 1, sha256), record(3, 1, 2, sha512), record(2, 0, 1, sha256),
                             record(2, 1, 1, sha256)}) {
        CHECK(dane::is_usable(good));
        CHECK(faults(good).empty());
    }
}

TEST_CASE("usages 0 and 1 are not usable for SMTP [DANE-02]") {
    CHECK(faults(record(0, 1, 1, sha256)) == Ids{"dane-pkix-usage"});
    CHECK(faults(record(1, 0, 1, sha256)) == Ids{"dane-pkix-usage"});
    CHECK_FALSE(dane::is_usable(record(1, 1, 1, sha256)));
    CHECK(dane::faults_of(record(1, 1, 1, sha256))[0].observed == "certificate usage 1, PKIX-EE");
}

TEST_CASE("unknown numbers and digests of the wrong length are faults [DANE-03]") {
    CHECK(faults(record(4, 1, 1, sha256)) == Ids{"dane-unknown-usage"});
    CHECK(faults(record(255, 1, 1, sha256)) == Ids{"dane-unknown-usage"});
    CHECK(faults(record(3, 2, 1, sha256)) == Ids{"dane-unknown-selector"});
    CHECK(faults(record(3, 1, 3, sha256)) == Ids{"dane-unknown-matching-type"});
    CHECK(faults(record(3, 1, 1, sha512)) == Ids{"dane-digest-length"});
    CHECK(faults(record(3, 1, 2, sha256)) == Ids{"dane-digest-length"});
    CHECK(faults(record(3, 1, 1, "")) == Ids{"dane-digest-length"});
    CHECK(faults(record(9, 9, 9, "")) ==
          Ids{"dane-unknown-usage", "dane-unknown-selector", "dane-unknown-matching-type"});
    CHECK(dane::faults_of(record(3, 1, 1, sha256.substr(1)))[0].observed ==
          "31 octets, and matching type 1 has 32");
    for (const auto& bad :
         {record(4, 1, 1, sha256), record(3, 2, 1, sha256), record(3, 1, 3, sha256), record(3, 1, 1, sha512)})
        CHECK_FALSE(dane::is_usable(bad));
}

TEST_CASE("whole data must be one DER sequence of its own length [DANE-03]") {
    const std::string longer = "\x30\x81\x80" + std::string(128, 'x');
    CHECK(faults(record(3, 1, 0,
                        "\x30\x02\x05"
                        "x")) == Ids{"dane-full-data"});
    CHECK(faults(record(2, 0, 0, longer)) == Ids{"dane-full-data"});
    CHECK(dane::is_usable(record(2, 0, 0, longer)));
    for (const std::string& data :
         {std::string(), std::string("\x30"), std::string("\x30\x80"), sha256, longer.substr(0, 100),
          longer + "x", std::string("\x30\x84\x7f\xff\xff\xff"),
          std::string("-----BEGIN CERTIFICATE-----")}) {
        CHECK(faults(record(3, 1, 0, data)) == Ids{"dane-data-not-der"});
        CHECK_FALSE(dane::is_usable(record(3, 1, 0, data)));
    }
    CHECK(dane::faults_of(record(3, 0, 0, sha256))[0].observed ==
          "matching type 0 with 32 octets that are no certificate");
}

TEST_CASE("a record of one whole certificate breaks with every renewal [DANE-06]") {
    CHECK(faults(record(3, 0, 1, sha256)) == Ids{"dane-whole-certificate"});
    CHECK(dane::is_usable(record(3, 0, 1, sha256)));
    CHECK(faults(record(3, 0, 1, "short")) == Ids{"dane-digest-length"});
}
