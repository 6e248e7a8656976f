#include "dkim/signature.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace {

using dkim::Outcome;

constexpr std::int64_t now_seconds = 1'700'000'000;
const base::Time now{std::chrono::seconds(now_seconds)};
const std::string good_hash = "bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=";
const std::string good = "v=1; a=rsa-sha256; d=example.com; s=s1; h=from:to; " + good_hash + "; b=QUJD";

dkim::Signature read(std::string_view value) {
    return dkim::read_signature(value, now, "signature 1");
}

std::string replaced(std::string_view from, std::string_view to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
}

// The id of the only finding, and the word it points at.
struct Told {
    std::string id;
    std::optional<Outcome> outcome;
    bool operator==(const Told&) const = default;
};
Told told(std::string_view value) {
    const auto signature = read(value);
    REQUIRE(!signature.findings.empty());
    for (const auto& finding : signature.findings) {
        CHECK(finding.subject == "signature 1");
        CHECK(finding.text == signature.text);
        CHECK(finding.offset.value_or(SIZE_MAX) <= finding.text.size());
    }
    std::optional<Outcome> outcome;
    if (signature.fault) outcome = signature.fault->outcome;
    return {signature.findings.front().id, outcome};
}
std::ostream& operator<<(std::ostream& out, const Told& value) {
    return out << value.id << " " << (value.outcome ? to_string(*value.outcome) : "-");
}

std::string pointed_at(std::string_view value) {
    const auto finding = read(value).findings.at(0);
    return finding.text.substr(*finding.offset, 6);
}

}  // namespace

TEST_CASE("a signature is read whole, folded and with white space around everything [SIG-01]") {
    const auto signature = read(
        " v = 1 ;\r\n\ta=ed25519-sha256;c= relaxed/simple ;\r\n d=Example.COM; i=joe@ mail.example.com; "
        "s=S1.x;\r\n"
        " q=dns/txt; t=1528637909; x=1999999999; l=0012; h=from : To\r\n : subject; " +
        good_hash + ";\r\n b=QU\r\n JD; z=From:x; unknown=1");
    CHECK(!signature.fault);
    CHECK(signature.findings.empty());
    CHECK(signature.kind == crypto::KeyKind::ed25519);
    CHECK(signature.canonical ==
          dkim::CanonicalizationPair{dkim::Canonicalization::relaxed, dkim::Canonicalization::simple});
    CHECK(signature.domain_text == "Example.COM");
    CHECK(signature.domain->ascii() == "example.com");
    CHECK(signature.selector == "s1.x");
    CHECK(signature.identity == "joe@mail.example.com");
    CHECK(signature.at_subdomain);
    CHECK(signature.names == std::vector<std::string>{"from", "To", "subject"});
    CHECK(signature.length == 12);
    CHECK(signature.time == 1528637909);
    CHECK(signature.expiry == 1999999999);
    CHECK(signature.signature == base::Bytes{'A', 'B', 'C'});
    CHECK(signature.body_hash.size() == 32);
    CHECK(signature.text.find_first_of("\r\n") == std::string::npos);
}

TEST_CASE("without c=, i= and l= the defaults hold [SIG-01]") {
    const auto signature = read(good);
    CHECK(signature.canonical == dkim::CanonicalizationPair());
    CHECK(signature.identity == "@example.com");
    CHECK_FALSE(signature.at_subdomain);
    CHECK_FALSE(signature.length);
    CHECK(read(replaced("v=1;", "v=1; c=relaxed;")).canonical ==
          dkim::CanonicalizationPair{dkim::Canonicalization::relaxed, dkim::Canonicalization::simple});
}

TEST_CASE("each required tag is missed by name [SIG-01]") {
    for (const std::string tag : {"v=1; ", "a=rsa-sha256; ", "d=example.com; ", "s=s1; ", "h=from:to; "}) {
        CAPTURE(tag);
        const auto signature = read(replaced(tag, ""));
        REQUIRE(signature.fault);
        CHECK(signature.fault->outcome == Outcome::permerror);
        CHECK(signature.fault->reason ==
              "a required tag is missing in the signature: no " + tag.substr(0, tag.find('=') + 1) + " tag");
        CHECK_FALSE(signature.is_computable());
    }
    CHECK(told(replaced("b=QUJD", "")) == Told{"dkim-signature-missing-tag", Outcome::permerror});
    CHECK(told(replaced(good_hash, "x=1999999999")) ==
          Told{"dkim-signature-missing-tag", Outcome::permerror});
}

