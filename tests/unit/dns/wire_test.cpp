#include "dns/wire.hpp"

#include <chrono>
#include <random>

#include <doctest/doctest.h>

#include "base/text.hpp"
#include "dns/aliases.hpp"
#include "packets.hpp"

namespace {

using dns::Status;
using dns::Type;
using test::pointer;
using test::question_offset;
using test::record;
using test::Reply;
using test::reply_to;
using test::text_string;
using test::wire_name;

const dns::Question question{dns::Name::parse("example.com").value(), Type::txt};

std::string query_for(Type type = Type::txt) {
    return dns::encode_query({question.name, type}, 0x1234, {});
}

dns::Response decode(const Reply& reply, Type type = Type::txt) {
    return dns::decode_response(reply_to(query_for(type), reply)).value();
}

std::string fault(std::string answer, unsigned answers = 1, Type type = Type::txt) {
    const Reply reply{.answer = std::move(answer), .answers = answers};
    const auto response = dns::decode_response(reply_to(query_for(type), reply));
    return response.has_error() ? response.error().message : "none";
}

dns::Chain follow(const Reply& reply, Type type = Type::txt) {
    return dns::follow_aliases(question.name, {question.name, type}, {}, decode(reply, type));
}

}  // namespace

TEST_CASE("a query asks one question, wants recursion and announces 1232 octets") {
    using namespace std::string_literals;
    CHECK(dns::encode_query(question, 0x1234, {}) == "\x12\x34\x01\x20\x00\x01\x00\x00\x00\x00\x00\x01\x07"s +
                                                         "example\x03"s + "com\x00\x00\x10\x00\x01"s +
                                                         "\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00"s);
    dns::QueryFlags flags;
    flags.edns = false;
    flags.checking_disabled = true;
    CHECK(dns::encode_query({dns::Name(), Type::ns}, 1, flags) ==
          "\x00\x01\x01\x30\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01"s);
}

TEST_CASE("the case of a name is mixed, and the name stays the same") {
    const dns::Question asked{dns::Name::parse("abcdefghijklmnopqrstuvwxyz.a-b_1.example.com").value(),
                              Type::a};
    const std::string plain = dns::encode_query(asked, 0x4142, {});
    std::string first = plain, second = plain;
    dns::mix_case(first);
    dns::mix_case(second);
    CHECK(first != second);
    CHECK(base::lower(first.substr(12)) == base::lower(plain.substr(12)));
    CHECK(first.substr(0, 12) == plain.substr(0, 12));
    CHECK(base::equals_ignoring_case(first, plain));
    for (const std::size_t at : {12, 39, 45, 53, 57})  // the lengths of the labels
        CHECK(first[at] == plain[at]);
}

TEST_CASE("only the answer to the very question is ours") {
    const std::string query = query_for();
    const std::string good = reply_to(query, {.answers = 0});
    CHECK(dns::match_response(good, query) == dns::Match::ours);
    const auto changed = [&](std::size_t at, char value) {
        std::string message = good;
        message[at] = value;
        return dns::match_response(message, query);
    };
    CHECK(changed(0, 'x') == dns::Match::foreign);     // id
    CHECK(changed(2, 1) == dns::Match::foreign);       // a query
    CHECK(changed(2, '\x91') == dns::Match::foreign);  // another opcode
    CHECK(changed(5, 2) == dns::Match::foreign);       // two questions
    CHECK(changed(13, 'x') == dns::Match::foreign);    // another name
    CHECK(changed(13, 'E') == dns::Match::other_case);
    CHECK(changed(good.size() - 3, 1) == dns::Match::foreign);  // another type
    for (std::size_t size = 0; size < good.size(); ++size)
        CHECK(dns::match_response(good.substr(0, size), query) == dns::Match::foreign);
}

TEST_CASE("FORMERR may come without the question") {
    const std::string query = query_for();
    const std::string bare = query.substr(0, 2) + test::u16(0x8181) + std::string(8, '\0');
    CHECK(dns::match_response(bare, query) == dns::Match::ours);
    CHECK(dns::decode_response(bare).value().code == 1);
    const std::string empty = query.substr(0, 2) + test::u16(0x8180) + std::string(8, '\0');
    CHECK(dns::match_response(empty, query) == dns::Match::foreign);
}

