#include "cli/tree.hpp"

#include <doctest/doctest.h>

#include "base/text.hpp"

namespace {

using Words = std::vector<std::string>;
using base::ErrorKind;

cli::CommandLine parse(const Words& words) {
    auto line = cli::parse_command_line(words);
    if (line.has_error()) FAIL(base::join(words, " ") << ": " << line.error().message);
    return std::move(*line);
}

// "message | hint" of a line that is refused.
std::string refusal(const Words& words) {
    const auto line = cli::parse_command_line(words);
    if (!line.has_error()) return "accepted";
    CHECK(line.error().kind == ErrorKind::usage);
    return line.error().message + " | " + line.error().hint;
}

const Words& arguments_of(const cli::CommandLine& line) {
    return line.arguments.positionals();
}

}  // namespace

TEST_CASE("command words lead to the command") {
    CHECK(parse({"list"}).words == "list");
    CHECK(parse({"dkim", "generate", "example.com"}).words == "dkim generate");
    CHECK(parse({"dkim", "generate", "example.com"}).command == cli::find_command("dkim generate"));
    CHECK(parse({"dkim"}).command == nullptr);
    CHECK(parse({"dkim"}).words == "dkim");
    CHECK(parse({"--ascii"}).words == "");
}

TEST_CASE("a relay may be called like a command") {
    for (const char* name : {"dkim", "list", "add", "help", "domain", "show", "delete"}) {
        CAPTURE(name);
        const auto line = parse({"show", name});
        CHECK(line.words == "show");
        CHECK(arguments_of(line) == Words{name});
    }
    CHECK(arguments_of(parse({"enable", "list", "dkim", "add"})) == Words{"list", "dkim", "add"});
    CHECK(arguments_of(parse({"add", "dkim", "--host", "h.example"})) == Words{"dkim"});
    CHECK(arguments_of(parse({"dkim", "generate", "list"})) == Words{"list"});
}

TEST_CASE("the value of an option may be called like a command") {
    const auto line = parse({"edit", "news", "--description", "list"});
    CHECK(line.words == "edit");
    CHECK(line.arguments.value("--description") == "list");
    CHECK(parse({"--store", "list", "show", "news"}).words == "show");
    CHECK(parse({"--store", "list", "show", "news"}).arguments.value("--store") == "list");
}

TEST_CASE("a number stays the text it was, also with a leading zero") {
    CHECK(parse({"edit", "news", "--port", "025"}).arguments.value("--port") == "025");
    CHECK(parse({"edit", "news", "--port=0x19"}).arguments.value("--port") == "0x19");
    CHECK(parse({"edit", "news", "--port", "+25"}).arguments.value("--port") == "+25");
}

TEST_CASE("brackets are text") {
    CHECK(arguments_of(parse({"show", "[::1]"})) == Words{"[::1]"});
    CHECK(parse({"edit", "news", "--host", "[::1]"}).arguments.value("--host") == "[::1]");
    CHECK(parse({"edit", "news", "--host=[2001:db8::1]"}).arguments.value("--host") == "[2001:db8::1]");
    CHECK(parse({"edit", "news", "--domain", "[a,b]"}).arguments.values("--domain") == Words{"[a,b]"});
    CHECK(arguments_of(parse({"enable", "[a,b]", "{}"})) == Words{"[a,b]", "{}"});
}

TEST_CASE("a repeated option takes one value each time and leaves the arguments alone") {
    const auto line = parse({"add", "--domain", "a.example", "news", "--domain", "b.example", "--host", "h"});
    CHECK(line.arguments.values("--domain") == Words{"a.example", "b.example"});
    CHECK(arguments_of(line) == Words{"news"});
}

TEST_CASE("a value may begin with a dash") {
    CHECK(parse({"edit", "news", "--daily-limit", "-1"}).arguments.value("--daily-limit") == "-1");
    CHECK(parse({"edit", "news", "--daily-limit=-1"}).arguments.value("--daily-limit") == "-1");
    CHECK(parse({"edit", "news", "--description", "--host"}).arguments.value("--description") == "--host");
}

