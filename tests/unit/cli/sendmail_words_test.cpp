#include "cli/sendmail_words.hpp"

#include <doctest/doctest.h>

#include "cli/spool.hpp"

namespace {

using Words = std::vector<std::string>;

Words translated(const Words& words) {
    return cli::translate_sendmail(words).value();
}

std::string read_all(const cli::Spool& spool) {
    cli::SpoolReader reader(spool);
    std::string text;
    for (;;) {
        const auto piece = reader.next().value();
        if (piece.empty()) return text;
        text += piece;
    }
}

}  // namespace

TEST_CASE("the program is sendmail by the last part of its name") {
    CHECK(cli::is_sendmail_name("sendmail"));
    CHECK(cli::is_sendmail_name("/usr/sbin/sendmail"));
    CHECK(cli::is_sendmail_name("./relayctl-sendmail"));
    CHECK_FALSE(cli::is_sendmail_name("relayctl"));
    CHECK_FALSE(cli::is_sendmail_name("/opt/sendmail/relayctl"));
}

TEST_CASE("values stand behind their letter or in the next word") {
    CHECK(translated({"-fjoe@example.com", "ann@example.net"}) ==
          Words{"send", "--sender=joe@example.com", "--", "ann@example.net"});
    CHECK(translated({"-f", "joe@example.com", "-FJoe Doe"}) ==
          Words{"send", "--sender=joe@example.com", "--full-name=Joe Doe", "--"});
    CHECK(translated({"-f", ""}) == Words{"send", "--sender=", "--"});
    CHECK(translated({"-N", "never", "-Rhdrs", "-V", "id-1"}) ==
          Words{"send", "--notify=never", "--return=hdrs", "--envelope-id=id-1", "--"});
}

TEST_CASE("letters without a value stand together") {
    CHECK(translated({"-ti"}) == Words{"send", "--recipients-of-header", "--ignore-dots", "--"});
    CHECK(translated({"-tf", "joe@example.com"}) ==
          Words{"send", "--recipients-of-header", "--sender=joe@example.com", "--"});
}

TEST_CASE("every -o but -oi is left out, whatever it says") {
    CHECK(translated({"-oi", "-oem", "-odq", "-oMrSMTP", "-o", "x", "a@example.com"}) ==
          Words{"send", "--ignore-dots", "--", "a@example.com"});
    CHECK(translated({"-B8BITMIME", "-em", "-v", "-bm", "-d8.99"}) == Words{"send", "--"});
}

TEST_CASE("a recipient that begins with a dash stands behind two dashes and stays one") {
    CHECK(translated({"-t", "--", "-f@example.com"}) ==
          Words{"send", "--recipients-of-header", "--", "-f@example.com"});
}

TEST_CASE("what cannot be done is refused, not passed over") {
    for (const auto& words :
         {Words{"-bs"}, Words{"-bd"}, Words{"-bp"}, Words{"-bi"}, Words{"-b", "v"}, Words{"-bxyz"},
          Words{"-b"}, Words{"-Z"}, Words{"-f"}, Words{"-q30m"}, Words{"-q"}, Words{"-tq"}})
        CHECK(cli::translate_sendmail(words).error().kind == base::ErrorKind::usage);
    CHECK(cli::translate_sendmail({"-bp"}).error().message ==
          "sendmail \"-bp\" is not to be had here: there is no queue to list: relayctl log tells what was "
          "sent");
}

TEST_CASE("what cron, git, mutt and PHP say") {
    CHECK(translated({"-FCronDaemon", "-i", "-B8BITMIME", "-oem", "root@example.com"}) ==
          Words{"send", "--full-name=CronDaemon", "--ignore-dots", "--", "root@example.com"});
    CHECK(translated({"-oem", "-oi", "-f", "joe@example.com", "--", "ann@example.net"}) ==
          Words{"send", "--ignore-dots", "--sender=joe@example.com", "--", "ann@example.net"});
    CHECK(translated({"-oem", "-oi", "-f", "--", "ann@example.net"}) ==
          Words{"send", "--ignore-dots", "--", "ann@example.net"});
    CHECK(translated({"-t", "-i"}) == Words{"send", "--recipients-of-header", "--ignore-dots", "--"});
    CHECK(translated({"-i", "-f", "joe@example.com", "ann@example.net"}) ==
          Words{"send", "--ignore-dots", "--sender=joe@example.com", "--", "ann@example.net"});
}

TEST_CASE("-oi and -bm are known to send, and to nothing else") {
    CHECK(cli::mend_send_words({"--store", "x.db", "send", "-oi", "-bm", "-o", "json", "--", "-oi"}) ==
          Words{"--store", "x.db", "send", "--ignore-dots", "-o", "json", "--", "-oi"});
    CHECK(cli::mend_send_words({"list", "-oi"}) == Words{"list", "-oi"});
    CHECK(cli::mend_send_words({"show", "send", "-oi"}) == Words{"show", "send", "-oi"});
}

TEST_CASE("a spool is read as often as wanted, from memory and from its file") {
    std::string text;
    for (int i = 0; i < 50'000; ++i)
        text += std::to_string(i) + "\r\n";
    for (const std::size_t in_memory : {std::size_t{0}, std::size_t{1000}, text.size()}) {
        cli::Spool spool("/tmp", in_memory);
        for (std::size_t at = 0; at < text.size(); at += 4099)
            spool.append(std::string_view(text).substr(at, 4099)).value();
        CHECK(read_all(spool) == text);
        CHECK(read_all(spool) == text);
    }
}
