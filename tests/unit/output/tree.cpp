#include "output/tree.hpp"

#include <doctest/doctest.h>

using namespace output;

namespace {

// The SPF tree every reader of relayctl knows.
Tree spf_tree() {
    return {.columns = {{.key = "cost", .title = "COST", .alignment = Alignment::right},
                        {.key = "term", .title = "TERM"},
                        {.key = "result", .title = "RESULT"},
                        {.key = "note", .title = "NOTE"}},
            .branch_column = 1,
            .roots = {
                {.cells = {{}, {"example.com"}, {}, {}},
                 .children = {
                     {.cells = {{"1"}, {"include:_spf.google.com"}, {"no match"}, {}},
                      .children =
                          {{.cells = {{"2"}, {"include:_netblocks.google.com"}, {"no match"}, {"24 ip4"}}}}},
                     {.cells = {{"3"}, {"include:_spf.mailer.example"}, {"match"}, {}},
                      .children = {{.cells = {{}, {"ip4:192.0.2.0/24"}, {"match"}, {"<- decides"}}}}},
                     {.cells = {{}, {"-all"}, {"not reached"}, {}}},
                 }}}};
}

}  // namespace

TEST_CASE("a tree draws its branches in one column and aligns the others") {
    CHECK(render_tree(spf_tree(), {.width = 80, .unicode = true}) ==
          "COST  TERM                                 RESULT       NOTE\n"
          "      example.com\n"
          "   1  ├─ include:_spf.google.com           no match\n"
          "   2  │  └─ include:_netblocks.google.com  no match     24 ip4\n"
          "   3  ├─ include:_spf.mailer.example       match\n"
          "      │  └─ ip4:192.0.2.0/24               match        <- decides\n"
          "      └─ -all                              not reached\n");
}

TEST_CASE("a tree without box characters is drawn in ASCII") {
    CHECK(render_tree(spf_tree(), {.width = 80}) ==
          "COST  TERM                                 RESULT       NOTE\n"
          "      example.com\n"
          "   1  |- include:_spf.google.com           no match\n"
          "   2  |  `- include:_netblocks.google.com  no match     24 ip4\n"
          "   3  |- include:_spf.mailer.example       match\n"
          "      |  `- ip4:192.0.2.0/24               match        <- decides\n"
          "      `- -all                              not reached\n");
}

TEST_CASE("a narrow terminal cuts the other columns, never the tree") {
    CHECK(render_tree(spf_tree(), {.width = 40, .unicode = true}) ==
          "COST  TERM                                 RESULT  NOTE\n"
          "      example.com\n"
          "   1  ├─ include:_spf.google.com           no ma…\n"
          "   2  │  └─ include:_netblocks.google.com  no ma…  24 ip4\n"
          "   3  ├─ include:_spf.mailer.example       match\n"
          "      │  └─ ip4:192.0.2.0/24               match   <- de…\n"
          "      └─ -all                              not r…\n");
}

TEST_CASE("a tree of Japanese names keeps its columns") {
    const Tree tree{.columns = {{"name", "NAME"}, {"note", "NOTE"}},
                    .branch_column = 0,
                    .roots = {{.cells = {{"例え.jp"}, {"根"}}, .children = {{.cells = {{"メール"}, {"x"}}}}},
                              {.cells = {{"二番目"}, {"y"}}}}};
    CHECK(render_tree(tree, {.width = 80, .unicode = true}, Header::no) ==
          "例え.jp    根\n"
          "└─ メール  x\n"
          "二番目     y\n");
}

TEST_CASE("what stands below a last child is indented under its text") {
    const Tree tree{.columns = {{"a", "A"}},
                    .roots = {{.cells = {{"root"}},
                               .children = {{.cells = {{"only"}}, .children = {{.cells = {{"leaf"}}}}}}}}};
    CHECK(render_tree(tree, {.width = 80, .unicode = true}) == "A\nroot\n└─ only\n   └─ leaf\n");
}

TEST_CASE("an empty tree shows its titles") {
    CHECK(render_tree({.columns = {{"a", "A"}, {"b", "B"}}}, {.width = 80}) == "A  B\n");
    CHECK(render_tree({.columns = {{"a", "A"}}}, {.width = 80}, Header::no).empty());
    CHECK(render_tree({.columns = {}}, {.width = 80}).empty());
}

TEST_CASE("a tree that is thousands of levels deep is drawn with 64") {
    Branch branch{.cells = {{"leaf"}}};
    for (int i = 0; i < 2000; ++i) {
        Branch parent{.cells = {{"x"}}};
        parent.children.push_back(std::move(branch));
        branch = std::move(parent);
    }
    Tree tree{.columns = {{"a", "A"}}};
    tree.roots.push_back(std::move(branch));
    const auto text = render_tree(tree, {.width = 80});
    CHECK(text.ends_with("\n" + std::string(63 * 3, ' ') + "`- leaf\n"));
}

TEST_CASE("a branch's control bytes are escaped") {
    const Tree tree{.columns = {{"a", "A"}},
                    .roots = {{.cells = {{"x\033y"}}, .children = {{.cells = {{"\u202ez\n"}}}}}}};
    CHECK(render_tree(tree, {.width = 80}, Header::no) == "x\\x1by\n`- \\u{202e}z\\x0a\n");
}
