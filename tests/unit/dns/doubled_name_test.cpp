#include "dns/doubled_name.hpp"

#include <doctest/doctest.h>

namespace {

dns::Name name(std::string_view text) {
    return dns::Name::parse(text).value();
}

std::vector<std::string> texts(const std::vector<dns::Name>& names) {
    std::vector<std::string> texts;
    for (const auto& each : names)
        texts.push_back(each.to_string());
    return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a zone's name may stand twice for the domain and for those above it [DNS-09]") {
    CHECK(texts(dns::likely_zones(name("example.com"))) == Texts{"example.com"});
    CHECK(texts(dns::likely_zones(name("com"))) == Texts{"com"});
    CHECK(texts(dns::likely_zones(name("a.b.c.d.example"))) ==
          Texts{"a.b.c.d.example", "b.c.d.example", "c.d.example"});
    CHECK(texts(dns::doubled_names(name("_dmarc.sub.corp.example"), name("sub.corp.example"))) ==
          Texts{"_dmarc.sub.corp.example.sub.corp.example", "_dmarc.sub.corp.example.corp.example"});
    const std::string label(60, 'a');
    const auto wide = name(label + "." + label + "." + label + ".b");
    CHECK(texts(dns::doubled_names(wide, wide)) == Texts{wide.to_string() + "." + label + ".b"});
}
