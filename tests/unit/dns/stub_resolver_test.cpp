#include "dns/stub_resolver.hpp"

#include <algorithm>
#include <csignal>

#include <doctest/doctest.h>

#include "base/text.hpp"
#include "net/run.hpp"
#include "packets.hpp"
#include "scripted_server.hpp"

namespace {

using namespace std::chrono_literals;
using dns::Answer;
using dns::Status;
using dns::Type;
using test::pointer;
using test::question_offset;
using test::record;
using test::Reply;
using test::reply_to;
using test::ScriptedServer;
using Asked = test::ScriptedServer::Asked;
using Replies = std::vector<std::string>;

Reply text_reply(std::string_view text, std::uint32_t ttl = 300) {
    Reply reply;
    reply.answer = record(pointer(question_offset), Type::txt, ttl, test::text_string(text));
    return reply;
}

std::unique_ptr<dns::Resolver> resolver_for(std::vector<net::Endpoint> servers,
                                            std::chrono::milliseconds timeout = 3s, unsigned attempts = 3) {
    dns::ResolverOptions options;
    options.servers = std::move(servers);
    options.timeout = timeout;
    options.attempts = attempts;
    return dns::make_stub_resolver(std::move(options));
}

Answer ask(dns::Resolver& resolver, std::string_view name = "example.com", Type type = Type::txt) {
    return net::run(resolver.query({dns::Name::parse(name).value(), type})).value();
}

Answer ask(ScriptedServer& server, std::chrono::milliseconds timeout = 3s) {
    const auto resolver = resolver_for({server.endpoint()}, timeout);
    return ask(*resolver);
}

std::string name_of(const ScriptedServer& server) {
    return net::to_string(server.endpoint());
}

net::Endpoint closed_port() {
    ScriptedServer server([](const Asked&) { return Replies(); }, false);
    return server.endpoint();
}

}  // namespace

TEST_CASE("a question is answered over UDP") {
    ScriptedServer server(
        [](const Asked& asked) { return Replies{reply_to(asked.query, text_reply("hello"))}; });
    const auto answer = ask(server);
    CHECK(answer.status == Status::found);
    CHECK(answer.texts() == std::vector<std::string>{"hello"});
    CHECK(answer.size > 30);
    CHECK(answer.detail == "");
    CHECK_FALSE(answer.over_tcp);
    CHECK(server.questions() == 1);
}

TEST_CASE("answers with another id, question or shape are dropped and the real one is waited for") {
    ScriptedServer server([](const Asked& asked) {
        const std::string good = reply_to(asked.query, text_reply("real"));
        const std::string forged = reply_to(asked.query, text_reply("forged"));
        std::string other_id = forged;
        other_id[0] = static_cast<char>(other_id[0] ^ 1);
        std::string other_name = forged;
        other_name[14] = other_name[14] == 'y' ? 'z' : 'y';
        std::string lower = forged;
        for (std::size_t i = 12; i < 24; ++i)
            lower[i] = base::to_lower(lower[i]);
        Replies replies{other_id, other_name, asked.query, "x", ""};
        if (lower != forged) replies.push_back(lower);
        replies.push_back(good);
        return replies;
    });
    CHECK(ask(server).texts() == std::vector<std::string>{"real"});
}

