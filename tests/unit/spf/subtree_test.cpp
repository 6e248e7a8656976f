#include "spf/subtree.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "net/run.hpp"
#include "spf/lint.hpp"
#include "support/fake_resolver.hpp"

namespace {

using namespace std::chrono_literals;

// A resolver whose answers may be kept, and a memory for all domains.
struct Scene {
    Scene() { resolver.keep_until = std::chrono::steady_clock::now() + 1h; }

    spf::Lint lint(std::string domain) {
        resolver.asked.clear();
        return net::run(spf::lint(resolver, std::move(domain), {}, &memory)).value();
    }
    // The same without what earlier domains have left.
    spf::Lint lint_anew(std::string domain) {
        return net::run(spf::lint(resolver, std::move(domain))).value();
    }
    bool has_asked(std::string_view name) const {
        return std::any_of(resolver.asked.begin(), resolver.asked.end(),
                           [&](const std::string& question) { return question.starts_with(name); });
    }

    test::FakeResolver resolver;
    spf::Memory memory;
};

// A provider with records below its own, one of them with a fault, terms that find nothing, and an exp.
void add_provider(test::FakeResolver& resolver) {
    resolver.txt("provider.example", "v=spf1 include:nets.provider.example a:out.provider.example mx ?all");
    resolver.txt("nets.provider.example",
                 "v=spf1 ip4:11.0.0.0/8 include:%{d}.more.example exists:%{i}.x.example ip4:1.2.3.4/33 ptr");
    resolver.txt("nets.provider.example.more.example", "v=spf1 ip4:12.0.0.0/20 include:none.example ~all");
    resolver.txt("none.example", "something else");
    resolver.a("out.provider.example", "192.0.2.1");
}

}  // namespace

TEST_CASE("what stands below an include is asked once, and found below each domain [BULK-01]") {
    Scene scene;
    add_provider(scene.resolver);
    scene.resolver.txt("one.example", "v=spf1 include:provider.example -all");
    scene.resolver.txt("two.example", "v=spf1 a mx include:provider.example ip4:11.1.0.0/16 -all");
    scene.resolver.txt("three.example", "v=spf1 include:nets.provider.example include:provider.example -all");
    scene.resolver.txt("four.example", "v=spf1 redirect=provider.example");
    scene.resolver.txt("five.example", "v=spf1 include:four.example -all");
    CHECK(scene.lint("one.example") == scene.lint_anew("one.example"));
    for (const auto* domain : {"two.example", "three.example", "one.example"}) {
        const auto result = scene.lint(domain);
        CHECK_FALSE(scene.has_asked("provider.example"));
        CHECK_FALSE(scene.has_asked("nets.provider.example"));
        CHECK(result == scene.lint_anew(domain));
        CHECK(result.findings.size() > 3);
    }
    // The target of a redirect is the domain's own policy: more is said of it.
    const auto own = scene.lint("four.example");
    CHECK(scene.has_asked("provider.example"));
    CHECK(own == scene.lint_anew("four.example"));
    CHECK(scene.lint("five.example") == scene.lint_anew("five.example"));
}

TEST_CASE("what stands below an include is forgotten when the time of one of its answers is over") {
    Scene scene;
    add_provider(scene.resolver);
    scene.resolver.txt("one.example", "v=spf1 include:provider.example -all");
    scene.resolver.keep_until = std::chrono::steady_clock::now() - 1s;
    scene.lint("one.example");
    CHECK(scene.memory.subtrees.size() == 0);

    scene.resolver.keep_until = std::chrono::steady_clock::now() + 1h;
    scene.lint("one.example");
    const auto later = std::chrono::steady_clock::now() + 2h;
    CHECK(scene.memory.subtrees.find("provider.example", spf::Place::included, later) == nullptr);
}

TEST_CASE("what could not be asked below an include is asked again for the next domain") {
    Scene scene;
    add_provider(scene.resolver);
    scene.resolver.txt("one.example", "v=spf1 include:provider.example -all");
    scene.resolver.txt("two.example", "v=spf1 include:provider.example ~all");
    scene.resolver.fail("out.provider.example", dns::Status::servfail);
    scene.lint("one.example");
    CHECK(scene.lint("two.example") == scene.lint_anew("two.example"));
    CHECK(scene.has_asked("out.provider.example"));
}