TEST_CASE("records of every type we use are read") {
    const std::string owner = pointer(question_offset);
    Reply reply{.flags = 0x81a0, .answers = 8};
    reply.answer =
        record(owner, Type::a, 300, std::string("\xc0\x00\x02\x01", 4)) +
        record(owner, Type::aaaa, 300, std::string("\x20\x01\x0d\xb8", 4) + std::string(12, '\0')) +
        record(owner, Type::mx, 300, test::u16(10) + "\x04mail" + owner) +
        record(owner, Type::txt, 300, text_string("v=spf1 ") + text_string("-all")) +
        record(owner, Type::ns, 300, wire_name("ns.example.net")) +
        record(owner, Type::dname, 300, wire_name("example.org")) +
        record(owner, Type::tlsa, 0x80000000, "abc") + record(owner, static_cast<Type>(65280), 300, "");
    const auto response = decode(reply);
    CHECK(response.authentic);
    CHECK(response.recursion_available);
    REQUIRE(response.answer.size() == 8);
    CHECK(response.answer[0] ==
          dns::Record{question.name, Type::a, 300, base::IpAddress::v4({192, 0, 2, 1})});
    CHECK(std::get<base::IpAddress>(response.answer[1].data).to_string() == "2001:db8::");
    CHECK(std::get<dns::Mx>(response.answer[2].data) ==
          dns::Mx{10, dns::Name::parse("mail.example.com").value()});
    CHECK(std::get<dns::Txt>(response.answer[3].data).strings == std::vector<std::string>{"v=spf1 ", "-all"});
    CHECK(std::get<dns::Name>(response.answer[4].data).to_string() == "ns.example.net");
    CHECK(std::get<dns::Name>(response.answer[5].data).to_string() == "example.org");
    CHECK(response.answer[6].ttl == 0);
    CHECK(std::get<dns::Raw>(response.answer[6].data).rdata == "abc");
}

TEST_CASE("TXT keeps any bytes, empty strings and a thousand strings") {
    std::string data;
    for (int i = 0; i < 1000; ++i)
        data += text_string("x");
    const std::string odd("\x00\xff\x1b", 3);
    Reply reply{.answers = 2};
    reply.answer = record(pointer(question_offset), Type::txt, 1, data) +
                   record(pointer(question_offset), Type::txt, 1, text_string(odd) + text_string(""));
    const auto chain = follow(reply);
    CHECK(chain.status == Status::found);
    REQUIRE(chain.records.size() == 2);
    CHECK(std::get<dns::Txt>(chain.records[0].data).joined() == std::string(1000, 'x'));
    CHECK(std::get<dns::Txt>(chain.records[1].data).strings == std::vector<std::string>{odd, ""});
}