TEST_CASE("values behind = and glued to a short option") {
    CHECK(parse({"list", "--output=json"}).arguments.value("--output") == "json");
    CHECK(parse({"list", "-ojson"}).arguments.value("--output") == "json");
    CHECK(parse({"list", "-o", "json"}).arguments.value("--output") == "json");
    CHECK(parse({"edit", "news", "--description=a=b"}).arguments.value("--description") == "a=b");
    CHECK(parse({"delete", "news", "-ny"}).arguments.flag("--dry-run"));
    CHECK(parse({"delete", "news", "-ny"}).arguments.flag("--yes"));
}

TEST_CASE("an empty value is a value") {
    CHECK(parse({"edit", "news", "--description", ""}).arguments.value("--description") == "");
    CHECK(parse({"edit", "news", "--description="}).arguments.value("--description") == "");
    CHECK(arguments_of(parse({"show", ""})) == Words{""});
}

TEST_CASE("behind -- all is arguments") {
    CHECK(arguments_of(parse({"show", "--", "--host"})) == Words{"--host"});
    CHECK(arguments_of(parse({"delete", "--yes", "--", "-n", "news"})) == Words{"-n", "news"});
    CHECK_FALSE(parse({"delete", "--", "-n"}).arguments.flag("--dry-run"));
    CHECK(arguments_of(parse({"enable", "-"})) == Words{"-"});
}

TEST_CASE("-- as a value is a value") {
    CHECK(parse({"edit", "news", "--description", "--"}).arguments.value("--description") == "--");
    CHECK(parse({"edit", "--description", "--", "news"}).arguments.value("--description") == "--");
    CHECK(parse({"list", "-qo", "--"}).arguments.value("--output") == "--");
    CHECK(refusal({"list", "--output", "--", "a"}) ==
          "relayctl list takes no argument \"a\" | relayctl help list");
}

TEST_CASE("an empty value behind = leaves the next word alone") {
    const auto line = parse({"edit", "--description=", "news"});
    CHECK(line.arguments.value("--description") == "");
    CHECK(arguments_of(line) == Words{"news"});
}

TEST_CASE("an option's name takes a value in every command, or in none") {
    std::map<std::string_view, bool> takes_value;
    for (const cli::Command* command : cli::all_commands()) {
        cli::for_each_option(*command, [&](const cli::Option& option) {
            CAPTURE(option.name);
            CHECK(takes_value.emplace(option.name, !option.value.empty()).first->second ==
                  !option.value.empty());
            if (!option.short_name.empty())
                CHECK(takes_value.emplace(option.short_name, !option.value.empty()).first->second ==
                      !option.value.empty());
        });
    }
}

TEST_CASE("the options of every command stand anywhere") {
    CHECK(parse({"--ascii", "list"}).arguments.flag("--ascii"));
    CHECK(parse({"list", "--ascii"}).arguments.flag("--ascii"));
    CHECK(parse({"dkim", "--store", "/x", "list"}).arguments.value("--store") == "/x");
    CHECK(parse({"dkim", "list", "--store=/x"}).arguments.value("--store") == "/x");
}

TEST_CASE("--help wins over whatever is wrong beside it") {
    CHECK(parse({"--help"}).help);
    CHECK(parse({"-h"}).help);
    CHECK(parse({"show", "--help"}).help);
    CHECK(parse({"show", "--help"}).words == "show");
    CHECK(parse({"dkim", "--help"}).words == "dkim");
    CHECK(parse({"add", "news", "--help"}).words == "add");
    CHECK(parse({"add", "--nonsense", "--help"}).help);
    CHECK(parse({"add", "--help", "--port"}).help);
    CHECK_FALSE(parse({"show", "--", "--help"}).help);
}

TEST_CASE("a mistyped command or option is answered with the nearest one") {
    CHECK(refusal({"lsit"}) == "relayctl has no command \"lsit\" | did you mean list?");
    CHECK(refusal({"dkim", "recrod"}) == "relayctl dkim has no command \"recrod\" | did you mean record?");
    CHECK(refusal({"list", "--ouput", "json"}) ==
          "relayctl list has no option \"--ouput\" | did you mean --output?");
    CHECK(refusal({"list", "--ouput=json"}) ==
          "relayctl list has no option \"--ouput\" | did you mean --output?");
    CHECK(refusal({"--asci", "list"}) == "relayctl list has no option \"--asci\" | did you mean --ascii?");
    CHECK(refusal({"config", "regoin", "list"}) ==
          "relayctl config has no command \"regoin\" | did you mean region?");
    CHECK(refusal({"config", "region", "lst"}) ==
          "relayctl config region has no command \"lst\" | did you mean list?");
    CHECK(refusal({"shwo", "--store", "x", "list"}) ==
          "relayctl has no command \"shwo\" | did you mean show?");
    CHECK(refusal({"frobnicate"}) == "relayctl has no command \"frobnicate\" | relayctl help");
    CHECK(refusal({"dkim", "frobnicate"}) ==
          "relayctl dkim has no command \"frobnicate\" | relayctl help dkim");
}