TEST_CASE("a loop is found through what an earlier domain had below it") {
    Scene scene;
    scene.resolver.txt("one.example", "v=spf1 include:a.example -all");
    scene.resolver.txt("a.example", "v=spf1 include:b.example -all");
    scene.resolver.txt("b.example", "v=spf1 include:c.example -all");
    scene.resolver.txt("c.example", "v=spf1 ip4:192.0.2.1 -all");
    scene.resolver.txt("loop.example", "v=spf1 include:to.example include:a.example -all");
    scene.resolver.txt("to.example", "v=spf1 include:Loop.example -all");
    for (const auto* domain : {"one.example", "c.example", "b.example", "a.example", "loop.example",
                               "to.example", "loop.example", "one.example"})
        CHECK(scene.lint(domain) == scene.lint_anew(domain));
    scene.resolver.txt("d.example", "v=spf1 include:one.example -all");
    CHECK(scene.lint("d.example") == scene.lint_anew("d.example"));
}

TEST_CASE("the bounds of a walk are those of a walk without memory") {
    Scene scene;
    std::string wide = "v=spf1";
    for (int i = 0; i < 25; ++i) {
        wide += fmt::format(" a:h{}.example", i);
        scene.resolver.a(fmt::format("h{}.example", i), "192.0.2.1");
    }
    for (const auto* name : {"w1.example", "w2.example", "w3.example"})
        scene.resolver.txt(name, wide + " -all");
    scene.resolver.txt("warm.example", "v=spf1 include:w1.example include:w2.example -all");
    scene.resolver.txt("wide.example",
                       "v=spf1 include:w1.example include:w2.example include:w3.example -all");
    CHECK(scene.lint("warm.example").complete);
    const auto bounded = scene.lint("wide.example");
    const auto anew = scene.lint_anew("wide.example");
    CHECK_FALSE(bounded.complete);
    CHECK_FALSE(anew.complete);
    CHECK(bounded.lookups == anew.lookups);
    // Which terms come too late depends on whose answers came first.
    const auto is_bounded = [](const finding::Finding& finding) { return finding.id == "spf-walk-bounded"; };
    CHECK(std::any_of(bounded.findings.begin(), bounded.findings.end(), is_bounded));

    for (int i = 0; i < 30; ++i)
        scene.resolver.txt(fmt::format("deep{}.example", i),
                           fmt::format("v=spf1 include:deep{}.example -all", i + 1));
    scene.resolver.txt("deep30.example", "v=spf1 -all");
    for (const int i : {25, 15, 9, 10, 11, 3, 0})
        CHECK(scene.lint(fmt::format("deep{}.example", i)) ==
              scene.lint_anew(fmt::format("deep{}.example", i)));
}

TEST_CASE("no more is remembered than there is room for") {
    Scene scene;
    spf::Subtrees subtrees(10);
    const auto now = std::chrono::steady_clock::now();
    spf::WalkSums sums;
    sums.has_record = true;
    sums.expires = now + 1h;
    spf::Node node;
    node.children = std::vector<spf::Node>(3);
    for (int i = 0; i < 100; ++i) {
        const auto name = fmt::format("d{}.example", i);
        subtrees.insert(name, spf::Place::included,
                        std::make_shared<spf::Subtree>(node, std::vector<finding::Finding>(), sums), now);
        CHECK(subtrees.size() <= 2);
        CHECK(subtrees.find(name, spf::Place::included, now) != nullptr);
        CHECK(subtrees.find(name, spf::Place::own, now) == nullptr);
    }
    node.children = std::vector<spf::Node>(30);
    subtrees.insert("large.example", spf::Place::included,
                    std::make_shared<spf::Subtree>(node, std::vector<finding::Finding>(), sums), now);
    CHECK(subtrees.find("large.example", spf::Place::included, now) == nullptr);
}
