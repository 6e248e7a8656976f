#include "cli/complete.hpp"

#include <doctest/doctest.h>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "fixture.hpp"

namespace {

struct Tab : test::Fixture {
    Tab() {
        environment["RELAYCTL_STORE"] = "/store.db";
        fill([](relay::Store& to) {
            auto crm = test::relay_named("crm", "192.0.2.25");
            crm.security = relay::Security::ssl;
            crm.port = 465;
            auto off = test::relay_named("old-news");
            off.enabled = false;
            for (const auto& relay : {test::relay_named("news"), crm, off})
                to.insert_relay(relay).value();
            for (const char* name : {"example.com", "example.org"})
                to.insert_domain({.name = base::DomainName::parse(name).value()}).value();
            for (const auto& [domain, selector] :
                 {std::pair("example.com", "s1"), {"example.org", "s1"}, {"example.com", "news"}})
                to.insert_dkim_key({.domain = base::DomainName::parse(domain).value(),
                                    .selector = selector,
                                    .bits = 2048,
                                    .public_key = "MII"},
                                   base::Secret("key"))
                    .value();
        });
    }

    // The candidates joined by blanks, without descriptions.
    std::string answer(const std::string& line, std::string_view shell = "zsh",
                       std::optional<std::string_view> own_word = {}) {
        std::string words;
        const auto text = cli::completion_answer(context, shell, line, own_word);
        for (const auto entry : base::split(text, '\n')) {
            if (!words.empty() && !entry.empty()) words += ' ';
            words += entry.substr(0, entry.find('\t'));
        }
        return words;
    }

    bool offers(const std::string& line, const std::string& word) {
        return (" " + answer(line) + " ").find(" " + word + " ") != std::string::npos;
    }
};

}  // namespace

TEST_CASE_FIXTURE(Tab, "no candidate of any command is empty") {
    for (const auto* command : cli::all_commands())
        for (const char* typed : {" ", " -", " --"})
            for (const char* shell : {"bash", "zsh", "fish"}) {
                const auto line = "relayctl " + std::string(command->path) + typed;
                CAPTURE(line);
                const auto text = "\n" + cli::completion_answer(context, shell, line, {});
                CHECK(text.find("\n\t") == std::string::npos);
                CHECK(text.find("\n\n") == std::string::npos);
            }
}

TEST_CASE_FIXTURE(Tab, "commands, and the words below them") {
    CHECK(answer("relayctl a") == "add allowlist apply");
    CHECK(answer("relayctl e") == "edit enable explain export");
    CHECK(answer("relayctl dk") == "dkim");
    CHECK(answer("relayctl dkim ") ==
          "generate record publish list check rotate activate revoke delete import export-key sign verify");
    CHECK(answer("relayctl dkim re") == "record revoke");
    CHECK(answer("relayctl domain ") == "add list delete");
    CHECK(answer("relayctl config ") == "list get set unset region");
    CHECK(answer("relayctl config set ") ==
          "dkim-grace failures-to-trip local-domain log-keep managed-return-path notify-command time-zone");
    CHECK(offers("relayctl ", "version"));
    CHECK(answer("relayctl nonsense ") == "");
    CHECK(answer("relayctl --ascii dkim g") == "generate");
    CHECK(answer("relayctl --store /x.db dkim g") == "generate");
    CHECK(answer("relayctl help ") == answer("relayctl "));
    CHECK(answer("relayctl help dkim g") == "generate");
    CHECK(answer("relayctl help add ") == "");
}

TEST_CASE_FIXTURE(Tab, "a group is described by its words") {
    CHECK(cli::completion_answer(context, "zsh", "relayctl dom") == "domain\tadd, list, delete\n");
    CHECK(cli::completion_answer(context, "fish", "relayctl ad") == "add\tadd a relay\n");
}

TEST_CASE_FIXTURE(Tab, "options that begin so, and are not given yet") {
    CHECK(answer("relayctl list --hea") == "--header");
    CHECK(answer("relayctl list --header --hea") == "");
    CHECK(answer("relayctl list --output=json --out") == "");
    CHECK(answer("relayctl list -ojson --out") == "");
    CHECK(answer("relayctl list -q --qui") == "");
    CHECK(answer("relayctl list -o") == "-o");
    CHECK(offers("relayctl list -", "--columns"));
    CHECK(offers("relayctl --", "--store"));
    CHECK_FALSE(offers("relayctl --", "--columns"));
    CHECK(answer("relayctl add --dom") == "--domain");
    CHECK(answer("relayctl add --domain example.com --dom") == "--domain");
    CHECK(answer("relayctl edit --no-d") == "--no-dkim");
    CHECK(answer("relayctl nonsense --") == "");
}

