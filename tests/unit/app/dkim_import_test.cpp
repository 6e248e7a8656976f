#include "app/dkim_import.hpp"

#include <doctest/doctest.h>

#include "crypto/key.hpp"
#include "support/memory_store.hpp"

namespace {

using base::ErrorKind;
using base::Secret;

const base::DomainName domain = base::DomainName::parse("example.com").value();
// RFC 8032 section 7.1, test 1.
const std::string seed = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
const std::string seed_public = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

app::KeyToImport to_import(const std::string& selector, app::KeyPair pair) {
    return {.selector = selector, .domain = domain, .pair = std::move(pair)};
}

}  // namespace

TEST_CASE("an Ed25519 seed in base64 gives the public key of RFC 8032, a wrong public half is refused") {
    const auto pair = app::read_key_pair(Secret(" " + seed + "\n")).value();
    CHECK(pair.algorithm == relay::KeyAlgorithm::ed25519);
    CHECK(pair.public_key == seed_public);
    auto both = base::decode_base64(seed).value();
    const auto half = base::decode_base64(seed_public).value();
    both.insert(both.end(), half.begin(), half.end());
    CHECK(app::read_key_pair(Secret(base::encode_base64(both)))->public_key == seed_public);
    both.back() = static_cast<std::uint8_t>(both.back() ^ 1U);
    CHECK(app::read_key_pair(Secret(base::encode_base64(both))).error().kind == ErrorKind::usage);
}

TEST_CASE("PEM of a key comes back as the same key, and what is no key is refused without showing it") {
    for (const auto algorithm : {relay::KeyAlgorithm::rsa, relay::KeyAlgorithm::ed25519}) {
        const auto made = app::make_key_pair(algorithm, 1024).value();
        const auto read = app::read_key_pair(made.private_key).value();
        CHECK(read.public_key == made.public_key);
        CHECK(read.bits == made.bits);
    }
    for (const std::string& text : {std::string(), std::string("c2VjcmV0"), std::string("secret"),
                                    std::string("-----BEGIN PRIVATE KEY-----\nsecret\n"),
                                    std::string(70000, 'A'), std::string("\0secret", 7)}) {
        const auto read = app::read_key_pair(Secret(text));
        REQUIRE(read.has_error());
        CHECK(read.error().kind == ErrorKind::usage);
        CHECK(read.error().message.find("secret") == std::string::npos);
    }
}

TEST_CASE("an imported key is stored with its private half; again it is unchanged; another is a conflict") {
    test::MemoryStore store;
    const test::FixedClock clock("2026-11-23T12:00:00Z");
    const auto pair = app::read_key_pair(Secret(seed)).value();
    const auto first =
        app::import_dkim_keys(store, clock, {to_import("mail", pair)}, app::DryRun::no).value();
    CHECK(first.front().changed);
    CHECK(store.find_dkim_key(domain, "mail").value() == first.front().key);
    const auto kept = app::read_key_pair(store.dkim_private_key(first.front().key.id).value()).value();
    CHECK(kept.public_key == seed_public);
    CHECK_FALSE(
        app::import_dkim_keys(store, clock, {to_import("mail", pair)}, app::DryRun::no)->front().changed);
    const auto other = app::make_key_pair(relay::KeyAlgorithm::ed25519, 0).value();
    const auto refused = app::import_dkim_keys(
        store, clock, {to_import("new", other), to_import("mail", other)}, app::DryRun::no);
    CHECK(refused.error().kind == ErrorKind::conflict);
    CHECK(store.dkim_keys()->size() == 1);
    CHECK(app::import_dkim_keys(store, clock, {to_import("new", other)}, app::DryRun::yes).has_value());
    CHECK(store.dkim_keys()->size() == 1);
}
