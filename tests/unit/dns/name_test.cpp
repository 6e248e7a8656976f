#include "dns/name.hpp"

#include <map>

#include <doctest/doctest.h>

namespace {

dns::Name name(std::string_view text) {
    return dns::Name::parse(text).value();
}

}  // namespace

TEST_CASE("a name is told as it was given, whatever its labels hold") {
    for (const std::string_view text : {".", "example.com", "Example.COM", "a\\.b.example", "a\\032b.example",
                                        "\\000\\255.example", "a\\\\b.example"})
        CHECK(name(text).to_string() == text);
    CHECK(name("example.com.") == name("example.com"));
}

TEST_CASE("names are compared without regard to the case of their letters") {
    CHECK(name("S1._DomainKey.example.com") == name("s1._domainkey.EXAMPLE.com"));
    CHECK(name("a.example") != name("b.example"));
    CHECK(name("a.b.example") != name("a\\.b.example"));
    const std::map<dns::Name, int> map = {{name("B.example"), 1}, {name("a.example"), 2}};
    CHECK(map.at(name("b.EXAMPLE")) == 1);
    CHECK(map.begin()->second == 2);
}

TEST_CASE("a name is at or below another label by label") {
    CHECK(name("a.example.com").is_at_or_below(name("EXAMPLE.com")));
    CHECK(name("example.com").is_at_or_below(name("example.com")));
    CHECK(name("example.com").is_at_or_below(dns::Name()));
    CHECK_FALSE(name("anexample.com").is_at_or_below(name("example.com")));
    CHECK_FALSE(name("com").is_at_or_below(name("example.com")));
    // The octets of the last label are those of a whole name.
    CHECK_FALSE(dns::Name::from_labels({"a\x01"
                                        "b"})
                    .value()
                    .is_at_or_below(name("b")));
}

TEST_CASE("parents and children of a name are names") {
    CHECK(name("a.example.com").parent() == name("example.com"));
    CHECK(name("com").parent().is_root());
    CHECK(dns::Name().parent().is_root());
    CHECK(name("example.com").child("_dmarc").value() == name("_dmarc.example.com"));
    CHECK(name("a.b.example").label_count() == 3);
    CHECK(dns::Name().label_count() == 0);
    CHECK(name("a.b.example").first_label() == "a");
    CHECK(dns::Name().first_label().empty());
    CHECK(name("a\\.b.example").labels() == std::vector<std::string>{"a.b", "example"});
    CHECK(name("a.example").wire() == std::string("\1a\7example"));
}

TEST_CASE("a dotted text has no escapes") {
    CHECK(dns::Name::from_dotted("a\\.example").value().labels() ==
          std::vector<std::string>{"a\\", "example"});
    CHECK(dns::Name::from_dotted("").has_error());
}

TEST_CASE("no name is longer than the wire allows, however it is made") {
    const std::string label(63, 'x');
    const std::string whole = label + "." + label + "." + label + "." + std::string(61, 'y');
    CHECK(name(whole).to_string() == whole);
    CHECK(dns::Name::parse(whole + "y").has_error());
    CHECK(dns::Name::from_dotted(whole + "y").has_error());
    CHECK(name(whole).child("a").has_error());
    CHECK(name("example").child(label + "x").has_error());
    CHECK(name("example").child("").has_error());
    CHECK(dns::Name::from_labels({label + "x", "example"}).has_error());
    for (const std::string_view text : {"", "a..b", ".a", "a\\", "\\256"})
        CHECK(dns::Name::parse(text).has_error());
}