TEST_CASE_FIXTURE(Tab, "options also where no argument can follow") {
    CHECK(offers("relayctl list ", "--columns"));
    CHECK(offers("relayctl show news ", "--output"));
    CHECK_FALSE(offers("relayctl show ", "--output"));
    CHECK(answer("relayctl show news -- ") == "");
}

TEST_CASE_FIXTURE(Tab, "an option's own words, behind a blank and behind =") {
    CHECK(answer("relayctl add --security ") == "ssl tls none");
    CHECK(answer("relayctl add --security t") == "tls");
    CHECK(answer("relayctl add --security=t") == "--security=tls");
    CHECK(answer("relayctl list -o js") == "json jsonl");
    CHECK(answer("relayctl list -ojs") == "-ojson -ojsonl");
    CHECK(answer("relayctl list --output=") ==
          "--output=table --output=tsv --output=csv --output=json --output=jsonl --output=name");
    CHECK(answer("relayctl add --port 5") == "587");
    CHECK(answer("relayctl --color a") == "auto always");
    CHECK(answer("relayctl add --description ") == "");
    CHECK(answer("relayctl add --nonsense=") == "");
    CHECK(answer("relayctl list --header=") == "");
    CHECK(answer("relayctl dkim record --form st") == "strings");
}

TEST_CASE_FIXTURE(Tab, "lists go on behind a comma, without what they have") {
    CHECK(answer("relayctl list --columns na") == "name");
    CHECK(answer("relayctl list --columns name,na") == "");
    CHECK(answer("relayctl list --columns name,po") == "name,port");
    CHECK(answer("relayctl list --columns=name,po") == "--columns=name,port");
    CHECK(answer("relayctl add --type ma") == "mass");
    CHECK(answer("relayctl add --type mass,") == "mass,individual mass,workflow");
    CHECK(answer("relayctl add --type mass --type ") == "individual workflow");
    CHECK(answer("relayctl verify --only spf,d") == "spf,dkim spf,dmarc spf,dane");
    CHECK(answer("relayctl verify --selector s1 --selector ") == "news");
    CHECK(answer("relayctl verify --selector s1,") == "");
    CHECK(answer("relayctl add --domain example.com,") == "example.com,example.org");
}

TEST_CASE_FIXTURE(Tab, "live names: the relays that the verb can use, minus those given") {
    CHECK(answer("relayctl show ") == "crm news old-news");
    CHECK(answer("relayctl show n") == "news");
    CHECK(answer("relayctl show 'n") == "news");
    CHECK(answer("relayctl enable ") == "old-news");
    CHECK(answer("relayctl disable ") == "crm news");
    CHECK(answer("relayctl disable crm ") == "news");
    CHECK(answer("relayctl delete -- n") == "news");
    CHECK(answer("relayctl delete -n n") == "news");
    CHECK(answer("relayctl edit --port 25 n") == "news");
    CHECK(answer("relayctl add ") == "");
}

TEST_CASE_FIXTURE(Tab, "enable takes a relay that is tripped today too") {
    fill([](auto& into) {
        const auto crm = into.find_relay("crm").value().value();
        relay::RelayDay day{
            .relay = crm.id, .day = relay::Day(std::chrono::days(20781)), .tripped = "no route"};
        CHECK(relay::to_string(day.day) == "2026-11-24");
        into.set_relay_day(day).value();
    });
    CHECK(answer("relayctl enable ") == "crm old-news");
    CHECK(cli::completion_answer(context, "zsh", "relayctl enable c") ==
          "crm\t192.0.2.25:465 ssl, tripped\n");
    clock.time += std::chrono::days(1);
    CHECK(answer("relayctl enable ") == "old-news");
}

TEST_CASE_FIXTURE(Tab, "a relay is described by where it listens") {
    CHECK(cli::completion_answer(context, "zsh", "relayctl show c") == "crm\t192.0.2.25:465 ssl\n");
    CHECK(cli::completion_answer(context, "zsh", "relayctl show o") ==
          "old-news\tsmtp.mailer.example:587 tls, disabled\n");
}

TEST_CASE_FIXTURE(Tab, "domains, selectors and keys") {
    CHECK(answer("relayctl dkim generate ") == "example.com example.org");
    CHECK(answer("relayctl add --domain ") == "example.com example.org");
    CHECK(answer("relayctl add --domain example.org --domain ") == "example.com");
    CHECK(answer("relayctl domain delete example.c") == "example.com");
    CHECK(answer("relayctl add --dkim-selector ") == "news s1");
    CHECK(answer("relayctl dkim record ") == "news@example.com s1@example.com s1@example.org");
    CHECK(answer("relayctl dkim record s1@example.o") == "s1@example.org");
}