TEST_CASE("another version, a tag twice and broken syntax are permanent errors, pointed at [SIG-01]") {
    CHECK(told(replaced("v=1", "v=2")) == Told{"dkim-signature-version", Outcome::permerror});
    CHECK(told(replaced("v=1", "v=DKIM1")) == Told{"dkim-signature-version", Outcome::permerror});
    CHECK(told(good + "; d=example.com") == Told{"dkim-signature-duplicate-tag", Outcome::permerror});
    CHECK(pointed_at(good + "; d=example.org") == "d=exam");
    CHECK(told(good + "; nonsense; x=1999999999") == Told{"dkim-signature-syntax", Outcome::permerror});
    CHECK(pointed_at(good + "; nonsense; x=1999999999") == "nonsen");
    CHECK(told(good + "; u=\x01") == Told{"dkim-signature-syntax", Outcome::permerror});
    CHECK(told(replaced("b=QUJD", "b=QU*D")) == Told{"dkim-signature-value", Outcome::permerror});
    CHECK(told(replaced("b=QUJD", "b=")) == Told{"dkim-signature-value", Outcome::permerror});
    CHECK(told(replaced(good_hash, "bh=QUJD")) == Told{"dkim-signature-value", Outcome::permerror});
    CHECK(told(replaced("d=example.com", "d=exa mple.com")) ==
          Told{"dkim-signature-value", Outcome::permerror});
    CHECK(told(replaced("s=s1", "s=s 1")) == Told{"dkim-signature-value", Outcome::permerror});
    CHECK(told("") == Told{"dkim-signature-syntax", Outcome::permerror});
}

TEST_CASE("an unknown algorithm is not processed, and SHA-1 is refused in words of its own [SIG-02]") {
    CHECK(told(replaced("rsa-sha256", "rsa-sha512")) == Told{"dkim-signature-algorithm", Outcome::neutral});
    CHECK(told(replaced("rsa-sha256", "RSA-SHA256")) == Told{"dkim-signature-algorithm", Outcome::neutral});
    CHECK(told(replaced("rsa-sha256", "rsa-sha1")) == Told{"dkim-signature-sha1", Outcome::policy});
    CHECK_FALSE(read(replaced("rsa-sha256", "rsa-sha1")).is_computable());
}

TEST_CASE("unknown c= and q=, numbers that are none, and x= before t= [SIG-03]") {
    CHECK(told(good + "; c=relaxed/strict") == Told{"dkim-signature-canonicalization", Outcome::neutral});
    CHECK(told(good + "; c=nofws") == Told{"dkim-signature-canonicalization", Outcome::neutral});
    CHECK(told(good + "; q=http") == Told{"dkim-signature-query", Outcome::neutral});
    CHECK_FALSE(read(good + "; q=http : dns/txt").fault);
    for (const std::string& length : {std::string(), std::string("-1"), std::string("1x"),
                                      std::string("0x10"), std::string("1e3"), std::string(77, '9')}) {
        CAPTURE(length);
        CHECK(told(fmt::format("{}; l={}", good, length)) ==
              Told{"dkim-signature-length", Outcome::permerror});
    }
    CHECK(read(good + "; l=99999999999999999999999").length == UINT64_MAX);
    CHECK(told(good + "; t=yesterday") == Told{"dkim-signature-times", Outcome::permerror});
    CHECK(told(good + "; x=1234567890123") == Told{"dkim-signature-times", Outcome::permerror});
    CHECK(told(good + "; t=1690000000; x=1690000000") == Told{"dkim-signature-times", Outcome::permerror});
    CHECK(pointed_at(good + "; t=1690000000; x=1690000000") == "169000");
}

