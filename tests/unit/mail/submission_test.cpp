#include "mail/submission.hpp"

#include <doctest/doctest.h>

#include "mail/message.hpp"

namespace {

using mail::Recipients;
using mail::Submission;
using Words = std::vector<std::string_view>;

base::Result<Submission> prepare(std::string_view header, Recipients recipients = Recipients::wanted) {
    mail::MessageReader reader;
    static_cast<void>(reader.feed(header).value());
    static_cast<void>(reader.finish().value());
    const mail::SubmissionOptions options{.now = base::parse_rfc3339("2026-11-24T03:04:05Z").value(),
                                          .message_id_left = "x1"};
    return mail::prepare_submission(reader.header(), options, recipients);
}

std::string recipients_of(std::string_view header) {
    std::string text;
    for (const auto& address : prepare(header).value().recipients)
        text += (text.empty() ? "" : " ") + address.to_string();
    return text;
}

std::string fault_of(std::string_view header) {
    const auto prepared = prepare(header);
    return prepared.has_error() ? prepared.error().message : "";
}

}  // namespace

TEST_CASE("an address without a domain gets the local one, and nothing else of its field changes") {
    mail::MessageReader reader;
    reader
        .feed(
            "From: root (Cron Daemon)\r\nTo : \"a b\", Ann <ann>,\r\n joe@example.com\r\nReply-To: not a "
            "list\r\nX: root\r\n\r\n")
        .value();
    const mail::SubmissionOptions options{.local_domain = base::DomainName::parse("host.example.net").value(),
                                          .message_id_left = "x1"};
    const auto done = mail::prepare_submission(reader.header(), options, Recipients::wanted).value();
    CHECK(done.author.to_string() == "root@host.example.net");
    CHECK(done.recipients.size() == 3);
    CHECK(done.header.substr(done.header.find("From:")) ==
          "From: root@host.example.net (Cron Daemon)\r\nTo : \"a b\"@host.example.net, Ann "
          "<ann@host.example.net>,\r\n"
          " joe@example.com\r\nReply-To: not a list\r\nX: root\r\n");
}

TEST_CASE("Date and Message-ID are added where they are missing, and nothing else is touched") {
    const auto added = prepare("From: Anna <a@example.com>\r\nSubject:  a\r\n\tb\r\n\r\n").value();
    CHECK(added.header ==
          "Date: Tue, 24 Nov 2026 03:04:05 +0000\r\nMessage-ID: <x1@example.com>\r\n"
          "From: Anna <a@example.com>\r\nSubject:  a\r\n\tb\r\n");
    CHECK(added.added == Words{"Date", "Message-ID"});
    CHECK(added.removed.empty());
    CHECK(added.author.to_string() == "a@example.com");
    CHECK_FALSE(added.needs_smtputf8);

    constexpr std::string_view whole =
        "DATE: x\r\nmessage-id: <y>\r\nFrom: a@example.com\r\nDKIM-Signature: v=1\r\n";
    CHECK(prepare(whole).value().header == whole);
}

TEST_CASE("a message without From gets it where the author is known, with a name that every server reads") {
    const auto from_of = [](std::string_view name, std::string_view header = "To: b@example.net\r\n\r\n") {
        mail::MessageReader reader;
        static_cast<void>(reader.feed(header).value());
        static_cast<void>(reader.finish().value());
        mail::SubmissionOptions options{.now = base::parse_rfc3339("2026-11-24T03:04:05Z").value(),
                                        .message_id_left = "x1"};
        options.author = {.address = mail::Address::parse("www@example.test").value(),
                          .name = std::string(name)};
        const auto prepared = mail::prepare_submission(reader.header(), options, Recipients::wanted).value();
        CHECK(prepared.author.domain().ascii() == "example.test");
        return prepared.header.substr(0, prepared.header.find("\r\n"));
    };
    CHECK(from_of("") == "From: <www@example.test>");
    CHECK(from_of("Web \"Server\"\r\nBcc: x@y") == R"(From: "Web \"Server\"Bcc: x@y" <www@example.test>)");
    CHECK(from_of("\xE6\x9D\xB1") == "From: =?UTF-8?B?5p2x?= <www@example.test>");
    CHECK(from_of("x", "From: a@example.test\r\n\r\n").starts_with("Date: "));
}

TEST_CASE("Bcc, Return-Path and the mail type do not leave") {
    const auto prepared =
        prepare(
            "Return-Path: <x@example.com>\r\nDate: x\r\nMessage-ID: <y>\r\nFrom: a@example.com\r\n"
            "bcc: c@example.net,\r\n d@example.net\r\nX-MAIL-TYPE:  Mass \r\nTo: b@example.net\r\n")
            .value();
    CHECK(prepared.header == "Date: x\r\nMessage-ID: <y>\r\nFrom: a@example.com\r\nTo: b@example.net\r\n");
    CHECK(prepared.removed == Words{"Return-Path", "Bcc", "X-Mail-Type"});
    CHECK(prepared.mail_type == "mass");
    CHECK(prepared.recipients.size() == 3);
}

TEST_CASE("recipients are those of To, Cc and Bcc, each once, or of the first Resent- block") {
    CHECK(recipients_of("From: a@example.com\r\nTo: b@example.net, c@example.net\r\nCc: X <b@example.net>\r\n"
                        "Bcc: d@example.net\r\nTo: e@example.net\r\n") ==
          "b@example.net c@example.net d@example.net e@example.net");
    CHECK(recipients_of(
              "Resent-To: r@example.net\r\nResent-Bcc: s@example.net\r\nResent-To: old@example.net\r\n"
              "From: a@example.com\r\nTo: b@example.net\r\n") == "r@example.net s@example.net");
    CHECK(recipients_of("From: a@example.com\r\nTo: undisclosed-recipients:;\r\n").empty());
}

TEST_CASE("a message without one author is refused, and a recipient field is read only where it is wanted") {
    CHECK(fault_of("To: b@example.net\r\n") == "the message has no From field");
    CHECK(fault_of("From: a@example.com\r\nfrom: b@example.com\r\n") == "the message has 2 From fields");
    CHECK(fault_of("From: \r\n") == "the From field has no address");
    CHECK(fault_of("From: root\r\n").find("From: ") == 0);
    CHECK(fault_of("From: a@example.com\r\nX-Mail-Type: mass\r\nX-Mail-Type: mass\r\n") ==
          "the message has several X-Mail-Type fields");
    CHECK(fault_of("From: a@example.com\r\nTo: b\r\n").find("To: ") == 0);
    CHECK(prepare("From: a@example.com\r\nTo: b\r\n", Recipients::not_wanted).has_value());
}

TEST_CASE("other than ASCII in the header or in a recipient needs SMTPUTF8") {
    CHECK(prepare("From: J\xc3\xbc <a@example.com>\r\n").value().needs_smtputf8);
    CHECK(prepare("From: a@example.com\r\nBcc: \xc3\xbc@example.com\r\n").value().needs_smtputf8);
}

TEST_CASE("dates are written as RFC 5322 wants them") {
    for (const auto& [rfc3339, date] : {std::pair{"1970-01-01T00:00:00Z", "Thu, 1 Jan 1970 00:00:00 +0000"},
                                        {"2024-02-29T23:59:59Z", "Thu, 29 Feb 2024 23:59:59 +0000"},
                                        {"2026-12-31T12:00:01Z", "Thu, 31 Dec 2026 12:00:01 +0000"}})
        CHECK(mail::to_rfc5322_date(base::parse_rfc3339(rfc3339).value()) == date);
}
