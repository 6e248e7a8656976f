#include "cli/complete_line.hpp"

#include <doctest/doctest.h>

namespace {

using cli::TypedLine;
using Words = std::vector<std::string>;

// Words and the cursor's word, the latter behind a slash: "a b /c".
std::string words_of(std::string_view line) {
    const auto typed = cli::parse_typed_line(line);
    if (!typed) return "nothing";
    std::string text;
    for (const auto& word : typed->words)
        text += word + " ";
    return text + "/" + typed->last;
}

TypedLine typed(std::string_view line) {
    return cli::parse_typed_line(line).value();
}

}  // namespace

TEST_CASE("the cursor's word is empty behind a blank, and unfinished else") {
    CHECK(words_of("relayctl ") == "/");
    CHECK(words_of("relayctl li") == "/li");
    CHECK(words_of("relayctl show ") == "show /");
    CHECK(words_of("relayctl   show\t ne") == "show /ne");
    CHECK(words_of("  relayctl show ne") == "show /ne");
}

TEST_CASE("the program's own name is not completed") {
    CHECK(words_of("") == "nothing");
    CHECK(words_of("relayctl") == "nothing");
    CHECK(words_of("sudo relayctl") == "nothing");
}

TEST_CASE("the program may be given by a path or an alias") {
    CHECK(words_of("./relayctl show ") == "show /");
    CHECK(words_of("/usr/bin/relayctl show ") == "show /");
    CHECK(words_of("rc show ") == "show /");
}

TEST_CASE("assignments and programs that run another stand before") {
    CHECK(words_of("A=1 relayctl show ") == "show /");
    CHECK(words_of("sudo relayctl show ") == "show /");
    CHECK(words_of("sudo -u mail ./relayctl show ") == "show /");
    CHECK(words_of("sudo env A=1 relayctl show ") == "show /");
    CHECK(words_of("sudo ls ") == "nothing");
    CHECK(words_of("rc show relayctl ") == "show relayctl /");
    CHECK(typed("RELAYCTL_STORE=/tmp/x.db relayctl show ").store == "/tmp/x.db");
    CHECK(typed("sudo RELAYCTL_STORE='/tmp/a b' relayctl show ").store == "/tmp/a b");
}

TEST_CASE("quotes and backslashes are taken off, finished or not") {
    CHECK(words_of("relayctl show 'ne") == "show /ne");
    CHECK(words_of("relayctl show \"ne") == "show /ne");
    CHECK(words_of("relayctl show 'a b' ") == "show a b /");
    CHECK(words_of("relayctl show 'a b") == "show /a b");
    CHECK(words_of("relayctl show a\\ b") == "show /a b");
    CHECK(words_of("relayctl show \"a\\\"b\\c\"") == "show /a\"b\\c");
    CHECK(words_of("relayctl show 'a'\"b\"c") == "show /abc");
    CHECK(words_of("relayctl show \\") == "show /");
    CHECK(words_of("relayctl show '' ") == "show  /");
}

TEST_CASE("nothing is expanded") {
    CHECK(words_of("relayctl show $(touch") == "nothing");
    CHECK(words_of("relayctl show '$(touch pwned)' ") == "show $(touch pwned) /");
    CHECK(words_of("relayctl show `id` $HOME ") == "show `id` $HOME /");
}

TEST_CASE("of several commands the last counts") {
    CHECK(words_of("ls; relayctl show ") == "show /");
    CHECK(words_of("ls | relayctl show ") == "show /");
    CHECK(words_of("ls && relayctl show ") == "show /");
    CHECK(words_of("relayctl list -q | relayctl enable ") == "enable /");
    CHECK(words_of("echo \";\" relayctl") == "; /relayctl");
}

TEST_CASE("redirections are no arguments") {
    CHECK(words_of("relayctl list >out -o ") == "list -o /");
    CHECK(words_of("relayctl list > out -o ") == "list -o /");
    CHECK(words_of("relayctl list 2>/dev/null -o ") == "list -o /");
    CHECK(words_of("relayctl list 2>&1 -o ") == "list -o /");
    CHECK(words_of("relayctl list >ou") == "nothing");
    CHECK(words_of("relayctl list > ") == "nothing");
}

TEST_CASE("the shell's own word may begin behind a break or a quote") {
    const auto offset = [](std::string_view line, std::string_view own_word) {
        return cli::parse_typed_line(line, own_word).value().own_offset;
    };
    CHECK(offset("relayctl show ne", "ne") == 0);
    CHECK(offset("relayctl list --output=js", "js") == 9);
    CHECK(offset("relayctl list --output=", "") == 9);
    CHECK(offset("relayctl dkim record s1@exa", "@exa") == 2);
    CHECK(offset("relayctl dkim record s1@exa", "s1@exa") == 0);
    CHECK(offset("relayctl list --output='js", "js") == 9);
    CHECK(offset("relayctl list '--output=js", "--output=js") == 0);
    CHECK(offset("relayctl list --output='js'", "'js'") == 9);
    CHECK(offset("relayctl show a\\=b", "b") == 2);
    CHECK(offset("relayctl show x'a b", "a b") == 1);
    CHECK(offset("relayctl show 'a b'c", "'a b'c") == 0);
    CHECK(offset("relayctl show ", "") == 0);
    CHECK(offset("relayctl show ne", "something else") == 0);
    CHECK(typed("relayctl list --output=js").own_offset == 0);
}

TEST_CASE("the cursor may stand in quotes") {
    CHECK(typed("relayctl list --output='js").in_quotes);
    CHECK(typed("relayctl list --output=\"").in_quotes);
    CHECK_FALSE(typed("relayctl list --output='js'").in_quotes);
    CHECK_FALSE(typed("relayctl list --output=js").in_quotes);
}

TEST_CASE("any bytes make some line") {
    std::string line;
    for (unsigned i = 0; i < 4096; ++i) {
        line += static_cast<char>((i * 7919U) >> 3U);
        static_cast<void>(cli::parse_typed_line(line));
        static_cast<void>(cli::parse_typed_line("relayctl show " + line));
    }
}