TEST_CASE("h= must have From and no empty name [SIG-04]") {
    CHECK(told(replaced("h=from:to", "h=to:subject")) == Told{"dkim-signature-no-from", Outcome::permerror});
    CHECK(told(replaced("h=from:to", "h=from::to")) == Told{"dkim-signature-empty-name", Outcome::permerror});
    CHECK(told(replaced("h=from:to", "h=from:to:")) == Told{"dkim-signature-empty-name", Outcome::permerror});
    CHECK(told(replaced("h=from:to", "h=")) == Told{"dkim-signature-empty-name", Outcome::permerror});
    CHECK(told(replaced("h=from:to", "h=from:re ply")) == Told{"dkim-signature-value", Outcome::permerror});
    CHECK_FALSE(read(replaced("h=from:to", "h=FROM")).fault);
}

TEST_CASE("i= must be at d= or below [SIG-05]") {
    CHECK(told(good + "; i=@example.org") == Told{"dkim-signature-identity", Outcome::permerror});
    CHECK(pointed_at(good + "; i=joe@example.org") == "exampl");
    CHECK(told(good + "; i=@badexample.com") == Told{"dkim-signature-identity", Outcome::permerror});
    CHECK(told(good + "; i=@com") == Told{"dkim-signature-identity", Outcome::permerror});
    CHECK(told(good + "; i=example.com") == Told{"dkim-signature-value", Outcome::permerror});
    CHECK_FALSE(read(good + "; i=@EXAMPLE.com").at_subdomain);
    CHECK_FALSE(read(good + "; i=a=40b@x.example.com").fault);
    CHECK(read(good + "; i=@x.example.com").at_subdomain);
}

TEST_CASE("an expired signature can still be computed; one of the future is told [SIG-06]") {
    const auto expired = read(good + "; t=1600000000; x=1600000100");
    CHECK(expired.fault->outcome == Outcome::policy);
    CHECK(expired.is_computable());
    CHECK(expired.fault->reason == "expired at 2020-09-13T12:28:20Z");
    CHECK(told(good + "; x=1699999999").id == "dkim-signature-expired");
    CHECK_FALSE(read(good + "; x=1700000000").fault);
    CHECK(told(good + "; t=1700000301") == Told{"dkim-signature-future", std::nullopt});
    CHECK(read(good + "; t=1700000300").findings.empty());
    CHECK(told(good + "; t=999999999999").id == "dkim-signature-future");
    // What is broken weighs more than what is only old.
    CHECK(read(good + "; x=1600000100; l=x").fault->outcome == Outcome::permerror);
    CHECK(read(good + "; x=1600000100; i=@example.org").fault->outcome == Outcome::permerror);
}

TEST_CASE("hundreds of names in h=, and a field of megabytes, are not looked into [SIG-12]") {
    std::string megabytes;
    megabytes.resize(10'000'000, 'x');
    std::string names = "h=from";
    for (int i = 0; i < 500; ++i)
        names += ":x";
    CHECK(told(replaced("h=from:to", names)) == Told{"dkim-signature-too-many-names", Outcome::policy});
    CHECK(told(good + "; z=" + megabytes) == Told{"dkim-signature-syntax", Outcome::permerror});
    CHECK(read(good + "; z=" + megabytes).text.size() <= 65536);
    std::string tags;
    for (int i = 0; i < 100; ++i)
        tags += "; x" + std::to_string(i) + "=1";
    CHECK(read(good + tags).fault->outcome == Outcome::permerror);
}

TEST_CASE("a domain in its own script is hashed as written and looked up in A-labels [SIG-15]") {
    const auto signature =
        read(replaced("d=example.com; s=s1", "d=bücher.example; s=schlüssel.2024; i=jö@bücher.example"));
    CHECK(!signature.fault);
    CHECK(signature.domain_text == "bücher.example");
    CHECK(signature.domain->ascii() == "xn--bcher-kva.example");
    CHECK(signature.selector == "xn--schlssel-95a.2024");
    CHECK_FALSE(signature.at_subdomain);
    CHECK(read(replaced("s=s1", "s=20230601")).selector == "20230601");
    CHECK(told(replaced("h=from:to", "h=from:tö")).outcome == Outcome::permerror);
}
