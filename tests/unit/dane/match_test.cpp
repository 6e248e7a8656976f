#include "dane/match.hpp"

#include <doctest/doctest.h>

#include "crypto/digest.hpp"

namespace {

using dane::Record;

base::Bytes bytes(std::string_view text) {
    return {text.begin(), text.end()};
}

// A certificate and a key are DER SEQUENCEs; which ones does not matter here.
base::Bytes sequence(char tag) {
    return {0x30, 0x02, 0x04, static_cast<std::uint8_t>(tag)};
}

std::string text_of(const base::Bytes& data) {
    return {data.begin(), data.end()};
}

base::Time day(std::string_view date) {
    return base::parse_rfc3339(std::string(date) + "T00:00:00Z").value();
}

net::Certificate certificate(char der, char spki) {
    net::Certificate result;
    result.der = sequence(der);
    result.spki = sequence(spki);
    result.not_before = day("2026-01-01");
    result.not_after = day("2027-01-01");
    result.issued_by_next = true;
    return result;
}

// Leaf, intermediate, root.
net::TlsInfo session() {
    net::TlsInfo tls;
    tls.chain = {certificate('a', 'b'), certificate('c', 'd'), certificate('e', 'f')};
    tls.chain.back().issued_by_next = false;
    tls.name_matches = true;
    return tls;
}

const base::Time now = day("2026-11-23");

std::optional<std::size_t> match(std::uint8_t usage, std::uint8_t selector, std::uint8_t matching,
                                 base::Bytes data, const net::TlsInfo& tls = session()) {
    return dane::find_match(Record{usage, selector, matching, std::move(data)}, tls, now);
}

}  // namespace

TEST_CASE("usage 3 names the leaf by every selector and matching type") {
    const std::string der = text_of(sequence('a'));
    const std::string spki = text_of(sequence('b'));
    CHECK(match(3, 0, 0, sequence('a')) == 0);
    CHECK(match(3, 1, 0, sequence('b')) == 0);
    CHECK(match(3, 0, 1, crypto::sha256(der)) == 0);
    CHECK(match(3, 1, 1, crypto::sha256(spki)) == 0);
    CHECK(match(3, 0, 2, crypto::sha512(der)) == 0);
    CHECK(match(3, 1, 2, crypto::sha512(spki)) == 0);
}

TEST_CASE("what another selector or another digest would give matches nothing") {
    const std::string der = text_of(sequence('a'));
    CHECK_FALSE(match(3, 1, 1, crypto::sha256(der)));
    CHECK_FALSE(match(3, 0, 2, crypto::sha256(der)));
    CHECK_FALSE(match(3, 0, 1, bytes("short")));
    CHECK_FALSE(match(3, 0, 0, {}));
}

TEST_CASE("usage 3 looks at no name and no date, and at no other certificate (RFC 7672 section 3.1.1)") {
    auto tls = session();
    tls.name_matches = false;
    tls.chain[0].not_after = day("2026-02-01");
    CHECK(match(3, 1, 0, sequence('b'), tls) == 0);
    CHECK_FALSE(match(3, 1, 0, sequence('d'), tls));
}

TEST_CASE("usage 2 names an issuer above the leaf, not the leaf") {
    CHECK(match(2, 0, 0, sequence('c')) == 1);
    CHECK(match(2, 1, 0, sequence('f')) == 2);
    CHECK_FALSE(match(2, 0, 0, sequence('a')));
}

TEST_CASE("usage 2 needs the issuer to have issued, the dates and the name") {
    auto unlinked = session();
    unlinked.chain[1].issued_by_next = false;
    CHECK(match(2, 0, 0, sequence('c'), unlinked) == 1);
    CHECK_FALSE(match(2, 0, 0, sequence('e'), unlinked));
    auto stolen = session();
    stolen.chain[0].issued_by_next = false;  // somebody's own leaf before a true issuer
    CHECK_FALSE(match(2, 0, 0, sequence('c'), stolen));
    auto expired = session();
    expired.chain[0].not_after = day("2026-02-01");
    CHECK_FALSE(match(2, 0, 0, sequence('c'), expired));
    auto other = session();
    other.name_matches = false;
    CHECK_FALSE(match(2, 0, 0, sequence('c'), other));
}

TEST_CASE("the usages of public CAs, unknown numbers and an empty chain match nothing") {
    CHECK_FALSE(match(0, 0, 0, sequence('c')));
    CHECK_FALSE(match(1, 0, 0, sequence('a')));
    CHECK_FALSE(match(4, 0, 0, sequence('a')));
    CHECK_FALSE(match(3, 2, 0, sequence('a')));
    CHECK_FALSE(match(3, 0, 3, sequence('a')));
    CHECK_FALSE(match(3, 0, 0, sequence('a'), net::TlsInfo{}));
}
