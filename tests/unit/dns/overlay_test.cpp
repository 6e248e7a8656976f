#include "dns/overlay.hpp"

#include <doctest/doctest.h>

#include "net/run.hpp"
#include "support/fake_resolver.hpp"

namespace {

bool is_old(std::string_view text) {
    return text.starts_with("v=spf1");
}

dns::Answer ask(dns::Resolver& resolver, std::string_view name, dns::Type type = dns::Type::txt) {
    const dns::Question question{dns::Name::parse(name).value(), type};
    return net::run(resolver.query(question)).value();
}

}  // namespace

TEST_CASE("an overlay shows one record as it would be, beside the unrelated ones, and the rest as it is") {
    test::FakeResolver below;
    below.txt("example.com", "v=spf1 -all");
    below.txt("example.com", "site-verification=1");
    below.txt("other.example", "v=spf1 ~all");
    below.a("example.com", "192.0.2.1");
    dns::Overlay changed(below, dns::Name::parse("Example.COM").value(), "v=spf1 mx -all", is_old);
    CHECK(ask(changed, "example.com").texts() ==
          std::vector<std::string>{"site-verification=1", "v=spf1 mx -all"});
    CHECK(ask(changed, "other.example").texts() == std::vector<std::string>{"v=spf1 ~all"});
    CHECK(ask(changed, "example.com", dns::Type::a).addresses().size() == 1);
}

TEST_CASE("an overlay makes a record where there was none, cut into strings of 255 octets") {
    test::FakeResolver below;
    const std::string text = "v=spf1 " + std::string(500, 'x');
    dns::Overlay changed(below, dns::Name::parse("new.example").value(), text, is_old);
    const auto answer = ask(changed, "new.example");
    CHECK(answer.status == dns::Status::found);
    CHECK(answer.texts() == std::vector<std::string>{text});
    CHECK(std::get<dns::Txt>(answer.records.front().data).strings.size() == 2);
}

TEST_CASE("a name that cannot be looked up stays so under an overlay") {
    test::FakeResolver below;
    below.fail("example.com", dns::Status::servfail);
    dns::Overlay changed(below, dns::Name::parse("example.com").value(), "v=spf1 -all", is_old);
    CHECK(ask(changed, "example.com").status == dns::Status::servfail);
}
