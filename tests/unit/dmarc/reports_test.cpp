#include "dmarc/reports.hpp"

#include <doctest/doctest.h>

#include "fixture.hpp"

using dmarc::Authorization;
using test::discover;
using test::ids;
using test::Ids;
using test::run;

TEST_CASE("reports to the own organization need no consent, to another its record [DMARC-19]") {
    test::FakeResolver resolver;
    resolver.txt("_dmarc.example.com",
                 "v=DMARC1; p=reject; rua=mailto:a@mail.example.com,mailto:b@reports.example; "
                 "ruf=mailto:c@other.example");
    for (const char* host : {"mail.example.com", "reports.example", "other.example"})
        resolver.mx(host, 10, "mx.example.net");
    resolver.txt("example.com._report._dmarc.reports.example", "v=DMARC1;");
    const auto check = run(dmarc::check_reports(resolver, discover(resolver, "example.com")));
    REQUIRE(check.destinations.size() == 3);
    CHECK(check.destinations[0].authorization == Authorization::internal);
    CHECK(check.destinations[1].authorization == Authorization::authorized);
    CHECK(check.destinations[2].authorization == Authorization::unauthorized);
    CHECK(check.destinations[2].tag == "ruf");
    CHECK(ids(check.findings) == Ids{"dmarc-report-unauthorized"});
    CHECK(check.findings[0].observed == "example.com._report._dmarc.other.example: NXDOMAIN");
}

TEST_CASE(
    "consent needs a record that parses; a failure leaves it unverified; a redirect is named [DMARC-19] "
    "[DMARC-20] [DMARC-21]") {
    const auto check = [](test::FakeResolver& resolver) {
        resolver.txt("_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:b@reports.example");
        resolver.mx("reports.example", 10, "mx.example.net");
        return run(dmarc::check_reports(resolver, discover(resolver, "example.com")));
    };
    test::FakeResolver wrong;
    wrong.txt("example.com._report._dmarc.reports.example", "v=DMARC2");
    CHECK(check(wrong).destinations[0].authorization == Authorization::unauthorized);
    test::FakeResolver failing;
    failing.fail("example.com._report._dmarc.reports.example", dns::Status::timeout);
    const auto unverified = check(failing);
    CHECK(unverified.destinations[0].authorization == Authorization::unverified);
    CHECK(ids(unverified.findings) == Ids{"dmarc-report-unverified"});
    test::FakeResolver redirect;
    redirect.txt("example.com._report._dmarc.reports.example", "v=DMARC1; rua=mailto:x@elsewhere.example");
    const auto redirected = check(redirect);
    CHECK(redirected.destinations[0].authorization == Authorization::unauthorized);
    CHECK(ids(redirected.findings) == Ids{"dmarc-report-override"});
}

TEST_CASE(
    "a report host with a null MX, without any address or that does not exist takes no mail [DMARC-18]") {
    const auto check = [](test::FakeResolver& resolver) {
        resolver.txt("_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:b@mail.example.com");
        return ids(run(dmarc::check_reports(resolver, discover(resolver, "example.com"))).findings);
    };
    test::FakeResolver missing;
    CHECK(check(missing) == Ids{"dmarc-report-no-mail"});
    test::FakeResolver null_mx;
    null_mx.mx("mail.example.com", 0, ".");
    CHECK(check(null_mx) == Ids{"dmarc-report-no-mail"});
    test::FakeResolver text_only;
    text_only.txt("mail.example.com", "x");
    CHECK(check(text_only) == Ids{"dmarc-report-no-mail"});
    test::FakeResolver address;
    address.a("mail.example.com", "2001:db8::1");
    CHECK(check(address) == Ids{});
    test::FakeResolver failing;
    failing.fail("mail.example.com", dns::Status::timeout);
    CHECK(check(failing) == Ids{"dmarc-report-unverified"});
}