TEST_CASE("malformed answers are refused with what is wrong") {
    const std::string owner = pointer(question_offset);
    CHECK(fault("") == "malformed answer: it ends inside a name");
    CHECK(fault(record(owner, Type::txt, 1, text_string("a")), 2) ==
          "malformed answer: it ends inside a name");
    CHECK(fault(owner + "\x00\x10") == "malformed answer: it ends inside a record");
    CHECK(fault(record(owner, Type::txt, 1,
                       "\x05"
                       "abc")) == "malformed answer: a TXT string is longer than its record");
    CHECK(fault(record(owner, Type::txt, 1, "")) == "malformed answer: a TXT record without any string");
    CHECK(fault(record(owner, Type::a, 1, "abc")) == "malformed answer: an A record is not 4 octets");
    CHECK(fault(record(owner, Type::aaaa, 1, "abcd")) == "malformed answer: an AAAA record is not 16 octets");
    CHECK(fault(record(owner, Type::mx, 1, "a")) != "none");
    CHECK(fault(record(owner, Type::cname, 1, wire_name("a") + "x")) ==
          "malformed answer: a name does not fill its record");
    CHECK(fault(record(owner, Type::cname, 1,
                       "\x03"
                       "ab") +
                "c\0") != "none");
    CHECK(fault(record(owner, Type::txt, 1, "abc").substr(0, 14)) ==
          "malformed answer: a record is longer than the message");
    CHECK(fault(record(owner, Type::a, 1, "abcd"), 65'535) != "none");
    CHECK(dns::decode_response("short").has_error());
}

TEST_CASE("compression loops and pointers out of the message are refused") {
    const auto here = static_cast<unsigned>(query_for().size() - 11);  // the question's end, without OPT
    CHECK(fault(record(pointer(here), Type::a, 1, "abcd")) == "malformed answer: a name cannot be read");
    CHECK(fault(record("\x01"
                       "a" +
                           pointer(here),
                       Type::a, 1, "abcd")) == "malformed answer: a name cannot be read");
    CHECK(fault(record(pointer(0x3fff), Type::a, 1, "abcd")) == "malformed answer: a name cannot be read");
    CHECK(fault(record("\x80"
                       "a",
                       Type::a, 1, "abcd")) == "malformed answer: a name cannot be read");
    const std::string half = pointer(question_offset).substr(0, 1);
    CHECK(fault(half) != "none");
}

TEST_CASE("64 KB of compressed names is read in reasonable time") {
    std::string label = "\x3f" + std::string(63, 'a');
    const std::string big_name = label + label + label + "\x30" + std::string(48, 'b');
    Reply reply;
    const auto target = static_cast<unsigned>(query_for().size() - 11);
    reply.answer = record(big_name + pointer(question_offset), Type::cname, 1, pointer(target));
    reply.answers = 1;
    while (reply.answer.size() < 65'000) {
        reply.answer += record(pointer(target), Type::cname, 1, pointer(target));
        ++reply.answers;
    }
    const auto start = std::chrono::steady_clock::now();
    const auto response = decode(reply);
    CHECK(response.answer.size() == reply.answers);
    CHECK(follow(reply).status == Status::no_data);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
}

TEST_CASE("a truncated answer is read as far as it goes") {
    Reply reply{
        .flags = 0x8380, .answer = record(pointer(question_offset), Type::txt, 1, "\x05"), .answers = 3};
    CHECK(decode(reply).truncated);
}

TEST_CASE("a CNAME chain is followed inside the answer, in any order and any case") {
    Reply reply{.answers = 3};
    reply.answer = record(wire_name("B.example.net"), Type::txt, 60, text_string("hello")) +
                   record(wire_name("A.example.net"), Type::cname, 30, wire_name("b.example.net")) +
                   record(pointer(question_offset), Type::cname, 90, wire_name("a.example.NET"));
    const auto chain = follow(reply);
    CHECK(chain.status == Status::found);
    CHECK(chain.records.size() == 1);
    CHECK(chain.aliases.size() == 2);
    CHECK(chain.ttl == 30);
    CHECK_FALSE(chain.leads_out);
    const auto asked_itself = follow(reply, Type::cname);
    CHECK(asked_itself.status == Status::found);
    CHECK(asked_itself.aliases.empty());
}

TEST_CASE("names are in lower case, so that the mixed case of a question does not come back in them") {
    Reply reply{.answers = 2};
    reply.answer = record(pointer(question_offset), Type::cname, 30, wire_name("Keys.Example.NET")) +
                   record(wire_name("keys.example.net"), Type::txt, 60, text_string("Case Stays"));
    const auto chain = follow(reply);
    REQUIRE(chain.aliases.size() == 1);
    CHECK(chain.aliases[0].to_string() == "keys.example.net");
    CHECK(std::get<dns::Txt>(chain.records[0].data).joined() == "Case Stays");
}

TEST_CASE("a CNAME loop is a loop, and so is a chain of more than ten") {
    Reply loop{.answers = 2};
    loop.answer = record(pointer(question_offset), Type::cname, 1, wire_name("a.example")) +
                  record(wire_name("a.example"), Type::cname, 1, pointer(question_offset));
    CHECK(follow(loop).status == Status::alias_loop);
    Reply self;
    self.answer = record(pointer(question_offset), Type::cname, 1, pointer(question_offset));
    CHECK(follow(self).status == Status::alias_loop);
    const auto chain_of = [](unsigned links) {
        Reply reply{.answers = links + 1};
        std::string owner = pointer(question_offset);
        for (unsigned i = 0; i < links; ++i) {
            const std::string target = wire_name("a" + std::to_string(i) + ".example");
            reply.answer += record(owner, Type::cname, 1, target);
            owner = target;
        }
        reply.answer += record(owner, Type::txt, 1, text_string("end"));
        return follow(reply).status;
    };
    CHECK(chain_of(10) == Status::found);
    CHECK(chain_of(11) == Status::alias_loop);
}

TEST_CASE("a chain that leads out of the answer asks on, one with an SOA has ended") {
    Reply reply;
    reply.answer = record(pointer(question_offset), Type::cname, 1, wire_name("a.example"));
    const auto out = follow(reply);
    CHECK(out.leads_out);
    CHECK(out.aliases.back().to_string() == "a.example");
    reply.authority = test::soa(60, 30);
    reply.authorities = 1;
    const auto ended = follow(reply);
    CHECK_FALSE(ended.leads_out);
    CHECK(ended.status == Status::no_data);
    reply.code = 3;
    CHECK(follow(reply).status == Status::nxdomain);
}

TEST_CASE("negative answers: NXDOMAIN, no data, their TTL, and records that nobody asked for") {
    Reply reply{.code = 3, .answers = 0, .authority = test::soa(3600, 300), .authorities = 1};
    CHECK(follow(reply).status == Status::nxdomain);
    CHECK(follow(reply).ttl == 300);
    reply.code = 0;
    CHECK(follow(reply).status == Status::no_data);
    Reply other;
    other.answer = record(wire_name("evil.example"), Type::txt, 1, text_string("v=spf1 +all"));
    CHECK(follow(other).status == Status::no_data);
}

TEST_CASE("DNAME beside its CNAME does not break the chain") {
    Reply reply{.answers = 3};
    reply.answer = record(wire_name("com"), Type::dname, 1, wire_name("net")) +
                   record(pointer(question_offset), Type::cname, 1, wire_name("example.net")) +
                   record(wire_name("example.net"), Type::txt, 1, text_string("here"));
    CHECK(follow(reply).status == Status::found);
}

TEST_CASE("response codes and extended errors are understood") {
    CHECK(follow({.code = 2, .answers = 0}).status == Status::servfail);
    CHECK(follow({.code = 5, .answers = 0}).status == Status::refused);
    CHECK(follow({.code = 9, .answers = 0}).status == Status::refused);
    Reply bad_version{.answers = 0, .additional = test::opt(1, ""), .additionals = 1};
    CHECK(decode(bad_version).code == 16);
    CHECK(follow(bad_version).status == Status::refused);
    const std::string expired = test::u16(15) + test::u16(5) + test::u16(7) + "old";
    const auto bogus =
        decode({.code = 2, .answers = 0, .additional = test::opt(0, expired), .additionals = 1});
    CHECK(bogus.bogus);
    CHECK(bogus.explanation == "DNSSEC signature expired: \"old\"");
}

TEST_CASE("no bytes make the decoder fail other than by an Error") {
    std::mt19937 random(20261123);  // the same every time
    const auto pick = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
    Reply reply{.answers = 5, .authority = test::soa(60, 60), .authorities = 1};
    reply.answer = record(pointer(question_offset), Type::cname, 1,
                          "\x01"
                          "a" +
                              pointer(question_offset)) +
                   record(
                       "\x01"
                       "a" +
                           pointer(question_offset),
                       Type::txt, 1, text_string("v=spf1 ") + text_string("-all")) +
                   record(pointer(question_offset), Type::mx, 1, test::u16(1) + pointer(question_offset)) +
                   record(pointer(question_offset), Type::aaaa, 1, std::string(16, 'x')) +
                   record(pointer(question_offset), Type::a, 1, "abcd");
    reply.additional = test::opt(0, test::u16(15) + test::u16(5) + test::u16(7) + "old");
    reply.additionals = 1;
    const std::string query = query_for();
    const std::string good = reply_to(query, reply);
    CHECK(dns::decode_response(good).has_value());
    std::size_t read = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes = good;
        for (std::size_t changes = 1 + pick(6); changes > 0 && !bytes.empty(); --changes) {
            switch (pick(4)) {
                case 0:
                    bytes[pick(bytes.size())] = static_cast<char>(random());
                    break;
                case 1:
                    bytes.resize(pick(bytes.size() + 1));
                    break;
                case 2:
                    bytes.insert(pick(bytes.size()), 1 + pick(3), static_cast<char>(random()));
                    break;
                default:
                    bytes[pick(bytes.size())] = '\xc0';
                    break;
            }
        }
        dns::match_response(bytes, query);
        const auto response = dns::decode_response(bytes);
        if (response.has_error()) continue;
        ++read;
        dns::follow_aliases(question.name, question, {}, *response);
    }
    CHECK(read > 100);
}