TEST_CASE_FIXTURE(Tab, "what is taken away is offered of what is there") {
    fill([](auto& into) {
        auto news = into.find_relay("news").value().value();
        news.domains = {relay::DomainPattern::parse("example.org").value(),
                        relay::DomainPattern::parse("*.example.net").value()};
        into.update_relay(news).value();
        into.set_setting("log-keep", "30d").value();
    });
    CHECK(answer("relayctl edit news --remove-domain ") == "*.example.net example.org");
    CHECK(answer("relayctl edit news --remove-domain=e") == "--remove-domain=example.org");
    CHECK(answer("relayctl edit news --remove-domain example.org,") == "example.org,*.example.net");
    CHECK(answer("relayctl edit --port 25 news --remove-domain example.org --remove-domain ") ==
          "*.example.net");
    CHECK(answer("relayctl edit nobody --remove-domain ") == "");
    CHECK(answer("relayctl edit --remove-domain ") == "example.com example.org");  // of whom is not said yet
    CHECK(answer("relayctl config unset ") == "log-keep");
    CHECK(answer("relayctl config get l") == "local-domain log-keep");
}

TEST_CASE_FIXTURE(Tab, "files are the shell's business") {
    CHECK(answer("relayctl add --ca-file ") == ":file");
    CHECK(answer("relayctl add --ca-file=/etc/s") == ":file");
    CHECK(answer("relayctl --store ") == ":file");
    CHECK(answer("relayctl add --password-file x --ho") == "--host");
}

TEST_CASE_FIXTURE(Tab, "bash gets what its own word is to be replaced by") {
    CHECK(answer("relayctl list --output=js", "bash", "js") == "json jsonl");
    CHECK(answer("relayctl list --output='js", "bash", "js") == "json jsonl");
    CHECK(answer("relayctl list --output=", "bash", "").starts_with("table tsv"));
    CHECK(answer("relayctl dkim record s1@example.o", "bash", "@example.o") == "@example.org");
    CHECK(answer("relayctl dkim record s1@example.o", "bash", "s1@example.o") == "s1@example.org");
    CHECK(answer("relayctl list --columns name,po", "bash", "name,po") == "name,port");
    CHECK(answer("relayctl probe news --require 587:t", "bash", "t") == "tls");
    CHECK(answer("relayctl probe news --require 587:t", "bash", "587:t") == "587:tls");
    CHECK(answer("relayctl show n", "bash") == "news");
}

TEST_CASE_FIXTURE(Tab, "what means something to bash is quoted") {
    CHECK(answer("relayctl add --return-path ", "bash") == "managed from \\<\\>");
    CHECK(answer("relayctl add --return-path '", "bash") == "managed from <>");
    CHECK(answer("relayctl add --return-path ", "fish") == "managed from <>");
}

TEST_CASE_FIXTURE(Tab, "names from the store that are no names are left out") {
    fill([](relay::Store& to) {
        for (const char* name : {"$(touch pwned)", "new`id`", "news\x1b[2J", "-news", "new s", "news;"})
            to.insert_relay(test::relay_named(name)).value();
    });
    CHECK(answer("relayctl show ") == "crm news old-news");
    CHECK(answer("relayctl show new") == "news");
}

TEST_CASE_FIXTURE(Tab, "the store is the one that the line names") {
    CHECK(answer("relayctl show n") == "news");
    CHECK(opened == "/store.db");
    answer("relayctl --store /x.db show n");
    CHECK(opened == "/x.db");
    answer("relayctl show --store='/a b.db' n");
    CHECK(opened == "/a b.db");
    answer("relayctl show --store ~/x.db n");
    CHECK(opened == "/home/alice/x.db");
    answer("RELAYCTL_STORE=/y.db relayctl show n");
    CHECK(opened == "/y.db");
}

TEST_CASE_FIXTURE(Tab, "the store is opened only for what it holds") {
    answer("relayctl li");
    answer("relayctl list --col");
    answer("relayctl add --security ");
    answer("relayctl explain ");
    CHECK(opened.empty());
}

TEST_CASE_FIXTURE(Tab, "a store that cannot be read offers nothing") {
    locked = true;
    CHECK(answer("relayctl show ") == "");
    CHECK(answer("relayctl sh") == "show");
    locked = false;
    store.fail_from = 0;
    CHECK(answer("relayctl show ") == "");
    CHECK(answer("relayctl dkim record ") == "");
    CHECK(answer("relayctl dkim generate ") == "");
}

TEST_CASE_FIXTURE(Tab, "a line without end or sense offers something or nothing, and no more") {
    CHECK(answer("") == "");
    CHECK(answer("relayctl") == "");
    CHECK(answer("relayctl show a b c d") == "");
    CHECK(answer("relayctl list --columns ,,,") != "");
    CHECK(answer("relayctl -") != "");
    CHECK(answer("relayctl -x") == "");
    CHECK(answer("relayctl list -x -o js") == "json jsonl");
    CHECK(answer("relayctl list --nonsense -o js") == "json jsonl");
}