TEST_CASE("a truncated answer is asked again over TCP") {
    const std::string text(200, 'x');
    ScriptedServer server([&](const Asked& asked) {
        Reply reply = text_reply(text);
        if (asked.tcp)
            while (reply.answer.size() < 60'000) {
                reply.answer += record(pointer(question_offset), Type::txt, 300, test::text_string(text));
                ++reply.answers;
            }
        else
            reply.flags |= 0x0200;
        return Replies{reply_to(asked.query, reply)};
    });
    const auto answer = ask(server);
    CHECK(answer.status == Status::found);
    CHECK(answer.over_tcp);
    CHECK(answer.truncated);
    CHECK(answer.size > 60'000);
    CHECK(answer.records.size() > 270);
}

TEST_CASE("a truncated answer without TCP is a failure that says so") {
    ScriptedServer server(
        [](const Asked& asked) {
            Reply reply{.flags = 0x8380, .answers = 0};
            return Replies{reply_to(asked.query, reply)};
        },
        false);
    const auto answer = ask(server);
    CHECK(answer.status == Status::timeout);
    CHECK(answer.truncated);
    CHECK_FALSE(answer.over_tcp);
    CHECK(answer.detail == name_of(server) + " cuts the answer short, and over TCP: connection refused");
}

TEST_CASE("an answer that is cut short over TCP too is malformed, and never taken for no data") {
    for (const unsigned answers : {0U, 1U}) {
        ScriptedServer server([&](const Asked& asked) {
            Reply reply = text_reply("v=spf1 -all");
            reply.flags |= 0x0200;
            reply.answers = answers;
            if (answers == 0) reply.answer.clear();
            return Replies{reply_to(asked.query, reply)};
        });
        const auto answer = ask(server);
        CHECK(answer.status == Status::malformed);
        CHECK(answer.records.empty());
        CHECK(answer.detail ==
              name_of(server) + " cuts the answer short, and over TCP: malformed answer: it is cut short");
    }
}

TEST_CASE("a silent server is a timeout after all tries, in the time given") {
    ScriptedServer server([](const Asked&) { return Replies(); });
    const auto start = net::Deadline::clock::now();
    const auto answer = ask(server, 300ms);
    const auto time = net::Deadline::clock::now() - start;
    CHECK(answer.status == Status::timeout);
    CHECK(answer.detail.starts_with("no answer from " + name_of(server) + " in 3"));
    CHECK(time >= 290ms);
    CHECK(time < 5s);
    CHECK(server.questions() == 3);
}

TEST_CASE("a lost datagram is sent again") {
    ScriptedServer server([](const Asked& asked) {
        return asked.number == 0 ? Replies() : Replies{reply_to(asked.query, text_reply("second"))};
    });
    const auto answer = ask(server, 1s);
    CHECK(answer.status == Status::found);
    CHECK(answer.detail.starts_with("no answer from "));
    CHECK(server.questions() == 2);
}

TEST_CASE("an answer that comes after its try is over still counts") {
    for (const unsigned code : {0U, 2U}) {
        CAPTURE(code);
        ScriptedServer slow([&](const Asked& asked) {
            if (asked.number > 0) return Replies();
            std::this_thread::sleep_for(500ms);
            auto reply = text_reply("late");
            if (code != 0) reply = {.code = code, .answers = 0};
            return Replies{reply_to(asked.query, reply)};
        });
        const auto answer = ask(slow, 2s);  // tries at 0, 290 and 860 ms
        CHECK(answer.status == (code == 0 ? Status::found : Status::servfail));
        // The server sees the second question when it has sent its answer to the first.
        for (int i = 0; i < 500 && code == 0 && slow.questions() < 2; ++i)
            std::this_thread::sleep_for(10ms);
        if (code == 0) CHECK(slow.questions() == 2);
    }
}

TEST_CASE("a late answer of the first server counts while the second is asked, its late SERVFAIL does not") {
    for (const unsigned code : {0U, 2U}) {
        CAPTURE(code);
        ScriptedServer slow([&](const Asked& asked) {
            std::this_thread::sleep_for(500ms);
            auto reply = text_reply("first");
            if (code != 0) reply = {.code = code, .answers = 0};
            return Replies{reply_to(asked.query, reply)};
        });
        ScriptedServer second([&](const Asked& asked) {
            if (code == 0) return Replies();
            std::this_thread::sleep_for(400ms);
            return Replies{reply_to(asked.query, text_reply("second"))};
        });
        const auto resolver = resolver_for({slow.endpoint(), second.endpoint()}, 2s);
        CHECK(ask(*resolver).texts() == std::vector<std::string>{code == 0 ? "first" : "second"});
    }
}

TEST_CASE("a late answer is checked like any other") {
    ScriptedServer slow([](const Asked& asked) {
        if (asked.number > 0) return Replies();
        std::this_thread::sleep_for(500ms);
        std::string other_id = reply_to(asked.query, text_reply("forged"));
        other_id[1] = static_cast<char>(other_id[1] ^ 1);
        return Replies{other_id, reply_to(asked.query, text_reply("real"))};
    });
    CHECK(ask(slow, 2s).texts() == std::vector<std::string>{"real"});
}

TEST_CASE("with the first server silent, the second answers") {
    ScriptedServer dead([](const Asked&) { return Replies(); });
    ScriptedServer alive(
        [](const Asked& asked) { return Replies{reply_to(asked.query, text_reply("yes"))}; });
    const auto resolver = resolver_for({dead.endpoint(), alive.endpoint()}, 1s);
    CHECK(ask(*resolver).texts() == std::vector<std::string>{"yes"});
}

TEST_CASE("a closed port is skipped at once, and closed ports alone are unreachable") {
    ScriptedServer alive(
        [](const Asked& asked) { return Replies{reply_to(asked.query, text_reply("yes"))}; });
    const auto closed = closed_port();
    const auto start = net::Deadline::clock::now();
    const auto both = resolver_for({closed, alive.endpoint()});
    const auto found = ask(*both);
    CHECK(found.status == Status::found);
    CHECK(found.detail == net::to_string(closed) + " cannot be reached: connection refused");
    const auto alone = resolver_for({closed});
    const auto answer = ask(*alone);
    CHECK(answer.status == Status::unreachable);
    CHECK(answer.detail == net::to_string(closed) + " cannot be reached: connection refused");
    CHECK(net::Deadline::clock::now() - start < 5s);
}

TEST_CASE("NXDOMAIN and no data are told apart") {
    ScriptedServer server([](const Asked& asked) {
        Reply reply{.answers = 0, .authority = test::soa(300, 300), .authorities = 1};
        reply.code = asked.number == 0 ? 3 : 0;
        return Replies{reply_to(asked.query, reply)};
    });
    const auto resolver = resolver_for({server.endpoint()});
    CHECK(ask(*resolver, "a.example").status == Status::nxdomain);
    CHECK(ask(*resolver, "b.example").status == Status::no_data);
}

TEST_CASE("SERVFAIL and REFUSED are tried on the next server, and reported by the name of each") {
    ScriptedServer first(
        [](const Asked& asked) { return Replies{reply_to(asked.query, {.code = 2, .answers = 0})}; });
    ScriptedServer second(
        [](const Asked& asked) { return Replies{reply_to(asked.query, {.code = 5, .answers = 0})}; });
    const auto resolver = resolver_for({first.endpoint(), second.endpoint()});
    const auto answer = ask(*resolver);
    CHECK(answer.status == Status::servfail);
    CHECK(answer.detail == name_of(first) + " answered SERVFAIL; " + name_of(second) + " answered REFUSED");
    CHECK_FALSE(answer.bogus);
    CHECK(second.questions() == 1);
}

TEST_CASE("SERVFAIL that goes away without validation is bogus DNSSEC") {
    ScriptedServer server([](const Asked& asked) {
        const bool checking_disabled = (asked.query[3] & 0x10) != 0;
        return Replies{
            reply_to(asked.query, checking_disabled ? text_reply("x") : Reply{.code = 2, .answers = 0})};
    });
    const auto answer = ask(server);
    CHECK(answer.status == Status::servfail);
    CHECK(answer.bogus);
    CHECK(answer.records.empty());
    CHECK(answer.detail == name_of(server) + " answered SERVFAIL; without DNSSEC validation it answers");
}

TEST_CASE("a malformed answer is a status of its own") {
    ScriptedServer server([](const Asked& asked) { return Replies{reply_to(asked.query, {.answers = 7})}; });
    const auto answer = ask(server);
    CHECK(answer.status == Status::malformed);
    CHECK(answer.detail == name_of(server) + " sent a malformed answer: it ends inside a name");
}

TEST_CASE("a server that knows no EDNS is asked without") {
    ScriptedServer server([](const Asked& asked) {
        const bool edns = asked.query[11] != 0;
        return Replies{reply_to(asked.query, edns ? Reply{.code = 1, .answers = 0} : text_reply("old"))};
    });
    const auto resolver = resolver_for({server.endpoint()});
    CHECK(ask(*resolver).texts() == std::vector<std::string>{"old"});
    CHECK(ask(*resolver, "b.example").texts() == std::vector<std::string>{"old"});
    CHECK(server.questions() == 3);  // the second question goes without at once
}

TEST_CASE("a server that does not keep the case of names is asked over TCP") {
    ScriptedServer server([](const Asked& asked) {
        std::string query = asked.query;
        for (std::size_t i = 12; i + 16 < query.size(); ++i)
            query[i] = base::to_lower(query[i]);
        return Replies{reply_to(query, text_reply("lower"))};
    });
    const auto resolver = resolver_for({server.endpoint()}, 500ms);
    const auto answer = ask(*resolver, "a-long-name-that-is-hardly-ever-all-in-lower-case.example.com");
    CHECK(answer.status == Status::found);
    CHECK(answer.over_tcp);
}

TEST_CASE("a CNAME that leads out of the answer is followed by asking on") {
    ScriptedServer server([](const Asked& asked) {
        if (asked.number == 1) return Replies{reply_to(asked.query, text_reply("there"))};
        Reply reply;
        reply.answer = record(pointer(question_offset), Type::cname, 300, test::wire_name("target.example"));
        return Replies{reply_to(asked.query, reply)};
    });
    const auto answer = ask(server);
    CHECK(answer.status == Status::found);
    CHECK(answer.aliases == std::vector<dns::Name>{dns::Name::parse("target.example").value()});
    CHECK(answer.records.at(0).owner.to_string() != "example.com");
}

TEST_CASE("a CNAME loop over several answers ends") {
    ScriptedServer server([](const Asked& asked) {
        Reply reply;
        reply.answer = record(pointer(question_offset), Type::cname, 300,
                              test::wire_name(asked.number % 2 == 0 ? "a.example" : "b.example"));
        return Replies{reply_to(asked.query, reply)};
    });
    const auto answer = ask(server);
    CHECK(answer.status == Status::alias_loop);
    CHECK(server.questions() <= 4);
}

TEST_CASE("answers are kept for their TTL, positive and negative, whatever the case of the name") {
    ScriptedServer server([](const Asked& asked) {
        Reply negative{.code = 3, .answers = 0, .authority = test::soa(300, 300), .authorities = 1};
        return Replies{reply_to(asked.query, asked.number == 0 ? text_reply("kept") : negative)};
    });
    const auto resolver = resolver_for({server.endpoint()});
    const dns::Question question{dns::Name::parse("Example.com").value(), Type::txt};
    CHECK_FALSE(resolver->knows(question));
    CHECK(ask(*resolver, "example.com") == ask(*resolver, "EXAMPLE.com"));
    CHECK(resolver->knows(question));
    CHECK(server.questions() == 1);
    CHECK(ask(*resolver, "no.example").status == Status::nxdomain);
    CHECK(ask(*resolver, "no.example").status == Status::nxdomain);
    CHECK(server.questions() == 2);
}

TEST_CASE("a TTL of 0 and failures are not kept") {
    ScriptedServer server([](const Asked& asked) {
        return Replies{
            reply_to(asked.query, asked.number < 2 ? text_reply("now", 0) : Reply{.code = 5, .answers = 0})};
    });
    const auto resolver = resolver_for({server.endpoint()});
    for (int i = 0; i < 4; ++i)
        ask(*resolver);
    CHECK(server.questions() == 4);
}

TEST_CASE("the same question asked many times at once goes out once") {
    ScriptedServer server([](const Asked& asked) {
        std::this_thread::sleep_for(30ms);
        return Replies{reply_to(asked.query, text_reply("shared", 0))};
    });
    const auto resolver = resolver_for({server.endpoint()});
    std::size_t found = 0;
    const auto make = [&](std::size_t) -> net::Task<void> {
        dns::Question question{dns::Name::parse("example.com").value(), Type::txt};
        const Answer answer = co_await resolver->query(question);
        found += answer.status == Status::found ? 1 : 0;
    };
    CHECK(net::run_to_end(net::for_each(50, 50, make)).has_value());
    CHECK(found == 50);
    CHECK(server.questions() == 1);
}

TEST_CASE("thousands of questions at once all get their own answer") {
    ScriptedServer server([](const Asked& asked) {
        const auto size = static_cast<std::size_t>(asked.query[12]);
        return Replies{reply_to(asked.query, text_reply(base::lower(asked.query.substr(13, size))))};
    });
    const auto resolver = resolver_for({server.endpoint()}, 10s, 6);
    std::size_t right = 0;
    const auto make = [&](std::size_t index) -> net::Task<void> {
        const std::string label = "d" + std::to_string(index);
        dns::Question question{dns::Name::parse(label + ".example").value(), Type::txt};
        const Answer answer = co_await resolver->query(question);
        right += answer.texts() == std::vector<std::string>(1, label) ? 1 : 0;
    };
    CHECK(net::run_to_end(net::for_each(12'000, 100, make)).has_value());
    CHECK(right == 12'000);
}

TEST_CASE("Ctrl-C ends questions on their way and those that wait for them") {
    ScriptedServer server([](const Asked&) { return Replies(); });
    const auto resolver = resolver_for({server.endpoint()}, 20s);
    std::vector<std::string> details;
    const auto make = [&](std::size_t index) -> net::Task<void> {
        dns::Question question{dns::Name::parse(index < 2 ? "a.example" : "b.example").value(), Type::txt};
        if (index == 3) std::raise(SIGINT);
        const Answer answer = co_await resolver->query(question);
        details.push_back(answer.detail);
    };
    const auto start = net::Deadline::clock::now();
    CHECK(net::run_to_end(net::for_each(4, 4, make)).error().kind == base::ErrorKind::interrupted);
    CHECK(details == std::vector<std::string>(4, "interrupted"));
    CHECK(net::Deadline::clock::now() - start < 5s);
    CHECK(ask(*resolver_for({closed_port()})).status == Status::unreachable);  // the loop still works
}
