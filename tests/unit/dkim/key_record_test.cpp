#include "dkim/key_record.hpp"

#include <random>

#include <doctest/doctest.h>

using dkim::KeyRecord;
using dkim::parse_key_record;

TEST_CASE("a usual record is read") {
    CHECK(parse_key_record("v=DKIM1; k=rsa; p=AAAA").value() == KeyRecord{.public_key = "AAAA"});
}

TEST_CASE("every tag is read, and white space in p= is dropped") {
    const KeyRecord expected = {.version = true,
                                .key_type = "ed25519",
                                .hashes = std::vector<std::string>{"sha256", "sha1"},
                                .services = {"email", "*"},
                                .flags = {"y", "s"},
                                .notes = "a=20note",
                                .public_key = "AAAA",
                                .unknown = {{"x", "1"}}};
    const auto record =
        parse_key_record("v=DKIM1; k=ed25519; h=sha256 : sha1; s=email:*; t=y:s; n=a=20note; p=AA AA; x=1")
            .value();
    CHECK(record == expected);
    CHECK(record.is_testing());
    CHECK(record.forbids_subdomains());
    CHECK(record.is_for_mail());
    CHECK(record.allows_sha256());
}

TEST_CASE("v= may be missing, but must be first and exactly DKIM1") {
    CHECK_FALSE(parse_key_record("p=AAAA").value().version);
    CHECK(parse_key_record("p=AAAA; v=DKIM1").error().offset == 8);
    CHECK(parse_key_record("v=dkim1; p=AAAA").error().offset == 2);
    CHECK(parse_key_record("v=DKIM1.0; p=AAAA").has_error());
    CHECK(parse_key_record("v=; p=AAAA").has_error());
}

TEST_CASE("p= is required; an empty one revokes the key") {
    CHECK(parse_key_record("v=DKIM1; k=rsa").has_error());
    CHECK(parse_key_record("v=DKIM1; p=").value().is_revoked());
    CHECK(parse_key_record("v=DKIM1; p=*").has_error());
}

TEST_CASE("an h= without sha256 and an s= without email are read and said so") {
    CHECK_FALSE(parse_key_record("h=sha1; p=AAAA").value().allows_sha256());
    CHECK_FALSE(parse_key_record("h=; p=AAAA").value().allows_sha256());
    CHECK_FALSE(parse_key_record("s=tlsrpt; p=AAAA").value().is_for_mail());
}

TEST_CASE("the record for a new key is the one people know") {
    CHECK(to_string(dkim::make_key_record("rsa", "AAAA")) == "v=DKIM1; k=rsa; p=AAAA");
}

TEST_CASE("parsing what was printed gives the same record") {
    std::mt19937 random(7);
    const std::vector<std::string> words = {"sha256", "sha1", "email", "*", "y", "s", "x-1", ""};
    const auto list = [&] {
        std::vector<std::string> items(1 + random() % 3);
        for (auto& item : items)
            item = words[random() % words.size()];
        return items;
    };
    for (int round = 0; round < 500; ++round) {
        KeyRecord record;
        record.version = random() % 4 != 0;
        record.key_type = random() % 2 ? "rsa" : "ed25519";
        if (random() % 2) record.hashes = list();
        if (random() % 2) record.services = list();
        if (random() % 2) record.flags = list();
        if (random() % 2) record.notes = "a note=20here";
        if (random() % 4) record.public_key = "QUJD";
        if (random() % 2) record.unknown = {{"x", "a b"}, {"y_2", ""}};
        const auto text = to_string(record);
        CAPTURE(text);
        CHECK(parse_key_record(text).value() == record);
    }
}