TEST_CASE("options are never taken by their beginnings") {
    CHECK(refusal({"list", "--out", "json"}).starts_with("relayctl list has no option \"--out\""));
}

TEST_CASE("a flag takes no value") {
    CHECK(refusal({"list", "--header=yes"}) != "accepted");
    CHECK(refusal({"list", "--header=no"}) != "accepted");
}

TEST_CASE("an option without its value is refused by name") {
    CHECK(refusal({"list", "--output"}) == "option --output needs a value | ");
    CHECK(refusal({"list", "-o"}) == "option --output needs a value | ");
}

TEST_CASE("an option given twice is refused, unless it may be repeated") {
    CHECK(refusal({"edit", "news", "--port", "25", "--port", "25"}) == "option --port is given twice | ");
    CHECK(refusal({"list", "-ojson", "--output=tsv"}) == "option --output is given twice | ");
    CHECK(refusal({"--store", "a", "list", "--store", "b"}) == "option --store is given twice | ");
    CHECK(refusal({"list", "--ascii", "--ascii"}) == "accepted");
}

TEST_CASE("too few and too many arguments") {
    CHECK(refusal({"show"}) == "relayctl show needs NAME | relayctl help show");
    CHECK(refusal({"show", "a", "b"}) == "relayctl show takes no argument \"b\" | relayctl help show");
    CHECK(refusal({"list", "a"}) == "relayctl list takes no argument \"a\" | relayctl help list");
    CHECK(refusal({"dkim", "list", "a.example", "b.example"}) ==
          "relayctl dkim list takes no argument \"b.example\" | relayctl help dkim list");
    CHECK(refusal({"explain"}) == "accepted");
}

TEST_CASE("what is refused is printed harmlessly") {
    CHECK(refusal({"\x1b[31mlist"}).find('\x1b') == std::string::npos);
    CHECK(refusal({"list", "--\x1b[31m"}).find('\x1b') == std::string::npos);
    CHECK(refusal({"list", std::string("-o\0x", 4)}).find('\0') == std::string::npos);
}

TEST_CASE("many words are no trouble") {
    Words words = {"enable"};
    for (int i = 0; i < 10000; ++i)
        words.push_back("relay-" + std::to_string(i));
    const auto line = cli::parse_command_line(words);
    CHECK(line.has_value());
    if (line.has_value()) CHECK(arguments_of(*line).size() == 10000);
}

TEST_CASE("each command parses its own examples") {
    for (const cli::Command* command : cli::all_commands()) {
        for (const auto& example : command->examples) {
            CAPTURE(example.line);
            Words words;
            for (const auto word : base::split(example.line, ' ')) {
                if (word == ">" || word == ">>" || word == "|" || word == "||" || word.starts_with('\'') ||
                    word.starts_with('<'))
                    break;
                words.emplace_back(word);
            }
            if (words.back() == "--password-command") words.emplace_back("x");
            const auto line = cli::parse_command_line(words);
            if (line.has_error()) FAIL(line.error().message);
            if (example.line.find(" | ") == std::string_view::npos) CHECK(line->command == command);
        }
    }
}

TEST_CASE("where domains are taken, a word with a dash and a dot is one") {
    const auto line = parse({"verify", "-o.example", "--ip", "192.0.2.1", "--x.example", "-h.example"});
    CHECK(arguments_of(line) == Words{"-o.example", "--x.example", "-h.example"});
    CHECK(line.arguments.value("--ip") == "192.0.2.1");
    CHECK(!line.help);
    CHECK(parse({"verify", "a.example", "--helo", "-b.example"}).arguments.value("--helo") == "-b.example");
    CHECK(refusal({"verify", "-nodot"}) == "relayctl verify has no option \"-nodot\" | relayctl help verify");
    CHECK(refusal({"show", "-a.example"}).find("has no option") != std::string::npos);
}
