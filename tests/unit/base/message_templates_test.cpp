#include "base/message_templates.hpp"

#include <doctest/doctest.h>

namespace {

base::MessageTemplates templates() {
    base::MessageTemplates result;
    for (const auto& [id, translation] : std::vector<std::pair<const char*, const char*>>{
             {"cannot read {}: {}", "{0} OYOMENAI: {1}"},
             {"cannot read {}: it is {}", "{}=YOMENAI-ITIS-{}"},
             {"it is a directory", "DIREKUTORI"},
             {"relay {} is disabled: {}", "{1} <- RIREE {0} MUKOU"},
             {"{} is disabled", "{} MUKOU"},
             {"{} for {}", "{1} NO {0}"},
             {"{}, until {}", "{}, {} MADE"},
             {"would {}", "{} DAROU"},
             {"nothing to do", "NASHI"},
             {"timed out", "TAIMUAUTO"},
             {"took {} s", "{} BYOU"},
             {"write {{ and {}", "{} TO {{ WO"},
             {"a { alone", "HITOTSU {"},
             {"no way in", "MICHI NASHI"},
             {"relay", "RIREE"},
             {"warning", "KEIKOKU"},
             {"warning: {}", "KEIKOKU: {}"},
         })
        result.add(id, translation);
    return result;
}

std::string translated(std::string_view text) {
    return templates().translated(text);
}

}  // namespace

TEST_CASE("a count is recognised by its number") {
    base::MessageTemplates templates;
    templates.add("{#} domain", "ドメイン {} 件");
    CHECK(templates.translated("1 domain") == "ドメイン 1 件");
    CHECK(templates.translated("12,000 domain") == "ドメイン 12,000 件");
    CHECK(templates.translated("relay domain") == "relay domain");
    CHECK(templates.translated("1a domain") == "1a domain");
    CHECK(templates.translated(" domain") == " domain");
}

TEST_CASE("holes are told from braces") {
    const auto plain = base::parse_holes("a {} b {}");
    REQUIRE(plain);
    CHECK(plain->literals == std::vector<std::string>{"a ", " b ", ""});
    CHECK(plain->holes == std::vector<std::size_t>{0, 1});
    CHECK(base::parse_holes("{1}{0}")->holes == std::vector<std::size_t>{1, 0});
    CHECK(base::parse_holes("{{{}}}")->literals == std::vector<std::string>{"{", "}"});
    CHECK(base::parse_holes("")->holes.empty());
    for (const auto* text : {"{", "}", "{x}", "{} {0}", "{:.1f}", "a {", "{-1}", "{99}", "{00}"}) {
        CAPTURE(text);
        CHECK_FALSE(base::parse_holes(text));
    }
}

TEST_CASE("a text is recognised by the template with the most letters of its own") {
    const auto all = templates();
    const auto found = all.recognise("cannot read a.toml: it is a directory");
    REQUIRE(found);
    CHECK(found->id == "cannot read {}: it is {}");
    CHECK(found->parts == std::vector<std::string_view>{"a.toml", "a directory"});
    CHECK(all.recognise("relay news is disabled: nothing to do")->id == "relay {} is disabled: {}");
    CHECK_FALSE(all.recognise("cannot write a.toml"));
    CHECK_FALSE(all.recognise(""));
}

TEST_CASE("parts are set in where the translation wants them, and are translated themselves") {
    CHECK(translated("relay news is disabled: nothing to do") == "NASHI <- RIREE news MUKOU");
    CHECK(translated("cannot read x: took 1.5 s") == "x OYOMENAI: 1.5 BYOU");
    CHECK(translated("cannot read a: cannot read b: timed out") == "a OYOMENAI: b OYOMENAI: TAIMUAUTO");
    CHECK(translated("news is disabled, until tomorrow") == "news MUKOU, tomorrow MADE");
    CHECK(translated("write { and x") == "x TO { WO");
    CHECK(translated("a { alone") == "HITOTSU {");
}

TEST_CASE("a part may be empty, and blanks around a text stay") {
    CHECK(translated("cannot read : ") == " OYOMENAI: ");
    CHECK(translated("  timed out \t") == "  TAIMUAUTO \t");
    CHECK(translated("would ") == " DAROU");
    CHECK(translated("   ") == "   ");
}

TEST_CASE("what joined texts is kept between them") {
    CHECK(translated("news: timed out") == "news: TAIMUAUTO");
    CHECK(translated("timed out; no way in") == "TAIMUAUTO; MICHI NASHI");
    CHECK(translated("timed out (no way in)") == "TAIMUAUTO (MICHI NASHI)");
    CHECK(translated("\"a: b\" timed out") == "\"a: b\" TAIMUAUTO");
    CHECK(translated("fail  timed out") == "fail  TAIMUAUTO");
}

TEST_CASE("what is not known stays, and so does what others wrote") {
    CHECK(translated("something else entirely") == "something else entirely");
    CHECK(translated("\"timed out\"") == "\"timed out\"");
    CHECK(translated("550 5.1.1 timed out: no way in") == "550 5.1.1 timed out: no way in");
    // The quotes of a name are no place where a template goes on.
    CHECK(translated("cannot read \"a: it is b\": timed out") == "\"a: it is b\" OYOMENAI: TAIMUAUTO");
    CHECK(translated("cannot read \"a: it is b") == "cannot read \"a: it is b");
    // Of little to say: takes words, or what is known.
    CHECK(translated("500 ms for news") == "500 ms for news");
    CHECK(translated("A for news") == "news NO A");
    CHECK(translated("one thing for another thing") == "one thing for another thing");
    CHECK(translated("timed out for news") == "news NO TAIMUAUTO");
}

TEST_CASE("a word alone is a text only where it is the whole of it: as a part it may be somebody's name") {
    CHECK(translated("relay") == "RIREE");
    CHECK(translated("  relay ") == "  RIREE ");
    CHECK(translated("relay is disabled") == "relay MUKOU");
    CHECK(translated("relay relay is disabled: relay") == "relay <- RIREE relay MUKOU");
    CHECK(translated("cannot read relay: timed out") == "relay OYOMENAI: TAIMUAUTO");
    CHECK(translated("relay: timed out") == "relay: TAIMUAUTO");
    CHECK(translated("relay, relay") == "relay, relay");
    CHECK(translated("warning: cannot read warning: timed out") == "KEIKOKU: warning OYOMENAI: TAIMUAUTO");
}

TEST_CASE("a text from anywhere costs no more than a bounded time") {
    std::string nested, joined;
    for (int i = 0; i < 400; ++i) {
        nested += "cannot read a: ";
        joined += "timed out, until x; ";
    }
    CHECK(translated(nested).size() >= nested.size() / 2);
    CHECK_FALSE(translated(joined).empty());
    const std::string longest(9000, 'a');
    CHECK(translated(longest) == longest);
}

TEST_CASE("a translation that does not fit its text is left out") {
    base::MessageTemplates result;
    result.add("lost {} of {}", "NAKUSHITA {}");
    result.add("too many of {}", "{0} {1}");
    result.add("broken {}", "KOWARETA {");
    result.add("{}", "NANDEMO {}");
    result.add("{} ({})", "{1} {0}");
    for (const auto* text : {"lost a of b", "too many of c", "broken d", "e (f)", "g"})
        CHECK(result.translated(text) == text);
}
